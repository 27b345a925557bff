"""The workspace Learn: a lesson that the networks on the screen act out."""
