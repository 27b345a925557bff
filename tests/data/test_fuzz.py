"""Whatever a file holds, a reader gives data or an InputError of one line: valid files of every format, broken at random.

FILES of them run with the tests. For longer: FUZZ_SECONDS=1800 python -m pytest -n0 tests/data/test_fuzz.py
(FUZZ_SEED=7 for other mutations); what fails is kept as a file and named.
"""

import bz2
import gzip
import json
import lzma
import os
import random
import time
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.examples.test_real_files import LABELLED, SENTENCES, phrase
from tui_rnn.data.examples.columns import ROLES
from tui_rnn.data.examples.documents import BadLines, Document
from tui_rnn.data.examples.unlabelled import read_unlabelled
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import FORMATS, DataRequest, SourceFiles
from tui_rnn.data.sources import together
from tui_rnn.errors import InputError

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
FILES = 100
SEED = int(os.environ.get("FUZZ_SEED", "1"))
TASKS = (None, "lm", "tag", "classify", "seq2seq")
ENCODINGS = (
    None,
    None,
    None,
    "utf-8",
    "latin-1",
    "cp1252",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "gb18030",
    "utf-7",
    "cp932",
    "utf-8-sig",
)

CONTROLS = {*map(chr, range(0x20)), "\x7f"}

CONLLU = "".join(
    "# s\n" + "".join(f"{n}\t{word}\t_\t{tag}\tX{tag}\t_\t0\t_\t_\t_\n" for n, (word, tag, _) in enumerate(one, 1)) + "\n"
    for one in SENTENCES
)
RECORDS = [{"text": text, "label": label} for text, label in LABELLED]
VALID: dict[str, bytes] = {
    "text.txt": ("It was late, and café lights shone — “so be it”.\r\n" * 20).encode(),
    "cp1252.txt": ("He said “no” – naïve, déjà vu…\n" * 20).encode("cp1252"),
    "utf16.txt": ("It was late.\n我喜欢喝茶。\n" * 20).encode("utf-16"),
    "utf16-le.txt": ("It was late.\nПривет, мир\n" * 20).encode("utf-16-le"),
    "tagged.conllu": CONLLU.encode(),
    "spaces.conllu": CONLLU.replace("\t", " ").encode(),
    "eng.train": (
        "-DOCSTART- -X- O O\n\n" + "\n".join("".join(f"{w} {t} I-NP {n}\n" for w, t, n in one) for one in SENTENCES)
    ).encode(),
    "brown.txt": "".join(" ".join(f"{w}/{t}" for w, t, _ in one) + "\n" for one in SENTENCES).encode(),
    "pairs.tsv": "".join(f"{phrase(k)}\t{phrase(k)[::-1]}\n" for k in range(40)).encode(),
    "wide.tsv": "".join(f"{k}\teng\t{phrase(k)}\tCC-BY 2.0\t\n" for k in range(40)).encode(),
    "quoted.csv": ("body,stars\n" + "".join(f'"{text}, ""so""",{label}\n' for text, label in LABELLED)).encode(),
    "bars.csv": "".join(f"{text}|{label}\n" for text, label in LABELLED).encode(),
    "fields.txt": "".join(f"{phrase(k)} ||| {phrase(k)[::-1]} ||| 0-0\n" for k in range(40)).encode(),
    "table.md": ("# Of texts\n\n| text | label |\n|---|:-:|\n" + "".join(f"| {a} | {b} |\n" for a, b in LABELLED)).encode(),
    "corpus.xml": ("<?xml version='1.0'?>\n" + "".join(f"<s n='{k}'>{phrase(k)}</s>\n" for k in range(40))).encode(),
    "list.json": json.dumps(RECORDS, indent=1).encode(),
    "held.json": json.dumps({"data": RECORDS, "columns": {"a": [1, 2]}}, indent=1).encode(),
    "lines.jsonl": "".join(json.dumps(record) + "\n" for record in RECORDS).encode(),
    "labels.txt": "".join(f"{label} {text}\n" for text, label in LABELLED).encode(),
    "fasttext.txt": "".join(f"__label__{label} {text}\n" for text, label in LABELLED).encode(),
}
VALID |= {
    "packed.tsv.gz": gzip.compress(VALID["pairs.tsv"]),
    "packed.txt.bz2": bz2.compress(VALID["text.txt"]),
    "packed.json.xz": lzma.compress(VALID["list.json"]),
}
PIECES = (
    *(
        b"\0",
        b"\xff",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\t",
        b"\t\t",
        b",",
        b"|",
        b" ||| ",
        b"|---|---|\n",
        b"\\|",
        b"</s>",
        b'"',
        b"'",
        b"\x1b[31m",
    ),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b"[[[[[[",
        b"null",
        b"NaN",
        b"1e999",
        b"\\ud800",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"#",
        b"__label__",
    ),
    *(
        b"-DOCSTART-",
        b"1\t",
        b"99999999999999999999",
        b"<html>",
        b"%PDF-",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"\xe2\x98",
        b"x" * 5_000,
    ),
)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """The bytes with one to eight changes: flipped, cut, doubled, moved, or with an awkward piece put in."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        place = rng.randrange(len(changed) + 1)
        end = min(len(changed), place + rng.choice((1, 2, 5, 30, 300)))
        kind = rng.randrange(7)
        if kind == 0 and place < len(changed):
            changed[place] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del changed[place:end]
        elif kind == 2:
            changed[place:place] = changed[place:end] * rng.choice((1, 2, 20))
        elif kind == 3:
            changed[place:place] = rng.choice(PIECES)
        elif kind == 4:
            changed[place:end] = rng.choice(PIECES)
        elif kind == 5:
            del changed[place:]
        else:
            other = rng.choice(list(VALID.values()))
            changed[place:end] = other[: rng.randrange(len(other))]
    return bytes(changed)


def requests(rng: random.Random, path: Path, other: Path) -> Iterator[DataRequest]:
    """Some ways to ask for what is in a file: as a person first does, and with options that may not fit."""
    yield DataRequest(SourceFiles(str(path)))
    files = SourceFiles(
        together([str(path), str(other)]) if rng.random() < 0.2 else str(path),
        validation=str(other) if rng.random() < 0.2 else None,
        format=rng.choice((None, None, None, *FORMATS)),
        columns=rng.choice((None, None, None, ("1", "2"), ("2", "1"), ("4", "1"), ("text", "label"), ("", "\x1b"))),
        encoding=rng.choice(ENCODINGS),
        skip_bad_lines=rng.random() < 0.5,
        cut_long=rng.random() < 0.5,
        join_labels=rng.random() < 0.3,
    )
    task = rng.choice(TASKS)
    items = rng.choice(("lines", "paragraphs")) if task == "lm" and rng.random() < 0.5 else None
    yield DataRequest(files, task, items, rng.choice(("char", "word", "byte")) if task == "lm" else "char")


def check(request: DataRequest) -> bool:
    """Whether it opens. Fails where anything but an InputError of one line without a control character comes out."""
    try:
        data = open_data(request)
    except InputError as error:
        said, refused = [str(error)], True
    else:
        said, refused = [*data.notices], False
        assert len(data.train) > 0 < len(data.validation)
    for line in said:
        assert not set(line) & CONTROLS, repr(line)
    return not refused


def check_unlabelled(data: bytes, rng: random.Random) -> None:
    text = data.decode("utf-8", "replace").replace("\0", "")
    task = rng.choice(list(ROLES))
    said = ""
    try:
        read_unlabelled(task, Document("x", "x", text), BadLines(rng.random() < 0.5), rng.choice((None, *ROLES[task].asked_in)))
    except InputError as error:
        said = str(error)
    assert not set(said) & CONTROLS, repr(said)


def test_valid_files_broken_at_random_are_read_or_refused(tmp_path: Path) -> None:
    rng, opened, tried = random.Random(SEED), 0, 0
    end = time.monotonic() + SECONDS
    other = tmp_path / "other.tsv"
    other.write_bytes(VALID["pairs.tsv"])
    warnings.simplefilter("error")
    for number in count():
        if time.monotonic() > end and number >= FILES:
            break
        name = rng.choice(list(VALID))
        data = mutated(VALID[name], rng)
        path = tmp_path / name
        path.write_bytes(data)
        for request in requests(rng, path, other):
            tried += 1
            try:
                opened += check(request)
            except Exception as error:
                kept = Path(os.environ.get("FUZZ_KEEP", tmp_path)) / f"failed-{name}"
                kept.write_bytes(data)
                pytest.fail(f"{type(error).__name__}: {error!s:.300} ({kept}, number {number} of seed {SEED}, {request})")
        check_unlabelled(data, rng)
    print(f"{tried:,} requests for {number:,} broken files, {opened:,} opened, {tried - opened:,} refused in one line")
    assert 0 < opened < tried


def test_valid_files_open(tmp_path: Path) -> None:
    for name, data in VALID.items():
        (tmp_path / name).write_bytes(data)
        if name == "cp1252.txt":
            assert not check(DataRequest(SourceFiles(str(tmp_path / name))))
        else:
            assert check(DataRequest(SourceFiles(str(tmp_path / name)))), name


@settings(max_examples=60, deadline=None)
@given(
    data=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))),
    task=st.sampled_from(TASKS),
)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes, task: str | None) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    check(DataRequest(SourceFiles(str(path)), task))


@settings(max_examples=60, deadline=None)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["text", "label", "a", ""]), inner, max_size=3)
        ),
        max_leaves=12,
    ),
    indent=st.sampled_from([None, 1]),
)
def test_any_json_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, value: object, indent: int | None) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(value, indent=indent), encoding="utf-8")
    for format in (None, "json", "jsonl"):
        check(DataRequest(SourceFiles(str(path), format=format), None if format is None else "classify"))
