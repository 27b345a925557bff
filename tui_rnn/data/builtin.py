"""The built-in corpora: written for this project, generated from a seed, or read from this machine's Python."""

from __future__ import annotations

import sys
import sysconfig
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from tui_rnn.data.generators import (
    arithmetic,
    brackets,
    counting,
    dates,
    lamp,
    logs,
    messages,
    names,
    number_words,
    recall,
    tagged_sentences,
    toy_code,
    translation,
)
from tui_rnn.errors import InputError

STDLIB_BYTES = 1_500_000  # python-stdlib takes whole modules as long as they fit into so many bytes

WRITTEN, GENERATED, LOCAL = "written", "generated", "read from this machine"


@dataclass(frozen=True)
class Tracked:
    """What a unit tracks after training, and how well, as it was measured.

    where: a hypothesis of insight/hypotheses.py, as `tui-rnn ask units --where` takes it. The figures are for an LSTM of 128
    units with the defaults and seed 1, after so many steps: score of the best unit (AUC for yes or no, Spearman's correlation
    for amounts) on text that was not used to choose it, chance level for the best of so many units, and score of a linear probe
    on all units. `python tests/soak/tracked.py` measures them again.
    """

    where: str
    score: float
    chance: float
    probe: float
    steps: int = 2000

    @property
    def seconds(self) -> float:
        """About how long that training takes on one free core of 2023."""
        return self.steps / STEPS_A_SECOND


STEPS_A_SECOND = 100


@dataclass(frozen=True)
class Builtin:
    """A corpus that needs no file. It is opened by its name; `what_to_look_for` is shown beside the gates, and `tracked` has
    the figures behind it."""

    name: str
    kind: str  # WRITTEN, GENERATED or LOCAL
    summary: str  # one line
    what_to_look_for: str  # one or two sentences
    make: Callable[[], str]
    entropy_rate: Callable[[], float] | None = None
    tracked: tuple[Tracked, ...] = ()

    def text(self) -> str:
        """The whole corpus, the same at each call. Raises InputError if its files can't be read."""
        return _made(self.make)

    @property
    def entropy_rate_nats(self) -> float | None:
        """Nats per character that a perfect model reaches on a long text from the source; None if that isn't known."""
        return self.entropy_rate() if self.entropy_rate else None


@cache
def _made(make: Callable[[], str]) -> str:
    return make()


def corpora_folder() -> Traversable:
    """The folder of the written corpora: in the installed package, or beside it in a checkout. InputError if there is none."""
    installed = resources.files("tui_rnn.data") / "corpora"
    checkout = Path(__file__).resolve().parents[2] / "corpora"
    for folder in (installed, checkout):
        if (folder / "prose.txt").is_file():
            return folder
    raise InputError(f"the built-in corpora are not at {checkout}, nor in the package: install tui-rnn again, or give a file")


def _written(file: str) -> str:
    return (corpora_folder() / file).read_text(encoding="utf-8")


def python_stdlib(folder: Path | None = None, limit: int = STDLIB_BYTES) -> str:
    """Public top-level modules of the standard library in `folder` (default: this interpreter's), at most `limit` bytes.

    Only modules of printable ASCII, so that the alphabet stays small. Their order is a fixed shuffle by name, so that neither
    their names nor their sizes decide which of them validate. InputError if there are none.
    """
    folder = folder or Path(sysconfig.get_path("stdlib"))
    found = (path for path in folder.glob("*.py") if path.stem in sys.stdlib_module_names and not path.stem.startswith("_"))
    modules: list[str] = []
    for path in sorted(found, key=lambda path: (zlib.crc32(path.stem.encode()), path.stem)):
        try:
            module = path.read_text(encoding="ascii")
        except (UnicodeDecodeError, OSError):
            continue
        if len(module) <= limit and module.replace("\n", "").isprintable():
            modules.append(module)
            limit -= len(module)
    if not modules:
        raise InputError(f"python-stdlib: no readable modules (*.py) in {folder}: give a file or another corpus")
    return "".join(modules)


_ALL = (
    Builtin(
        "prose",
        WRITTEN,
        "The Short Pound, a story mostly in dialogue",
        'Inside "quotes" or outside: many units know it together; the best single unit tells it only roughly.',
        partial(_written, "prose.txt"),
        tracked=(Tracked("quotes", 0.78, 0.72, 0.90),),
    ),
    Builtin(
        "verse",
        WRITTEN,
        "ballads in rhymed stanzas of four lines",
        "A unit that climbs along each line and falls back at its end. The text is short, so overfitting shows early.",
        partial(_written, "verse.txt"),
        tracked=(Tracked("column", 0.62, 0.23, 0.86),),
    ),
    Builtin(
        "names",
        GENERATED,
        "40,000 invented names with vowel harmony, one a line",
        "The first vowel rules the rest (e, i or a, o, u): a unit takes a side there and keeps it until the line ends.",
        names.text,
        tracked=(Tracked(r"regex:(?im)^[^aeiou\n]*(?P<yes>[ei].*)|^[^aeiou\n]*(?P<no>[aou].*)", 1.0, 0.57, 1.0),),
    ),
    Builtin(
        "brackets",
        GENERATED,
        "balanced brackets of four kinds, nested up to eight deep",
        "A unit that climbs with each opening bracket and comes down with each closing one: it counts the depth.",
        brackets.text,
        brackets.entropy_rate_nats,
        tracked=(Tracked("depth:()[]{}<>", 0.98, 0.14, 0.99),),
    ),
    Builtin(
        "arithmetic",
        GENERATED,
        "sums and differences of numbers below a hundred",
        "Units that switch at the = sign: the digits before it are a matter of chance, the digits after it can be known.",
        arithmetic.text,
        arithmetic.entropy_rate_nats,
        tracked=(Tracked("after:=", 1.0, 0.56, 1.0, steps=1000),),
    ),
    Builtin(
        "counting",
        GENERATED,
        "some a's, then as many b's",
        "A unit that climbs along the a's and runs down along the b's, back where it started at the end of the line.",
        counting.text,
        counting.entropy_rate_nats,
        tracked=(Tracked("depth:ab", 1.0, 0.12, 1.0),),
    ),
    Builtin(
        "recall",
        GENERATED,
        "a word, a long gap of dots, the same word again",
        "LSTM: many forget gates near 1 while the dots go by, holding the word. Elman forgets it: its loss stays above "
        f"{recall.forgetful_rate_nats():.2f} nats/char.",
        recall.text,
        recall.entropy_rate_nats,
        tracked=(Tracked(r"regex:(?m)^.[aeo]..(?P<yes>\.+)|^.[iu]..(?P<no>\.+)", 0.89, 0.59, 1.0, steps=5000),),
    ),
    Builtin(
        "toy-code",
        GENERATED,
        "programs with functions, if, else and while, indented by blocks",
        "A unit that follows the depth of indentation, up at a colon and down when a block ends.",
        toy_code.text,
        tracked=(Tracked("indent", 0.92, 0.28, 0.97),),
    ),
    Builtin(
        "logs",
        GENERATED,
        "a bakery's log: times, levels, jobs, indented details",
        "A unit that is on in indented details and off in entries. WARN or ERROR, far back in the entry, decides the details.",
        logs.text,
        tracked=(
            Tracked("indent>0", 0.98, 0.61, 1.0),
            Tracked(r"regex:ERROR.*\n(?P<yes>( .*\n)+)|WARN.*\n(?P<no>( .*\n)+)", 0.96, 0.68, 1.0),
        ),
    ),
    Builtin(
        "python-stdlib",
        LOCAL,
        "modules of this Python's own standard library",
        "Units that switch in docstrings and comments; the indentation is known by many units together before one follows it.",
        python_stdlib,
        tracked=(
            Tracked("indent", 0.33, 0.30, 0.62),
            Tracked(r"regex:#.*", 0.77, 0.66, 0.80),
            Tracked(r'regex:"""[\s\S]*?"""', 0.84, 0.76, 0.88),
        ),
    ),
)
BUILTINS: dict[str, Builtin] = {builtin.name: builtin for builtin in _ALL}


class TaskBuiltin(NamedTuple):
    """A labelled corpus for a task other than language modelling. tokens: what is read by default."""

    task: str  # tag, classify or seq2seq
    text: Callable[[], str]  # TSV
    summary: str
    tokens: str = "char"
    what_to_look_for: str = ""


TASK_BUILTINS: dict[str, TaskBuiltin] = {
    "tagged-sentences": TaskBuiltin("tag", tagged_sentences.text, "sentences whose words are noun or verb by their place"),
    "lamp": TaskBuiltin(
        "tag",
        lamp.text,
        "a lamp that on and off set, press turns over and wait leaves alone, and its state after each word",
        "word",
        "A unit that changes sides at each press and stays at wait. A minGRU has none: what a press does depends on the state.",
    ),
    "messages": TaskBuiltin(
        "classify",
        messages.text,
        "praise and complaints to an inn, with not and but",
        "word",
        "A unit that turns round at not, hardly or far from, and the class that turns with what follows but.",
    ),
    "dates": TaskBuiltin("seq2seq", dates.text, "dates as people write them → ISO dates"),
    "number-words": TaskBuiltin("seq2seq", number_words.text, "numbers in words → digits"),
    "translation": TaskBuiltin(
        "seq2seq",
        translation.text,
        "English into an invented language, whose words stand in another order and agree",
        "word",
        "Attention: lines that cross where an adjective changes places with its noun, and the verb, written last, that looks "
        "far back. Its ending depends on the first noun: does the decoder look there, too?",
    ),
}
