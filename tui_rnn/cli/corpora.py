"""`tui-rnn corpora`: the built-in texts, and what each is there for."""

from __future__ import annotations

import shutil
import textwrap
from typing import Any

from tui_rnn.cli.output import Json, print_json


def run(*, json: Json = False) -> int:
    """List the built-in texts: size, distinct characters, the lowest possible loss where it is known, what to look for."""
    from tui_rnn.data.builtin import BUILTINS
    from tui_rnn.errors import InputError
    from tui_rnn.tui.formats import size

    for builtin in BUILTINS.values():
        about: dict[str, Any] = {"name": builtin.name, "kind": builtin.kind, "summary": builtin.summary}
        try:
            text, rate = builtin.text(), builtin.entropy_rate_nats
        except InputError as error:  # the others can still be used
            if json:
                print_json({"event": "corpus", **about, "problem": str(error)})
            else:
                _print(builtin.name, str(error))
            continue
        byte_count, distinct = len(text.encode("utf-8")), len(set(text))
        if json:
            measured = {"bytes": byte_count, "characters": len(text), "distinct_characters": distinct}
            about |= {"entropy_rate_nats": rate, "what_to_look_for": builtin.what_to_look_for}
            print_json({"event": "corpus", **about, **measured})
        else:
            floor = "" if rate is None else f", entropy rate {rate:.3f} nats/char"
            title = f"{builtin.name} ({builtin.kind}): {size(byte_count)}, {distinct} distinct characters{floor}"
            _print(title, f"{builtin.summary}. {builtin.what_to_look_for}")
    return 0


def _print(title: str, about: str) -> None:
    print(title)
    width = min(shutil.get_terminal_size().columns, 100)
    print(textwrap.fill(about, width, initial_indent="    ", subsequent_indent="    "))
