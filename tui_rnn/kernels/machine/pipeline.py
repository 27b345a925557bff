"""How Numba compiles a kernel: the passes of its own that a kernel has a use for, in its order.

The others are for closures, array expressions, parallel loops and Python's objects, which no kernel has, and took a tenth of
the time. A pipeline of one's own is what Numba's documentation calls "Customizing the Compiler".
"""

from typing import Any

from numba.core.compiler import CompilerBase
from numba.core.compiler_machinery import PassManager
from numba.core.typed_passes import IRLegalization, NativeLowering, NoPythonBackend, NopythonTypeInference, PreLowerStripPhis
from numba.core.untyped_passes import FixupArgs, GenericRewrites, IRProcessing, ReconstructSSA, TranslateByteCode

PASSES = (
    TranslateByteCode,
    FixupArgs,
    IRProcessing,
    GenericRewrites,
    ReconstructSSA,
    NopythonTypeInference,
    PreLowerStripPhis,
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
)


class Pipeline(CompilerBase):  # type: ignore[misc]
    """What the decorator `numba.njit` is given for `pipeline_class`."""

    def define_pipelines(self) -> list[Any]:
        manager = PassManager("kernel")
        for each in PASSES:
            manager.add_pass(each, each.__name__)
        manager.finalize()
        return [manager]
