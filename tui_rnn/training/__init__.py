"""Training: synchronous steps, their schedule, the history of a run, and the file that it is saved in."""
