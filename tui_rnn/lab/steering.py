"""What a screen may do to a training that it has attached to, which belongs to another process."""

from __future__ import annotations

from tui_rnn.lab.messages import (
    Ask,
    CancelAsk,
    HoldWeights,
    Pause,
    Resume,
    SaveRuns,
    ScaleLearningRate,
    Shutdown,
    StepOnce,
    Watch,
)

LOOKING = (Watch, Ask, CancelAsk, HoldWeights, Shutdown)
STEERING = (Pause, Resume, StepOnce, ScaleLearningRate, SaveRuns)
READ_ONLY = "this screen only watches: tui-rnn attach --steer may pause the run, save it and change its learning rate"
NOT_HERE = "this screen watches one run of tui-rnn train: open a playground of your own for other runs"


def why_not(command: type, steers: bool) -> str:
    """Why a screen may not send a command of this class, in one line; "" if it may."""
    if command in LOOKING:
        return ""
    if command in STEERING:
        return "" if steers else READ_ONLY
    return NOT_HERE
