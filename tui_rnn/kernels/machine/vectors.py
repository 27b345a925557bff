"""Vectors as LLVM values: a register with Python's operators. An equation is written once with them and becomes vector code.

Intrinsics are made of the functions that take a builder; the others work on a `Vector`.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils

from tui_rnn.kernels.machine.vector_unit import TILE

FLOAT = ir.FloatType()
INT = ir.IntType(64)
INT32 = ir.IntType(32)
VECTOR = ir.VectorType(FLOAT, TILE.lanes)
INT_VECTOR = ir.VectorType(INT32, TILE.lanes)
FAST = ("contract", "reassoc", "nsz", "arcp")


def constant(value: float) -> ir.Constant:
    return ir.Constant(VECTOR, [ir.Constant(FLOAT, float(value))] * TILE.lanes)


def broadcast(builder: ir.IRBuilder, scalar: ir.Value) -> ir.Value:
    first = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), scalar, INT32(0))
    return builder.shuffle_vector(first, ir.Constant(VECTOR, ir.Undefined), ir.Constant(INT_VECTOR, [0] * TILE.lanes))


def call_function(builder: ir.IRBuilder, name: str, result: ir.Type, *args: ir.Value) -> ir.Value:
    kind = ir.FunctionType(result, [a.type for a in args])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), args)


def multiply_add(builder: ir.IRBuilder, x: ir.Value, y: ir.Value, z: ir.Value) -> ir.Value:
    # fmuladd, not fma: without the instruction, fma would become a library call for each lane
    return call_function(builder, f"llvm.fmuladd.v{TILE.lanes}f32", VECTOR, x, y, z)


def load(builder: ir.IRBuilder, pointer: ir.Value, offset: ir.Value) -> ir.Value:
    return builder.load(builder.bitcast(builder.gep(pointer, [offset]), VECTOR.as_pointer()), align=4)


def store(builder: ir.IRBuilder, value: ir.Value, pointer: ir.Value, offset: ir.Value) -> None:
    builder.store(value, builder.bitcast(builder.gep(pointer, [offset]), VECTOR.as_pointer()), align=4)


def address_of(context: Any, builder: ir.IRBuilder, kind: Any, array: ir.Value, offset: ir.Value) -> ir.Value:
    """Address of element `offset` of an array's memory, whatever its dimensions."""
    return builder.gep(context.make_array(kind)(context, builder, array).data, [offset])


def for_range(builder: ir.IRBuilder, count: ir.Value, step: int, carried: list[ir.Value], body: Any) -> list[ir.Value]:
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
    """One vector register with Python's operators. An equation is traced with it."""

    def __init__(self, builder: ir.IRBuilder, value: ir.Value):
        self.builder, self.value = builder, value

    def _lift(self, other: Vector | float) -> ir.Value:
        return other.value if isinstance(other, Vector) else constant(other)

    def constant(self, value: float) -> Vector:
        """A vector with `value` in every lane."""
        return Vector(self.builder, constant(value))

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
    b, high = x.builder, constant(limit)
    return Vector(b, b.select(b.fcmp_ordered(">", x.value, high), high, x.value))


def maximum(x: Vector, limit: float) -> Vector:
    """The larger of each lane and `limit`; NaN stays NaN."""
    b, low = x.builder, constant(limit)
    return Vector(b, b.select(b.fcmp_ordered("<", x.value, low), low, x.value))


def positive(x: Vector) -> Vector:
    """1 where x > 0, else 0."""
    b = x.builder
    return Vector(b, b.select(b.fcmp_ordered(">", x.value, constant(0)), constant(1), constant(0)))


def zero_below(x: Vector, least: float) -> Vector:
    """x, or 0 where |x| < least; NaN stays NaN."""
    b = x.builder
    size = call_function(b, f"llvm.fabs.v{TILE.lanes}f32", VECTOR, x.value)
    return Vector(b, b.select(b.fcmp_ordered("<", size, constant(least)), constant(0), x.value))


def square_root(x: Vector) -> Vector:
    """√x, as the hardware rounds it."""
    return Vector(x.builder, call_function(x.builder, f"llvm.sqrt.v{TILE.lanes}f32", VECTOR, x.value))


def _polynomial(x: Vector, coefficients: tuple[float, ...]) -> Vector:
    """Horner's rule, highest power first."""
    p = constant(coefficients[0])
    for c in coefficients[1:]:
        p = multiply_add(x.builder, p, x.value, constant(c))
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
    n = Vector(b, call_function(b, f"llvm.rint.v{TILE.lanes}f32", VECTOR, (x * 1.4426950408889634).value))
    # ln 2 in two parts, so that f keeps its low bits
    f = Vector(b, multiply_add(b, n.value, constant(-0.693359375), x.value))
    f = Vector(b, multiply_add(b, n.value, constant(2.12194440054690583e-4), f.value))
    shifted = b.shl(b.fptosi(n.value, INT_VECTOR), ir.Constant(INT_VECTOR, [23] * TILE.lanes))
    return Vector(b, b.bitcast(b.add(b.bitcast(_polynomial(f, _EXP).value, INT_VECTOR), shifted), VECTOR))
