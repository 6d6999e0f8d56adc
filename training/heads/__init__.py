"""How the shipped heads are made: see README.md."""
