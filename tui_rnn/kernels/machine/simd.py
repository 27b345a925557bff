"""SIMD through Numba: intrinsics that run vector code over rows of float32 arrays.

- `elementwise`: turns an equation on vectors (kernels.machine.vectors) into an intrinsic.
- `dot_tile`, `row_tile`: the micro-kernels of a matrix product, a tile of C held in registers.
- `softmax_row`, `dot_row`: reductions of a row.
"""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from tui_rnn.kernels.machine.vector_unit import TILE
from tui_rnn.kernels.machine.vectors import (
    FAST,
    FLOAT,
    INT,
    VECTOR,
    Vector,
    address_of,
    broadcast,
    call_function,
    constant,
    exp,
    for_range,
    load,
    multiply_add,
    store,
)

# ------------------------------------------------------- equations over rows


def elementwise(reads: str, writes: str, scalars: str = ""):
    """Decorator: an equation on vectors becomes an intrinsic over rows of float32 arrays.

    reads, writes: names of the arrays that the equation's arguments come from and its results go to, in order. An array
    with several blocks (a gate buffer: i f g o side by side) is written "gates*4" and stands for four arguments.
    A name in both is updated in place. scalars: names of trailing float32 arguments.

    The intrinsic takes (array, offset) for each distinct array, in order of first mention, then the distance between
    blocks, the number of elements (a multiple of 16), then the scalars.
    """

    def blocks(spec: str) -> list[tuple[str, int]]:
        return [(name, int(count or 1)) for name, _, count in (word.partition("*") for word in spec.split())]

    sources, targets, names = blocks(reads), blocks(writes), scalars.split()
    arrays = list(dict.fromkeys(name for name, _ in sources + targets))

    def decorate(equation):
        def emit(context, builder, signature, args):
            pointer = {
                name: address_of(context, builder, signature.args[2 * i], args[2 * i], args[2 * i + 1])
                for i, name in enumerate(arrays)
            }
            stride, count = args[2 * len(arrays)], args[2 * len(arrays) + 1]
            constants = [Vector(builder, broadcast(builder, s)) for s in args[2 * len(arrays) + 2 :]]
            base = {
                (name, q): builder.gep(pointer[name], [builder.mul(stride, INT(q))])
                for name, total in sources + targets
                for q in range(total)
            }

            def body(k, _):
                values = [Vector(builder, load(builder, base[name, q], k)) for name, total in sources for q in range(total)]
                results = equation(*values, *constants)
                results = results if isinstance(results, tuple) else (results,)
                slots = [(name, q) for name, total in targets for q in range(total)]
                for slot, result in zip(slots, results, strict=True):
                    store(builder, result.value, base[slot], k)
                return []

            for_range(builder, count, TILE.lanes, [], body)
            return context.get_dummy_value()

        # numba asks for a typing function with exactly these arguments
        pairs = ", ".join(f"{name}, {name}_at" for name in arrays)
        tail = "".join(f", {name}" for name in names)
        kinds = ", ".join(f"{name}, types.intp" for name in arrays)
        space = {"types": types, "emit": emit}
        exec(
            f"def typing(context, {pairs}, stride, count{tail}):\n"
            f"    return types.void({kinds}, types.intp, types.intp{', types.float32' * len(names)}), emit\n",
            space,
        )
        made = space["typing"]
        made.__name__, made.__doc__ = equation.__name__, equation.__doc__  # type: ignore[attr-defined]
        return intrinsic(made)

    return decorate


# --------------------------------------------------------- products of matrices


def dot_tile(rows: int, vectors: int):
    """Micro-kernel: C[rows, vectors × lanes] += A[rows, K] · B, with the tile of C in registers throughout.

    A has any strides, so Aᵀ costs nothing. B is a panel of `TILE.panel` packed columns, or a part of one. Every variant adds
    the K products in the same order, k = 0, 1, …: an element of C has the same bits whichever tile computes it. So results
    don't depend on the number of threads.
    """

    @intrinsic
    def tile(context, A, a_at, a_row, a_col, B, b_at, C, c_at, c_row, K):
        i = types.intp
        signature = types.void(A, i, i, i, B, i, C, i, i, i)

        def emit(context, builder, signature, args):
            a, a_at, a_row, a_col, b, b_at, c, c_at, c_row, K = args
            pa = address_of(context, builder, signature.args[0], a, a_at)
            pb = address_of(context, builder, signature.args[4], b, b_at)
            pc = address_of(context, builder, signature.args[6], c, c_at)
            row_of = [builder.gep(pa, [builder.mul(a_row, INT(r))]) for r in range(rows)]
            place = [
                (r, v, builder.add(builder.mul(c_row, INT(r)), INT(v * TILE.lanes)))
                for r in range(rows)
                for v in range(vectors)
            ]

            def body(k, sums):
                at = builder.mul(k, INT(TILE.panel))
                bs = [load(builder, pb, builder.add(at, INT(v * TILE.lanes))) for v in range(vectors)]
                from_a = builder.mul(k, a_col)
                scalars = [broadcast(builder, builder.load(builder.gep(row_of[r], [from_a]))) for r in range(rows)]
                return [multiply_add(builder, scalars[r], bs[v], total) for (r, v, _), total in zip(place, sums, strict=True)]

            start = [load(builder, pc, at) for *_, at in place]
            for (*_, at), total in zip(place, for_range(builder, K, 1, start, body), strict=True):
                store(builder, total, pc, at)
            return context.get_dummy_value()

        return signature, emit

    return tile


def row_tile(vectors: int, whole_panels: bool = False):
    """Micro-kernel of one row: C[vectors × lanes] += A[K] · B[:, column : column + vectors × lanes], in whichever panels.

    It keeps as many sums as possible at once: one sum alone would wait for itself. whole_panels: the column begins a panel.
    """

    @intrinsic
    def tile(context, A, a_at, B, column, C, c_at, K):
        i = types.intp
        signature = types.void(A, i, B, i, C, i, i)

        def emit(context, builder, signature, args):
            a, a_at, b, column, c, c_at, K = args
            pa = address_of(context, builder, signature.args[0], a, a_at)
            pb = address_of(context, builder, signature.args[2], b, INT(0))
            pc = address_of(context, builder, signature.args[4], c, c_at)

            def vector_at(v):
                """Address of the first row of vector v, in its panel."""
                first = builder.add(column, INT(v * TILE.lanes))
                panel, within = builder.udiv(first, INT(TILE.panel)), builder.urem(first, INT(TILE.panel))
                return builder.gep(pb, [builder.add(builder.mul(builder.mul(panel, K), INT(TILE.panel)), within)])

            if whole_panels:
                panels = [vector_at(v) for v in range(0, vectors, TILE.vectors)]
                columns = [(panels[v // TILE.vectors], v % TILE.vectors * TILE.lanes) for v in range(vectors)]
            else:
                columns = [(vector_at(v), 0) for v in range(vectors)]

            def body(k, sums):
                at = builder.mul(k, INT(TILE.panel))
                scalar = broadcast(builder, builder.load(builder.gep(pa, [k])))
                bs = [load(builder, panel, builder.add(at, INT(further))) for panel, further in columns]
                return [multiply_add(builder, scalar, b, total) for b, total in zip(bs, sums, strict=True)]

            start = [load(builder, pc, INT(v * TILE.lanes)) for v in range(vectors)]
            for v, total in enumerate(for_range(builder, K, 1, start, body)):
                store(builder, total, pc, INT(v * TILE.lanes))
            return context.get_dummy_value()

        return signature, emit

    return tile


# ------------------------------------------------------------------ reductions


def _sum_of_lanes(builder: ir.IRBuilder, vector: ir.Value) -> ir.Value:
    kind = ir.FunctionType(FLOAT, [FLOAT, VECTOR])
    reduce = cgutils.get_or_insert_function(builder.module, kind, f"llvm.vector.reduce.fadd.v{TILE.lanes}f32")
    return builder.call(reduce, [ir.Constant(FLOAT, 0.0), vector], fastmath=FAST)


@intrinsic
def softmax_row(context, row, at, count):
    """row[at : at + count] ← e^(row − max); returns (max, sum). count is a multiple of 16; padding holds −1e30."""
    signature = types.UniTuple(types.float32, 2)(row, types.intp, types.intp)

    def emit(context, builder, signature, args):
        pointer, count = address_of(context, builder, signature.args[0], args[0], args[1]), args[2]

        def larger(k, best):
            v = load(builder, pointer, k)
            return [builder.select(builder.fcmp_ordered(">", v, best[0]), v, best[0])]

        most = for_range(builder, count, TILE.lanes, [constant(-3e38)], larger)[0]
        peak = call_function(builder, f"llvm.vector.reduce.fmax.v{TILE.lanes}f32", FLOAT, most)
        shift = Vector(builder, broadcast(builder, peak))

        def powers(k, total):
            e = exp(Vector(builder, load(builder, pointer, k)) - shift)
            store(builder, e.value, pointer, k)
            return [builder.fadd(total[0], e.value, flags=FAST)]

        lanes = for_range(builder, count, TILE.lanes, [constant(0)], powers)[0]
        return context.make_tuple(builder, signature.return_type, [peak, _sum_of_lanes(builder, lanes)])

    return signature, emit


@intrinsic
def dot_row(context, x, x_at, y, y_at, count):
    """Σ_j x[x_at + j] · y[y_at + j] for j = 0 … count-1. count is a multiple of 16, above 0."""
    signature = types.float32(x, types.intp, y, types.intp, types.intp)

    def emit(context, builder, signature, args):
        px = address_of(context, builder, signature.args[0], args[0], args[1])
        py = address_of(context, builder, signature.args[2], args[2], args[3])

        def products(k, total):
            return [multiply_add(builder, load(builder, px, k), load(builder, py, k), total[0])]

        return _sum_of_lanes(builder, for_range(builder, args[4], TILE.lanes, [constant(0)], products)[0])

    return signature, emit


# ------------------------------------------------------------------- machinery


@intrinsic
def atomic_add(context, array, index, amount):
    """array[index] += amount, atomically; returns the value before."""

    def emit(context, builder, signature, args):
        return builder.atomic_rmw("add", address_of(context, builder, signature.args[0], args[0], args[1]), args[2], "seq_cst")

    return types.int64(array, types.intp, types.int64), emit


@intrinsic
def atomic_load(context, array, index):
    """array[index], as other threads last stored it."""

    def emit(context, builder, signature, args):
        return builder.load_atomic(address_of(context, builder, signature.args[0], args[0], args[1]), "seq_cst", 8)

    return types.int64(array, types.intp), emit
