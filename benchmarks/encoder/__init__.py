"""What the built-in encoder reaches, against named peers in the same run."""
