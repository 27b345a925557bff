"""`python -m tui_rnn` and the `tui-rnn` command."""

import sys


def main() -> None:
    """Run the command line; imports nothing heavy by itself."""
    from tui_rnn.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
