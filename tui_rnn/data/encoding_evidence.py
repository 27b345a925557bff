"""Which encoding a file that is not UTF-8 is likely to have, by its bytes alone."""

from __future__ import annotations

import unicodedata

WIDE_SAMPLE = 1 << 16
SURELY_CUT = 64  # bytes; an odd number below that is not UTF-16 at all, rather than UTF-16 that is cut off
SAMPLE = 1 << 15
LIKELY = 0.3  # points for each byte outside ASCII; words have nearly 1
MOSTLY_UTF8 = 4  # so many characters of UTF-8 for each byte that is not UTF-8

_SINGLE_BYTE = ("cp1252", "cp1250", "cp1251", "koi8-r", "cp1253", "mac-roman", "cp437")  # the likeliest first
_DOUBLE_BYTE = ("cp932", "euc-jp", "euc-kr", "gb18030", "big5")
_ASCII_LETTERS = frozenset(b" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_NO_CONTROLS = frozenset(range(0x20)) - frozenset(b"\t\n\r\f\x1b")  # bytes that no text has
_WITHIN_WORDS = "'’-‐·"
_BESIDE_WORDS = "“”‘’„«»–—…€£¥¢°§©®™\u00a0¡¿"


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32 with its byte order, if the first bytes of a file without a byte order mark show it, else None.

    In a text with some ASCII, most NUL bytes are at every second place (or at two or three of four), and decoding it so gives a
    text: of assigned characters, of few scripts.
    """
    if len(head) < 4 or (len(head) < WIDE_SAMPLE and len(head) % 2 and len(head) < SURELY_CUT):
        return None
    head = head[: min(len(head), WIDE_SAMPLE) // 2 * 2]
    nuls = [head[place::4].count(0) for place in range(4)]
    if not sum(nuls):
        return None
    quarter = len(head) // 4
    if quarter > 1 and nuls[2] + nuls[3] == 2 * quarter:
        found = "utf-32-le"
    elif quarter > 1 and nuls[0] + nuls[1] >= 2 * quarter:
        found = "utf-32-be"
    else:
        found = "utf-16-le" if nuls[1] + nuls[3] > nuls[0] + nuls[2] else "utf-16-be"
    text = head.decode(found, "replace")
    written = sum(unicodedata.category(ch) not in ("Cn", "Co", "Cs") and (ch >= " " or ch in "\t\r\n\f") for ch in text)
    blocks = {0 if 0x3000 <= ord(ch) <= 0xD7FF else ord(ch) >> 8 for ch in text}  # a script takes few
    pairs = sum(ord(ch) >> 8 in _ASCII_LETTERS and ord(ch) & 0xFF in _ASCII_LETTERS for ch in text)  # ASCII, read by twos
    wide = written >= 0.99 * len(text) and len(blocks) <= 8 and 2 * pairs <= len(text)
    return found if wide else None


def mostly_utf8(sample: bytes) -> bool:
    """Whether a sample is UTF-8 but for a few bytes."""
    text = sample[:SAMPLE].decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return sum(ch > "\x7f" for ch in text) - wrong >= MOSTLY_UTF8 * wrong > 0


def likely_encoding(sample: bytes) -> str | None:
    """The encoding that fits bytes that are not UTF-8; None if none fits well.

    Each candidate decodes the sample, and the result must look like words. latin-1 is not among them: it differs from cp1252
    only in control characters that nobody types.
    """
    sample = _trimmed(sample)
    if sum(byte in _NO_CONTROLS for byte in sample) > len(sample) // 100:
        return None
    scores = {codec: _score_double(sample, codec) for codec in _DOUBLE_BYTE}
    scores |= {codec: _score_single(sample, codec) for codec in _SINGLE_BYTE}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > 0 and scores[best] >= LIKELY * sum(byte > 0x7F for byte in sample) else None


def _trimmed(sample: bytes) -> bytes:
    """The sample from the line of the first byte outside ASCII on."""
    first = next((i for i, byte in enumerate(sample) if byte > 0x7F), 0)
    start = sample.rfind(b"\n", 0, first) + 1
    return sample[max(start, first - 200) :][:SAMPLE]


def _score_double(sample: bytes, codec: str) -> float:
    """2 for each everyday character, -2 for each other, 0 if the codec can't decode the bytes."""
    for cut in range(4):  # the sample may end within a character
        try:
            text = sample[: len(sample) - cut].decode(codec)
        except UnicodeDecodeError:
            continue
        break
    else:
        return 0.0
    score, kana, chars = 0.0, 0, 0
    for ch in text:
        code = ord(ch)
        if code < 0x80:
            continue
        chars += 1
        everyday = 0x3000 <= code <= 0x30FF or 0xFF01 <= code <= 0xFF5E or _is_everyday(ch, codec)
        kana += 0x3040 <= code <= 0x30FF
        score += 2 if everyday else -2
    if codec in ("cp932", "euc-jp") and 10 * kana < chars:
        return 0.0
    return score


def _is_everyday(ch: str, codec: str) -> bool:
    """Whether a character is in the part of its set that everyday words use."""
    code = ord(ch)
    if codec == "euc-kr":
        return 0xAC00 <= code <= 0xD7A3
    if not 0x4E00 <= code <= 0x9FFF:
        return False
    try:
        lead = ch.encode({"gb18030": "gb2312", "cp932": "shift_jis"}.get(codec, codec))[0]
    except UnicodeEncodeError:
        return False
    first, last = {"gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6), "cp932": (0x88, 0x97)}.get(codec, (0xB0, 0xCF))
    return first <= lead <= last


def _score_single(sample: bytes, codec: str) -> float:
    """Points for letters within words and marks beside them, fewer for other characters."""
    text = sample.decode(codec, "replace")
    score = 0.0
    for before, ch, after in zip(" " + text[:-1], text, text[1:] + " ", strict=True):
        if ch < "\x80":
            continue
        within = before.isalpha() and after.isalpha()
        if ch.isalpha():
            beside = before if before.isalpha() else after
            if not beside.isalpha():
                score += 0.1
            elif (
                _script(ch) != _script(beside)
                or (ch.isupper() and before.islower())
                or (ch in "ςσ" and after.isalpha() == (ch == "ς"))  # the first one ends words, the other doesn't
            ):
                score -= 1
            else:
                score += 1 if ch.islower() == beside.islower() or (before.isupper() and ch.islower()) else 0.5
        elif within and ch not in _WITHIN_WORDS:
            score -= 1
        elif ch == "\ufffd" or unicodedata.category(ch)[0] == "C":
            score -= 2
        else:
            score += 0.5 if ch in _BESIDE_WORDS else -0.5
    return score


def _script(letter: str) -> str:
    return "Latin" if letter < "\u0250" else "Greek" if letter < "\u0400" else "Cyrillic" if letter < "\u0530" else "other"
