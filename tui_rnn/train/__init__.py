"""Training: one synchronous step at a time, its schedule, its history, and the file that a run is saved in.

`tui_rnn.train` is this package and also the API's verb: `tui_rnn.train("alice.txt", seconds=60)` is `run.train`.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui_rnn.train.run import Run


class _Verb(ModuleType):
    """A package that can be called: importing anything from it binds its name in `tui_rnn`, over any function."""

    def __call__(self, *args: Any, **settings: Any) -> "Run":
        from tui_rnn.train.run import train

        return train(*args, **settings)


sys.modules[__name__].__class__ = _Verb
