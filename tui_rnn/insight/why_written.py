"""The share of each character of a source in a symbol that an encoder-decoder writes, by the equations of reference/."""

from __future__ import annotations

import numpy as np

from tui_rnn.errors import InputError
from tui_rnn.insight.attribution import Explained, shares_of_ids
from tui_rnn.insight.by_hand import parameters_of, reference_cell
from tui_rnn.insight.question import Progress, Subject
from tui_rnn.insight.stepping import Ids
from tui_rnn.reference.cells import Array, Parameters
from tui_rnn.reference.encoder_decoder import decode, decode_backward, remember, remember_backward, side
from tui_rnn.reference.language_model import log_softmax
from tui_rnn.reference.sequences import read, read_backward


def explain_written(subject: Subject, source: Ids, step: int, progress: Progress) -> tuple[Explained, str, int]:
    """Explains a symbol that the network writes when it is fed what it wrote before. Also returns what the average is over, and
    the place of the symbol. To change one position, the encoder's E (or one-hot vectors) is replaced by a row for each."""
    config, parameters = subject.config, parameters_of(subject.network)
    cell, attention = reference_cell(config), config.attention != "none"
    written = subject.network.greedy([source])[0].ids
    end = len(subject.symbols.targets or ())
    if step > len(written):
        raise InputError(
            f"position is {step:,}, expected 0 to {len(written)}: of the symbols that are written, </s> is the last"
        )
    fed = np.append(end, written[:step]).astype(np.int64)
    encoder, T = side(parameters, "encoder"), len(source)
    table = encoder["E"] if "E" in encoder else np.eye(len(encoder["W0"]))
    shares, where = shares_of_ids(subject, len(table))
    inputs = table[source]

    def logits_and_gradient(x: Array) -> tuple[Array, tuple[object, ...]]:
        own = encoder | {"E": x}
        seen = read(own, cell, np.arange(T))
        memory = remember(parameters, seen)
        done = decode(parameters, cell, attention, memory, fed)
        return done.logits[-1], (own, seen, memory, done)

    logits, kept = logits_and_gradient(inputs)
    chosen = int(written[step]) if step < len(written) else end
    others = logits.copy()
    others[chosen] = -np.inf
    other, probs = int(others.argmax()), np.exp(log_softmax(logits.copy()))

    def slope(dlogits: Array) -> tuple[Array, Array]:
        """The derivatives by each input and by each topmost state of the encoder."""
        own, seen, memory, done = kept
        d = np.zeros_like(done.logits)  # type: ignore[attr-defined]
        d[-1] = dlogits
        dmemory, _ = decode_backward(parameters, cell, attention, memory, done, d)  # type: ignore[arg-type]
        dy, _ = remember_backward(parameters, seen, memory, dmemory)  # type: ignore[arg-type]
        gradients: Parameters = read_backward(own, cell, np.arange(T), seen, dy)  # type: ignore[arg-type]
        return gradients["E"], dy

    one = np.eye(len(logits))
    of_odds, _ = slope(one[chosen] - one[other])
    of_log_prob, of_states = slope(one[chosen] - probs)
    occlusion = np.empty(T)
    for t in range(T):
        progress(t, T)
        x = inputs.copy()
        x[t] = shares @ table
        found, _ = logits_and_gradient(x)
        occlusion[t] = (logits[chosen] - logits[other]) - (found[chosen] - found[other])
    told = Explained(
        chosen,
        other,
        float(logits[chosen] - logits[other]),
        probs,
        occlusion,
        (of_odds * inputs).sum(axis=1),
        np.linalg.norm(of_log_prob, axis=1),
        np.linalg.norm(of_states, axis=1)[:, None],
    )
    return told, where, step
