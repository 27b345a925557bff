"""Training: one synchronous step at a time, its schedule, its history, and the file that a run is saved in."""
