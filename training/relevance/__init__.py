"""The recipe of the relevance model."""
