"""The recipe of the language model."""
