"""`python -m tui_rnn` and the `tui-rnn` command."""

import os
import sys


def main() -> None:
    """Run the command line; imports nothing heavy by itself."""
    # Our kernels multiply by themselves. NumPy's library would start threads that only wait; where the system starts none
    # (ulimit -u 1), it ends the process by a signal that looks like Ctrl-C.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from tui_rnn.cli.interrupt import ignore_further
    from tui_rnn.cli.kept_help import print_known

    if print_known(sys.argv[1:]):
        code = 0
    else:
        from tui_rnn.cli.main import run

        code = run(sys.argv[1:])
    ignore_further()
    sys.exit(code)


if __name__ == "__main__":
    main()
