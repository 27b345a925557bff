"""What the exported Python programs have in common: from a text to ids and back, answers, and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
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
    """The ids of a text's words and punctuation marks, and for each the ids of its letters: a long word's two ends."""
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
    """The likeliest tag of each word, read out at the word's last character."""
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
    """encode, and decode (of a language model) or show. told: as in about.json."""
    tokens = "spelled word" if "letters" in told else "bare word" if "fold_case" in told else told["tokens"]
    if not plan.kind.answers:
        return ENCODING[tokens] + "\n" + DECODING[tokens]
    answer = "targets" if plan.decoder else "labels" if plan.picked != "each" else "tags"
    if answer == "tags" and "fold_case" in told:
        answer = "tags of words"
    shown = ANSWERS[answer].replace("logits(encode(", "logits(*encode(") if "letters" in told else ANSWERS[answer]
    return ENCODING[tokens] + "\n" + shown


def of_text(plan: Plan) -> str:
    """What the logits are, where a text is answered."""
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


def head_of(plan: Plan, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the templates of a program's head have in common."""
    return {
        "name": plan.config.name,
        "title": plan.kind.title,
        "example": '"a source"' if plan.decoder else '"a text"' if plan.kind.answers else '"a beginning" 200',
        "imports": "import re\n" if "pattern" in told else "",
        "layers": plan.config.num_layers,
        "hidden": plan.config.hidden_size,
    }


def generating(template: str, plan: Plan, any_symbol: str) -> str:
    """A language model's function that writes. any_symbol: the code that draws the first symbol of a text."""
    items = plan.kind.draws_items
    return Template(template).substitute(
        begun='[ABOUT["edge"], *encode(prompt)]' if items else f"encode(prompt) or [{any_symbol}]",
        ends='        if ids[-1] == ABOUT["edge"]:\n            ids.pop()\n            break\n' if items else "",
        shown="[1:]" if items else "",
    )


def main_of(plan: Plan) -> str:
    """What the program does on the command line."""
    if plan.kind.answers:
        return 'if __name__ == "__main__":\n    show(" ".join(sys.argv[1:]))\n'
    return (
        'if __name__ == "__main__":\n'
        '    prompt = sys.argv[1] if len(sys.argv) > 1 else ""\n'
        "    print(generate(prompt, int(sys.argv[2]) if len(sys.argv) > 2 else 200))\n"
    )
