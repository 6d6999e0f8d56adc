"""Examining an assistant folder, and rebuilding what can be derived from the documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from replyassist.building import Report, rebuild_indexes
from replyassist.errors import ArtifactError, ReplyAssistError
from replyassist.escalate import Policy
from replyassist.folder import AssistantFolder, Manifest, file_state, is_derived
from replyassist.retrieve.segments import open_documents
from replyassist.settings import load_settings

State = Literal["ok", "repaired", "broken"]


class Finding(NamedTuple):
    """One check and how it ended; ``broken`` needs a person."""

    check: str
    state: State
    detail: str


def examine(path: Path, *, repair: bool, report: Report) -> list[Finding]:
    """Check settings, policy, manifest, every file and the store; with ``repair`` rebuild damaged indexes.

    Raises:
        ArtifactMissing: no assistant there. ArtifactVersion: another format version.
    """
    folder = AssistantFolder(path)
    manifest = folder.manifest()
    findings = list(_configuration(path))
    damaged = _damaged_files(folder.generation_path(manifest), manifest)
    truth = {name: why for name, why in damaged.items() if not is_derived(name)}
    for name, why in truth.items():
        findings.append(Finding(name, "broken", f"{why}; restore it from a backup, or build anew"))
    if not truth:
        findings.append(_documents(folder.generation_path(manifest), manifest))
    derived = sorted(set(damaged) - set(truth))
    if not derived:
        findings.append(Finding("indexes", "ok", "as the manifest says"))
    elif truth or not repair:
        findings.append(Finding("indexes", "broken", f"{len(derived)} damaged: {derived[0]}"))
    else:
        with folder.change(repair=True) as change:
            rebuild_indexes(change, report=report)
        findings.append(Finding("indexes", "repaired", f"rebuilt from the documents: {derived[0]}"))
    return findings


def _configuration(path: Path) -> Iterator[Finding]:
    for name in ("replyassist.toml", "policy.yaml"):
        if not (path / name).exists():
            yield Finding(name, "ok", "not there; the defaults are used")
            continue
        try:
            if name == "policy.yaml":
                Policy.load(path / name)
            else:
                load_settings(path)
        except ReplyAssistError as error:
            yield Finding(name, "broken", str(error))
        else:
            yield Finding(name, "ok", "")


def _damaged_files(generation: Path, manifest: Manifest) -> dict[str, str]:
    states = {name: file_state(generation / name, entry) for name, entry in manifest.files.items()}
    return {name: state for name, state in states.items() if state}


def _documents(generation: Path, manifest: Manifest) -> Finding:
    try:
        stored = open_documents(generation)
        stored.check()
        digest, counts = stored.digest(), stored.counts()
    except ArtifactError as error:
        return Finding("documents", "broken", str(error))
    if digest != manifest.details.get("store_digest"):
        return Finding("documents", "broken", "they differ from the manifest; restore the folder from a backup")
    return Finding("documents", "ok", ", ".join(f"{count} {kind}s" for kind, count in counts.items()))
