"""The playground in a browser: a web server that runs one playground for each visitor."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Names of this machine that other machines can't reach."""
