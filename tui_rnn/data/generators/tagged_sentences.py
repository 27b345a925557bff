"""Tagging: sentences from a small grammar in which many words have several tags, and only the sentence shows the right one.

Some tags depend on the words before (she cooks / the cooks), some only on the words after: in "the cook watches the
ship" and "the cook watches sleep", "watches" is a verb and a noun; so are "that" in "she knows that guard" and "she knows that
guards sleep", and "her" in "they watch her fast" and "they watch her fast ship". A whole sentence has one right reading.
"""

from __future__ import annotations

from tui_rnn.data.generators import names
from tui_rnn.data.generators.dice import Dice

Words = list[tuple[str, str]]  # (word, tag)

# nouns that are also verbs: the noun's plural reads like the verb after "she", its singular like the verb after "they"
WITH_OBJECT = "brush cook dress drum guard guide hammer lock paint plant plough question ship thread trap watch".split()
WITHOUT_OBJECT = "dance dream jump laugh rest sail sleep walk work".split()
THINGS = "boat bridge captain door farmer garden miller sister teacher tower".split()  # nouns only
NOUN_OR_ADJECTIVE = "cold light round".split()
ADJECTIVES = "brave fast hard late early old quiet small straight".split()
ADVERBS = "again bravely early fast hard late often quietly soon straight".split()
ADPOSITIONS = "behind beside near under with".split()
SINGULAR, PLURAL = 0, 1
DETERMINERS = (("a", "every", "her", "his", "that", "the", "this"), ("her", "his", "some", "the", "these"))
SUBJECTS = (("he", "she", "it"), ("they", "we"))
OBJECTS = ("her", "him", "it", "them", "us")
CLAUSE_VERBS = (("knows", "says", "thinks"), ("know", "say", "think"))


def text(count: int = 4_000, seed: int = 1) -> str:
    """`count` different sentences: a word, a tab and its tag (universal parts of speech) a line, a blank line between."""
    grammar = _Grammar(seed)
    sentences: dict[str, None] = {}
    while len(sentences) < count:
        sentence = [*grammar.clause(), (".", "PUNCT")]
        sentences["".join(f"{word}\t{tag}\n" for word, tag in sentence)] = None
    return "\n".join(sentences)


class _Grammar:
    def __init__(self, seed: int) -> None:
        self.dice = Dice(seed)
        self.names = names.text(600, seed).split()

    def clause(self, inner: bool = False) -> Words:
        """One subject and one verb; at the top, perhaps with a clause inside, or a second one beside it."""
        dice = self.dice
        number = dice.below(2)
        kind = dice.uniform()
        if not inner and kind < 0.2:
            subject = self.subject(number)
            return [*subject, (dice.pick(CLAUSE_VERBS[number]), "VERB"), *self.after_clause_verb()]
        words = [*self.subject(number, bare=inner), *self.predicate(number)]
        if not inner and kind < 0.35:
            words += [(dice.pick(("and", "but")), "CCONJ"), *self.clause(inner=True)]
        return words

    def after_clause_verb(self) -> Words:
        """What she knows: a thing ("that guard"), or that something is so ("that guards sleep")."""
        if self.dice.chance(0.3):
            return self.noun_phrase(SINGULAR)
        return [("that", "SCONJ"), *self.clause(inner=True)]

    def subject(self, number: int, bare: bool = False) -> Words:
        dice = self.dice
        kind = dice.uniform()
        if kind < 0.2:
            return [(dice.pick(SUBJECTS[number]), "PRON")]
        if kind < 0.35 and number == SINGULAR:
            return [(dice.pick(self.names), "PROPN")]
        if kind < 0.45 and number == PLURAL and bare:
            return [self.noun(WITH_OBJECT + THINGS, PLURAL)]
        phrase = self.noun_phrase(number)
        if kind > 0.85:  # the guard that watches the ship
            phrase += [("that", "PRON"), *self.predicate(number, short=True)]
        return phrase

    def predicate(self, number: int, short: bool = False) -> Words:
        dice = self.dice
        if dice.chance(0.6):
            words = [self.verb(WITH_OBJECT, number), *self.object()]
        else:
            words = [self.verb(WITHOUT_OBJECT, number)]
            if dice.chance(0.4):
                words += [(dice.pick(ADPOSITIONS), "ADP"), *self.noun_phrase(dice.below(2))]
        if not short and dice.chance(0.4):
            words.append((dice.pick(ADVERBS), "ADV"))
        return words

    def object(self) -> Words:
        kind = self.dice.uniform()
        if kind < 0.25:
            return [(self.dice.pick(OBJECTS), "PRON")]
        if kind < 0.35:
            return [(self.dice.pick(self.names), "PROPN")]
        return self.noun_phrase(self.dice.below(2))

    def noun_phrase(self, number: int) -> Words:
        """A determiner and a noun; perhaps an adjective before it, or another noun (the ship guard)."""
        dice = self.dice
        words: Words = [(dice.pick(DETERMINERS[number]), "DET")]
        kind = dice.uniform()
        if kind < 0.15:
            return [*words, self.noun(NOUN_OR_ADJECTIVE, number)]
        if kind < 0.45:
            words.append((dice.pick(ADJECTIVES + NOUN_OR_ADJECTIVE), "ADJ"))
        elif kind < 0.65:
            words.append(self.noun(WITH_OBJECT, SINGULAR))
        words.append(self.noun(WITH_OBJECT + WITHOUT_OBJECT + THINGS, number))
        if words[0][0] == "a" and words[1][0][0] in "aeiou":
            words[0] = ("an", "DET")
        return words

    def noun(self, stems: list[str], number: int) -> tuple[str, str]:
        stem = self.dice.pick(stems)
        return (_add_s(stem) if number == PLURAL else stem, "NOUN")

    def verb(self, stems: list[str], number: int) -> tuple[str, str]:
        stem = self.dice.pick(stems)
        return (_add_s(stem) if number == SINGULAR else stem, "VERB")


def _add_s(stem: str) -> str:
    return stem + ("es" if stem.endswith(("s", "sh", "ch")) else "s")
