"""The writing desk: a text that a person and a language model write together."""
