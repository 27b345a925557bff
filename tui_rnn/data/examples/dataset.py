"""Open examples: read, split and encoded; and what differs between kinds of examples."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from tui_rnn.data.examples.documents import Progress
from tui_rnn.data.examples.encoding import EncodedExamples
from tui_rnn.data.examples.splits import Nouns, Reader, read_all, read_parts
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import TextVocabulary
from tui_rnn.errors import InputError
from tui_rnn.kinds import Kind

if TYPE_CHECKING:
    from tui_rnn.data.builtin import TaskBuiltin

E = TypeVar("E")
P = TypeVar("P", bound=EncodedExamples[Any])


@dataclass(frozen=True, eq=False)
class ExampleData(Generic[P]):
    """Examples, split and encoded. Show them and `name` through display.visible; `shown` is safe.

    request opens the same again, from any folder; byte_count and sha256 (see documents.digest) are of all files read.
    """

    request: DataRequest
    symbols: Symbols
    name: str
    shown: str
    byte_count: int
    sha256: str
    train: P
    validation: P
    test: P | None
    notices: tuple[str, ...]
    entropy_rate_nats: ClassVar[None] = None  # it is known only for some texts
    tracks: ClassVar[str] = ""
    unknown_notice: ClassVar[str] = ""  # each part has a notice of its own
    trains_on_unknown: ClassVar[bool] = False

    @property
    def kind(self) -> Kind:
        return self.symbols.kind

    @property
    def vocabulary(self) -> TextVocabulary:
        """The vocabulary of the inputs."""
        return self.symbols.vocabulary

    @property
    def what_to_look_for(self) -> str:
        """What to look for in a built-in; "" for other data."""
        built_in = _built_in(self.source)
        return built_in.what_to_look_for if built_in is not None else ""

    @property
    def source(self) -> str:
        """The training file, folder or built-in."""
        return self.request.files.source

    @property
    def char_count(self) -> int:
        """How many tokens of training and validation are read."""
        return int(self.train.lengths.sum() + self.validation.lengths.sum())


@dataclass(frozen=True)
class ExampleOpener(Generic[E, P]):
    """Opens examples of a kind.

    read: reads the examples of a source. key: what must not be on both sides of a seeded split. symbols: the symbols of
    training examples (`shown` names their source), or a trained network's; and notices. checked: an example from a program, in
    the form that `read` gives, or InputError. answer, mostly_repeated: see splits.Nouns. completed: a request with what it
    leaves to the content of its files, and a line about that.
    """

    kind: Kind
    answer: str
    read: Reader[E]
    key: Callable[[E], Hashable]
    symbols: Callable[[Sequence[E], str, DataRequest, Symbols | None], tuple[Symbols, list[str]]]
    encode: Callable[[Sequence[E], Symbols, Progress | None], P]
    checked: Callable[[Any], E]
    mostly_repeated: str = ""
    completed: Callable[[DataRequest], tuple[DataRequest, str]] = lambda request: (request, "")

    def open(self, request: DataRequest, progress: Progress | None = None, known: Symbols | None = None) -> ExampleData[P]:
        """Read, split and encode. known: the symbols of a trained network. Raises InputError if that is not possible."""
        built_in = _built_in(request.files.source)
        if self.kind.answers and request.tokens is None and built_in is not None:
            request = replace(request, tokens=built_in.tokens)
        files = replace(request.files, format=request.items) if request.items else request.files
        split = read_parts(files, self.read, self.key, self._nouns, progress)
        symbols, notices = self.symbols(split.train, split.shown, request, known)
        train, validation = (self.encode(part, symbols, progress) for part in (split.train, split.validation))
        test = None if split.test is None else self.encode(split.test, symbols, progress)
        said = [*split.notices, *notices]
        for name, part in (("training", train), ("validation", validation), ("test", test)):
            said += [f"{name}: {notice}" for notice in (part.notices if part is not None else ())]
        units = symbols.targets.units if symbols.targets is not None else None
        request = replace(request, files=split.files, tokens=symbols.vocabulary.kind, target_units=units)
        return ExampleData(
            *(request, symbols, split.name, split.shown, split.byte_count, split.sha256),
            *(train, validation, test, tuple(said)),
        )

    def read_part(self, files: SourceFiles, symbols: Symbols, progress: Progress | None = None) -> tuple[P, tuple[str, ...]]:
        """All of files.source as one part for a trained network, and notices about it. Raises InputError."""
        _, examples, notices = read_all(files, self.read, self._nouns, progress)
        part = self.encode(examples, symbols, progress)
        return part, (*notices, *part.notices)

    def encode_given(self, examples: Any, symbols: Symbols) -> tuple[P, int]:
        """Examples in memory as one part, and 0, the number of unknown tokens. Raises InputError if there are none, or if one
        has another form."""
        if isinstance(examples, str):
            raise InputError(f"the task {self.kind.name} is scored on a list of examples, found a text")
        checked = [self.checked(example) for example in examples]
        if not checked:
            raise InputError("the list has no examples, expected at least one")
        return self.encode(checked, symbols, None), 0

    @property
    def _nouns(self) -> Nouns:
        assert self.kind.example is not None
        return Nouns(self.kind.example, self.answer, self.mostly_repeated)


def _built_in(source: str) -> TaskBuiltin | None:
    from tui_rnn.data.builtin import TASK_BUILTINS  # the generators are not needed for a file

    return TASK_BUILTINS.get(source)


def two_parts(kind: Kind, example: Any) -> Sequence[Any]:
    """The example, if it is a sequence of two parts; else InputError."""
    if isinstance(example, str) or not isinstance(example, Sequence) or len(example) != 2:
        raise InputError(f"an example is {example!r:.80}, expected two parts for the task {kind.name}")
    return example


def two_texts(kind: Kind, example: Any) -> Sequence[str]:
    """The example, if it is two texts and the first is not empty; else InputError."""
    if not all(isinstance(part, str) for part in two_parts(kind, example)):
        raise InputError(f"an example is {example!r:.80}, expected two texts for the task {kind.name}")
    if not example[0]:
        raise InputError(f"an example is {example!r:.80}, expected a text of at least one character")
    return example  # type: ignore[no-any-return]
