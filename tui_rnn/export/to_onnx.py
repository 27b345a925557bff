"""ONNX files, for onnxruntime and every program that reads ONNX: the network over whole sequences, and step by step.

A language model, and any other network with an output at each symbol, has sequence.onnx (tokens → logits) and step.onnx (a
token and the state → logits and the state). An encoder-decoder has encoder.onnx and decoder_step.onnx.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tui_rnn.data.spelled import Spelled, word_ids
from tui_rnn.export.about import ABOUT, as_json
from tui_rnn.export.cells import Floats
from tui_rnn.export.plan import Plan
from tui_rnn.export.target import Logits, NotInstalled, Target

SEQUENCE, STEP, ENCODER, DECODER = "sequence.onnx", "step.onnx", "encoder.onnx", "decoder_step.onnx"


NAMES = (SEQUENCE, STEP, ENCODER, DECODER, ABOUT)


def files(plan: Plan, told: Mapping[str, Any]) -> dict[str, bytes]:
    """The models, with about.json in their metadata, and about.json."""
    from tui_rnn.export import onnx_models as models  # onnx may not be installed

    metadata = {"about": json.dumps(told), **{name: _text(told[name]) for name in ("name", "task", "tokens", "symbols")}}
    metadata |= {name: _text(told[name]) for name in ("labels", "targets", "edge") if name in told}
    if plan.decoder is not None:
        graphs = {ENCODER: models.encoder(plan), DECODER: models.decoder_step(plan)}
    else:
        graphs = {SEQUENCE: models.sequence(plan)} | ({STEP: models.step(plan)} if plan.steps_alone else {})
    return {name: graph.bytes(metadata) for name, graph in graphs.items()} | {ABOUT: as_json(told).encode()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


# ------------------------------------------------------------------ the other side


def opened(folder: Path) -> dict[str, Logits]:
    """onnxruntime on the files. Raises NotInstalled without it."""
    try:
        import onnxruntime
    except ImportError:
        raise NotInstalled("onnxruntime is not installed: pip install 'tui-rnn[export]'") from None
    quiet = onnxruntime.SessionOptions()
    quiet.log_severity_level, quiet.intra_op_num_threads = 3, 1

    def session(name: str) -> Any:
        return onnxruntime.InferenceSession(folder / name, quiet, providers=["CPUExecutionProvider"])

    told = json.loads((folder / ABOUT).read_text("utf-8"))
    if told["network"]["attention"] is not None:
        return {"step": _pair_logits(session(ENCODER), session(DECODER), told["edge"])}
    whole = session(SEQUENCE)
    found: dict[str, Logits] = {"sequence": lambda ids: whole.run(["logits"], _sequence_of(ids))[0][0]}
    if (folder / STEP).exists():
        found["step"] = _step_logits(session(STEP), told["network"]["picked"] == "final")
    return found


def _sequence_of(one: Any) -> dict[str, Any]:
    """The inputs of sequence.onnx for one sequence."""
    if not isinstance(one, Spelled):
        return {"tokens": _batch(one)}
    letters, counts = _letters(one)
    return {"tokens": _batch(one.ids), "letters": letters[None], "letter_counts": counts[None]}


def _letters(sentence: Spelled) -> tuple[Any, Any]:
    """letters (T, longest), 0 after a word's last, and how many letters each word has (T,)."""
    words = [sentence.letters[form] for form in sentence.forms.tolist()]
    counts = np.array([len(word) for word in words], np.int64)
    letters = np.zeros((len(words), counts.max()), np.int64)
    for row, word in zip(letters, words, strict=True):
        row[: len(word)] = word
    return letters, counts


def _batch(ids: Any) -> Any:
    return np.asarray(ids, np.int64)[None]


def _step_logits(step: Any, last_only: bool) -> Logits:
    def logits(ids: Any) -> Floats:
        carried = [one for one in step.get_inputs() if one.name in ("h", "c")]
        states = {one.name: np.zeros((one.shape[0], 1, one.shape[2]), np.float32) for one in carried}
        found = []
        for t in range(len(ids)):
            given = {"token": word_ids(ids)[t : t + 1].astype(np.int64)}
            if isinstance(ids, Spelled):
                given["letters"], given["letter_counts"] = _letters(ids[t : t + 1])
            values, *after = step.run(None, {**given, **states})
            states = dict(zip(states, after, strict=True))
            found.append(values[0])
        return np.array(found[-1] if last_only else found)

    return logits


def _pair_logits(encoder: Any, decoder: Any, edge: int) -> Logits:
    names = [one.name for one in decoder.get_outputs()]

    def logits(source: Any, target: Any) -> Floats:
        memory = dict(
            zip((one.name for one in encoder.get_outputs()), encoder.run(None, {"source": _batch(source)}), strict=True)
        )
        found = []
        for i in (edge, *target):
            given = dict(zip(names, decoder.run(None, {"token": np.array([i], np.int64), **memory}), strict=True))
            memory |= {name.removesuffix("_after"): value for name, value in given.items() if name.endswith("_after")}
            found.append(given["logits"][0])
        return np.array(found)

    return logits


TARGET = Target("onnx", "ONNX files for onnxruntime: over sequences, and step by step", "onnx", NAMES, files, opened)
