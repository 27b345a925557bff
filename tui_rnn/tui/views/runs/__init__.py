"""The views of Compare: a table of runs, the curves of the marked ones, and how far apart these are."""
