"""The assistant folder: generations, hashes, locks, and what happens when things go wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from replyassist.errors import (
    ArtifactCorrupt,
    ArtifactLocked,
    ArtifactMissing,
    ArtifactVersion,
    ConfigError,
    StorageError,
)
from replyassist.folder import AssistantFolder, FileEntry, is_derived, replace_file


def write(folder: AssistantFolder, **files: str) -> None:
    with folder.change(create=True) as change:
        for name, content in files.items():
            (change.folder / name).write_text(content)
        change.details["documents"] = len(files)


def test_a_commit_is_readable_and_hashed(tmp_path: Path) -> None:
    folder = AssistantFolder(tmp_path / "acme")
    write(folder, store="one")
    manifest, generation = folder.open()
    assert manifest.generation == 1
    assert manifest.details == {"documents": 1}
    assert (generation / "store").read_text() == "one"
    assert manifest.files["store"] == FileEntry(
        bytes=3, sha256="7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    )


def test_a_failed_change_leaves_the_last_state_and_no_litter(tmp_path: Path) -> None:
    folder = AssistantFolder(tmp_path)
    write(folder, store="one")

    def interrupted() -> None:
        with folder.change() as change:
            (change.folder / "store").write_text("two")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    manifest, generation = folder.open()
    assert (manifest.generation, (generation / "store").read_text()) == (1, "one")
    assert [p.name for p in (tmp_path / "generations").iterdir()] == ["000001"]


def test_kept_files_are_shared_and_old_generations_disappear(tmp_path: Path) -> None:
    folder = AssistantFolder(tmp_path)
    with folder.change(create=True) as change:
        (change.folder / "heads").mkdir()
        (change.folder / "heads" / "w").write_text("weights")
        (change.folder / "store").write_text("one")
    before = (folder.open()[1] / "heads" / "w").stat().st_ino
    with folder.change() as change:
        change.keep("heads")
        change.keep("nothing-of-that-name")
        (change.folder / "store").write_text("two")
    manifest, generation = folder.open()
    assert (generation / "heads" / "w").stat().st_ino == before
    assert (generation / "store").read_text() == "two"
    assert sorted(manifest.files) == ["heads/w", "store"]
    assert [p.name for p in (tmp_path / "generations").iterdir()] == ["000002"]


def test_an_open_reader_keeps_its_file_while_a_writer_replaces_it(tmp_path: Path) -> None:
    folder = AssistantFolder(tmp_path)
    write(folder, store="one")
    with (folder.open()[1] / "store").open() as reader:
        write(folder, store="two")
        assert reader.read() == "one"
    assert (folder.open()[1] / "store").read_text() == "two"


def test_two_writers_at_once(tmp_path: Path) -> None:
    folder = AssistantFolder(tmp_path)
    write(folder, store="one")
    with folder.change(), pytest.raises(ArtifactLocked, match="another process"):
        write(AssistantFolder(tmp_path), store="two")


def test_truncated_and_tampered_files_are_named(tmp_path: Path) -> None:
    folder = AssistantFolder(tmp_path)
    write(folder, store="content")
    path = folder.open()[1] / "store"
    path.write_text("CONTENT")
    with pytest.raises(ArtifactCorrupt, match=r"store: content differs.*doctor"):
        folder.open()
    path.write_text("con")
    with pytest.raises(ArtifactCorrupt, match="3 bytes, the manifest says 7"):
        folder.open()
    path.unlink()
    with pytest.raises(ArtifactMissing, match="not there"):
        folder.open()


def test_missing_folder_and_wrong_manifests(tmp_path: Path) -> None:
    folder = AssistantFolder(tmp_path / "acme")
    with pytest.raises(ArtifactMissing, match="replyassist build"):
        folder.open()
    write(folder, store="one")
    place = tmp_path / "acme" / "assistant.json"
    manifest = json.loads(place.read_text())
    place.write_text(json.dumps({**manifest, "format_version": 99}))
    with pytest.raises(ArtifactVersion, match="version 99"):
        folder.open()
    place.write_text(json.dumps({**manifest, "files": {"../../etc/passwd": {"bytes": 1, "sha256": ""}}}))
    with pytest.raises(ArtifactCorrupt, match="outside the folder"):
        folder.open()
    place.write_text("{")
    with pytest.raises(ArtifactCorrupt, match="not a readable manifest"):
        folder.open()


def test_a_folder_with_other_files_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_text("")
    with pytest.raises(ConfigError, match=r"holiday\.jpg"):
        write(AssistantFolder(tmp_path), store="one")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["holiday.jpg"]


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "acme"
    path.write_text("")
    with pytest.raises(ConfigError, match="is a file"):
        write(AssistantFolder(path), store="one")


def test_an_operating_system_error_becomes_a_storage_error(tmp_path: Path) -> None:
    folder = AssistantFolder(tmp_path)
    write(folder, store="one")
    with pytest.raises(StorageError, match="No space left"), folder.change():
        raise OSError(28, "No space left on device")
    assert folder.open()[0].generation == 1


def test_replace_file_and_derived_names(tmp_path: Path) -> None:
    replace_file(tmp_path / "a", b"1")
    replace_file(tmp_path / "a", b"2")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a", b"2")]
    derived = ["dense/vectors.faiss", "lexical/0/rows.npy", "lexical/table/names.json", "profiles.npy"]
    assert all(is_derived(f"segments/000001/{name}") for name in derived)
    truth = ["segments/000001/store.sqlite", "segments.json", "relevance.json", "encoder/a", "heads/heads.json"]
    assert not any(is_derived(name) for name in truth)


def test_details_are_carried_on_by_a_change_and_not_by_a_new_build(tmp_path: Path) -> None:
    folder = AssistantFolder(tmp_path)
    with folder.change(create=True) as change:
        change.details["classifier"] = {"trained": True}
        change.details["documents"] = 1
    with folder.change() as change:
        change.details["documents"] = 2
    assert folder.manifest().details == {"classifier": {"trained": True}, "documents": 2}
    with folder.change(create=True) as change:
        change.details["documents"] = 3
    assert folder.manifest().details == {"documents": 3}


@pytest.mark.parametrize("manifest", ["{", '{"format_version": 99}'])
def test_building_anew_replaces_an_unreadable_folder(tmp_path: Path, manifest: str) -> None:
    folder = AssistantFolder(tmp_path)
    write(folder, store="one")
    (tmp_path / "assistant.json").write_text(manifest)
    with pytest.raises(StorageError), folder.change(create=True):
        raise OSError(28, "No space left on device")
    assert (tmp_path / "generations" / "000001" / "store").read_text() == "one"  # until the new one is there
    write(folder, store="two")
    assert (folder.open()[1] / "store").read_text() == "two"
    assert len(list((tmp_path / "generations").iterdir())) == 1
