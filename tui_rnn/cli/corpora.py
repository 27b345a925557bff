"""`tui-rnn corpora`: the built-in texts, and what each is there for."""

from __future__ import annotations

from tui_rnn.cli.output import Json, print_json


def run(*, json: Json = False) -> int:
    """List the built-in texts: size, distinct characters, the lowest possible loss where it is known, what to look for."""
    from rich.console import Console
    from rich.padding import Padding

    from tui_rnn.data.builtin import BUILTINS
    from tui_rnn.tui.formats import size

    console = Console(highlight=False, markup=False)
    for builtin in BUILTINS.values():
        text, rate = builtin.text(), builtin.entropy_rate_nats
        byte_count, distinct = len(text.encode("utf-8")), len(set(text))
        if json:
            print_json(
                {
                    "event": "corpus",
                    "name": builtin.name,
                    "kind": builtin.kind,
                    "bytes": byte_count,
                    "characters": len(text),
                    "distinct_characters": distinct,
                    "entropy_rate_nats": rate,
                    "summary": builtin.summary,
                    "what_to_look_for": builtin.what_to_look_for,
                }
            )
            continue
        floor = "" if rate is None else f", entropy rate {rate:.3f} nats/char"
        console.print(f"{builtin.name}  {size(byte_count)}, {distinct} distinct characters{floor}", style="bold")
        console.print(Padding(f"{builtin.summary} ({builtin.kind})\n{builtin.what_to_look_for}", (0, 0, 0, 4)))
    return 0
