"""Seeded generators of the built-in corpora: one source a module, each a pure function from a size and a seed to text."""
