"""From the arguments to an exit code: the commands by name, and what happens at each kind of failure.

Exit codes: 0 done, 1 failed at run time, 2 bad input or usage, 130 interrupted.
"""

from __future__ import annotations

import errno
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from cyclopts import App, CycloptsError, Parameter

import tui_rnn
from tui_rnn.cli import output
from tui_rnn.cli.data_options import DataOptions
from tui_rnn.cli.kept_help import VERSION_FLAGS, kept
from tui_rnn.cli.options import FLAG
from tui_rnn.cli.piped import with_stdin_named
from tui_rnn.cli.streams import drop_dead_streams, prepare_streams
from tui_rnn.display import visible
from tui_rnn.errors import InputError, TuiRnnError

COMMANDS = {
    "train": "SOURCE ... [OPTIONS]",
    "sweep": "SOURCE ... --grid KEY=V,V --out FOLDER [OPTIONS]",
    "sample": "RUN [OPTIONS]",
    "eval": "RUN [SOURCE] [OPTIONS]",
    "predict": "RUN [TEXT ...] [OPTIONS]",
    "inspect": "RUN TEXT [OPTIONS]",
    "ask": "QUESTION RUN [RUN ...] [SOURCE|TEXT] [OPTIONS]",
    "export": "RUN --to onnx|torch|numpy|json [OPTIONS]",
    "import": "FILE --vocab FILE --out RUN [OPTIONS]",
    "card": "RUN [OPTIONS]",
    "learn": "[NAME]",
    "lesson": "NAME|FILE [OPTIONS]",
    "attach": "[RUN|PID] [OPTIONS]",
    "replay": "FILE [OPTIONS]",
    "serve": "[SOURCE ...] [OPTIONS]",
    "bench": "[SOURCE] [OPTIONS]",
    "corpora": "[OPTIONS]",
    "runs": "[FOLDER] [OPTIONS]",
    "compare": "RUN RUN [RUN ...] [OPTIONS]",
    "doctor": "[OPTIONS]",
}
"""Every command, in the order of the help page, and its arguments. `train` is run() in tui_rnn/cli/train.py."""

FAMILIES = ("ask",)
"""The commands that have commands below them: app() in their module."""

HELP = """Watch small recurrent networks learn your own text, in the terminal.

Opens the playground on a text file, a folder of text files, a built-in corpus (see tui-rnn corpora) or saved runs.

To open a file with the name of a command: tui-rnn ./train"""

COMPLETION = "Let the shell complete commands and options: writes a file that your shell reads when it starts."

Shell = Literal["bash", "zsh", "fish"]

LONGEST_SHOWN = 200  # characters of a name


def run(arguments: list[str]) -> int:
    """Run the command that `arguments` name and return the exit code. A failure becomes one line on stderr."""
    prepare_streams()
    arguments = with_stdin_named(arguments, COMMANDS)
    try:
        with kept(arguments):
            code = _app(arguments)(arguments, exit_on_error=False, print_error=False, result_action="return_value")
            sys.stdout.flush()
    except CycloptsError as error:
        return output.fail(_usage(_after_dashes(arguments) or str(error)), 2)
    except TuiRnnError as error:
        behind = _after_dashes(arguments)
        taken_for_file = behind and f"'{behind.split()[0]}'" in str(error)
        return output.fail(_usage(behind) if taken_for_file else str(error), error.exit_code)
    except (BrokenPipeError, SystemExit):  # the reader of our output is done; rich turns the first into the second
        drop_dead_streams()
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        shown = f"{str(error.filename)[:LONGEST_SHOWN]}: {error.strerror}" if error.filename else str(error)
        return output.fail(shown, InputError.exit_code if error.errno == errno.ENAMETOOLONG else 1)
    except MemoryError:
        advice = ": give a smaller --hidden-size, --batch-size or --seq-len" if arguments[:1] == ["train"] else ""
        return output.fail(f"out of memory{advice}", 1)
    except Exception as error:
        if isinstance(error, RuntimeError) and "start new thread" in str(error):
            advice = "end other programs, raise that limit, or train with --threads 1"
            return output.fail(f"the system starts no more threads (see ulimit -u): {advice}", 1)
        return output.fail(f"unexpected {type(error).__name__}: {error} ({output.log_traceback()})", 1)
    return code if isinstance(code, int) else 0


def _after_dashes(arguments: list[str]) -> str:
    """What is wrong if an option comes after `--`; "" if none does."""
    behind = arguments[arguments.index("--") + 1 :] if "--" in arguments else []
    option = next((word for word in behind if word.startswith("-")), "")
    return f"{option} comes after --, where every word is the name of a file: give options before it" if option else ""


def _usage(message: str) -> str:
    """A usage error in one line that ends with where to look."""
    return f"{' '.join(message.split()).removesuffix('.')}: see --help"


def _app(arguments: list[str]) -> App:
    app = App(
        name="tui-rnn",
        help=HELP,
        help_format="plaintext",
        version=tui_rnn.__version__,
        version_flags=VERSION_FLAGS,
        suppress_keyboard_interrupt=False,
        usage="Usage: tui-rnn [SOURCE ...]\n       tui-rnn COMMAND --help",
    )
    help_wanted = not {"--help", "-h"}.isdisjoint(arguments)  # then all are imported: their docstrings are the help
    for position, (name, usage) in enumerate(COMMANDS.items()):
        module = f"tui_rnn.cli.{name}"
        options: dict[str, Any] = {"name": name, "usage": f"Usage: tui-rnn {name} {usage}", "sort_key": position}
        if arguments[:1] == [name] and name in FAMILIES:
            app.command(importlib.import_module(module).app(**options))
        elif help_wanted:
            command = importlib.import_module(module).run
            app.command(command, help=_reflowed(command.__doc__), **options)
        else:
            app.command(f"{module}:run", **options)
    app.command(_installer(app), name="--install-completion", sort_key=len(COMMANDS), help=COMPLETION)
    app.default(_playground)
    return app


def _installer(app: App) -> Callable[..., int]:
    def install(shell: Annotated[Shell | None, Parameter(help="Without, the one that this runs in.")] = None, /) -> int:
        from cyclopts.completion.detect import ShellDetectionError

        try:
            path = app.install_completion(shell=shell)
        except ShellDetectionError:
            raise InputError(
                f"your shell was not recognised: name it, tui-rnn --install-completion {'|'.join(get_args(Shell))}"
            ) from None
        print(f"completion is in {visible(str(path))}; it works in the next shell that you open")
        return 0

    return install


def _reflowed(text: str) -> str:
    """Paragraphs as one line each, for the help page to break where the terminal ends."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _playground(
    *source: Annotated[str, Parameter(help="Text file, folder, built-in corpus or saved run.", negative_iterable=())],
    record: Annotated[
        Path | None,
        Parameter(help="Record the session in a new file of at most 64 MB; tui-rnn replay plays it.", metavar="FILE"),
    ] = None,
    last: Annotated[bool, FLAG, Parameter(help="Open the runs that the last playground saved.")] = False,
    data: DataOptions | None = None,
) -> int:
    from tui_rnn.cli.playground import run

    return run(source, data or DataOptions(), record, last)
