"""Where the trained models that ship with the package lie on disk."""

from __future__ import annotations

from pathlib import Path

from replyassist.errors import ArtifactMissing

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "_models", _PACKAGE.parent / "models")
"""A wheel carries the models inside the package; a source checkout keeps them beside it. The wheel's place
comes first: once installed, the folder beside the package is ``site-packages`` and its ``models`` not ours."""


def model_folder(name: str) -> Path:
    """Return the folder of the shipped model ``name``, such as ``language``.

    Raises:
        ArtifactMissing: neither the checkout nor the installed package holds it.
    """
    for place in _PLACES:
        if (place / name).is_dir():
            return place / name
    raise ArtifactMissing(f"the shipped model {name!r} is not in {_PLACES[0]} nor {_PLACES[1]}; reinstall replyassist")
