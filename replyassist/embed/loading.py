"""Find an encoder by name or folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from replyassist.embed.artifact import read_header
from replyassist.embed.encoder import Encoder
from replyassist.embed.lsa import ARTIFACT, FORMAT_VERSION, LsaEncoder
from replyassist.embed.nordic import NordicEncoder
from replyassist.embed.team import TeamEncoder
from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ConfigError
from replyassist.model_files import model_folder

NORDIC, LSA = "nordic", "lsa"
PREFIX = "transformers:"
ALLOW_DOWNLOAD = "REPLYASSIST_ALLOW_DOWNLOAD"
"""Set to ``1`` to let sentence-transformers fetch a model by name; otherwise it must be on disk."""


_KINDS: dict[str, Callable[[Path], Encoder]] = {
    "lsa": LsaEncoder.load,
    "nordic": NordicEncoder.load,
    "team": TeamEncoder.load,
}


class _AnyHeader(msgspec.Struct, frozen=True):
    kind: str
    model: str = ""


def load_encoder(name_or_path: str, *, allow_download: bool | None = None) -> Encoder:
    """Load ``nordic``, the shipped encoder, a saved one from its folder, or ``transformers:<name or path>``.

    The network is used only with ``allow_download``, by default what the environment variable
    ``REPLYASSIST_ALLOW_DOWNLOAD`` says.

    Raises:
        ConfigError: ``lsa``, which must be fitted first, or an unknown name.
        ArtifactError: the folder or model is missing, damaged or would need code of its own.
        MissingExtra: the extra ``transformers`` is not installed.
    """
    if allow_download is None:
        allow_download = os.environ.get(ALLOW_DOWNLOAD) == "1"
    if name_or_path.startswith(PREFIX):
        return _load_transformers(name_or_path.removeprefix(PREFIX), allow_download)
    if name_or_path == NORDIC:
        return shipped_encoder()
    folder = Path(name_or_path)
    if name_or_path == LSA:
        raise ConfigError("the encoder 'lsa' is fitted on your own texts: use replyassist build, or fit_lsa()")
    if not folder.is_dir():
        if os.sep in name_or_path:
            raise ArtifactMissing(f"{folder}: no encoder folder here")
        raise ConfigError(f"no encoder {name_or_path!r}: use nordic, lsa, transformers:<name or path>, or a folder")
    header = read_header(folder, ARTIFACT, _AnyHeader, version=FORMAT_VERSION)
    if header.kind in _KINDS:
        return _KINDS[header.kind](folder)
    if header.kind == "transformers":
        return _load_transformers(header.model, allow_download)
    raise ArtifactCorrupt(f"{folder / ARTIFACT}.json: unknown kind of encoder; build it again")


def shipped_encoder() -> NordicEncoder:
    """Return the encoder that ships with this release.

    Raises:
        ArtifactError: it is missing or damaged; reinstall replyassist.
    """
    return NordicEncoder.load(model_folder(NORDIC))


def _load_transformers(model: str, allow_download: bool) -> Encoder:
    from replyassist.embed.transformers import TransformersEncoder

    return TransformersEncoder(model, allow_download=allow_download)
