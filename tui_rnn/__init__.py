"""tui-rnn: watch small recurrent networks learn your own text, in the terminal or from Python.

    import tui_rnn

    run = tui_rnn.train("alice.txt", cell="lstm", seconds=60)
    print(run.generate("Alice", length=300, temperature=0.8))
    print(run.evaluate("Down the rabbit hole").bits)
    forget = run.trace("Alice said")["f"]        # NumPy: (characters, layers, units)
    expected = run.ask(Trace("Alice said"), at_step=200).expected  # from tui_rnn.insight.trace import Trace
    run.save("alice.safetensors")

    run = tui_rnn.train("names.tsv", task="classify", pool="mean", seconds=60)
    print(run.predict("Okonkwo").label)
    print(run.evaluate_file("more_names.tsv").metrics["accuracy"])

    run = tui_rnn.train("dates", seconds=60)     # pairs: sequence to sequence
    print(run.predict("3 May 2021", beam=4).outputs[0].text)

`train` and `load` return a `Run`. Nothing heavy is imported before their first use.
"""

import importlib as _importlib
import typing as _typing

__version__ = "0.1.0"
__all__ = ["InputError", "Run", "RunError", "load", "train"]

_HOMES = {
    "InputError": "tui_rnn.errors",
    "Run": "tui_rnn.training.api",
    "RunError": "tui_rnn.errors",
    "load": "tui_rnn.training.api",
    "train": "tui_rnn.training.api",
}

if _typing.TYPE_CHECKING:
    from tui_rnn.errors import InputError, RunError
    from tui_rnn.training.api import Run, load, train


def __getattr__(name: str) -> _typing.Any:
    if name in _HOMES:
        return getattr(_importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__doc__", "__version__"]
