"""A team's settings: ``replyassist.toml`` in the assistant folder, overridden by the environment.

Every value has a default, so the file may be missing or hold a single line. A variable named
``REPLYASSIST_<SECTION>_<KEY>`` (``REPLYASSIST_TAG_MAX_ERROR=0.02``) wins over the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from replyassist.errors import ConfigError
from replyassist.types import LANGUAGES

FILE_NAME = "replyassist.toml"


def _check_share(name: str, value: float) -> None:
    if not 0.0 < value < 1.0:
        raise ValueError(f"{name} must lie between 0 and 1")


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the sections: immutable, unknown keys refused."""


class Brand(Section, frozen=True):
    """How replies are signed, per language: ``signature = { fi = "Terveisin Acme" }``.

    ``agent_language``: the language of hand-over notes.
    """

    name: str = ""
    signature: dict[str, str] = {}
    agent_language: Literal["nb", "sv", "da", "fi", "en"] = "en"


class Tagging(Section, frozen=True):
    """``max_error``: share of accepted tags that may be wrong; ``per_label``: keep it for every label by itself.

    ``preselect_error``: share of tags of the middle tier or better that may be wrong. ``coverage``: how often the
    candidates must hold the right label. ``rejected``: share of ordinary messages that may be turned away as unlike
    the known ones. ``second_intent``: probability from which a runner-up counts as a further intent of the message.
    ``never_automate``: labels that are never acted on alone.
    """

    max_error: float = 0.05
    per_label: bool = False
    preselect_error: float = 0.25
    coverage: float = 0.9
    rejected: float = 0.02
    second_intent: float = 0.25
    never_automate: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in ("max_error", "preselect_error", "coverage", "second_intent"):
            _check_share(f"tag.{name}", getattr(self, name))
        if not 0.0 <= self.rejected < 1.0:
            raise ValueError("tag.rejected must lie from 0 to below 1")


class Cuts(Section, frozen=True):
    """The relevance from which a source is shown as evidence, per pool."""

    article: float = 0.3
    resolution: float = 0.3
    macro: float = 0.3

    def __post_init__(self) -> None:
        for pool in self.__struct_fields__:
            if not 0.0 <= getattr(self, pool) < 1.0:
                raise ValueError(f"search.min_relevance.{pool} must lie from 0 to below 1")


class Search(Section, frozen=True):
    """``k``: hits shown per pool, of those with ``min_relevance``.

    ``agent_audience``: what agents may see; drafts use ``public`` only.
    """

    k: int = 5
    min_relevance: Cuts = Cuts()
    agent_audience: frozenset[str] = frozenset({"public", "internal"})

    def __post_init__(self) -> None:
        if not 1 <= self.k <= 100:
            raise ValueError("search.k must lie between 1 and 100")


class Drafting(Section, frozen=True):
    """``min_relevance``: a source below it is no ground for a draft."""

    min_relevance: float = 0.5

    def __post_init__(self) -> None:
        _check_share("draft.min_relevance", self.min_relevance)


class Settings(Section, frozen=True):
    """All settings of one assistant.

    >>> Settings().tag.max_error
    0.05
    """

    brand: Brand = Brand()
    tag: Tagging = Tagging()
    search: Search = Search()
    draft: Drafting = Drafting()

    def __post_init__(self) -> None:
        unknown = set(self.brand.signature) - set(LANGUAGES)
        if unknown:
            raise ValueError(f"brand.signature: unknown language; use {', '.join(LANGUAGES)}")


def load_settings(folder: Path | None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of an assistant folder (none: defaults), then apply the environment.

    Raises:
        ConfigError: the file is not TOML, or a key or value is wrong; the message names the place.
    """
    path = folder / FILE_NAME if folder else None
    values: dict[str, Any] = {}
    if path is not None and path.exists():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: not valid TOML: {error}") from None
    overrides = _from_environment(os.environ if environment is None else environment)
    for (section, key), value in overrides.items():
        if not isinstance(values.setdefault(section, {}), dict):
            raise ConfigError(f"{path}: {section} must be a table: [{section}]")
        values[section][key] = value
    try:
        return msgspec.convert(values, Settings, strict=not overrides)
    except (msgspec.ValidationError, ValueError) as error:
        raise ConfigError(f"{path or 'settings'}: {error}") from None


def _from_environment(environment: Mapping[str, str]) -> dict[tuple[str, str], str]:
    known = {
        f"REPLYASSIST_{section}_{key}".upper(): (section, key)
        for section, kind in Settings.__annotations__.items()
        for key in _SECTIONS[section].__struct_fields__
        if kind
    }
    return {known[name]: value for name, value in environment.items() if name in known}


_SECTIONS: dict[str, type[Section]] = {"brand": Brand, "tag": Tagging, "search": Search, "draft": Drafting}
