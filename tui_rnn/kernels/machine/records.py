"""Arrays and numbers that belong together: a NamedTuple in Python, one pointer to a record of its fields in a kernel.

Numba would pass each field's address, shape and strides as separate arguments, 300 of them for a language model's arrays,
and compiling such calls took most of the time. A record is built once, when Python calls a kernel.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models, register_default
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, lower_getattr_generic, typeof_impl, unbox


class Bundle(types.Type):  # type: ignore[misc]
    """The Numba type of a NamedTuple class. All its instances have fields of the same types."""

    def __init__(self, kind: Any, fields: tuple[Any, ...]):
        self.kind, self.fields = kind, dict(zip(kind._fields, fields, strict=True))
        super().__init__(f"{kind.__module__}.{kind.__name__}")

    def place(self, builder: ir.IRBuilder, record: ir.Value, name: str) -> ir.Value:
        """The address of a field."""
        return cgutils.gep_inbounds(builder, record, 0, list(self.fields).index(name))


def named(kind: Any, *fields: Any) -> Bundle:
    """The type, for signatures, of the NamedTuple class `kind` with fields of these types. A call with others is refused."""
    bundle = Bundle(kind, fields)

    @typeof_impl.register(kind)
    def typeof(value: Any, context: Any) -> Any:
        found = tuple(typeof_impl(field, context) for field in value)
        return bundle if found == fields else types.Tuple(found)

    return bundle


@register_default(Bundle)
class _Pointer(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Bundle):
        record = ir.LiteralStructType([manager.lookup(field).get_value_type() for field in kind.fields.values()])
        super().__init__(manager, kind, record.as_pointer())


@infer_getattr
class _FieldTypes(AttributeTemplate):  # type: ignore[misc]
    key = Bundle

    def generic_resolve(self, kind: Bundle, name: str) -> Any:  # type: ignore[override]
        return kind.fields.get(name)


@lower_getattr_generic(Bundle)
def _read_field(context: Any, builder: ir.IRBuilder, kind: Bundle, record: ir.Value, name: str) -> ir.Value:
    field = builder.load(kind.place(builder, record, name))
    field.set_metadata("invariant.load", builder.module.add_metadata([]))  # no kernel writes to a record
    return field


@unbox(Bundle)
def _build_record(kind: Bundle, value: ir.Value, c: Any) -> NativeValue:
    record = cgutils.alloca_once(c.builder, c.context.get_value_type(kind).pointee)
    failed = cgutils.false_bit
    for k, (name, field) in enumerate(kind.fields.items()):
        item, place = c.pyapi.tuple_getitem(value, k), kind.place(c.builder, record, name)
        if isinstance(field, types.Array):  # of the right type, as `typeof` saw
            error = c.pyapi.numba_array_adaptor(item, c.builder.bitcast(place, c.pyapi.voidptr))
            failed = c.builder.or_(failed, cgutils.is_not_null(c.builder, error))
        else:
            native = c.unbox(field, item)
            c.builder.store(native.value, place)
            failed = c.builder.or_(failed, native.is_error)
    return NativeValue(record, is_error=failed)
