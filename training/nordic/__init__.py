"""The recipe of the built-in encoder ``nordic``."""
