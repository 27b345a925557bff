"""`tui-rnn sample`: a saved run goes on from a prompt."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tui_rnn.cli.output import Json, note, print_json
from tui_rnn.display import describe, visible
from tui_rnn.errors import InputError

MAX_LENGTH = 10_000_000


def run(
    run: Annotated[Path, Parameter(help="A saved run.")],
    /,
    *,
    prompt: Annotated[str, Parameter(help="Text to go on from.", allow_leading_hyphen=True)] = "",
    length: Annotated[int, Parameter(help="Characters to write.")] = 400,
    temperature: Annotated[float, Parameter(help="0: always the likeliest character; 1: as the model believes.")] = 0.8,
    top_k: Annotated[int, Parameter(help="Draw among the k likeliest characters only; 0: all.")] = 0,
    top_p: Annotated[float, Parameter(help="Draw among the likeliest characters that hold this share; 1: all.")] = 1.0,
    seed: Annotated[int | None, Parameter(help="The same seed gives the same text; without, each call differs.")] = None,
    json: Json = False,
) -> int:
    """Let a saved run write text.

    A terminal gets control, bidi and other unseen characters as glyphs; a pipe or a file gets them as the model wrote them.
    """
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.train.run import check_sampling, start_prompt

    if length > MAX_LENGTH:
        raise InputError(f"--length is {length}, expected at most {MAX_LENGTH}")
    if seed is not None and not 0 <= seed < 2**32:
        raise InputError(f"--seed is {seed}, expected 0 to {2**32 - 1}")
    check_sampling(length, temperature, top_k, top_p)
    loaded = load_run(run)
    seed = secrets.randbits(32) if seed is None else seed
    ids, unknown = loaded.vocabulary.encode(prompt or start_prompt(loaded.vocabulary))
    drawn, surprise, _ = loaded.reader().generate(ids, length, temperature=temperature, top_k=top_k, top_p=top_p, seed=seed)
    text = loaded.vocabulary.decode(drawn)
    if json:
        print_json(
            {
                "event": "sample",
                "prompt": prompt,
                "text": text,
                "seed": seed,
                "unknown_positions": unknown,
                "surprise_nats": surprise,
            }
        )
        return 0
    if unknown:
        named = ", ".join(describe(character) for character in sorted({prompt[position] for position in unknown}))
        fallback = describe(loaded.vocabulary.fallback)
        note(f"the run doesn't know {named}: read as {fallback}")
    print(visible(prompt + text, keep_newlines=True) if goes_to_a_terminal() else prompt + text)
    return 0


def goes_to_a_terminal() -> bool:
    """Whether a terminal would obey what we print."""
    return sys.stdout.isatty()
