"""A trained network, in Python: what `tui_rnn.train` and `tui_rnn.load` return."""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.data.opening import Data, Part, encode_given, read_part
from tui_rnn.data.request import SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import TextVocabulary, token_texts
from tui_rnn.errors import InputError
from tui_rnn.insight import predict, registry
from tui_rnn.insight.answers import DrawnItem, TextAnswer
from tui_rnn.insight.asking import LONGEST_PREFIXES
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.items import ITEM_LIMIT, Items
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.question import Found, Progress, Question, Subject, silent
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.trace import START
from tui_rnn.kinds import ANSWERING, Kind
from tui_rnn.layers.team import cores
from tui_rnn.paths import written_path
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.history import History
from tui_rnn.training.moments import Moments, nearest
from tui_rnn.training.same_data import own_data
from tui_rnn.training.scoring import score
from tui_rnn.training.subjects import record_of, saved_subject, with_past, with_weights


class Run:
    """A trained network, and what it reads and writes. Characters that it doesn't know are read as its fallback.

    All kinds: evaluate, evaluate_file, ask, save. Language models: generate, trace, and draw_items over items. Taggers,
    classifiers and networks that write an answer: predict.

    >>> run.task, run.config.hidden_size
    ('lm', 8)
    """

    def __init__(self, network: Any, checkpoint: Checkpoint, data: Data | None = None) -> None:
        self.network = network
        self._checkpoint, self._data = checkpoint, data

    def __repr__(self) -> str:
        facts, data = self._checkpoint.facts, self._checkpoint.facts.data
        loss = f"{self.val_loss_nats:.4g} nats/{self.symbols.loss_unit}" if math.isfinite(self.val_loss_nats) else "unknown"
        return f"<Run: {self.config.name}, {self.task} on {data.name!r}, step {facts.step:,}, validation loss {loss}>"

    @property
    def kind(self) -> Kind:
        """The kind of data that it learnt from."""
        return self._checkpoint.facts.kind

    @property
    def task(self) -> str:
        """lm, items, tag, classify or seq2seq."""
        return self.kind.name

    @property
    def config(self) -> RunConfig:
        """The settings it was trained with."""
        return self._checkpoint.facts.config

    @property
    def symbols(self) -> Symbols:
        """What it reads and writes."""
        return self._checkpoint.symbols

    @property
    def vocabulary(self) -> TextVocabulary:
        """The characters, words or bytes that it knows."""
        return self._checkpoint.symbols.vocabulary

    @property
    def val_loss_nats(self) -> float:
        """The latest loss on the scored share of its validation part, in nats per unit; NaN if there was none."""
        return self._checkpoint.history.val_loss_nats

    @property
    def history(self) -> History:
        """Its losses while it trained."""
        return self._checkpoint.history

    def generate(
        self,
        prompt: str = "",
        *,
        length: int = 400,
        temperature: float = 0.8,
        top_k: int = 0,
        top_p: float = 1.0,
        min_p: float = 0.0,
        repetition_penalty: float = 1.0,
        penalty_window: int = 64,
        seed: int | None = None,
    ) -> str:
        """The prompt and `length` further tokens; for items, the tokens up to the item's end.

        Temperature 0 always takes the likeliest; top_k 0, top_p 1 and min_p 0 keep all tokens; a repetition_penalty above 1
        makes the last penalty_window tokens (0: all of the text) less likely. Without a seed each call differs. Raises
        InputError if a number is out of range.

        >>> run.generate("aab", length=5, seed=1).startswith("aab")
        True
        """
        how = Sampling(temperature, top_k, top_p, min_p, repetition_penalty, penalty_window, length)
        return self.ask(Sample(prompt, how, int.from_bytes(os.urandom(4), "little") if seed is None else seed)).text

    def ask(
        self,
        question: Question[Found],
        *,
        at_step: int | None = None,
        source: Part | None = None,
        progress: Progress = silent,
    ) -> Found:
        """The answer to a question of tui_rnn.insight, such as Trace("Alice said") or Scores(): see insight.registry.QUESTIONS.

        at_step: the step of the weights; the nearest of `moments` answers, and the answer's `step` says which; None: the run as
        it is. source: the data that a question is about: a part, such as data.validation or the result of
        data.opening.read_part; None: the validation part of the run's own data. progress(done, total) is called now and then
        and may raise. Raises InputError for a question that this run can't answer."""
        return registry.answer(self.subject(source, at_step), question, progress)

    def subject(self, source: Part | None = None, at_step: int | None = None) -> Subject:
        """The subject of questions: see `ask`."""
        part = None if source is None else (lambda: source)
        subject = saved_subject(self._checkpoint, self.network, self.own_data, part, cores())
        step, past = subject.step if at_step is None else nearest(self.moments, at_step), self._past.weights
        if step != subject.step:
            history = self._checkpoint.history
            subject = with_weights(replace(subject, record=lambda: record_of(history, {}, step)), past[step], step)
        return with_past(subject, past)

    @property
    def moments(self) -> tuple[int, ...]:
        """The steps that can be asked about, ascending: the kept ones, and the run's own step."""
        return tuple(sorted({*self._past.steps, self._checkpoint.facts.weights_step}))

    @cached_property
    def _past(self) -> Moments:
        return Moments.restored(self.config.moments_mb, self._checkpoint.moments)

    def own_data(self) -> Data:
        """The data that it was trained on. Raises InputError if they are gone or have changed."""
        if self._data is None:
            self._data = own_data(self._checkpoint.facts.data, self._checkpoint.symbols)
        return self._data

    def draw_items(self, count: int = 1, *, prompt: str = "", limit: int = ITEM_LIMIT, **sampling: Any) -> list[DrawnItem]:
        """Items from <s>, or from <s> and a prompt, until </s> or `limit` tokens. sampling: temperature (1), seed and the
        others as for `generate`. found_in of each is "unknown" if the run's data can't be opened any more or have changed.
        Raises InputError for another task than items."""
        seed = sampling.pop("seed", None)
        how = Sampling(**{"temperature": 1.0, **sampling}, length=limit)
        drawn = self.ask(Items(prompt, count, how, int.from_bytes(os.urandom(4), "little") if seed is None else seed))
        return list(drawn.items)

    @overload
    def predict(self, texts: str, *, beam: int = 1) -> TextAnswer: ...  # type: ignore[overload-overlap]

    @overload
    def predict(self, texts: Iterable[str | Sequence[str]], *, beam: int = 1) -> list[TextAnswer]: ...

    def predict(self, texts: str | Iterable[str | Sequence[str]], *, beam: int = 1) -> TextAnswer | list[TextAnswer]:
        """Its answer to a text, or to each of several: a TaggedText, a ClassifiedText, or a WrittenText with the outputs that a
        beam of that width finds (1: greedily). In a list, a tagger also takes a sentence as a list of its words. A single
        classified text also has the answer after each character. Raises InputError for language models: they generate."""
        if not self.kind.answers:
            expected = f"{', '.join(ANSWERING[:-1])} or {ANSWERING[-1]}"
            raise InputError(f"the run's task is {self.task}, expected {expected}: language models generate")
        if not isinstance(texts, Iterable):
            raise InputError(f"the text is {texts!r:.60}, expected a text or a list of texts")
        if isinstance(texts, str):
            (said,) = self.ask(Predict((texts,), beam, prefixes=LONGEST_PREFIXES)).said
            return said
        return predict.answers(self.network, self.symbols, list(texts), beam, cores())

    def evaluate(self, examples: str | Iterable[Any]) -> Evaluation:
        """How well it does on a text or on examples in memory.

        lm: a text; each token is predicted from the tokens before it. items: a list of items. tag: a list of (words, tags).
        classify: of (text, label). seq2seq: of (source, target). Raises InputError if there is nothing to score, or an example
        has another form.

        >>> run.evaluate("aaabbb").count  # the first character is only read
        5
        """
        if not isinstance(examples, Iterable):
            raise InputError(f"what is scored is {examples!r:.60}, expected a text or a list of examples")
        part, unknown = encode_given(examples if isinstance(examples, str) else list(examples), self.symbols)
        return replace(self.score_part(part), unknown=unknown)

    def evaluate_file(
        self,
        source: str | os.PathLike[str],
        *,
        format: str | None = None,
        columns: tuple[str, str] | None = None,
        encoding: str | None = None,
        skip_bad_lines: bool = False,
    ) -> Evaluation:
        """How well it does on all of a file (or folder, or built-in) for its task. Warns of characters and labels that training
        lacks. Raises InputError if it can't be read."""
        files = SourceFiles(os.fspath(source), format=format, columns=columns, encoding=encoding, skip_bad_lines=skip_bad_lines)
        part, _ = read_part(files, self.symbols)
        for notice in getattr(part, "notices", ()):
            warnings.warn(notice, stacklevel=2)
        return self.score_part(part)

    def score_part(self, part: Part) -> Evaluation:
        """How well it does on a part of its data, such as own_data().validation."""
        evaluation = score(self.network, self.symbols, part, cores())
        assert evaluation is not None
        return evaluation

    def trace(self, text: str) -> dict[str, NDArray[Any]]:
        """Everything inside after each token of `text`, read from the zero state, by name. The signals of its cell (see
        tui_rnn.cells; an LSTM has i f g o c h) are (T, L, H) each; log_probs (T, V) are the log-probabilities of each next
        token; symbols (T,) names what was read in each row. For items the first row is <s>, and the last of the V is </s>.

        >>> run.trace("aab")["f"].shape
        (3, 1, 8)
        """
        if not isinstance(text, str) or not text:
            raise InputError(f"the text is {text!r:.60}, expected a text of at least one character")
        ids, items = self.vocabulary.encode(text)[0], not self.kind.is_stream
        trace = self.reader().trace(self.network.begun(ids))
        symbols = np.array(((START,) if items else ()) + token_texts(self.vocabulary, ids))
        return {**trace.signals, "log_probs": trace.log_probs, "symbols": symbols}

    def reader(self) -> LanguageModel:
        """The language model, to read and write with. Raises InputError for another task."""
        if self.kind.answers:
            raise InputError(
                f"the run's task is {self.task}, but only a language model can do that: load a run for lm or items"
            )
        reader: LanguageModel = self.network.reader()
        return reader

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the run to one .safetensors file. Raises InputError or RunError with one line."""
        checkpoints.write(self._checkpoint, written_path(path))
