"""Labelled examples and items: tagged sentences, texts with a class, pairs of sequences, one item a line."""
