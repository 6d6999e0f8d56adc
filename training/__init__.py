"""The recipes that made ``models/`` and other shipped figures: ``python -m training.<name>``."""
