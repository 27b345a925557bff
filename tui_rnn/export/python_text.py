"""Python that turns a text into ids and back, for the programs that exports hold: the lines differ by what a token is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui_rnn.export.plan import Plan

ENCODING = {
    "char": '''
IDS = {symbol: i for i, symbol in enumerate(ABOUT["symbols"])}


def encode(text):
    """The ids of a text's characters."""
    return [IDS.get(character, ABOUT["unknown"]) for character in text]
''',
    "word": '''
IDS = {symbol: i for i, symbol in enumerate(ABOUT["symbols"][:-1])}


def encode(text):
    """The ids of a text's words; a first word that is known only with the space before it is read as that."""
    words = re.findall(ABOUT["pattern"], text)
    if words and words[0] not in IDS:
        words[0] = " " + words[0]
    return [IDS.get(word, ABOUT["unknown"]) for word in words]
''',
    "bare word": '''
IDS = {symbol: i for i, symbol in enumerate(ABOUT["symbols"][:-1])}


def encode(text):
    """The ids of a text's words and punctuation marks."""
    words = re.findall(ABOUT["pattern"], text)
    return [IDS.get(word.lower() if ABOUT["fold_case"] else word, ABOUT["unknown"]) for word in words]
''',
    "spelled word": '''
IDS = {symbol: i for i, symbol in enumerate(ABOUT["symbols"][:-1])}
LETTERS = {letter: i for i, letter in enumerate(ABOUT["letters"])}


def encode(text):
    """The ids of a text's words and punctuation marks, and of each the ids of its letters: of a long one, at its two ends."""
    words, half = re.findall(ABOUT["pattern"], text), ABOUT["longest_word"] // 2
    ids = [IDS.get(word.lower() if ABOUT["fold_case"] else word, ABOUT["unknown"]) for word in words]
    cut = [word if len(word) <= 2 * half else word[:half] + word[-half:] for word in words]
    return ids, [[LETTERS.get(letter, ABOUT["unknown_letter"]) for letter in word] for word in cut]
''',
    "byte": '''
def encode(text):
    """The ids of a text: its bytes."""
    return list(text.encode("utf-8", "replace"))
''',
}
DECODING = {
    "char": """
def decode(ids):
    return "".join(ABOUT["symbols"][i] for i in ids)
""",
    "word": """
def decode(ids):
    return "".join(" <unk>" if i == ABOUT["unknown"] else ABOUT["symbols"][i] for i in ids)
""",
    "byte": """
def decode(ids):
    return bytes(ids).decode("utf-8", "replace")
""",
}
ANSWERS = {
    "labels": '''
def show(text):
    """The likeliest classes of a text."""
    values = logits(encode(text))
    for i in sorted(range(len(values)), key=lambda i: -values[i])[:3]:
        print(f"{softmax(values)[i]:6.1%}  {ABOUT['labels'][i]}")
''',
    "tags": '''
def show(text):
    """The likeliest tag of each word: it is read off at the word's last character."""
    words, end = re.findall(ABOUT["pattern"], text), -1
    values = logits(encode(" ".join(words)))
    for word in words:
        end += len(word) + (end >= 0)
        print(f"{word}\\t{ABOUT['labels'][int(values[end].argmax())]}")
''',
    "tags of words": '''
def show(text):
    """The likeliest tag of each word."""
    for word, values in zip(re.findall(ABOUT["pattern"], text), logits(encode(text))):
        print(f"{word}\\t{ABOUT['labels'][int(values.argmax())]}")
''',
    "targets": '''
def show(text):
    """What it writes for a source, the likeliest symbol at each step."""
    print(ABOUT["separator"].join(ABOUT["targets"][i] for i in write(encode(text))).lstrip())
''',
}


def reads_and_shows(plan: Plan, told: Mapping[str, Any]) -> str:
    """encode, decode of a language model, or else show. told: as in about.json."""
    tokens = "spelled word" if "letters" in told else "bare word" if "fold_case" in told else told["tokens"]
    if not plan.kind.answers:
        return ENCODING[tokens] + "\n" + DECODING[tokens]
    answer = "targets" if plan.decoder else "labels" if plan.picked != "each" else "tags"
    if answer == "tags" and "fold_case" in told:
        answer = "tags of words"
    shown = ANSWERS[answer].replace("logits(encode(", "logits(*encode(") if "letters" in told else ANSWERS[answer]
    return ENCODING[tokens] + "\n" + shown


def of_text(plan: Plan) -> str:
    """What the logits are of, where a text is answered."""
    if plan.picked != "each":
        return "The logits of the whole text, (classes,)."
    if plan.encoder.speller:
        return "The logits of each word, (T, tags)."
    return "The logits at each character, (T, tags): the tag of a word is read at its last character."


def joined(parts: list[str]) -> str:
    """A program of its parts, without a softmax that none of them calls."""
    used = [
        part
        for part in parts
        if not part.startswith("\ndef softmax(") or any("softmax(" in one for one in parts if one != part)
    ]
    return "\n\n".join(part.strip("\n") + "\n" for part in used)
