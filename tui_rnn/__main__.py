"""`python -m tui_rnn` and the `tui-rnn` command."""

import sys


def main() -> None:
    """Run the command line; imports nothing heavy by itself."""
    from tui_rnn.cli.interrupt import ignore_further
    from tui_rnn.cli.main import run

    code = run(sys.argv[1:])
    ignore_further()
    sys.exit(code)


if __name__ == "__main__":
    main()
