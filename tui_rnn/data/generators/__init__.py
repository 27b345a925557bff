"""Seeded generators of the built-in corpora: one for each module, each a pure function from a size and a seed to text."""
