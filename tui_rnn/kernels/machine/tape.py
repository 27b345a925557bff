"""Kernels that Python notes one after another, and that several threads then run without Python in between.

If each thread ran the Python code between two kernels, they would wait for the GIL there, as long as a small batch takes.
So a call of such a kernel only writes the kernel and its arguments on a tape. The notes for one team of threads are a
program; `perform` runs phases of programs, as often as asked. Programs of one phase don't depend on each other.

A note is the place of the next note, the address of the kernel's job, and its arguments: a number is a word, an array
is its Numba header, and a record is its fields. Arrays are noted by address, so a tape keeps them until it is cleared.
"""

import ast
import inspect
import struct
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba import int64, types, void
from numba.core import cgutils
from numba.extending import intrinsic

from tui_rnn.kernels.machine.jit import REGISTRY, Kernel, kernel
from tui_rnn.kernels.machine.records import Bundle
from tui_rnn.kernels.machine.threads import Worker, WorkerType, barrier

WORD = ir.IntType(64)
JOB, ARGUMENTS = 1, 2  # places within a note

Conversion = Callable[[Any], bytes]
_NUMBERS = {int, float, bool}
_WORD = struct.Struct("=q")


class Tape:
    """The words that threads read, and the place of the next note."""

    def __init__(self, size: int):
        self.words = np.zeros(size, np.int64)
        self.end = 0
        self._bytes = memoryview(self.words).cast("B")  # type: ignore[arg-type]
        self._noted: dict[int, tuple[Any, bytes]] = {}
        self._noted_before: dict[int, tuple[Any, bytes]] = {}

    def clear(self) -> None:
        """Start again. The last notes are remembered, since most of them will be noted again."""
        self.end = 0
        self._noted, self._noted_before = {}, self._noted

    def note(self, job: int, convert: Sequence[Conversion], arguments: Iterable[Any]) -> None:
        """Write a job and its arguments. Raises RuntimeError if there is no room."""
        parts, known = [_WORD.pack(job)], self._noted
        for conversion, value in zip(convert, arguments, strict=True):
            if type(value) in _NUMBERS:
                parts.append(conversion(value))
                continue
            found = known.get(id(value))
            if found is None:  # the value is kept with its words, so that no other object can get its id
                found = self._noted_before.get(id(value)) or (value, conversion(value))
                known[id(value)] = found
            parts.append(found[1])
        noted = b"".join(parts)
        after = self.end + 1 + len(noted) // _WORD.size
        if after > len(self.words):
            raise RuntimeError(f"the notes of the kernels take more than the {len(self.words):,} words of the tape")
        self._bytes[self.end * _WORD.size : after * _WORD.size] = _WORD.pack(after) + noted
        self.end = after


class Program:
    """The notes for one team of threads. worker: its first thread."""

    def __init__(self, tape: Tape, worker: Worker):
        self._tape, self._worker = tape, worker

    def note(self, job: int, convert: Sequence[Conversion], arguments: Sequence[Any]) -> None:
        self._tape.note(job, convert, (*arguments, self._worker))


def _conversion(kind: Any) -> Conversion:
    """The function that makes an argument of this kind into words. It raises TypeError for any other."""
    if isinstance(kind, types.Array):
        return _of_array(np.dtype(str(kind.dtype).replace("boolean", "bool")), kind.ndim)
    if isinstance(kind, Bundle):
        return _of_record(kind.kind, [_conversion(field) for field in kind.fields.values()])
    if isinstance(kind, types.Float):
        return struct.Struct("=d").pack
    return lambda value: _WORD.pack(int(value))


def _of_array(dtype: np.dtype[Any], ndim: int) -> Conversion:
    header = struct.Struct(f"={5 + 2 * ndim}q")

    def words(a: Any) -> bytes:
        if not (isinstance(a, np.ndarray) and a.dtype == dtype and a.ndim == ndim and a.flags.c_contiguous):
            found = f"{a.dtype} {a.shape}" if isinstance(a, np.ndarray) else type(a).__name__
            raise TypeError(f"a kernel takes a contiguous array of {dtype} in {ndim} dimensions, found {found}")
        # Numba's header: owner, parent, number of elements, size of each, address, shape, strides
        return header.pack(0, 0, a.size, a.itemsize, a.__array_interface__["data"][0], *a.shape, *a.strides)

    return words


def _of_record(kind: type, fields: list[Conversion]) -> Conversion:
    def words(value: Any) -> bytes:
        if type(value) is not kind:
            raise TypeError(f"a kernel takes {kind.__name__}, found {type(value).__name__}")
        return b"".join([conversion(field) for conversion, field in zip(fields, value, strict=True)])

    return words


class Noted(Kernel):
    """A job: a kernel whose arguments lie on a tape. A call from Python notes it on a program."""

    def __init__(self, function: Callable[..., None], signature: Any):
        self._convert = [_conversion(kind) for kind in signature.args]
        super().__init__(_job(function, signature.args), void(int64, int64), entry=False)
        self.__doc__ = function.__doc__

    def __call__(self, *args: Any) -> None:
        *arguments, program = args
        self.make_ready()
        program.note(self.address, self._convert, arguments)


def noted(signature):
    """Decorator: a kernel for the threads of a team; its last argument is the worker. A call from Python gives a program in
    place of the worker, and the kernel is noted there; each thread runs it with its own tid.

    It ends at the team's barrier, so that the next kernel finds it done, unless its docstring says "No barrier" and why a
    thread may go on before the others are done. All threads meet at the end of a phase.
    """

    def register(function):
        made = Noted(function, signature)
        REGISTRY.append(made)
        return made

    return register


def _job(function, kinds):
    """The function with its arguments read from the words at an address, and the worker's tid given: f(words, tid).

    Its source gets one line for each argument at its beginning: a second function that calls the first would take as long to
    compile as a small kernel does.
    """
    lines, first = inspect.getsourcelines(function)
    module = ast.parse(textwrap.dedent("".join(lines)))
    (definition,) = module.body
    *names, worker = (argument.arg for argument in definition.args.args)
    readers, at = {}, 0
    for name, kind in zip(names, kinds, strict=False):
        readers[name] = _reading(kind, at)
        at += _words(kind)
    readers[worker] = _own_worker(at)
    making = ast.parse(
        f"def make({', '.join(f'_read_{name}' for name in readers)}):\n"
        f"    def {function.__name__}(_words, _tid):\n"
        + "".join(f"        {name} = _read_{name}(_words)\n" for name in names)
        + f"        {worker} = _read_{worker}(_words, _tid)\n"
        f"    return {function.__name__}\n"
    )
    (make,) = making.body
    ast.increment_lineno(module, first - 1)
    make.body[0].body += definition.body
    space = {}
    exec(compile(making, inspect.getfile(function), "exec"), function.__globals__, space)
    return space["make"](*readers.values())


def _reading(kind, at):
    """An intrinsic that reads an argument whose first word is the at-th at an address."""

    def emit(context, builder, signature, args):
        here = builder.gep(builder.inttoptr(args[0], WORD.as_pointer()), [WORD(at)])
        if isinstance(kind, Bundle):
            return builder.bitcast(here, context.get_value_type(kind))
        if isinstance(kind, types.Boolean):
            return builder.icmp_signed("!=", builder.load(here), WORD(0))
        return builder.load(builder.bitcast(here, context.get_value_type(kind).as_pointer()))

    @intrinsic
    def read(context, words):
        return kind(int64), emit

    return read


def _own_worker(at):
    """An intrinsic that copies the worker whose first word is the at-th at an address, and gives the copy its tid."""

    def emit(context, builder, signature, args):
        noted_one = builder.gep(builder.inttoptr(args[0], WORD.as_pointer()), [WORD(at)])
        worker = builder.bitcast(noted_one, context.get_value_type(WorkerType))
        own = cgutils.alloca_once_value(builder, builder.load(worker))
        builder.store(args[1], WorkerType.place(builder, own, "tid"))
        return own

    @intrinsic
    def read(context, words, tid):
        return WorkerType(int64, int64), emit

    return read


def _words(kind):
    """How many words an argument takes."""
    return sum(map(_size, kind.fields.values())) if isinstance(kind, Bundle) else _size(kind)


def _size(kind):
    """How many words a number or an array takes."""
    return 5 + 2 * kind.ndim if isinstance(kind, types.Array) else 1


@intrinsic
def _do(context, tape, place, tid):
    """Run the note at a place of the tape."""

    def emit(context, builder, signature, args):
        words = context.make_array(signature.args[0])(context, builder, args[0]).data
        note = builder.gep(words, [args[1]])
        kinds = (types.int64, types.int64)
        kind_of_call = context.call_conv.get_function_type(types.void, kinds)
        job = builder.inttoptr(builder.load(builder.gep(note, [WORD(JOB)])), kind_of_call.as_pointer())
        arguments = builder.ptrtoint(builder.gep(note, [WORD(ARGUMENTS)]), WORD)
        context.call_conv.call_function(builder, job, types.void, kinds, [arguments, args[2]])
        return context.get_dummy_value()

    return types.void(tape, types.int64, types.int64), emit


@kernel(void(int64[::1], int64[::1], int64, int64[::1], int64[::1], int64, int64), entry=True)
def perform(tape, plan, times, stop, meeting, tid, threads):
    """One thread's share of the phases of a plan. A phase begins when all threads have ended the one before.

    plan: for each phase how many programs it has and how many threads are a team, then where on the tape each program
    begins and ends. Programs are divided among the teams, in order. The whole plan runs `times` times, or until the round
    that a kernel names in stop (1,): a number, so that a fast thread one round ahead does not stop a slow one too early.
    """
    for done in range(1, times + 1):
        at = 0
        while at < plan.shape[0]:
            programs, size = plan[at], plan[at + 1]
            team, teams = tid // size, threads // size
            for p in range(programs * team // teams, programs * (team + 1) // teams):
                place, end = plan[at + 2 + 2 * p], plan[at + 3 + 2 * p]
                while place < end:
                    _do(tape, place, tid % size)
                    place = tape[place]
            barrier(meeting, threads)
            at += 2 + 2 * programs
        if stop[0] == done:
            return
