"""Settings: defaults, the file, the environment, and mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from replyassist.errors import ConfigError
from replyassist.settings import Settings, load_settings


def write(folder: Path, text: str) -> Path:
    (folder / "replyassist.toml").write_text(text, encoding="utf-8")
    return folder


def test_defaults_file_and_environment(tmp_path: Path) -> None:
    assert load_settings(None, {}) == Settings()
    assert load_settings(tmp_path, {}) == Settings()
    write(
        tmp_path,
        '\ufeff[brand]\nname = "Mokkavik"\nsignature = { fi = "Terveisin Mokkavik" }\n[tag]\nmax_error = 0.1\n',
    )
    settings = load_settings(tmp_path, {})
    assert (settings.brand.name, settings.brand.signature["fi"], settings.tag.max_error) == (
        "Mokkavik",
        "Terveisin Mokkavik",
        0.1,
    )
    settings = load_settings(tmp_path, {"REPLYASSIST_TAG_MAX_ERROR": "0.02", "REPLYASSIST_SEARCH_K": "3", "PATH": "x"})
    assert (settings.tag.max_error, settings.search.k, settings.brand.name) == (0.02, 3, "Mokkavik")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[tag]\nmax_eror = 0.1", "max_eror"),
        ("[tags]\nmax_error = 0.1", "tags"),
        ("[tag]\nmax_error = 2.0", "between 0 and 1"),
        ('[tag]\nmax_error = "x"', "Expected `float`"),
        ("[search]\nk = 0", "between 1 and 100"),
        ('[brand]\nsignature = { de = "x" }', "unknown language"),
        ("[tag\n", "not valid TOML"),
    ],
)
def test_mistakes_name_the_file_and_the_key(tmp_path: Path, text: str, error: str) -> None:
    with pytest.raises(ConfigError, match=error) as caught:
        load_settings(write(tmp_path, text), {})
    assert "replyassist.toml" in str(caught.value)
