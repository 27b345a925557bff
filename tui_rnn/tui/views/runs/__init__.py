"""The views of Compare: a table of runs, the curves of those that are marked, and how far these are apart."""
