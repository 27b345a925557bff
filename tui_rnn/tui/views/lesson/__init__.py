"""The text of a lesson beside the view that it is about."""
