"""The workspace Learn: a lesson whose examples are the networks on the screen."""
