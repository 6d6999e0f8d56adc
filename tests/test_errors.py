"""The error tree: drawn in the docstring, one exit code per class."""

from __future__ import annotations

import inspect

import replyassist.errors as errors
from replyassist.errors import DataError, MissingExtra, ReplyAssistError, StorageError


def test_every_error_is_in_the_drawing_with_the_right_exit_code() -> None:
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, ReplyAssistError)]
    assert len(classes) == 11
    for error in classes:
        assert error.__name__ in (errors.__doc__ or "")
        assert error.exit_code in (1, 2)
    codes = {error.__name__: error.exit_code for error in classes}
    assert {name for name, code in codes.items() if code == 1} == {"ReplyAssistError", "StorageError"}


def test_messages_say_what_where_and_what_next() -> None:
    assert str(DataError("broken", where="a.csv:3")) == "a.csv:3: broken"
    assert str(MissingExtra("parquet", "Reading Parquet")) == (
        "Reading Parquet needs an optional dependency: pip install 'replyassist[parquet]'"
    )
    wrapped = StorageError.wrap(OSError(28, "No space left on device"), "/acme")
    assert "cannot write /acme: No space left on device" in str(wrapped)
