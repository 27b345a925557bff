"""`tui-rnn sample`: a language model goes on from a prompt, or draws items from <s> to </s>."""

from __future__ import annotations

import re
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tui_rnn.cli.answering import note_unknown
from tui_rnn.cli.output import Json, note, print_json, shell_line
from tui_rnn.display import visible
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.insight.drawing import Sampling
    from tui_rnn.training.run import Run
    from tui_rnn.training.run_facts import RunFacts

MAX_LENGTH = 10_000_000
MAX_COUNT = 1_000_000
TEXT_LENGTH = 400
ITEMS_AT_ONCE = 64
_ESCAPED = re.compile(r"\\([nt\\])")


@dataclass(frozen=True)
class _Sampling:
    """How to draw, as asked for; length: tokens of a text, or the most of an item."""

    prompt: str
    length: int | None
    temperature: float
    top_k: int
    top_p: float
    seed: int

    def sampling(self, usual_length: int) -> Sampling:
        """The same for a question."""
        from tui_rnn.insight.drawing import Sampling

        length = usual_length if self.length is None else self.length
        return Sampling(self.temperature, self.top_k, self.top_p, length)


def run(
    run: Annotated[Path, Parameter(help="A saved language model.")],
    /,
    *,
    prompt: Annotated[str, Parameter(help="Text to go on from.", allow_leading_hyphen=True)] = "",
    escape: Annotated[
        bool,
        Parameter(help=r"Read \n, \t and \\ in --prompt as line end, tab and backslash.", negative=(), show_default=False),
    ] = False,
    length: Annotated[
        int | None, Parameter(help="Tokens to write (default 400); of an item, the most (default 200).", metavar="N")
    ] = None,
    count: Annotated[int | None, Parameter(help="Items to draw (default 10); for a run on items.", metavar="N")] = None,
    temperature: Annotated[
        float, Parameter(help="0: always the likeliest token; 1: as the model believes.", alias="--temp")
    ] = 0.8,
    top_k: Annotated[int, Parameter(help="Draw among the k likeliest tokens only; 0: all.")] = 0,
    top_p: Annotated[float, Parameter(help="Draw among the likeliest tokens that hold this share; 1: all.")] = 1.0,
    seed: Annotated[int | None, Parameter(help="The same seed gives the same text; without, each call differs.")] = None,
    novelty: Annotated[
        bool,
        Parameter(
            help="Say how much of it stands word for word in the training part, beside the same of the validation part.",
            negative=(),
            show_default=False,
        ),
    ] = False,
    json: Json = False,
) -> int:
    """Let a saved language model write.

    A run on a running text goes on from the prompt. A run on items draws some, one below the other, each from <s> (and
    the prompt) until </s>; those that stand in its file are marked.

    A terminal gets control, bidi and other unseen characters as glyphs; a pipe or a file gets them as the model wrote them.
    """
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.tasks.sampling import check_sampling
    from tui_rnn.training.run_facts import read_facts

    for name, value, low, high in (("length", length, 0, MAX_LENGTH), ("count", count, 1, MAX_COUNT)):
        if value is not None and not low <= value <= high:
            raise InputError(f"--{name} is {value}, expected {low} to {high}")
    if seed is not None and not 0 <= seed < 2**32:
        raise InputError(f"--seed is {seed}, expected 0 to {2**32 - 1}")
    check_sampling(length or 0, temperature, top_k, top_p)
    facts = read_facts(run)
    if facts.kind.answers:
        ask = shell_line("tui-rnn", "predict", str(run), "TEXT")
        raise InputError(f"{run} is for {facts.kind.title}, no language model: ask it, {ask}")
    if not facts.kind.draws_items and count is not None:
        raise InputError("--count is for a run on items, this one goes on with a running text: leave it out")
    loaded = load_run(run, json)
    if escape:
        prompt = _unescaped(prompt)
    elif _ESCAPED.search(prompt) and not json and loaded.vocabulary.encode("\\")[1]:
        note(f"'{prompt}' has a backslash, which the run doesn't know: --escape reads it as a line end or a tab")
    sampling = _Sampling(prompt, length, temperature, top_k, top_p, secrets.randbits(31) if seed is None else seed)
    if not json:
        note_unknown(prompt, loaded.vocabulary.encode(prompt)[1], loaded.vocabulary)
    if facts.kind.draws_items:
        texts = _draw_items(loaded, facts, sampling, 10 if count is None else count, json)
    else:
        texts = [_write_on(loaded, sampling, json)]
    if novelty:
        _say_novelty(loaded, "\n".join(texts), json)
    return 0


def _say_novelty(loaded: Run, text: str, json: bool) -> None:
    """How much of what was written is copied, after it."""
    from tui_rnn.insight.copied import Copied

    found = loaded.ask(Copied(text, copies=1, shortest=1))
    if json:
        shares = {str(n): share for n, share in zip(found.n.tolist(), found.new, strict=True)}
        yardstick = {str(n): share for n, share in zip(found.n.tolist(), found.new_in_validation, strict=True)}
        place = found.copies[0].at if found.copies else None
        copied = {"event": "novelty", "longest_copy": found.longest, "copied_at": place}
        print_json({**copied, "new_ngrams": shares, "new_ngrams_validation": yardstick})
        return
    for line in found.lines():
        note(visible(line))


def _unescaped(prompt: str) -> str:
    """The prompt with what a person wrote for characters that a shell has no key for."""
    return _ESCAPED.sub(lambda found: {"n": "\n", "t": "\t", "\\": "\\"}[found[1]], prompt)


def goes_to_a_terminal() -> bool:
    """Whether a terminal would obey what we print."""
    return sys.stdout.isatty()


def _write_on(loaded: Run, how: _Sampling, json: bool) -> str:
    """Returns what was written, without the prompt."""
    from tui_rnn.insight.sample import Sample

    drawn = loaded.ask(Sample(how.prompt, how.sampling(TEXT_LENGTH), how.seed))
    text = drawn.text[len(drawn.prompt) :]
    if json:
        unknown = loaded.vocabulary.encode(how.prompt)[1]
        record = {"event": "sample", "prompt": how.prompt, "text": text, "seed": how.seed, "unknown_positions": unknown}
        print_json({**record, "surprise_nats": drawn.token_nats})
    else:
        print(visible(how.prompt + text, keep_newlines=True) if goes_to_a_terminal() else how.prompt + text)
    return text


def _draw_items(loaded: Run, facts: RunFacts, how: _Sampling, count: int, json: bool) -> list[str]:
    """Returns the items."""
    from tui_rnn.insight import registry
    from tui_rnn.insight.items import ITEM_LIMIT, Items

    subject, sampling, texts = loaded.subject(), how.sampling(ITEM_LIMIT), list[str]()
    for start in range(0, count, ITEMS_AT_ONCE):
        question = Items(how.prompt, min(ITEMS_AT_ONCE, count - start), sampling, how.seed + start)
        drawn = registry.answer(subject, question)
        if drawn.not_found and not start:
            note(f"items of the training file are not marked: {drawn.not_found}")
        texts += [item.text for item in drawn.items]
        for number, item in enumerate(drawn.items, start=start):
            if json:
                record = {"event": "item", "text": item.text, "ended": item.ended, "loss_nats": item.loss_nats}
                print_json({**record, "found_in": item.found_in, "seed": how.seed + number})
                continue
            text = visible(item.text, keep_newlines=True) if goes_to_a_terminal() else item.text
            mark = "cut" if not item.ended else "" if item.found_in in (None, "unknown") else f"in {item.found_in}"
            print(f"{text}\t({mark})" if mark else text)
            if facts.data.request.items == "paragraphs":
                print()
    return texts
