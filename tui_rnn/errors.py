"""The errors that a person sees. Each message is one line: the thing, the value found, what was expected, what to do."""


class TuiRnnError(Exception):
    """Base of everything this package raises on purpose."""

    exit_code = 1


class InputError(TuiRnnError):
    """Bad input or usage (a file, an option, a checkpoint): exit code 2, nothing written."""

    exit_code = 2


class RunError(TuiRnnError):
    """Something went wrong while running (a full disk, an engine that died): exit code 1."""
