"""The independent ways by which the figures of a lesson are recomputed: by reference/ in float64, or by plain NumPy."""
