"""Variants of a built artefact: another version of it, and one that fails its own questions."""

from __future__ import annotations

import json
from pathlib import Path

from models.knowledge.artefact import read_artefact, write_artefact


def another_version(artefact: Path, version: str, out: Path) -> Path:
    """The same knowledge under another version."""
    sound = read_artefact(artefact)
    content = json.loads(sound.members["content.json"])
    content["version"] = version
    members = {**sound.members, "content.json": json.dumps(content, ensure_ascii=False).encode()}
    write_artefact(out, sound.manifest.id, version, sound.manifest.packs, members)
    return out


def that_fails_its_own_questions(artefact: Path, out: Path) -> Path:
    """A sound file with unsound knowledge: what its model answers is not what its content says."""
    sound = read_artefact(artefact)
    content = json.loads(sound.members["content.json"])
    first, second = content["matters"][0], content["matters"][1]
    first["examples"], second["examples"] = second["examples"], first["examples"]
    members = {**sound.members, "content.json": json.dumps(content, ensure_ascii=False).encode()}
    write_artefact(out, sound.manifest.id, "2099.9.9", sound.manifest.packs, members)
    return out
