"""Small files of every task, made from a rule that a network learns in a few dozen steps."""

from __future__ import annotations

import random
from pathlib import Path

ANIMALS = ["cat", "dog", "cow", "hen", "fox", "owl", "bee", "ant"]
VERBS = ["runs", "sits", "eats", "hides"]
SUFFIXES = ["", "s", "let", "ling", "ie", "kin"]


def texts(count: int, seed: int) -> list[tuple[str, str]]:
    """Texts with their class: by the greeting that they begin with."""
    draw = random.Random(seed)
    return [
        (f"{greeting} {draw.choice(ANIMALS)}{draw.choice(SUFFIXES)} {draw.randrange(1000)}", label)
        for greeting, label in draw.choices([("hello", "kind"), ("go away", "rude")], k=count)
    ]


def sentences(count: int, seed: int) -> list[list[tuple[str, str]]]:
    """Sentences of tagged words."""
    draw = random.Random(seed)
    return [
        [("the", "DET"), (draw.choice(ANIMALS) + draw.choice(SUFFIXES), "NOUN"), (draw.choice(VERBS), "VERB"), (".", "PUNCT")]
        for _ in range(count)
    ]


def pairs(count: int, seed: int) -> list[tuple[str, str]]:
    """Words in capitals, and the same in small letters."""
    draw = random.Random(seed)
    words = ["".join(draw.choices("ABCD", k=draw.randint(1, 4))) for _ in range(count)]
    return [(word, word.lower()) for word in words]


def names(count: int, seed: int) -> list[str]:
    """Items, some of them more than once."""
    draw = random.Random(seed)
    return [draw.choice("bdkl") + draw.choice("aeo") + draw.choice("nmrs") + draw.choice("aeo") for _ in range(count)]


def write_files(folder: Path) -> dict[str, tuple[Path, Path]]:
    """Kind of data → its training file and its validation file."""
    files: dict[str, list[Path]] = {}
    for part, count, seed in (("train", 200, 1), ("valid", 40, 2)):
        contents = {
            "classify": "text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in texts(count, seed)),
            "tag": "".join("".join(f"{w}\t{t}\n" for w, t in sentence) + "\n" for sentence in sentences(count, seed)),
            "seq2seq": "source\ttarget\n" + "".join(f"{source}\t{target}\n" for source, target in pairs(count, seed)),
            "items": "".join(f"{name}\n" for name in names(count, seed)),
        }
        for kind, content in contents.items():
            path = folder / f"{kind}.{part}{'.txt' if kind == 'items' else '.tsv'}"
            path.write_text(content, encoding="utf-8")
            files.setdefault(kind, []).append(path)
    return {kind: (train, valid) for kind, (train, valid) in files.items()}
