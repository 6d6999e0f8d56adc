"""How the corpus was written: briefs drawn at random, the notation writers use, and its way into the data files."""
