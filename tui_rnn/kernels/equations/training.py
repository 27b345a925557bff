"""Training steps of a language model: forward, loss, BPTT, clip, Adam; by several threads.

The streams of a batch are divided into shards. Each has activations and a gradient of its own, which only the threads
of one team touch: an array that another core wrote last costs a core many times what its arithmetic takes. Between
the teams go the gradients, whose sum is what Adam sees, and the weights. How a batch is divided does not depend on the
number of threads, so neither does any result.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import boolean, float32, float64, int32, int64, types, void

from tui_rnn.kernels.equations.language_model import (
    Options,
    OptionsType,
    PackedType,
    Weights,
    WeightsType,
    Workspace,
    WorkspaceType,
    backward,
    forward,
    pack_weights,
)
from tui_rnn.kernels.equations.optimizer import update
from tui_rnn.kernels.equations.readout import cross_entropy
from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.threads import SHARDS, barrier, share

LEARN, GRADIENT_ONLY, LOSS_ONLY, LOGITS_ONLY = 0, 1, 2, 3


class Shard(NamedTuple):
    """Some of the streams, B of them: what a team of threads works on."""

    gradient: Weights
    work: Workspace
    options: Options
    tokens: np.ndarray  # (n, (T+1)·B) int32: of a row, the last T·B are the targets of the first T·B
    fresh: np.ndarray  # (n, B): streams that start a step from the zero state
    loss: np.ndarray  # (1,): summed over the last chunk


ShardType = named(Shard, WeightsType, WorkspaceType, OptionsType, int32[:, ::1], boolean[:, ::1], float64[::1])
Shards = types.UniTuple(ShardType, SHARDS)


@kernel(void(WorkspaceType, boolean[::1], int64))
def start_streams(work, fresh, B):
    """The zero state for the streams that start anew."""
    for b in range(B):
        if fresh[b]:
            for layer in range(work.h.shape[0]):
                for j in range(work.h.shape[2]):
                    work.h[layer, b, j] = 0
                    if work.c.shape[1] > 1:
                        work.c[layer, b, j] = 0


@kernel(void(WorkspaceType, int64, int64))
def carry_state(work, T, B):
    """The last state becomes the one before the next chunk."""
    for layer in range(work.h.shape[0]):
        for b in range(B):
            for j in range(work.h.shape[2]):
                work.h[layer, b, j] = work.h[layer, T * B + b, j]
                if work.c.shape[1] > 1:
                    work.c[layer, b, j] = work.c[layer, T * B + b, j]


@kernel(void(WeightsType, PackedType, ShardType, int64, int64, int64, float32, int64, int64, int64))
def chunk(theta, packed, shard, k, T, step, weight, mode, tid, threads):
    """One thread's share of a shard's k-th chunk: its loss and its gradient. weight: of a character's loss."""
    work, options, B = shard.work, shard.options, shard.fresh.shape[1]
    ids, targets = shard.tokens[k, : T * B], shard.tokens[k, B:]
    first, last = share(T * B, 8, tid, threads), share(T * B, 8, tid + 1, threads)
    p = options.dropout if mode < LOSS_ONLY else 0.0
    forward(theta, packed, work, options, ids, T, B, p, step, tid, threads)
    if mode == LOGITS_ONLY:
        return
    cross_entropy(work.logits, targets, work.losses, first, last, options.vocab_size, weight)
    barrier(work.meeting, threads)
    if tid == 0:
        total = 0.0
        for r in range(T * B):
            total += work.losses[r]
        shard.loss[0] = total
    if mode < LOSS_ONLY:
        backward(theta, shard.gradient, packed, work, options, ids, T, B, p, step, tid, threads)


@kernel(
    int64(
        WeightsType, float32[:, ::1], PackedType, Shards, int64, float64[::1], float64[::1], float64[::1], float64[::1], int64,
        int64, int64[::1], int64, int64,
    ), entry=True)  # fmt: skip
def train(theta, flat, packed, shards, count, rates, losses, norms, partial, first_step, mode, meeting, tid, threads):
    """One thread's share of n steps; returns how many were done.

    flat: θ, its gradient, Adam's m and v, and the gradient of the second shard where `count` is 2; theta and the shards'
    gradients are views. losses, norms (n,) are written. partial: blocks of parameters, scratch. meeting: all threads'.
    A step whose loss or gradient is not finite is not applied, and ends the call. LOGITS_ONLY: the first chunk is read,
    and everything stays in the shards' work.
    """
    options, B = shards[0].options, shards[0].fresh.shape[1]
    T = shards[0].tokens.shape[1] // B - 1
    if count > 1:
        B += shards[1].fresh.shape[1]
    # teams of one size, each with its shards; where the threads can't be divided so, they all do one after another
    teams = count if threads % count == 0 else 1
    size = threads // teams
    first, last = count * (tid // size) // teams, count * (tid // size + 1) // teams
    for k in range(rates.shape[0]):
        if mode < LOSS_ONLY or k == 0:
            pack_weights(theta, packed, options, tid, threads)
        for s in range(first, last):
            if tid % size == 0:
                start_streams(shards[s].work, shards[s].fresh[k], shards[s].fresh.shape[1])
        barrier(meeting, threads)
        for s in range(first, last):
            chunk(theta, packed, shards[s], k, T, first_step + k, float32(1.0 / (T * B)), mode, tid % size, size)
        barrier(meeting, threads)
        if mode == LOGITS_ONLY:
            return k
        for s in range(first, last):
            if tid % size == 0:
                carry_state(shards[s].work, T, shards[s].fresh.shape[1])
        total = 0.0
        for s in range(count):
            total += shards[s].loss[0]
        loss = total / (T * B)
        if tid == 0:
            losses[k] = loss
        if mode == LEARN:
            norm = update(
                flat, partial, loss, options.clip_norm, rates[k], options.weight_decay, first_step + k + 1,
                tid, threads, meeting,
            )  # fmt: skip
            if tid == 0:
                norms[k] = norm
            if not (math.isfinite(norm) and math.isfinite(loss)):
                return k
        else:
            barrier(meeting, threads)
    return rates.shape[0]
