"""Whether examples are read as words or as characters: their texts decide, if the person did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from tui_rnn.data.lexicon import Lexicon, SpelledLexicon
from tui_rnn.data.tokens import TextVocabulary, text_vocabulary
from tui_rnn.data.vocabulary import Vocabulary

LOOKED_AT = 2_000  # how many examples are looked at, from all over the training part
LEAST_WORDS = 5  # half of the texts have at least so many words with letters: shorter ones are names, dates or numbers
LEAST_RUNNING = 2_000  # words in all: with fewer, hardly any word comes often enough to be learnt
LEAST_REPEATED = 0.6  # the share of the words looked at that come more than once


def are_sentences(texts: Sequence[Sequence[str]]) -> bool:
    """Whether these texts, split into words, are sentences with words that repeat."""
    looked_at = texts[:: -(-len(texts) // LOOKED_AT)] if texts else texts
    lettered = [[word for word in words if any(map(str.isalpha, word))] for words in looked_at]
    if not lettered or median(map(len, lettered)) < LEAST_WORDS:
        return False
    if sum(map(len, lettered)) * len(texts) < LEAST_RUNNING * len(looked_at):
        return False
    counts = Counter(word.lower() for words in lettered for word in words)
    return sum(count for count in counts.values() if count > 1) >= LEAST_REPEATED * counts.total()


def are_tokenised(texts: Sequence[str]) -> bool:
    """Whether the marks at the ends of these texts mostly have a space before them: then spaces separate all tokens."""
    ended = [text for one in texts[: 10 * LOOKED_AT] if (text := one.rstrip()) and text[-1] in ".!?"]
    return 10 * sum(text[-2:-1] == " " for text in ended) >= 9 * len(ended) > 0


def vocabulary_for(
    tokens: str | None,
    texts: Sequence[str],
    sentences: Sequence[Sequence[str]],
    folds_case: bool,
    of_sentences: str = Lexicon.kind,
) -> tuple[TextVocabulary, list[str]]:
    """The vocabulary for training examples, and notices about it. tokens: one of request.TOKENS; None: the texts decide, and
    sentences are read as of_sentences. sentences: the words of each text."""
    chosen = tokens or (of_sentences if are_sentences(sentences) else "char")
    if chosen not in (Lexicon.kind, SpelledLexicon.kind):
        return text_vocabulary(chosen, texts), []
    lexicon = Lexicon.of(sentences, folds_case)
    if chosen == SpelledLexicon.kind:
        letters = Vocabulary.from_text(" " + "".join(word for words in sentences for word in words))
        lexicon = SpelledLexicon(lexicon.words, folds_case, letters)
    mean = sum(map(len, sentences)) / max(1, len(sentences))
    told = f"read as words, since these are sentences, of {mean:.0f} words on average (--tokens char reads characters); "
    return lexicon, [told * (tokens is None) + lexicon.describe()]
