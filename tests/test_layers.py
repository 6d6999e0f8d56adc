"""Who may import whom, and what a bare import loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import replyassist

PACKAGE = Path(replyassist.__file__).parent
LAYERS = [
    {"_version", "errors", "types", "model_files"},
    {"text", "embed", "settings", "folder", "formats"},
    {"classify", "retrieve"},
    {"draft", "escalate"},
    {"building", "pipeline"},
    {"doctor", "assistant"},
    {"evaluate", "batch"},
    {"demo"},
    {"cli"},
]
RANK = {room: rank for rank, rooms in enumerate(LAYERS) for room in rooms}
STAGES = {"classify", "retrieve", "draft", "escalate", "embed"}
HEAVY = {
    "faiss": {"retrieve/dense.py"},
    "pyarrow": {"formats/parquet.py", "batch/output.py"},
    "sentence_transformers": {"embed/transformers.py", "embed/sentence_module.py", "retrieve/rerank.py"},
    "torch": {"embed/sentence_module.py"},
    "typer": {"cli"},
    "rich": {"cli"},
    "selectolax": {"text/html.py"},
    "phonenumbers": {"text/personal"},
    "stdnum": {"text/personal"},
    "sklearn": {"classify/linear.py", "embed/lsa_fit.py", "retrieve/rerank_fit.py"},
}


def imports() -> list[tuple[str, str]]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found += [(name, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                found += [(name, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def room(name: str) -> str:
    return name.split("/")[0].removesuffix(".py")


IMPORTS = imports()


def test_every_room_has_a_place() -> None:
    rooms = {room(path.relative_to(PACKAGE).as_posix()) for path in PACKAGE.rglob("*.py")} - {"__init__", "__main__"}
    assert rooms == set(RANK)


def test_imports_point_downwards() -> None:
    wrong = [
        (name, target)
        for name, target in IMPORTS
        if target.startswith("replyassist.")
        and room(name) not in ("__init__", "__main__")
        and (other := target.split(".")[1]) in RANK
        and other != room(name)
        and (RANK[other] > RANK[room(name)] or (RANK[other] == RANK[room(name)] and {other, room(name)} <= STAGES))
    ]
    assert wrong == []


@pytest.mark.parametrize("library", HEAVY)
def test_a_heavy_dependency_enters_in_one_place(library: str) -> None:
    places = {name for name, target in IMPORTS if target.split(".")[0] == library}
    assert places, f"{library} is not used; drop it from pyproject.toml"
    assert all(any(name == place or name.startswith(place + "/") for place in HEAVY[library]) for name in places)


def loaded_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(' '.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(result.stdout.split("\n")[-2].split())


def test_a_bare_import_loads_nothing_heavy() -> None:
    light = loaded_by("import replyassist")
    assert not light & {
        "numpy",
        "scipy",
        "sklearn",
        "faiss",
        "pyarrow",
        "typer",
        "rich",
        "phonenumbers",
        "yaml",
    }


def test_help_loads_nothing_heavy() -> None:
    code = (
        "sys.argv = ['replyassist', '--help']\nfrom replyassist.cli import main\ntry: main()\nexcept SystemExit: pass"
    )
    assert not loaded_by(code) & {"numpy", "scipy", "sklearn", "faiss", "pyarrow", "phonenumbers", "yaml"}


def test_the_public_names_exist() -> None:
    assert sorted(replyassist.__all__) == replyassist.__all__
    for name in replyassist.__all__:
        assert getattr(replyassist, name) is not None
    with pytest.raises(AttributeError, match="Nothing"):
        _ = replyassist.Nothing
