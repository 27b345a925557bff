"""Lessons: the network on the screen teaches the chapter. A lesson is a data file beside this one: see docs/lessons.md."""
