"""Kernels that Python notes, one after another, and several threads run afterwards without Python in between.

Threads that each ran the Python between two kernels would wait for one another's lock there: as much as a small batch
takes. So a call of such a kernel only writes it and its arguments on the tape of its Worker. What is noted for one team of
threads is a program; `perform` runs phases of programs, of which those of one phase are independent of each other.

The tape begins with the place that the next note goes to. A note is the place of the one after it, the kernel's address,
and its arguments, the fields of bundles included. Arrays are noted by address: they must live until they are used.
"""

import inspect

from llvmlite import ir
from numba import int64, types, void
from numba.core import cgutils
from numba.extending import intrinsic

from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.records import Bundle
from tui_rnn.kernels.machine.threads import WorkerType, barrier

ADDRESS, NUMBER = ir.IntType(8).as_pointer(), ir.IntType(64)
JOB_TYPE = ir.FunctionType(ir.VoidType(), [ADDRESS, NUMBER])
TAPE_START = 1  # where the first note goes
JOB, ARGUMENTS = 1, 2  # places within a note


def noted(signature):
    """Decorator: a kernel for the threads of a team. Called from Python it is noted on the tape of its Worker, the last
    argument; each thread runs it with its own tid there. It ends at the barrier, so that the next finds it done.
    """

    def register(function):
        shared = kernel(signature)(function)
        parameters = ", ".join(inspect.signature(function).parameters)
        name = f"note_{function.__name__}"
        space = {"intrinsic": intrinsic, "emit": _noting(shared), "void": types.void, "expected": signature.args}
        source = (
            f"@intrinsic\n"
            f"def note(context, {parameters}):\n"
            f"    return void(*expected), emit\n"
            f"def {name}({parameters}):\n"
            f"    note({parameters})\n"
        )
        # the file's name lets Numba find where to keep what it compiled
        exec(compile(source, inspect.getfile(function), "exec"), space)
        made = space[name]
        made.__module__, made.__doc__ = function.__module__, function.__doc__
        return kernel(void(*signature.args), entry=True, refers=[shared])(made)

    return register


def _noting(shared):
    """What writes the kernel and its arguments on the tape, if there is room, and moves the tape's end in any case."""
    expected = shared.signature.args

    def emit(context, builder, signature, args):
        bundled = [isinstance(kind, Bundle) for kind in expected]
        note = ir.LiteralStructType(
            [
                NUMBER,
                NUMBER,
                ir.LiteralStructType([v.type.pointee if b else v.type for v, b in zip(args, bundled, strict=True)]),
            ]
        )
        size = NUMBER(-(-context.get_abi_sizeof(note) // 8))
        tape = context.make_array(WorkerType.fields["tape"])(
            context, builder, builder.load(WorkerType.place(builder, args[-1], "tape"))
        )
        place = builder.load(tape.data)
        after = builder.add(place, size)
        builder.store(after, tape.data)
        with builder.if_then(builder.icmp_signed("<=", after, tape.nitems)):
            at = builder.bitcast(builder.gep(tape.data, [place]), note.as_pointer())
            builder.store(after, cgutils.gep_inbounds(builder, at, 0, 0))
            job = builder.ptrtoint(_job(context, builder.module, shared, note.elements[2], bundled), NUMBER)
            builder.store(job, cgutils.gep_inbounds(builder, at, 0, JOB))
            for k, (value, is_bundle) in enumerate(zip(args, bundled, strict=True)):
                target = cgutils.gep_inbounds(builder, at, 0, ARGUMENTS, k)
                if is_bundle:
                    cgutils.raw_memcpy(builder, target, value, NUMBER(context.get_abi_sizeof(value.type.pointee)), NUMBER(1))
                else:
                    builder.store(value, target)
        return context.get_dummy_value()

    return emit


def _job(context, module, shared, kind, bundled):
    """A function of the arguments' address and a tid that calls the kernel."""
    convention, signature = context.call_conv, shared.signature
    job = ir.Function(module, JOB_TYPE, f"{shared.symbol}.job")
    job.linkage = "internal"
    builder = ir.IRBuilder(job.append_basic_block())
    arguments = builder.bitcast(job.args[0], kind.as_pointer())
    places = [cgutils.gep_inbounds(builder, arguments, 0, k) for k in range(len(bundled))]
    values = [place if b else builder.load(place) for place, b in zip(places, bundled, strict=True)]
    own = cgutils.alloca_once_value(builder, builder.load(values[-1]))
    builder.store(job.args[1], WorkerType.place(builder, own, "tid"))
    values[-1] = own
    kind_of_call = convention.get_function_type(signature.return_type, signature.args)
    callee = cgutils.get_or_insert_function(module, kind_of_call, shared.symbol)
    convention.call_function(builder, callee, signature.return_type, signature.args, values)
    builder.ret_void()
    return job


@intrinsic
def _do(context, tape, place, tid):
    """Run what was noted at a place of the tape."""

    def emit(context, builder, signature, args):
        words = context.make_array(signature.args[0])(context, builder, args[0]).data
        note = builder.gep(words, [args[1]])
        job = builder.inttoptr(builder.load(builder.gep(note, [NUMBER(JOB)])), JOB_TYPE.as_pointer())
        builder.call(job, [builder.bitcast(builder.gep(note, [NUMBER(ARGUMENTS)]), ADDRESS), args[2]])
        return context.get_dummy_value()

    return types.void(tape, types.int64, types.int64), emit


@kernel(void(int64[::1], int64[::1], int64[::1], int64, int64), entry=True)
def perform(tape, plan, meeting, tid, threads):
    """One thread's share of the phases of a plan, of which each begins when all threads have ended the one before.

    plan: for each phase how many programs it has and how many threads are a team, then where on the tape each program
    begins and ends. Programs are divided among the teams, in order.
    """
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
