"""The writing desk: a person and a language model write a text together."""
