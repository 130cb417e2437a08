"""Variants of built knowledge: another version, one that fails its own questions, one in Chinese only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from models.knowledge import Knowledge
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


class _OneLanguage(Knowledge):
    @property
    def languages(self) -> tuple[str, ...]:
        return ("zh",)


def chinese_only(gov: Knowledge) -> Knowledge:
    """The same knowledge as a pack that was never translated."""
    only = _OneLanguage(gov.content, gov.intent, gov.sha256, gov.report)
    only.matters = MappingProxyType(
        {
            key: replace(matter, title=_chinese(matter.title), answer=_chinese(matter.answer))
            for key, matter in gov.matters.items()
        }
    )
    return only


def _chinese(texts: Mapping[str, str]) -> dict[str, str]:
    return {"zh": texts["zh"]}
