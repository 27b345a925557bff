"""Lessons: the chapter, taught by the network on the screen. A lesson is a data file beside this one: see docs/lessons.md."""
