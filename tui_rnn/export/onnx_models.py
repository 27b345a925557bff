"""The four models that an export to ONNX may have, as graphs. See onnx_layers.py for their parts."""

from __future__ import annotations

from collections.abc import Mapping

from tui_rnn.export import onnx_layers as stages
from tui_rnn.export.onnx_graph import Graph
from tui_rnn.export.plan import Plan


def sequence(plan: Plan) -> Graph:
    """Over whole sequences: tokens → logits."""
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


def step(plan: Plan) -> Graph:
    """A token and the state → logits and the next state."""
    graph = Graph("step")
    read = stages.read(graph, plan, "token", ("batch",))
    start = _states_in(graph, plan)
    e = graph.one("Unsqueeze", read, graph.numbers(0))
    x, after = stages.layers(graph, plan, plan.encoder, e, start)
    y = graph.one("Squeeze", x, graph.numbers(0))
    graph.give(stages.read_out(graph, plan, y), "logits", ("batch", plan.classes))
    _states_out(graph, plan, after)
    return graph


def encoder(plan: Plan) -> Graph:
    """A source → what the decoder looks at, and the decoder's first state."""
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


def decoder_step(plan: Plan) -> Graph:
    """A token, the state and what the decoder looks at → logits, the next state and the attention."""
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
