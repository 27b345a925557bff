"""tui-rnn: watch small recurrent networks learn your own text, in the terminal."""

__version__ = "0.1.0"
