"""The tokens and labels of a network that was trained elsewhere, from the files in which people keep them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError

MAX_BYTES = 50_000_000
FIRST_PRIVATE, PRIVATE_COUNT = 0xE000, 6400
"""Characters that no text has: they stand for tokens of several characters, such as <pad>."""
MOST_CODES = 8


def read_tokens(path: Path, wanted: int) -> tuple[str, ...]:
    """The tokens by their ids, `wanted` in all.

    JSON: a list, an object from token to id, or an object that has one of these as `symbols`, `itos`, `stoi`, `vocab` or
    `chars`. Any other text: the characters in the order of their ids, or one token a line, or the text that the network was
    trained on (its distinct characters, sorted, get the ids): the first of these with the wanted number. Raises InputError.
    """
    text = _read(path)
    if path.suffix.lower() == ".json":
        return _counted(path, _of_json(path, text), wanted)
    characters = tuple(text)
    lines = tuple(text.removesuffix("\n").split("\n"))
    for tokens in (characters, characters[:-1] if text.endswith("\n") else (), lines, tuple(sorted(set(text)))):
        if len(tokens) == wanted and len(set(tokens)) == wanted:
            return tokens
    raise InputError(
        f"{path} has {counted(len(text), 'character')} ({len(set(text)):,} distinct) and {counted(len(lines), 'line')}; "
        f"the network reads {wanted:,} tokens: give these in the order of their ids, or the text that it was trained on"
    )


def read_labels(path: Path, wanted: int) -> tuple[str, ...]:
    """The names of classes or tags by their ids: JSON as for tokens (`labels`), or one a line. Raises InputError."""
    text = _read(path)
    json_file = path.suffix.lower() == ".json"
    labels = _of_json(path, text) if json_file else tuple(text.removesuffix("\n").split("\n"))
    return _counted(path, labels, wanted)


def as_characters(tokens: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """One character for each token, in the same order: the token itself or, for a token such as <pad>, a character that no
    text has; and which stands for which. Raises InputError for other tokens of several characters."""
    instead: dict[str, str] = {}
    for token in tokens:
        if len(token) == 1 and not 0xD800 <= ord(token) <= 0xDFFF:
            continue
        if not (token.startswith("<") and token.endswith(">")) and not (token.startswith("[") and token.endswith("]")):
            codes = " ".join(f"U+{ord(ch):04X}" for ch in token[:MOST_CODES]) + " …" * (len(token) > MOST_CODES)
            raise InputError(
                f"the token {visible(token)[:40]!r} is {codes}, expected one character: tui-rnn imports networks over "
                "characters or bytes"
            )
        if len(instead) == PRIVATE_COUNT:
            raise InputError(f"there are more than {PRIVATE_COUNT:,} tokens such as {visible(token)[:40]}")
        instead[token] = chr(FIRST_PRIVATE + len(instead))
    characters = "".join(instead.get(token, token) for token in tokens)
    if len(set(characters)) < len(characters):
        twice = next(ch for ch in characters if characters.count(ch) > 1)
        ids = characters.index(twice), characters.rindex(twice)
        raise InputError(f"the token {visible(twice)!r} has the ids {ids[0]} and {ids[1]}, expected each token once")
    return characters, instead


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} has more than {MAX_BYTES:,} bytes, expected a vocabulary")
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8, expected a vocabulary") from None
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}") from None


NAMES = ("symbols", "labels", "itos", "stoi", "vocab", "chars", "token_to_id", "id_to_token")


def _of_json(path: Path, text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"{path} is no JSON, expected a list of tokens or an object from token to id") from None
    if isinstance(found, dict):
        found = next((found[name] for name in NAMES if isinstance(found.get(name), list | dict)), found)
    return _in_order(path, found)


def _in_order(path: Path, found: Any) -> tuple[str, ...]:
    """The tokens of a list, or of an object from token to id or from id to token."""
    if isinstance(found, dict):
        pairs = list(found.items())
        if all(isinstance(value, str) and name.isdecimal() for name, value in pairs):
            pairs = [(value, int(name)) for name, value in pairs]
        ids = [id for _, id in pairs]
        if not all(type(id) is int for id in ids) or sorted(ids) != list(range(len(ids))):
            found = f"ids from {min(ids)} to {max(ids)}" if all(type(id) is int for id in ids) and ids else "no ids"
            raise InputError(f"{path} has {found}, expected an object from token to id, with those from 0 to {len(pairs) - 1}")
        found = [token for token, _ in sorted(pairs, key=lambda pair: pair[1])]
    if not isinstance(found, list):
        raise InputError(f"{path} holds {found!r:.60}, expected a list of tokens or an object from token to id")
    for id, token in enumerate(found):
        if not isinstance(token, str) or not token:
            raise InputError(f"{path} has {token!r:.40} for the id {id}, expected a token")
    return tuple(found)


def _counted(path: Path, found: tuple[str, ...], wanted: int) -> tuple[str, ...]:
    if len(found) != wanted:
        raise InputError(f"{path} has {len(found):,} names, the network {wanted:,}: give one for each id")
    return found
