"""Nodes of an ONNX graph, added one after another; the result of a node has a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8
"""Old enough for every onnxruntime since 1.12."""


class Graph:
    """A graph under construction. Methods return the name of their result; tensors are float32, ids int64."""

    def __init__(self, name: str, within: Graph | None = None) -> None:
        """within: the graph around it, if it is the body of one of that graph's nodes: it reads that graph's values and
        constants, and its own have other names."""
        self._name = name
        self._prefix = f"{name}: " if within else ""
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = within._constants if within else {}
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []

    def ids(self, name: str, shape: Sequence[str | int]) -> str:
        """An input of symbols."""
        self._inputs.append(helper.make_tensor_value_info(name, TensorProto.INT64, shape))
        return name

    def floats(self, name: str, shape: Sequence[str | int]) -> str:
        """Another input."""
        self._inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def give(self, value: str, name: str, shape: Sequence[str | int]) -> None:
        """Make the value of this name an output."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """A parameter, or numbers that a node needs. Each name stands for one constant."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.asarray(array, order="C"), name)
        return name

    def numbers(self, *values: int) -> str:
        """A list of integers, such as a shape."""
        return self.constant(f"int64 {list(values)}", np.array(values, np.int64))

    def node(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Any) -> list[str]:
        """An operator of ONNX, with all its results."""
        names = [f"{self._prefix}{operator} {len(self._nodes)}" + (f".{k}" if outputs > 1 else "") for k in range(outputs)]
        self._nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names

    def one(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """An operator with one result."""
        return self.node(operator, *inputs, **attributes)[0]

    def turned(self, x: str, *axes: int) -> str:
        return self.one("Transpose", x, perm=list(axes))

    def shaped(self, x: str, *shape: int) -> str:
        """In shape, 0 keeps an axis as it is, -1 takes what is left."""
        return self.one("Reshape", x, self.numbers(*shape))

    def made(self, constants: Sequence[Any] = ()) -> Any:
        """The graph in ONNX's form."""
        return helper.make_graph(self._nodes, self._name, self._inputs, self._outputs, constants)

    def bytes(self, metadata: dict[str, str]) -> bytes:
        """The finished model, checked."""
        graph = self.made(list(self._constants.values()))
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="tui-rnn")
        helper.set_model_props(model, metadata)
        onnx.checker.check_model(model, full_check=True)
        content: bytes = model.SerializeToString()
        return content
