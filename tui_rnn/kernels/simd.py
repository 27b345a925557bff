"""SIMD through Numba: vectors as LLVM values, so that an equation written once in Python becomes vector code.

Two tools come out of this file:

- `elementwise`: turns an equation on values into an intrinsic that runs it over rows of float32 arrays.
- `dot_tile`: the micro-kernel of a matrix product, a tile of C held in registers.

Everything that depends on the machine is in `TILE`: the vector width and how large a tile its registers can hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from tui_rnn.kernels.jit import target_cpu

FLOAT = ir.FloatType()
INT = ir.IntType(64)
INT32 = ir.IntType(32)
FAST = ("contract", "reassoc", "nsz", "arcp")


# ----------------------------------------------------------------- the machine


@dataclass(frozen=True)
class Tile:
    """lanes: float32 in a vector register. A product's tile has `rows` × `vectors` accumulators, none spilled."""

    lanes: int
    rows: int
    vectors: int

    @property
    def panel(self) -> int:
        """Columns of a packed panel."""
        return self.lanes * self.vectors


# registers: 32 × 512 bits, 16 × 256, 32 × 128, 16 × 128
TILES = {"avx512": Tile(16, 8, 2), "avx2": Tile(8, 4, 2), "neon": Tile(4, 8, 2), "sse": Tile(4, 4, 2)}


def vector_unit() -> str:
    """Which of TILES this machine has, as Numba will compile for it: found by compiling a small sum and looking."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    module = ir.Module()
    module.triple = binding.get_process_triple()
    wide = ir.VectorType(FLOAT, 16)
    function = ir.Function(module, ir.FunctionType(wide, [wide, wide]), "probe")
    builder = ir.IRBuilder(function.append_basic_block())
    builder.ret(builder.fadd(*function.args))
    cpu, features = target_cpu()
    machine = binding.Target.from_triple(module.triple).create_target_machine(cpu=cpu, features=features)
    assembly = machine.emit_assembly(binding.parse_assembly(str(module)))
    if "zmm" in assembly:
        return "avx512"
    if "ymm" in assembly:
        return "avx2"
    return "neon" if module.triple.startswith(("aarch64", "arm64")) else "sse"


UNIT = vector_unit()
TILE = TILES[UNIT]
VECTOR = ir.VectorType(FLOAT, TILE.lanes)
INT_VECTOR = ir.VectorType(INT32, TILE.lanes)


# ------------------------------------------------------------- vectors as values


def _constant(value: float) -> ir.Constant:
    return ir.Constant(VECTOR, [ir.Constant(FLOAT, float(value))] * TILE.lanes)


def _broadcast(builder: ir.IRBuilder, scalar: ir.Value) -> ir.Value:
    first = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), scalar, INT32(0))
    return builder.shuffle_vector(first, ir.Constant(VECTOR, ir.Undefined), ir.Constant(INT_VECTOR, [0] * TILE.lanes))


def _call(builder: ir.IRBuilder, name: str, result: ir.Type, *args: ir.Value) -> ir.Value:
    kind = ir.FunctionType(result, [a.type for a in args])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), args)


def _multiply_add(builder: ir.IRBuilder, x: ir.Value, y: ir.Value, z: ir.Value) -> ir.Value:
    # fmuladd, not fma: without the instruction, fma would become a library call for each lane
    return _call(builder, f"llvm.fmuladd.v{TILE.lanes}f32", VECTOR, x, y, z)


def _load(builder: ir.IRBuilder, pointer: ir.Value, offset: ir.Value) -> ir.Value:
    return builder.load(builder.bitcast(builder.gep(pointer, [offset]), VECTOR.as_pointer()), align=4)


def _store(builder: ir.IRBuilder, value: ir.Value, pointer: ir.Value, offset: ir.Value) -> None:
    builder.store(value, builder.bitcast(builder.gep(pointer, [offset]), VECTOR.as_pointer()), align=4)


def _pointer(context: Any, builder: ir.IRBuilder, kind: Any, array: ir.Value, offset: ir.Value) -> ir.Value:
    """Address of element `offset` of an array's memory, whatever its dimensions."""
    return builder.gep(context.make_array(kind)(context, builder, array).data, [offset])


def _loop(builder: ir.IRBuilder, count: ir.Value, step: int, carried: list[ir.Value], body: Any) -> list[ir.Value]:
    """for k in range(0, count, step), count > 0, carrying SSA values: body(k, values) → values."""
    before = builder.basic_block
    head, after = builder.append_basic_block("loop"), builder.append_basic_block("after")
    builder.branch(head)
    builder.position_at_end(head)
    k = builder.phi(INT)
    k.add_incoming(INT(0), before)
    values = [builder.phi(v.type) for v in carried]
    for phi, start in zip(values, carried, strict=True):
        phi.add_incoming(start, before)
    results = body(k, values)
    following = builder.add(k, INT(step))
    k.add_incoming(following, builder.basic_block)
    for phi, result in zip(values, results, strict=True):
        phi.add_incoming(result, builder.basic_block)
    builder.cbranch(builder.icmp_signed("<", following, count), head, after)
    builder.position_at_end(after)
    return results


class Vector:
    """One vector register with Python's operators: what an equation is traced with."""

    def __init__(self, builder: ir.IRBuilder, value: ir.Value):
        self.builder, self.value = builder, value

    def _lift(self, other: Vector | float) -> ir.Value:
        return other.value if isinstance(other, Vector) else _constant(other)

    def constant(self, value: float) -> Vector:
        """A vector with `value` in every lane."""
        return Vector(self.builder, _constant(value))

    def __add__(self, other):
        return Vector(self.builder, self.builder.fadd(self.value, self._lift(other), flags=FAST))

    def __mul__(self, other):
        return Vector(self.builder, self.builder.fmul(self.value, self._lift(other), flags=FAST))

    def __sub__(self, other):
        return Vector(self.builder, self.builder.fsub(self.value, self._lift(other), flags=FAST))

    def __rsub__(self, other):
        return Vector(self.builder, self.builder.fsub(self._lift(other), self.value, flags=FAST))

    def __truediv__(self, other):
        return Vector(self.builder, self.builder.fdiv(self.value, self._lift(other), flags=FAST))

    __radd__, __rmul__ = __add__, __mul__


def minimum(x: Vector, limit: float) -> Vector:
    """The smaller of each lane and `limit`; NaN stays NaN."""
    b, high = x.builder, _constant(limit)
    return Vector(b, b.select(b.fcmp_ordered(">", x.value, high), high, x.value))


def maximum(x: Vector, limit: float) -> Vector:
    """The larger of each lane and `limit`; NaN stays NaN."""
    b, low = x.builder, _constant(limit)
    return Vector(b, b.select(b.fcmp_ordered("<", x.value, low), low, x.value))


def positive(x: Vector) -> Vector:
    """1 where x > 0, else 0."""
    b = x.builder
    return Vector(b, b.select(b.fcmp_ordered(">", x.value, _constant(0)), _constant(1), _constant(0)))


def square_root(x: Vector) -> Vector:
    """√x, as the hardware rounds it."""
    return Vector(x.builder, _call(x.builder, f"llvm.sqrt.v{TILE.lanes}f32", VECTOR, x.value))


def _polynomial(x: Vector, coefficients: tuple[float, ...]) -> Vector:
    """Horner's rule, highest power first."""
    p = _constant(coefficients[0])
    for c in coefficients[1:]:
        p = _multiply_add(x.builder, p, x.value, _constant(c))
    return Vector(x.builder, p)


# minimax rational form of degree 13/6, exact to 3e-7 where |x| < 7.9; beyond, tanh is ±1 in float32
_TANH_ODD = (
    -2.76076847742355e-16,
    2.00018790482477e-13,
    -8.60467152213735e-11,
    5.12229709037114e-08,
    1.48572235717979e-05,
    6.37261928875436e-04,
    4.89352455891786e-03,
)
_TANH_EVEN = (1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03)


def tanh(x: Vector) -> Vector:
    """tanh x within 3e-7, about twenty times as fast as the C library's."""
    x = maximum(minimum(x, 7.90531110763549805), -7.90531110763549805)
    square = x * x
    return (x * _polynomial(square, _TANH_ODD)) / _polynomial(square, _TANH_EVEN)


def sigmoid(x: Vector) -> Vector:
    """σ(x) = ½ tanh(x/2) + ½."""
    return tanh(x * 0.5) * 0.5 + 0.5


# e^f for |f| ≤ ½ ln 2, in powers of f, highest first
_EXP = (1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1.0, 1.0)


def exp(x: Vector) -> Vector:
    """e^x for x ≤ 88, within 2e-7 relative; 0 below -87. Splits x = n ln 2 + f and shifts n into the exponent."""
    b = x.builder
    x = maximum(x, -87.0)
    n = Vector(b, _call(b, f"llvm.rint.v{TILE.lanes}f32", VECTOR, (x * 1.4426950408889634).value))
    # ln 2 in two parts, so that f keeps its low bits
    f = Vector(b, _multiply_add(b, n.value, _constant(-0.693359375), x.value))
    f = Vector(b, _multiply_add(b, n.value, _constant(2.12194440054690583e-4), f.value))
    shifted = b.shl(b.fptosi(n.value, INT_VECTOR), ir.Constant(INT_VECTOR, [23] * TILE.lanes))
    return Vector(b, b.bitcast(b.add(b.bitcast(_polynomial(f, _EXP).value, INT_VECTOR), shifted), VECTOR))


# ------------------------------------------------------- equations over rows


def elementwise(reads: str, writes: str, scalars: str = ""):
    """Decorator: an equation on vectors becomes an intrinsic over rows of float32 arrays.

    reads, writes: names of the arrays the equation's arguments come from and its results go to, in order. An array
    with several blocks (a gate buffer: i f g o side by side) is written "gates*4" and stands for four arguments.
    The same name in both is updated in place. scalars: names of trailing float32 arguments.

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
                name: _pointer(context, builder, signature.args[2 * i], args[2 * i], args[2 * i + 1])
                for i, name in enumerate(arrays)
            }
            stride, count = args[2 * len(arrays)], args[2 * len(arrays) + 1]
            constants = [Vector(builder, _broadcast(builder, s)) for s in args[2 * len(arrays) + 2 :]]
            base = {
                (name, q): builder.gep(pointer[name], [builder.mul(stride, INT(q))])
                for name, total in sources + targets
                for q in range(total)
            }

            def body(k, _):
                values = [Vector(builder, _load(builder, base[name, q], k)) for name, total in sources for q in range(total)]
                results = equation(*values, *constants)
                results = results if isinstance(results, tuple) else (results,)
                slots = [(name, q) for name, total in targets for q in range(total)]
                for slot, result in zip(slots, results, strict=True):
                    _store(builder, result.value, base[slot], k)
                return []

            _loop(builder, count, TILE.lanes, [], body)
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


def dot_tile(rows: int, panels: int, vectors: int):
    """Micro-kernel: C[rows, panels × vectors × lanes] += A[rows, K] · B, the tile of C in registers throughout.

    A has any strides, so Aᵀ costs nothing. B is packed in panels of `TILE.panel` columns; of several panels each is
    `panel_stride` after the one before. Every variant adds the K products in the same order, k = 0, 1, …: an element
    of C has the same bits whichever tile computed it. That makes results independent of the number of threads.
    """

    @intrinsic
    def tile(context, A, a_at, a_row, a_col, B, b_at, panel_stride, C, c_at, c_row, K):
        i = types.intp
        signature = types.void(A, i, i, i, B, i, i, C, i, i, i)

        def emit(context, builder, signature, args):
            a, a_at, a_row, a_col, b, b_at, panel_stride, c, c_at, c_row, K = args
            pa = _pointer(context, builder, signature.args[0], a, a_at)
            pb = _pointer(context, builder, signature.args[4], b, b_at)
            pc = _pointer(context, builder, signature.args[7], c, c_at)
            row_of = [builder.gep(pa, [builder.mul(a_row, INT(r))]) for r in range(rows)]
            panel_of = [builder.gep(pb, [builder.mul(panel_stride, INT(p))]) for p in range(panels)]
            place = [
                (r, p, v, builder.add(builder.mul(c_row, INT(r)), INT(p * TILE.panel + v * TILE.lanes)))
                for r in range(rows)
                for p in range(panels)
                for v in range(vectors)
            ]

            def body(k, sums):
                at = builder.mul(k, INT(TILE.panel))
                bs = {
                    (p, v): _load(builder, panel_of[p], builder.add(at, INT(v * TILE.lanes)))
                    for p in range(panels)
                    for v in range(vectors)
                }
                from_a = builder.mul(k, a_col)
                scalars = [_broadcast(builder, builder.load(builder.gep(row_of[r], [from_a]))) for r in range(rows)]
                return [
                    _multiply_add(builder, scalars[r], bs[p, v], total) for (r, p, v, _), total in zip(place, sums, strict=True)
                ]

            start = [_load(builder, pc, at) for *_, at in place]
            for (*_, at), total in zip(place, _loop(builder, K, 1, start, body), strict=True):
                _store(builder, total, pc, at)
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
        pointer, count = _pointer(context, builder, signature.args[0], args[0], args[1]), args[2]

        def larger(k, best):
            v = _load(builder, pointer, k)
            return [builder.select(builder.fcmp_ordered(">", v, best[0]), v, best[0])]

        most = _loop(builder, count, TILE.lanes, [_constant(-3e38)], larger)[0]
        peak = _call(builder, f"llvm.vector.reduce.fmax.v{TILE.lanes}f32", FLOAT, most)
        shift = Vector(builder, _broadcast(builder, peak))

        def powers(k, total):
            e = exp(Vector(builder, _load(builder, pointer, k)) - shift)
            _store(builder, e.value, pointer, k)
            return [builder.fadd(total[0], e.value, flags=FAST)]

        lanes = _loop(builder, count, TILE.lanes, [_constant(0)], powers)[0]
        return context.make_tuple(builder, signature.return_type, [peak, _sum_of_lanes(builder, lanes)])

    return signature, emit


@intrinsic
def dot_row(context, x, x_at, y, y_at, count):
    """Σ_j x[x_at + j] · y[y_at + j] for j = 0 … count-1. count is a multiple of 16, above 0."""
    signature = types.float32(x, types.intp, y, types.intp, types.intp)

    def emit(context, builder, signature, args):
        px = _pointer(context, builder, signature.args[0], args[0], args[1])
        py = _pointer(context, builder, signature.args[2], args[2], args[3])

        def products(k, total):
            return [_multiply_add(builder, _load(builder, px, k), _load(builder, py, k), total[0])]

        return _sum_of_lanes(builder, _loop(builder, args[4], TILE.lanes, [_constant(0)], products)[0])

    return signature, emit


# ------------------------------------------------------------------- machinery


@intrinsic
def atomic_add(context, array, index, amount):
    """array[index] += amount, atomically; returns the value before."""

    def emit(context, builder, signature, args):
        return builder.atomic_rmw("add", _pointer(context, builder, signature.args[0], args[0], args[1]), args[2], "seq_cst")

    return types.int64(array, types.intp, types.int64), emit


@intrinsic
def atomic_load(context, array, index):
    """array[index], as other threads last stored it."""

    def emit(context, builder, signature, args):
        return builder.load_atomic(_pointer(context, builder, signature.args[0], args[0], args[1]), "seq_cst", 8)

    return types.int64(array, types.intp), emit
