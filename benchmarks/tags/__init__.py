"""What the tags reach: see ``__main__``."""
