"""Lists of ids in one field."""

from __future__ import annotations

import pytest

from replyassist.errors import DataError
from replyassist.formats.records import ids


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, []), ("a, b; c", ["a", "b", "c"]), (["a", " b "], ["a", "b"]), ([12, "13"], ["12", "13"]), (12, ["12"])],
)
def test_ids_come_as_a_list_or_a_text(value: object, expected: list[str]) -> None:
    assert ids(value, "articles") == expected


@pytest.mark.parametrize("value", [True, [True], 1.5, [None], {"a": 1}])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(DataError, match="articles must be"):
        ids(value, "articles")
