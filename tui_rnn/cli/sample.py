"""`tui-rnn sample`: a language model continues a prompt, or draws items from <s> to </s>."""

from __future__ import annotations

import re
import secrets
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tui_rnn.cli.answering import note_unknown
from tui_rnn.cli.options import FLAG
from tui_rnn.cli.output import Json, note, print_json, shell_line
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.insight.drawing import Sampling
    from tui_rnn.insight.sample import Sampled
    from tui_rnn.training.run import Run
    from tui_rnn.training.run_facts import RunFacts

MAX_LENGTH = 10_000_000
MAX_COUNT = 1_000_000
TEXT_LENGTH, UNTIL_LENGTH = 400, 10_000
ITEMS_AT_ONCE = 64
FIRST_LOOK = 400  # how many tokens are drawn before the first search for a string; then twice as many, and so on
MAX_SEED = 2**32 - 1
_ESCAPED = re.compile(r"\\[nt\\]")


@dataclass(frozen=True)
class _Asked:
    """What to write. sampling: how to draw, and at most how many tokens; until: the string that ends a text, "" for none."""

    prompt: str
    sampling: Sampling
    seed: int
    count: int
    until: str
    novelty: bool
    json: bool


def run(
    run: Annotated[Path, Parameter(help="A saved language model.")],
    /,
    *,
    prompt: Annotated[str | None, Parameter(help="The text to continue.", allow_leading_hyphen=True)] = None,
    prompt_file: Annotated[
        Path | None, Parameter(help="A file with the text to continue, with its last line end; - for stdin.")
    ] = None,
    escape: Annotated[
        bool,
        FLAG,
        Parameter(help=r"Read \n, \t, \r, \\, \xHH, \uHHHH and \UHHHHHHHH in --prompt and --until as escapes."),
    ] = False,
    length: Annotated[
        int | None,
        Parameter(
            help="Tokens to write (default 400); with --until, at most (default 10,000); for an item, at most (default 200).",
            metavar="N",
        ),
    ] = None,
    until: Annotated[
        str | None,
        Parameter(help="End a text after this string. A run on items ends each item at </s>.", allow_leading_hyphen=True),
    ] = None,
    count: Annotated[
        int | None, Parameter(help="Texts to write (default 1), or items to draw (default 10).", metavar="N")
    ] = None,
    temperature: Annotated[
        float, Parameter(help="0: always the likeliest token; 1: the model's own probabilities.", alias="--temp")
    ] = 0.8,
    top_k: Annotated[int, Parameter(help="Draw among the k likeliest tokens only; 0: all.")] = 0,
    top_p: Annotated[float, Parameter(help="Draw among the likeliest tokens that together hold this share; 1: all.")] = 1.0,
    min_p: Annotated[
        float, Parameter(help="Leave out tokens with less than this share of the likeliest token's probability; 0: none.")
    ] = 0.0,
    repetition_penalty: Annotated[
        float, Parameter(help="Above 1: tokens that came before are less likely; 1: off.", alias="--repeat-penalty")
    ] = 1.0,
    penalty_window: Annotated[
        int,
        Parameter(
            help="How many of the last tokens the penalty looks at; 0: the whole text.", alias="--repeat-last-n", metavar="N"
        ),
    ] = 64,
    seed: Annotated[int | None, Parameter(help="The same seed gives the same text; without, each call differs.")] = None,
    novelty: Annotated[
        bool,
        FLAG,
        Parameter(
            help="Say how much of the text is word for word in the training part, and how much of the validation part is."
        ),
    ] = False,
    json: Json = False,
) -> int:
    """Let a saved language model write.

    A run on a running text continues the prompt. A run on items draws several, one below the other, each from <s> (and the
    prompt) until </s>; items that are in its own file are marked. The settings of drawing act in this order: repetition
    penalty, temperature, top-k, top-p, min-p.

    A terminal gets control, bidi and other invisible characters as glyphs; a pipe or a file gets them as the model wrote them.
    """
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.cli.prompt import given_prompt
    from tui_rnn.data.prompts import unescaped
    from tui_rnn.insight.drawing import Sampling
    from tui_rnn.insight.items import ITEM_LIMIT
    from tui_rnn.tasks.sampling import check_sampling
    from tui_rnn.training.run_facts import read_facts

    for name, value, low, high in (("length", length, 0, MAX_LENGTH), ("count", count, 1, MAX_COUNT)):
        if value is not None and not low <= value <= high:
            raise InputError(f"--{name} is {value}, expected {low} to {high}")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise InputError(f"--seed is {seed}, expected 0 to {MAX_SEED}")
    if until == "":
        raise InputError("--until is empty, expected at least one character")
    check_sampling(length or 0, temperature, top_k, top_p, min_p, repetition_penalty, penalty_window)
    facts = read_facts(run)
    if facts.kind.answers:
        ask = shell_line("tui-rnn", "predict", str(run), "TEXT")
        raise InputError(f"{run} is for {facts.kind.title} and not a language model: ask it with {ask}")
    items = facts.kind.draws_items
    if items and until is not None:
        raise InputError("--until is for a run on a running text, but the items of this run end at </s>: leave it out")
    begin = given_prompt(prompt, prompt_file, escape)
    ends = "" if until is None else unescaped(until, "--until") if escape else until
    loaded = load_run(run, json)
    _note_prompt(loaded, begin, escape or prompt_file is not None, json)
    usual = ITEM_LIMIT if items else UNTIL_LENGTH if ends else TEXT_LENGTH
    how = Sampling(
        temperature, top_k, top_p, min_p, repetition_penalty, penalty_window, length=usual if length is None else length
    )
    number = (10 if items else 1) if count is None else count
    asked = _Asked(begin, how, secrets.randbits(31) if seed is None else seed, number, ends, novelty, json)
    if items:
        texts = _draw_items(loaded, facts, asked)
        if novelty:
            _say_novelty(loaded, "\n".join(texts), json)
    else:
        _write_texts(loaded, asked)
    return 0


def _note_prompt(loaded: Run, prompt: str, is_meant: bool, json: bool) -> None:
    """Say which characters of a prompt are read as something else. is_meant: a backslash in it is really a backslash."""
    from tui_rnn.data.prompts import as_corpus_has, encode_written

    vocabulary = loaded.vocabulary
    if json:
        return
    if not is_meant and _ESCAPED.search(prompt) and vocabulary.encode("\\")[1]:
        note(f"'{prompt}' has a backslash, which the run doesn't know: with --escape it begins a line end or a tab")
    read = as_corpus_has(vocabulary, prompt)
    note_unknown([(read, encode_written(vocabulary, read)[1])], vocabulary)


def _say_novelty(loaded: Run, text: str, json: bool) -> None:
    """Say how much of what was written is copied."""
    from tui_rnn.insight.copied import Copied

    if not text:
        note("nothing was written, so nothing is copied")
        return
    found = loaded.ask(Copied(text, copies=1, shortest=1))
    if json:
        shares = {str(n): share for n, share in zip(found.n.tolist(), found.new, strict=True)}
        yardstick = {str(n): share for n, share in zip(found.n.tolist(), found.new_in_validation, strict=True)}
        place = found.copies[0].at if found.copies else None
        copied = {"event": "novelty", "longest_copy": found.longest, "copied_at": place, "new_ngrams": shares}
        of_validation = {"longest_copy_validation": found.longest_in_validation, "new_ngrams_validation": yardstick}
        print_json({**copied, **of_validation, "validation_tokens": found.validation_tokens})
        return
    for line in found.lines():
        note(visible(line))


def goes_to_a_terminal() -> bool:
    """Whether stdout is a terminal, which would obey control characters."""
    return sys.stdout.isatty()


def _write_texts(loaded: Run, asked: _Asked) -> None:
    """Write the texts, each with the next seed, and an empty line between two of them."""
    from tui_rnn.data.prompts import as_corpus_has

    prompt = as_corpus_has(loaded.vocabulary, asked.prompt)
    for k in range(asked.count):
        seed = (asked.seed + k) % (MAX_SEED + 1)
        drawn, pieces, found = _drawn_until(loaded, asked, seed)
        text = "".join(pieces)
        if asked.json:
            _print_text(loaded, asked, prompt, drawn, pieces, found)
        else:
            shown = prompt + text
            print("\n" * (k > 0) + (visible(shown, keep_newlines=True) if goes_to_a_terminal() else shown))
            if asked.until and not found:
                most = counted(len(pieces), "token")
                note(f"{asked.until!r} did not come within {most}: give a larger --length")
        if asked.novelty:
            _say_novelty(loaded, text, asked.json)


def _print_text(loaded: Run, asked: _Asked, prompt: str, drawn: Sampled, pieces: tuple[str, ...], found: bool) -> None:
    from tui_rnn.data.prompts import encode_written

    unknown = encode_written(loaded.vocabulary, prompt)[1]
    record = {"event": "sample", "prompt": prompt, "text": "".join(pieces), "seed": drawn.seed, "unknown_positions": unknown}
    ended = {"until": asked.until, "until_found": found} if asked.until else {}
    print_json({**record, **ended, "surprise_nats": drawn.token_nats[: len(pieces)]})


def _drawn_until(loaded: Run, asked: _Asked, seed: int) -> tuple[Sampled, tuple[str, ...], bool]:
    """What was drawn, its tokens up to the wanted end, and whether the string that ends it was found."""
    from tui_rnn.insight.sample import Sample

    most = asked.sampling.length
    length = min(most, FIRST_LOOK) if asked.until else most
    while True:  # the same seed draws the same beginning, however long the text is
        drawn = loaded.ask(Sample(asked.prompt, replace(asked.sampling, length=length), seed))
        if asked.until:
            at = "".join(drawn.drawn).find(asked.until)
            if at >= 0:
                return drawn, _first(drawn.drawn, at + len(asked.until)), True
        if length == most:
            return drawn, drawn.drawn, False
        length = min(most, 2 * length)


def _first(pieces: tuple[str, ...], characters: int) -> tuple[str, ...]:
    """The tokens up to the one that holds the last of so many characters."""
    so_far = 0
    for k, piece in enumerate(pieces, start=1):
        so_far += len(piece)
        if so_far >= characters:
            return pieces[:k]
    return pieces


def _draw_items(loaded: Run, facts: RunFacts, asked: _Asked) -> list[str]:
    """Draw the items, print them, and return them."""
    from tui_rnn.insight import registry
    from tui_rnn.insight.items import Items

    subject, texts = loaded.subject(), list[str]()
    for start in range(0, asked.count, ITEMS_AT_ONCE):
        question = Items(asked.prompt, min(ITEMS_AT_ONCE, asked.count - start), asked.sampling, asked.seed + start)
        drawn = registry.answer(subject, question)
        if drawn.not_found and not start:
            note(f"items that are in the training file are not marked: {drawn.not_found}")
        texts += [item.text for item in drawn.items]
        for number, item in enumerate(drawn.items, start=start):
            if asked.json:
                record = {"event": "item", "text": item.text, "ended": item.ended, "loss_nats": item.loss_nats}
                print_json({**record, "found_in": item.found_in, "seed": asked.seed + number})
                continue
            text = visible(item.text, keep_newlines=True) if goes_to_a_terminal() else item.text
            mark = "cut" if not item.ended else "" if item.found_in in (None, "unknown") else f"in {item.found_in}"
            print(f"{text}\t({mark})" if mark else text)
            if facts.data.request.items == "paragraphs":
                print()
    return texts
