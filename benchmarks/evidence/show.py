"""Compact tables on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def table(title: str, columns: Sequence[str], rows: Mapping[str, Sequence[object]]) -> None:
    """Print rows of cells under a title."""
    cells = {name: [cell(value) for value in values] for name, values in rows.items()}
    first = max([len(name) for name in cells] + [8])
    widths = [
        max([len(column), *(len(values[place]) for values in cells.values())]) for place, column in enumerate(columns)
    ]
    print(f"\n{title}")
    print("  ".join([" " * first, *(column.rjust(width) for column, width in zip(columns, widths, strict=True))]))
    for name, values in cells.items():
        print("  ".join([name.ljust(first), *(v.rjust(width) for v, width in zip(values, widths, strict=True))]))


def cell(value: object) -> str:
    """Return a figure, or a figure with its interval, as it is shown.

    >>> cell([64.3, 60.0, 68.11]), cell(0.5), cell([]), cell(None)
    ('64.3 (60.0-68.1)', '0.5', '-', '-')
    """
    if value is None or value == []:
        return "-"
    if isinstance(value, list | tuple):
        estimate, low, high = value
        return f"{estimate:.1f} ({low:.1f}-{high:.1f})"
    return str(value)
