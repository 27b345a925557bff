"""Translation by words: simple English sentences into an invented language with another word order, whose words agree.

The verb comes last, after the place and the object. An adjective follows its noun. Articles and adjectives take the ending of
their noun: -a or -o by its gender, with -s for several. The verb ends in -em if one does it and in -um if several do. So the
first words of the target follow the source's order, an adjective and its noun change places, and the verb comes at the end,
with an ending that depends on the first noun.
"""

from __future__ import annotations

from tui_rnn.data.generators.dice import Dice, table_of

NOUNS = {
    "cat": ("mira", "a"), "dog": ("borko", "o"), "bird": ("tela", "a"), "horse": ("garno", "o"), "child": ("nipa", "a"),
    "baker": ("pardo", "o"), "sailor": ("vesto", "o"), "teacher": ("luma", "a"), "farmer": ("druno", "o"),
    "queen": ("rena", "a"),
    "apple": ("polma", "a"), "boat": ("karvo", "o"), "letter": ("skira", "a"), "song": ("kanto", "o"), "lamp": ("lirna", "a"),
    "bridge": ("ponto", "o"), "stone": ("petra", "a"), "book": ("livro", "o"), "door": ("gata", "a"), "tree": ("arno", "o"),
}  # fmt: skip
"""English → the word with its ending, and its gender. The first ten can be subjects."""
DOERS = tuple(NOUNS)[:10]
ADJECTIVES = {
    "small": "pik", "old": "van", "red": "rus", "black": "nor", "quiet": "sil", "brave": "fort", "wet": "mur", "green": "verd",
    "bright": "klar", "heavy": "gruv",
}  # fmt: skip
VERBS = {
    "see": "vid", "carry": "port", "find": "trov", "paint": "pint", "want": "vol", "hold": "ten", "follow": "seg", "like": "am",
    "forget": "dest", "bring": "dur",
}  # fmt: skip
PLACES = {"near": "bei", "behind": "retr", "under": "sub", "beside": "lad"}
ARTICLES = {"the": "l", "a": "un", "some": "kelk"}
SEVERAL = {"child": "children"}


def text(count: int = 20_000, seed: int = 1) -> str:
    """A TSV with a header: source, target; `count` different sources."""
    dice = Dice(seed)
    return table_of(count, "source\ttarget", lambda: _sentence(dice))


def _sentence(dice: Dice) -> tuple[str, str]:
    several = dice.chance(0.4)
    doer, doer_told = _phrase(dice, dice.pick(DOERS), several)
    thing, thing_told = _phrase(dice, dice.pick(tuple(NOUNS)), dice.chance(0.4))
    verb = dice.pick(tuple(VERBS))
    source, target = f"{doer} {_third_person(verb, several)} {thing}", doer_told
    if dice.chance(0.4):
        place = dice.pick(tuple(PLACES))
        where, where_told = _phrase(dice, dice.pick(tuple(NOUNS)), dice.chance(0.3))
        source += f" {place} {where}"
        target += f" {PLACES[place]} {where_told}"
    return f"{source} .", f"{target} {thing_told} {VERBS[verb]}{'um' if several else 'em'} ."


def _phrase(dice: Dice, noun: str, several: bool) -> tuple[str, str]:
    """An article, up to two adjectives and a noun; and the same in the other language."""
    word, gender = NOUNS[noun]
    ending = gender + "s" * several
    article = dice.pick(("the", "some") if several else ("the", "a"))
    adjectives = dice.sample(tuple(ADJECTIVES), dice.pick((0, 0, 1, 1, 2)))
    # the source's last adjective, next to the noun, is the first one after it
    told = [ARTICLES[article] + ending, word + "s" * several, *(ADJECTIVES[one] + ending for one in reversed(adjectives))]
    shown = SEVERAL.get(noun, f"{noun}s") if several else noun
    first = (*adjectives, shown)[0]
    if article == "a" and first[0] in "aeiou":
        article = "an"
    return " ".join((article, *adjectives, shown)), " ".join(told)


def _third_person(verb: str, several: bool) -> str:
    if several:
        return verb
    return f"{verb[:-1]}ies" if verb.endswith("y") else f"{verb}s"
