"""Independent ways to compute the figures of a lesson again: with reference/ in float64, or with plain NumPy."""
