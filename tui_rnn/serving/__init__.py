"""The playground in a browser: a web server that runs one playground for each visitor."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""The names of this machine that no other machine can reach."""
