"""Numbers as English words, the British way: 407 → four hundred and seven."""

from __future__ import annotations

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
_ORDINALS |= {"twelve": "twelfth"}


def cardinal(n: int) -> str:
    """The number n, 0 to 999,999, in words."""
    if n < 20:
        return _SMALL[n]
    if n < 100:
        return _TENS[n // 10 - 2] + (f"-{_SMALL[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{_SMALL[n // 100]} hundred" + (f" and {cardinal(n % 100)}" if n % 100 else "")
    rest = n % 1000
    link = " and " if 0 < rest < 100 else " " if rest else ""
    return f"{cardinal(n // 1000)} thousand{link}{cardinal(rest) if rest else ''}"


def ordinal(n: int) -> str:
    """The rank n, 1 to 99, in words: third, twenty-first, thirtieth."""
    head, hyphen, last = cardinal(n).rpartition("-")
    return head + hyphen + (last[:-1] + "ieth" if last.endswith("y") else _ORDINALS.get(last, last + "th"))


def year(n: int) -> str:
    """The year n, 1100 to 2999, as it is spoken: nineteen hundred, eighteen oh five, two thousand and seven."""
    century, rest = divmod(n, 100)
    if century % 10 == 0 and rest < 10:
        return cardinal(n)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"
