"""Kernels that one Python thread calls and several run: those that follow never leave machine code between two of them.

Threads that each ran the Python between two kernels would wait for one another's lock there: as much as a small batch
takes. Here the leader calls a kernel with its Part; the call notes kernel and arguments as a job, all meet, and the
followers, who wait in `follow`, run the same kernel with the same arguments but their own tid.
"""

import inspect

from llvmlite import ir
from numba import types, void
from numba.core import cgutils
from numba.extending import intrinsic

from tui_rnn.kernels.jit import kernel
from tui_rnn.kernels.simd import atomic_load
from tui_rnn.kernels.threads import ARGUMENTS, JOB, PartType, barrier

ADDRESS, NUMBER = ir.IntType(8).as_pointer(), ir.IntType(64)
JOB_TYPE = ir.FunctionType(ir.VoidType(), [ADDRESS, NUMBER])


def together(signature):
    """Decorator: a kernel for the threads of a team, called from Python by the leader. Its last argument is the Part.

    It ends at the barrier, so that no thread still reads the arguments when the leader returns. A result is the leader's.
    """

    def register(function):
        shared = kernel(signature)(function)
        parameters = ", ".join(inspect.signature(function).parameters)
        name = function.__name__
        space = {"intrinsic": intrinsic, "emit": _noting(shared), "barrier": barrier, "shared": shared, "void": types.void}
        source = (
            f"@intrinsic\n"
            f"def note(context, {parameters}):\n"
            f"    return void(*expected), emit\n"
            f"def {name}_together({parameters}):\n"
            f"    if part.threads > 1:\n"
            f"        note({parameters})\n"
            f"        barrier(part.meeting, part.threads)\n"
            f"    return shared({parameters})\n"
        )
        space["expected"] = signature.args
        # the file's name lets Numba find where to keep what it compiled
        exec(compile(source, inspect.getfile(function), "exec"), space)
        made = space[f"{name}_together"]
        made.__module__, made.__doc__ = function.__module__, function.__doc__
        return kernel(signature, entry=True)(made)

    return register


def _noting(shared):
    """What writes the arguments to the caller's frame, and where they and the job are to the meeting."""

    def emit(context, builder, signature, args):
        convention, expected = context.call_conv, shared.signature.args
        kind = ir.LiteralStructType([value.type for value in args])
        frame = cgutils.alloca_once(builder, kind)
        builder.store(cgutils.pack_struct(builder, args), frame)
        job = ir.Function(builder.module, JOB_TYPE, f"{shared.symbol}.job")
        job.linkage = "internal"
        inside = ir.IRBuilder(job.append_basic_block())
        values = cgutils.unpack_tuple(inside, inside.load(inside.bitcast(job.args[0], kind.as_pointer())))
        own = cgutils.alloca_once_value(inside, inside.load(values[-1]))
        inside.store(job.args[1], PartType.place(inside, own, "tid"))
        values[-1] = own
        result = shared.signature.return_type
        callee = cgutils.get_or_insert_function(inside.module, convention.get_function_type(result, expected), shared.symbol)
        convention.call_function(inside, callee, result, expected, values)
        inside.ret_void()
        meeting = builder.load(PartType.place(builder, args[-1], "meeting"))
        places = context.make_array(PartType.fields["meeting"])(context, builder, meeting).data
        for place, value in ((JOB, job), (ARGUMENTS, frame)):
            builder.store(builder.ptrtoint(value, NUMBER), builder.gep(places, [NUMBER(place)]))
        return context.get_dummy_value()

    return emit


@intrinsic
def _do(context, job, arguments, tid):
    """Run a job that was noted."""

    def emit(context, builder, signature, args):
        function = builder.inttoptr(args[0], JOB_TYPE.as_pointer())
        builder.call(function, [builder.inttoptr(args[1], ADDRESS), args[2]])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), emit


@kernel(void(PartType), entry=True)
def follow(part):
    """Run what the leader calls, until it dismisses."""
    while True:
        barrier(part.meeting, part.threads)
        job = atomic_load(part.meeting, JOB)
        if job == 0:
            return
        _do(job, atomic_load(part.meeting, ARGUMENTS), part.tid)


@kernel(void(PartType), entry=True)
def dismiss(part):
    """Called by the leader: those that follow return."""
    part.meeting[JOB] = 0
    barrier(part.meeting, part.threads)
