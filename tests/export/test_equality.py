"""Every export gives the logits of the network that it was made from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export.networks import CELLS, KIND_NAMES, example_of, network_of, settings_of, symbols_of
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.export import to_numpy, to_onnx, to_torch
from tui_rnn.export.about import about
from tui_rnn.export.plan import plan_of
from tui_rnn.export.target import Target
from tui_rnn.kinds import KINDS
from tui_rnn.training.run_facts import DataRecord, RunFacts

TOLERANCE = 1e-4


def facts_of(network: Any) -> RunFacts:
    kind = KINDS[network.config.kind]
    data = DataRecord("</script>\u202e", DataRequest(SourceFiles("")), "0" * 64, 10)
    return RunFacts(kind, network.config, data, 3, 100, 1.0, 0.01, (), {})


def written(target: Target, network: Any, folder: Path, symbols: Any = None) -> None:
    symbols = symbols or symbols_of(network.config.kind)
    plan = plan_of(network, symbols)
    for name, content in target.files(plan, about(plan, symbols, facts_of(network), 3)).items():
        (folder / name).write_bytes(content)


def check(target: Target, kind: str, cell: str, activation: str, top: Path) -> None:
    for number, settings in enumerate(settings_of(kind)):
        network = network_of(kind, cell, activation, **settings)
        folder = top / str(number)
        folder.mkdir()
        written(target, network, folder)
        example = example_of(network, symbols_of(kind))
        for form, logits in target.opened(folder).items():
            found = logits(*example)
            np.testing.assert_allclose(found, network.logits(*example), atol=TOLERANCE, rtol=0, err_msg=f"{form} {settings}")


@pytest.mark.parametrize(("cell", "activation"), CELLS)
@pytest.mark.parametrize("kind", KIND_NAMES)
def test_numpy_gives_the_networks_logits(kind: str, cell: str, activation: str, tmp_path: Path) -> None:
    check(to_numpy.TARGET, kind, cell, activation, tmp_path)


@pytest.mark.parametrize(("cell", "activation"), CELLS)
@pytest.mark.parametrize("kind", KIND_NAMES)
def test_pytorch_gives_the_networks_logits(kind: str, cell: str, activation: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    check(to_torch.TARGET, kind, cell, activation, tmp_path)


@pytest.mark.parametrize(("cell", "activation"), CELLS)
@pytest.mark.parametrize("kind", KIND_NAMES)
def test_onnxruntime_gives_the_networks_logits(kind: str, cell: str, activation: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    check(to_onnx.TARGET, kind, cell, activation, tmp_path)
