"""A state_dict with PyTorch's names and order of gates in a .safetensors file, and a readable nn.Module that loads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.export.about import ABOUT, as_json
from tui_rnn.export.cells import ELSEWHERE, Floats
from tui_rnn.export.plan import Plan, Stack
from tui_rnn.export.python_text import generating, head_of, joined, main_of, of_text, reads_and_shows
from tui_rnn.export.target import Logits, NotInstalled, Target, plain
from tui_rnn.export.to_numpy import loaded
from tui_rnn.export.torch_cells import OWN, modules_of
from tui_rnn.export.torch_text import (
    GENERATE,
    HEAD,
    LOADER,
    LOGITS,
    PAIR_LOGITS,
    PAIRS,
    PICKED,
    READ_LETTERS,
    READER,
    SOFTMAX,
    SPELL,
    SPELLED,
    SPELLED_LOGITS,
    WRITER,
)


def source(plan: Plan, told: Mapping[str, Any]) -> str:
    """The program."""
    own = [modules_of(plan.config.cell, bool(plan.encoder.speller))] if plan.config.cell in OWN else []
    model = _pairs(plan) if plan.decoder else _labels(plan) if plan.kind.answers else _writer(plan)
    uses = PAIR_LOGITS if plan.decoder else _logits(plan)
    parts = [_head(plan, told, [*own, model]), *own, model, LOADER, reads_and_shows(plan, told), SOFTMAX, uses]
    if not plan.kind.answers:
        parts.append(generating(GENERATE, plan, f"int(torch.randint({plan.classes}, ()))"))
    return joined([*parts, main_of(plan)])


def _head(plan: Plan, told: Mapping[str, Any], parts: list[str]) -> str:
    """With the functions of torch.nn.functional that the parts call."""
    functions = [name for name in ("logsigmoid", "one_hot") if any(f"{name}(" in part for part in parts)]
    head = Template(HEAD).substitute(head_of(plan, told), functions=", ".join(functions))
    return head if functions else head.replace("from torch.nn.functional import \n", "")


def _writer(plan: Plan) -> str:
    return Template(WRITER).substitute(
        modules=_modules(plan, plan.encoder, "embedding", "rnn"),
        classes=plan.classes,
        bias=plan.config.bias,
        tie=_tie(plan, "embedding"),
        x=_embedded(plan.encoder, "embedding", "tokens"),
    )


def _labels(plan: Plan) -> str:
    both = len(plan.encoder.ways) > 1
    speller = plan.encoder.speller
    modules = [_modules(plan, plan.encoder, "embedding", "rnn")]
    if speller:
        modules.append(_modules(plan, speller, "letter_embedding", "speller"))
    shape = f"(batch, {'time, ' if plan.picked == 'each' else ''}{plan.classes})"
    beside = ", letters (batch, time, longest), counts (batch, time): how many each word has" if speller else ""
    picked = Template(PICKED[plan.picked]).safe_substitute(h=_h(plan, "state"), x=_last(both))
    return Template(READER).substitute(
        modules="\n".join(modules),
        width="2 * H" if both else "H",
        classes=plan.classes,
        bias=plan.config.bias,
        inputs="tokens, letters, counts" if speller else "tokens",
        spell=_spell(plan) if speller else "",
        told=f"tokens (batch, time){beside} → logits {shape}",
        x=SPELLED if speller else _embedded(plan.encoder, "embedding", "tokens"),
        picked=picked,
    )


def _spell(plan: Plan) -> str:
    return Template(SPELL).substitute(h=_h(plan, "state"), read=READ_LETTERS[plan.config.cell in ELSEWHERE])


def _pairs(plan: Plan) -> str:
    decoder, both, bias = plan.decoder, len(plan.encoder.ways) > 1, plan.config.bias
    assert decoder is not None
    modules = [_modules(plan, plan.encoder, "encoder_embedding", "encoder")]
    if both:
        modules.append("        self.project = nn.Linear(2 * H, H, bias=False)")
    if decoder.has_S:
        modules.append("        self.key = nn.Linear(H, H, bias=False)")
    modules.append(_modules(plan, decoder.stack, "decoder_embedding", "decoder"))
    if decoder.reads_context:
        modules.append(f"        self.combine = nn.Linear(2 * H, H, bias={bias})")
    attention = "        score = (keys @ h[:, :, None])[:, :, 0]\n        return (softmax(score)[:, None] @ states)[:, 0]"
    combine = "        y = torch.tanh(self.combine(torch.cat([y, self.look(y, memory)], dim=1)))\n"
    return Template(PAIRS).substitute(
        modules="\n".join(modules),
        classes=plan.classes,
        bias=bias,
        tie=_tie(plan, "decoder_embedding"),
        x=_embedded(plan.encoder, "encoder_embedding", "source"),
        h=_h(plan, "state"),
        last=_last(both),
        project="        states, last = self.project(states), self.project(last)\n" if both else "",
        keys="self.key(states)" if decoder.has_S else "states",
        attention="the states of the source whose keys are most like it" if decoder.attends else "the source's last state",
        looking=attention if decoder.attends else "        return last",
        begin="(h, torch.zeros_like(h))" if len(plan.carried) > 1 else "h",
        e=_embedded(decoder.stack, "decoder_embedding", "token"),
        combine=combine if decoder.reads_context else "",
        top=f"{_h(plan, 'state')}[-1]",
    )


def _modules(plan: Plan, stack: Stack, embedding: str, rnn: str) -> str:
    """The lines that make a stack's modules."""
    config = plan.config
    own = stack is plan.encoder.speller
    sizes = [str(stack.hidden_size), str(stack.num_layers)] if own else ["H", "LAYERS"]
    options = [f"{stack.input_size}{' + H' if stack.context_size else ''}", *sizes]
    options += ["batch_first=True"] if config.cell in ELSEWHERE else []
    options += [] if config.bias else ["bias=False"]
    options += ["bidirectional=True"] if len(stack.ways) > 1 else []
    options += [f'nonlinearity="{config.activation}"'] if CELLS[config.cell].activation_codes else []
    lines = [f"self.{embedding} = nn.Embedding({stack.symbols}, {stack.embedding_size})"] if stack.embedding_size else []
    module = f"nn.{ELSEWHERE[config.cell].torch}" if config.cell in ELSEWHERE else OWN[config.cell].name
    lines.append(f"self.{rnn} = {module}({', '.join(options)})")
    return "\n".join(f"        {line}" for line in lines)


def _embedded(stack: Stack, embedding: str, tokens: str) -> str:
    return f"self.{embedding}({tokens})" if stack.embedding_size else f"one_hot({tokens}, {stack.symbols}).float()"


def _tie(plan: Plan, embedding: str) -> str:
    return f"        self.readout.weight = self.{embedding}.weight  # tied\n" if plan.tied else ""


def _h(plan: Plan, state: str) -> str:
    """h in the state of a recurrent module."""
    return f"{state}[0]" if len(plan.carried) > 1 else state


def _last(both: bool) -> str:
    return "torch.cat([h[-2], h[-1]], dim=1)" if both else "h[-1]"


def _told(plan: Plan) -> str:
    if not plan.kind.answers:
        return "The logits after each of ids, read from the zero state: (T, symbols)."
    return of_text(plan)


def _logits(plan: Plan) -> str:
    template = SPELLED_LOGITS if plan.encoder.speller else LOGITS
    return Template(template).substitute(told=_told(plan), index="[0]" if plan.kind.answers else "[0][0]")


def state_dict(plan: Plan) -> dict[str, Floats]:
    """By PyTorch's names: matrices are (to, from)."""
    found: dict[str, Floats] = {}
    if plan.decoder is None:
        found |= _stack(plan, plan.encoder, "embedding", "rnn")
        if plan.encoder.speller:
            found |= _stack(plan, plan.encoder.speller, "letter_embedding", "speller")
    else:
        found |= _stack(plan, plan.encoder, "encoder_embedding", "encoder")
        found |= _stack(plan, plan.decoder.stack, "decoder_embedding", "decoder")
        matrices = {"project": "P", "key": "S", "combine": "decoder.R"}
        found |= {f"{name}.weight": plan.parameters[own].T for name, own in matrices.items() if own in plan.parameters}
        if plan.decoder.reads_context and plan.config.bias:
            found["combine.bias"] = plan.parameters["decoder.b_R"]
    found["readout.weight"] = plan.V
    if plan.config.bias:
        found["readout.bias"] = plan.b_out
    return found


def _stack(plan: Plan, stack: Stack, embedding: str, rnn: str) -> dict[str, Floats]:
    """A module of PyTorch, or one of ours: a linear layer W for what a layer reads, and U for its own state."""
    own = plan.config.cell not in ELSEWHERE
    order = CELLS[plan.config.cell].input_blocks if own else ELSEWHERE[plan.config.cell].torch_order
    found = {f"{embedding}.weight": plan.parameters[f"{stack.prefix}E"]} if stack.embedding_size else {}
    for k in stack.layers:
        for way in stack.ways:
            layer = plan.layer(stack, k, way, order)
            for side, letter, matrix, bias in (("ih", "W", layer.W, layer.b_W), ("hh", "U", layer.U, layer.b_U)):
                if not matrix.size:
                    continue
                name = f"{rnn}.cells.l{k}{way}.{letter}.%s" if own else f"{rnn}.%s_{side}_l{k}{way}"
                found[name % "weight"] = matrix.T
                if plan.config.bias:
                    found[name % "bias"] = bias
    return found


NAMES = ("model.py", "model.safetensors", ABOUT)


def files(plan: Plan, told: Mapping[str, Any]) -> dict[str, bytes]:
    """model.py, model.safetensors and about.json."""
    from safetensors.numpy import save

    arrays = {name: np.ascontiguousarray(array) for name, array in state_dict(plan).items()}
    return {
        "model.py": source(plan, told).encode(),
        "model.safetensors": save(arrays, {"format": "pt"}),
        ABOUT: as_json(told).encode(),
    }


def opened(folder: Path) -> dict[str, Logits]:
    """Its own logits. Raises NotInstalled without PyTorch."""
    try:
        import torch  # noqa: F401
    except ImportError:
        raise NotInstalled("PyTorch is not installed: pip install torch") from None
    module = loaded(folder / "model.py")
    return {"": lambda *ids: module.logits(*plain(ids)).numpy()}


TARGET = Target("torch", "a state_dict with PyTorch's names, and a short nn.Module that loads it", "", NAMES, files, opened)
