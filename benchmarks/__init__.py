"""Every number we publish, one command each: ``python -m benchmarks.<name>``."""
