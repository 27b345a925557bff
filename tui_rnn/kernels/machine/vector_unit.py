"""The vector unit that Numba compiles for on this machine: how wide its registers are, and how large a tile they hold."""

from __future__ import annotations

from dataclasses import dataclass

from llvmlite import binding, ir

from tui_rnn.kernels.machine.jit import target_cpu


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
# AVX2: with 4 × 2, 8 sums are just enough to keep two units of latency 4 busy; 4 × 3 is 8% faster than that, 6 × 2 2 to 4%
TILES = {"avx512": Tile(16, 8, 2), "avx2": Tile(8, 4, 3), "neon": Tile(4, 8, 2), "sse": Tile(4, 4, 2)}


def vector_unit() -> str:
    """Which of TILES Numba will compile for on this machine: found by compiling a small sum and looking at its registers."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    module = ir.Module()
    module.triple = binding.get_process_triple()
    wide = ir.VectorType(ir.FloatType(), 16)
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
