"""ONNX files, for onnxruntime and all that reads ONNX: the network over whole sequences, and step by step.

A language model, and what else knows its answer at each symbol, has sequence.onnx (tokens → logits) and step.onnx (a token
and the state → logits and the state). An encoder-decoder has encoder.onnx and decoder_step.onnx.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tui_rnn.data.spelled import Spelled, word_ids
from tui_rnn.export.about import ABOUT, as_json
from tui_rnn.export.cells import Floats
from tui_rnn.export.plan import Plan
from tui_rnn.export.target import Logits, NotInstalled, Target

if TYPE_CHECKING:
    from tui_rnn.export.onnx_graph import Graph

SEQUENCE, STEP, ENCODER, DECODER = "sequence.onnx", "step.onnx", "encoder.onnx", "decoder_step.onnx"


NAMES = (SEQUENCE, STEP, ENCODER, DECODER, ABOUT)


def files(plan: Plan, told: Mapping[str, Any]) -> dict[str, bytes]:
    """The models, with what they are about in their metadata, and about.json."""
    metadata = {"about": json.dumps(told), **{name: _text(told[name]) for name in ("name", "task", "tokens", "symbols")}}
    metadata |= {name: _text(told[name]) for name in ("labels", "targets", "edge") if name in told}
    if plan.decoder is not None:
        graphs = {ENCODER: _encoder(plan), DECODER: _decoder_step(plan)}
    else:
        graphs = {SEQUENCE: _sequence(plan)} | ({STEP: _step(plan)} if plan.steps_alone else {})
    return {name: graph.bytes(metadata) for name, graph in graphs.items()} | {ABOUT: as_json(told).encode()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _sequence(plan: Plan) -> Graph:
    from tui_rnn.export import onnx_layers as stages
    from tui_rnn.export.onnx_graph import Graph

    graph = Graph("sequence")
    e = stages.read(graph, plan, "tokens", ("batch", "time"))
    x, after = stages.layers(graph, plan, plan.encoder, graph.turned(e, 1, 0, 2))
    if plan.picked == "each":
        graph.give(stages.read_out(graph, plan, graph.turned(x, 1, 0, 2)), "logits", ("batch", "time", plan.classes))
        return graph
    mean = plan.picked == "mean"
    whole = graph.one("ReduceMean", x, axes=[0], keepdims=0) if mean else stages.final(graph, after["h"][-1])
    graph.give(stages.read_out(graph, plan, whole), "logits", ("batch", plan.classes))
    return graph


def _step(plan: Plan) -> Graph:
    from tui_rnn.export import onnx_layers as stages
    from tui_rnn.export.onnx_graph import Graph

    graph = Graph("step")
    read = stages.read(graph, plan, "token", ("batch",))
    start = _states_in(graph, plan)
    e = graph.one("Unsqueeze", read, graph.numbers(0))
    x, after = stages.layers(graph, plan, plan.encoder, e, start)
    y = graph.one("Squeeze", x, graph.numbers(0))
    graph.give(stages.read_out(graph, plan, y), "logits", ("batch", plan.classes))
    _states_out(graph, plan, after)
    return graph


def _encoder(plan: Plan) -> Graph:
    from tui_rnn.export import onnx_layers as stages
    from tui_rnn.export.onnx_graph import Graph

    graph, H, decoder = Graph("encoder"), plan.config.hidden_size, plan.decoder
    assert decoder is not None
    e = stages.read(graph, plan, "source", ("batch", "length"))
    x, after = stages.layers(graph, plan, plan.encoder, graph.turned(e, 1, 0, 2))
    states, last = graph.turned(x, 1, 0, 2), stages.final(graph, after["h"][-1])
    if len(plan.encoder.ways) > 1:
        states, last = stages.times(graph, plan, states, "P"), stages.times(graph, plan, last, "P")
    if decoder.attends:
        graph.give(states, "states", ("batch", "length", H))
        graph.give(stages.times(graph, plan, states, "S") if decoder.has_S else states, "keys", ("batch", "length", H))
    else:
        graph.give(last, "last", ("batch", H))
    h = graph.one("Concat", *[graph.one("Unsqueeze", last, graph.numbers(0))] * len(plan.encoder.layers), axis=0)
    graph.give(h, "h", (len(plan.encoder.layers), "batch", H))
    for name in plan.carried[1:]:  # begin at zero
        graph.give(graph.one("ConstantOfShape", graph.one("Shape", h)), name, (len(plan.encoder.layers), "batch", H))
    return graph


def _decoder_step(plan: Plan) -> Graph:
    from tui_rnn.export import onnx_layers as stages
    from tui_rnn.export.onnx_graph import Graph

    graph, H, decoder = Graph("decoder_step"), plan.config.hidden_size, plan.decoder
    assert decoder is not None
    token = graph.ids("token", ("batch",))
    start = _states_in(graph, plan)
    if decoder.attends:
        states, keys = (graph.floats(name, ("batch", "length", H)) for name in ("states", "keys"))
        c, alpha = stages.look(graph, graph.one("Squeeze", start["h"][-1], graph.numbers(0)), keys, states)
    else:
        c = graph.floats("last", ("batch", H))
    e = graph.one("Concat", stages.embedded(graph, plan, decoder.stack, token), c, axis=1)
    x, after = stages.layers(graph, plan, decoder.stack, graph.one("Unsqueeze", e, graph.numbers(0)), start)
    y = graph.one("Squeeze", x, graph.numbers(0))
    if decoder.reads_context:
        if decoder.attends:
            c, alpha = stages.look(graph, y, keys, states)
        R = stages.times(graph, plan, graph.one("Concat", y, c, axis=1), "decoder.R")
        y = graph.one("Tanh", graph.one("Add", R, graph.constant("decoder.b_R", plan.parameters["decoder.b_R"])))
    graph.give(stages.read_out(graph, plan, y), "logits", ("batch", plan.classes))
    _states_out(graph, plan, after)
    if decoder.attends:
        graph.give(alpha, "attention", ("batch", "length"))
    return graph


def _states_in(graph: Graph, plan: Plan) -> dict[str, list[str]]:
    """The inputs h and c (layers, batch, H), layer by layer."""
    found = {}
    for name in plan.carried:
        whole = graph.floats(name, (len(plan.encoder.layers), "batch", plan.config.hidden_size))
        found[name] = [
            graph.one("Slice", whole, graph.numbers(k), graph.numbers(k + 1), graph.numbers(0)) for k in plan.encoder.layers
        ]
    return found


def _states_out(graph: Graph, plan: Plan, after: Mapping[str, list[str]]) -> None:
    for name, layers in after.items():
        shape = (len(plan.encoder.layers), "batch", plan.config.hidden_size)
        graph.give(graph.one("Concat", *layers, axis=0), f"{name}_after", shape)


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
    """letters (T, longest), 0 behind a word's last, and how many each word has (T,)."""
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
