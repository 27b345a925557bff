"""The one place where text that we did not write is made safe to show.

A file, a file name, a prompt or a model may hold any code point: escape sequences, bidi overrides, marks that pile up.
`visible` and `glyph` turn each code point into exactly one harmless one, so positions in the text stay true.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rich.cells import get_character_cell_size

NEWLINE, TAB, SPACE = "↵", "→", "·"
OTHER_SPACE = "␣"  # every space but U+0020, where the kind of space matters
UNSHOWN = "�"  # has no shape of its own: C1, bidi controls, zero-width, surrogates, private, unassigned
MARK = "◌"  # an accent or vowel sign that has nothing to stand on
WIDE = "□"  # a character of two cells where there is room for one

MARKS_PER_BASE = 3  # more than this on one letter is a pile that runs over the lines above

# Letters, marks and symbols by category, but drawn as nothing at all.
_BLANK_FORMS = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0))
_VARIATION_SELECTORS = (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_NEVER_SHOWN = _BLANK_FORMS.union(_VARIATION_SELECTORS)
_BRAILLE_BLANK = "\u2800"
# Terminals differ on the width of these: letters that pair up to flags, and numbers in squares.
_UNSURE_WIDTH = frozenset(map(chr, (*range(0x1F1E6, 0x1F200), *range(0x3248, 0x3250))))


def _safe(ch: str) -> str:
    code = ord(ch)
    if ch == "\n":
        return NEWLINE
    if ch == "\t":
        return TAB
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code in _NEVER_SHOWN:
        return UNSHOWN
    category = unicodedata.category(ch)
    if category[0] == "C" or category in ("Zl", "Zp"):
        return UNSHOWN
    if category[0] != "M" and get_character_cell_size(ch) == 0 and not _joins(ch):
        return UNSHOWN
    return ch


def _joins(ch: str) -> bool:
    """Whether `ch` is drawn onto the character before it: combining marks, and the inner letters of a Hangul syllable."""
    if ch in (UNSHOWN, NEWLINE, TAB):
        return False
    return unicodedata.category(ch)[0] == "M" or (unicodedata.category(ch) == "Lo" and get_character_cell_size(ch) == 0)


class _Forms(dict[int, str]):
    """Code point → what stands for it; each is worked out once."""

    def __missing__(self, code: int) -> str:
        form = self[code] = _safe(chr(code))
        return form


_FORMS = _Forms()


def visible(text: str, *, keep_newlines: bool = False) -> str:
    """`text` with everything a terminal could obey, hide or reorder made a visible glyph; same length.

    The result holds no control, bidi, zero-width, private or unassigned code point, and is one line unless
    `keep_newlines`. Letters, spaces and combining marks on a letter stay as they are.
    """
    if keep_newlines:
        return "\n".join(visible(line) for line in text.split("\n"))
    shown = text.translate(_FORMS)
    return shown if shown.isascii() else _seat_marks(shown)


def _seat_marks(text: str) -> str:
    """Marks without a letter under them would land on the pane's border: they become MARK, as do those of a pile."""
    seated: list[str] = []
    free = 0
    for ch in text:
        if not _joins(ch):
            free = MARKS_PER_BASE
        elif free:
            free -= 1
        else:
            ch, free = MARK, MARKS_PER_BASE
        seated.append(ch)
    return "".join(seated)


@lru_cache(maxsize=8192)
def cells(ch: str) -> int:
    """Terminal cells that the character needs to be shown as itself by `glyph`: 1 or 2."""
    form = _FORMS[ord(ch)]
    return 2 if get_character_cell_size(form) == 2 and unicodedata.east_asian_width(form) in "WF" else 1


@lru_cache(maxsize=8192)
def glyph(ch: str, width: int = 1) -> str:
    """One character in exactly `width` terminal cells (1 or 2), spaces visible: for a heatmap's columns.

    A wide character shows as itself in two cells and as `WIDE` in one; a lone combining mark as `MARK`.
    """
    form = _FORMS[ord(ch)]
    if width == 2 and cells(ch) == 2:
        return form
    return _one_cell(form) + " " * (width - 1)


def _one_cell(form: str) -> str:
    if form == " ":
        return SPACE
    if _joins(form):
        return MARK
    if form == _BRAILLE_BLANK or (unicodedata.category(form) == "Zs" and form != "\u1680"):
        return OTHER_SPACE
    # Where one table of widths says one cell and another two, a column could shift.
    if get_character_cell_size(form) == 2 or unicodedata.east_asian_width(form) in "WF" or form in _UNSURE_WIDTH:
        return WIDE
    return form


def counted(n: int, one: str, many: str = "") -> str:
    """'1 text', '2,000 texts'. many: the plural, if it is not `one` with an s."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def widest(symbols: Iterable[str], least: int = 6) -> int:
    """The width of a column of symbols in quotes."""
    return max([least, *(len(repr(symbol)) for symbol in symbols)])


TOKEN_NAMES = {"char": "character", "word": "word", "word+char": "word", "byte": "byte"}
"""What one token of a text is called, by the kind of its vocabulary."""


def counted_tokens(n: int, kind: str, what: str = "") -> str:
    """'1 character', '2,000 distinct words'. kind: a key of TOKEN_NAMES."""
    return counted(n, f"{what} {TOKEN_NAMES[kind]}".lstrip())


def is_unseen(ch: str) -> bool:
    """Whether a terminal draws nothing for the character, and it is no line end, tab or joiner: controls, marks of direction,
    private and unassigned characters."""
    return ch not in "\n\t\u200c\u200d" and unicodedata.category(ch) in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp")


def describe(ch: str) -> str:
    """The character in words for a line of prose: 'e' in quotes, or newline, or U+200B ZERO WIDTH SPACE."""
    named = {" ": "space", "\n": "newline", "\t": "tab", "\r": "carriage return"}
    if ch in named:
        return named[ch]
    if _FORMS[ord(ch)] == ch and not _joins(ch) and unicodedata.category(ch) != "Zs":
        return f"'{ch}'"
    return f"U+{ord(ch):04X} {unicodedata.name(ch, '')}".rstrip()


def describe_symbol(symbol: str) -> str:
    """A character as in `describe`, a word in quotes."""
    return describe(symbol) if len(symbol) == 1 else f"'{visible(symbol)}'"
