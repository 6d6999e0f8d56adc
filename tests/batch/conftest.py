"""Puts this folder on the path: worker processes import the fake taggers by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
