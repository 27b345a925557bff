"""One point of the table: a training step of this project, of PyTorch, and the machine's yardstick, side by side."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.bench.timing import QUIET_S, Effort, Job, alternate
from tui_rnn.bench.work import VOCAB_SIZE, flops_per_char, sgemm
from tui_rnn.config import RunConfig
from tui_rnn.errors import RunError
from tui_rnn.kinds import RUNNING_TEXT
from tui_rnn.layers.team import cores
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.training.networks import threads_for

CALL_S = 0.04  # steps are handed to the kernels in calls of about this long, as the trainer does
MOST_STEPS = 256
TOLERANCE = 1e-4  # of a tensor's largest value: both sides round to float32, in different orders
SAMPLE_CHARS = 500
SMALL_EMBEDDING = 16


class Variant(NamedTuple):
    """A way to run PyTorch."""

    embedding_size: int
    threads: int


@dataclass(frozen=True)
class Point:
    """What was measured for one network, in characters a second. It has either the speed of sampling or PyTorch's variants."""

    config: RunConfig
    chars_per_s: float
    sampled_chars_per_s: float | None
    sgemm_flops: float
    torch: dict[Variant, float] = field(default_factory=dict)

    @property
    def best_torch(self) -> tuple[Variant, float] | None:
        """PyTorch's fastest variant."""
        return max(self.torch.items(), key=lambda item: item[1]) if self.torch else None

    @property
    def ratio(self) -> float | None:
        """How many times as fast as PyTorch's fastest variant."""
        return self.chars_per_s / self.best_torch[1] if self.best_torch else None

    def share_of_peak(self, chars_per_s: float) -> float:
        """The speed of the step's necessary matrix products as a share of the machine's best."""
        return chars_per_s * flops_per_char(self.config) / self.sgemm_flops


def torch_installed() -> bool:
    return find_spec("torch") is not None


def measure(config: RunConfig, *, against_torch: bool, effort: Effort) -> Point:
    """Time one network. Raises RunError when this project and PyTorch don't compute the same loss and gradients."""
    tokens = random_tokens(config)
    yardstick, step = sgemm(), _training(config, tokens)
    alone = [] if against_torch else [_sampling(config)]
    variants: dict[Variant, Job] = {}
    if against_torch:
        from tui_rnn.bench import peer

        sizes = sorted({SMALL_EMBEDDING, config.hidden_size})
        for size in (0, *sizes):
            check_agreement(replace(config, embedding_size=size, dropout=0.0), tokens)
        for size in sizes:
            for threads in sorted({1, cores()}):
                variants[Variant(size, threads)] = peer.training(
                    replace(config, embedding_size=size), VOCAB_SIZE, tokens, threads
                )
    jobs = [yardstick, step, *alone, *variants.values()]
    flops, chars_per_s, *others = alternate(jobs, effort, yardstick=0)
    if not against_torch:
        return Point(config, chars_per_s, others[0], flops)
    return Point(config, chars_per_s, None, flops, dict(zip(variants, others, strict=True)))


def random_tokens(config: RunConfig) -> NDArray[np.int32]:
    """Characters (T + 1, B) without a pattern: the time of a step does not depend on them."""
    rng = np.random.default_rng(config.seed)
    return rng.integers(0, VOCAB_SIZE, (config.seq_len + 1, config.batch_size)).astype(np.int32)


def check_agreement(config: RunConfig, tokens: NDArray[np.int32]) -> None:
    """Raise RunError unless the same weights give the same loss and gradients here and in PyTorch."""
    from tui_rnn.bench import peer

    model = LanguageModel(config, VOCAB_SIZE)
    other = peer.Peer(config, VOCAB_SIZE)
    other.load(model.parameters)
    loss, gradients = model.loss_and_gradients(tokens, np.ones(config.batch_size, bool), threads=cores())
    expected_loss, expected = other.gradients(tokens)
    errors = {"loss": abs(loss - expected_loss) / expected_loss}
    for name, gradient in gradients.items():
        errors[name] = float(np.abs(gradient - expected[name]).max() / np.abs(expected[name]).max())
    check_errors(config, errors)


def check_errors(config: RunConfig, errors: dict[str, float]) -> None:
    """Raise RunError where an error (by the name of the parameter, as a share of its largest value) is too large."""
    worst = max(errors, key=lambda name: errors[name])
    if not errors[worst] <= TOLERANCE:
        raise RunError(
            f"{config.name}, batch {config.batch_size}: {worst} differs from PyTorch's by {errors[worst]:.1e} of its largest "
            f"value, expected at most {TOLERANCE:.0e}: the two can't be compared"
        )


def _training(config: RunConfig, tokens: NDArray[np.int32]) -> Job:
    model, threads = LanguageModel(config, VOCAB_SIZE), threads_for(RUNNING_TEXT, config, cores())
    steps_done = 0

    def train(steps: int) -> None:
        nonlocal steps_done
        rates = np.full(steps, config.learning_rate)
        fresh = np.zeros((steps, config.batch_size), bool)
        model.train(np.repeat(tokens[None], steps, axis=0), fresh, rates, steps_done, threads)
        steps_done += steps

    train(2)  # the first steps load the kernels
    start = perf_counter()
    train(2)
    steps = min(MOST_STEPS, max(1, round(CALL_S / ((perf_counter() - start) / 2))))
    return Job(lambda: train(steps), steps * config.seq_len * config.batch_size, QUIET_S)


def _sampling(config: RunConfig) -> Job:
    model = LanguageModel(config, VOCAB_SIZE)
    prompt = np.zeros(1, np.int32)

    def run() -> None:
        model.generate(prompt, SAMPLE_CHARS, temperature=0.8, top_k=0, top_p=1.0, seed=1)

    return Job(run, SAMPLE_CHARS)
