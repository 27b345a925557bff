"""How Numba compiles a kernel: those of Numba's passes that a kernel needs, in Numba's order.

The other passes are for closures, array expressions, parallel loops and Python's objects. No kernel has them, and they took a
tenth of the time. Numba's documentation describes such a pipeline under "Customizing the Compiler".
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
    """What `numba.njit` gets as its `pipeline_class`."""

    def define_pipelines(self) -> list[Any]:
        manager = PassManager("kernel")
        for each in PASSES:
            manager.add_pass(each, each.__name__)
        manager.finalize()
        return [manager]
