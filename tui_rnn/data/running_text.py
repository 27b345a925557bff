"""A running text to train on, with given texts to validate and to test on; as characters, or cut into other tokens."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from tui_rnn.data.collector import id_dtype
from tui_rnn.data.corpus import Corpus, Progress, open_corpus, train_length
from tui_rnn.data.repetition import repetition_notice
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import TextVocabulary, text_vocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import TOKEN_NAMES, counted_tokens, visible
from tui_rnn.errors import InputError
from tui_rnn.kinds import RUNNING_TEXT

MAX_TOKENISED_CHARS = 100_000_000  # a text that is cut into words or bytes is held in memory as a whole


class TextOpener:
    """Opens a running text; see examples.dataset.ExampleOpener for what each method does."""

    kind = RUNNING_TEXT

    def completed(self, request: DataRequest) -> tuple[DataRequest, str]:
        return request, ""

    def open(self, request: DataRequest, progress: Progress | None, known: Symbols | None) -> Corpus:
        """Open files.source, and files.validation and files.test if they are given, all in one vocabulary. progress: see
        open_corpus; it starts again for each source."""
        files, tokens = request.files, request.tokens or "char"
        for name, value in (("a format", files.format), ("columns", files.columns)):
            if value is not None:
                raise InputError(
                    f"{name} was given, but the task is lm on a running text, which has none: leave it out, or change the task"
                )

        def read(source: str, vocabulary: TextVocabulary | None, whole: bool) -> Corpus:
            characters = vocabulary if isinstance(vocabulary, Vocabulary) else None
            training_only = not whole and tokens == "char"  # words and bytes are cut from the original text
            corpus = open_corpus(
                source, encoding=files.encoding, progress=progress, vocabulary=characters, training_only=training_only
            )
            return in_tokens(corpus, tokens, vocabulary, whole=whole)

        text = read(files.source, known.vocabulary if known is not None else None, whole=files.validation is not None)
        others = [source and read(source, text.vocabulary, whole=True) for source in (files.validation, files.test)]
        opened = with_parts(text, *[other or None for other in others])
        if known is not None:
            return opened
        repeated = repetition_notice(opened.train, opened.validation, TOKEN_NAMES[text.vocabulary.kind])
        return replace(opened, notices=(*opened.notices, repeated)) if repeated else opened

    def read_part(
        self, files: SourceFiles, symbols: Symbols, progress: Progress | None
    ) -> tuple[NDArray[Any], tuple[str, ...]]:
        text = self.open(DataRequest(files, self.kind.task, tokens=symbols.vocabulary.kind), progress, symbols)
        return text.ids, text.notices

    def encode_given(self, text: Any, symbols: Symbols) -> tuple[NDArray[Any], int]:
        if not isinstance(text, str):
            raise InputError(f"the task {self.kind.name} is scored on a text, found {text!r:.80}")
        ids, unknown = symbols.vocabulary.encode(text)
        if len(ids) < 2:
            found = counted_tokens(len(ids), symbols.vocabulary.kind)
            raise InputError(f"the text has {found}, expected at least 2, since the first is only read")
        return ids, len(unknown)


TEXT_OPENER = TextOpener()


def with_parts(text: Corpus, held_out: Corpus | None, tested: Corpus | None) -> Corpus:
    """The text with a text to validate on and one to test on, both in its vocabulary. With `held_out`, all of the text trains.

    Then byte_count is of all of them, and sha256 of the three hexadecimal digests with NUL between (empty for a missing one).
    Raises InputError for a part that is too short to be scored.
    """
    parts = {"validation": held_out, "test": tested}
    given = {name: part for name, part in parts.items() if part is not None}
    if not given:
        return text
    notices = [*text.notices]
    for name, part in given.items():
        if len(part.ids) < 2:
            found = counted_tokens(len(part.ids), part.vocabulary.kind)
            raise InputError(f"{visible(part.name)} has {found}, expected at least 2 for {name}: give a longer text")
        notices += [f"{name}: {notice}" for notice in part.notices]
        if part.sha256 == text.sha256:
            notices.append(f"{name}: this is the same text that is trained on")
    digests = [part.sha256 if part is not None else "" for part in (text, held_out, tested)]
    return replace(
        text,
        byte_count=text.byte_count + sum(part.byte_count for part in given.values()),
        sha256=hashlib.sha256("\0".join(digests).encode()).hexdigest(),
        notices=tuple(notices),
        entropy_rate_nats=text.entropy_rate_nats if held_out is None else held_out.entropy_rate_nats,
        held_out=held_out,
        tested=tested,
    )


def in_tokens(corpus: Corpus, kind: str, vocabulary: TextVocabulary | None = None, *, whole: bool = False) -> Corpus:
    """A text of characters, cut into words or bytes (a kind of data.tokens.TOKEN_KINDS).

    vocabulary: of a trained network; None: it is made from the first 90% of the text or, if `whole`, from all of it. Raises
    InputError for a text that is too long to be held in memory, or that has no word twice.
    """
    if kind == corpus.vocabulary.kind:
        return corpus
    if corpus.char_count > MAX_TOKENISED_CHARS:
        raise InputError(
            f"{visible(corpus.name)} has {corpus.char_count:,} characters, expected at most {MAX_TOKENISED_CHARS:,} to cut "
            f"into {kind}s: give a part of it, or leave --tokens out"
        )
    text = corpus.vocabulary.decode(corpus.ids)
    known = vocabulary or text_vocabulary(kind, [text if whole else text[: train_length(len(text))]])
    ids, unknown = known.encode(text)
    notices = [*corpus.notices]
    if vocabulary is None and (described := known.describe()):
        notices.append(described)
    unknown_notice = ""
    if unknown:
        unknown_notice = f"{len(unknown):,} of {len(ids):,} {kind}s outside the vocabulary, read as {known.fallback}"
        notices.append(unknown_notice)
    ids = ids.astype(id_dtype(len(known)))
    ids.flags.writeable = False
    rate = corpus.entropy_rate_nats
    if rate is not None:  # a line costs the same nats in any tokens; a word that is read as <unk> costs less than it would
        rate = None if unknown else rate * corpus.char_count / len(ids)
    return replace(
        corpus,
        entropy_rate_nats=rate,
        vocabulary=known,
        ids=ids,
        notices=tuple(notices),
        unknown_count=len(unknown),
        unknown_notice=unknown_notice,
        first_unknown=min(unknown, default=None),
    )


def require_length(corpus: Corpus, seq_len: int) -> None:
    """Raise InputError unless the training part has seq_len + 2 tokens and the validation part 2."""
    needed = seq_len + 2
    if corpus.held_out is None:
        needed = -(-needed * 10 // 9)
        while train_length(needed) < seq_len + 2 or needed - train_length(needed) < 2:
            needed += 1
    if len(corpus.ids) < needed:
        found = counted_tokens(len(corpus.ids), corpus.vocabulary.kind)
        raise InputError(
            f"{visible(corpus.name)} has {found}, too few for seq_len {seq_len}: "
            f"give a text of at least {needed:,} or a shorter seq_len"
        )
