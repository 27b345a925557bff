"""The table of docs/export.md: the largest difference of logits between the network and each export of it.

    python -m tests.export.table

Of a task and a cell, all settings of networks.settings_of: depth, direction, embedding and tying, pooling, attention,
readout, with biases and without; random weights, texts of 12 symbols. A side that is not installed has no column.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from pathlib import Path

import numpy as np

from tests.export.networks import CELLS, KIND_NAMES, example_of, network_of, settings_of, symbols_of
from tests.export.test_equality import written
from tui_rnn.export import to_json
from tui_rnn.export.registry import TARGETS

NEEDS = {"onnx": "onnxruntime", "torch": "torch"}


def installed() -> list[str]:
    found = [name for name in TARGETS if name not in NEEDS or importlib.util.find_spec(NEEDS[name])]
    return [name for name in found if name != "json" or shutil.which("node")]


def row(kind: str, cell: str, activation: str, names: list[str], top: Path) -> tuple[int, list[float]]:
    """How many networks there are, and the largest difference of each target."""
    worst = dict.fromkeys(names, 0.0)
    in_node = []
    networks = list(settings_of(kind))
    for number, settings in enumerate(networks):
        network = network_of(kind, cell, activation, **settings)
        example = example_of(network, symbols_of(kind))
        truth = network.logits(*example)
        for name in names:
            folder = top / f"{name}-{number}"
            folder.mkdir(parents=True)
            written(TARGETS[name], network, folder)
            if name == "json":
                in_node.append((folder, example, truth))
                continue
            for logits in TARGETS[name].opened(folder).values():
                worst[name] = max(worst[name], float(np.abs(logits(*example) - truth).max()))
    if in_node:
        for (_, _, truth), found in zip(in_node, to_json.in_node([one[:2] for one in in_node]), strict=True):
            worst["json"] = max(worst["json"], float(np.abs(found - truth).max()))
    return len(networks), [worst[name] for name in names]


def main() -> None:
    names = installed()
    print(f"| task | cell | networks | {' | '.join(names)} |")
    print(f"| --- | --- | --- | {' | '.join('---' for _ in names)} |")
    for kind in KIND_NAMES:
        for cell, activation in CELLS:
            with tempfile.TemporaryDirectory() as folder:
                count, worst = row(kind, cell, activation, names, Path(folder))
            shown = f"{cell}, relu" if activation == "relu" else cell
            print(f"| {kind} | {shown} | {count} | {' | '.join(f'{value:.1e}' for value in worst)} |", flush=True)


if __name__ == "__main__":
    main()
