"""Which network it is: the SHA-256 of its weights, by which a draft knows its writer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject

SHOWN = 12  # hex digits that tell two networks apart


@dataclass(frozen=True)
class Identity(Question["Identified"]):
    """The SHA-256 of the network's weights: the same for the same weights, wherever they are saved."""


@dataclass(frozen=True, eq=False)
class Identified(Answer):
    """weights_sha256: over the arrays in the order of their names, each with its name and shape, float32, little-endian. run:
    the network in words. parameters: how many weights it has."""

    weights_sha256: str
    run: str
    parameters: int

    @property
    def headlines(self) -> tuple[Headline, ...]:
        return (Headline("SHA-256", self.weights_sha256[:SHOWN]),)

    def lines(self) -> Iterator[str]:
        yield f"{self.run}, step {self.step:,}, {self.parameters:,} weights"
        yield f"SHA-256 {self.weights_sha256}"


def answer(subject: Subject, question: Identity, progress: Progress) -> Identified:
    arrays = subject.network.parameters
    count = sum(int(np.size(array)) for array in arrays.values())
    return Identified(subject.step, weights_sha256(arrays), subject.config.name, count)


def weights_sha256(arrays: Mapping[str, NDArray[Any]]) -> str:
    """See Identified."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name], "<f4")
        digest.update(f"{name}{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
