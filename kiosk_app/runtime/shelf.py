"""The knowledge in use, the last good one behind it, and the next one in front of it."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk_app.completeness import KnownQuestions
from kiosk_app.reply import Language
from kiosk_app.topic_index import searches_of
from kiosk_app.topic_search import Search
from models.errors import ModelsError
from models.knowledge import Knowledge, KnowledgeError, load_knowledge, resolve_knowledge
from voice.completeness import Judge, no_judge

logger = logging.getLogger(__name__)

KEPT = 3
"""Artefacts kept on disk: the one in use, the last good one, and one more to return to by hand."""


@dataclass(frozen=True, slots=True)
class Volume:
    """An artefact that has been loaded and has answered its own questions."""

    knowledge: Knowledge
    path: Path
    judge: Judge = no_judge
    """Tells which half-heard sentences are whole questions of this knowledge."""
    searches: Mapping[Language, Search] = field(default_factory=dict[Language, Search])
    """Finds its matters by the letters of their names, in each of its languages."""


class Shelf:
    """Keeps the artefacts that the centre sent and remembers which one is in use, across restarts.

    Files are written beside their place and moved there, so a power cut leaves the old or the new, never half.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ledger = folder / "in-use.json"

    def examine(self, path: Path) -> Volume:
        """Load an artefact and let it answer its own check questions.

        Raises:
            ModelsError: it is damaged, or it does not answer its own questions rightly.
        """
        knowledge = load_knowledge(path)
        if complaints := knowledge.check():
            shown = "; ".join(complaints[:3])
            raise KnowledgeError("health_check", f"{path.name} fails its own questions: {shown}")
        return Volume(knowledge, path, KnownQuestions(knowledge), searches_of(knowledge))

    def first(self, pack: Path | None, venue: str | None, cache: Path) -> tuple[Volume | None, list[str]]:
        """The best knowledge there is at start-up, with what was wrong with better choices.

        In order: what the centre sent last, what it sent before, what the configuration names.
        """
        complaints: list[str] = []
        for path in self._candidates(pack, venue, cache, complaints):
            try:
                return self.examine(path), complaints
            except ModelsError as error:
                logger.warning("knowledge refused: %s", error)
                complaints.append(str(error))
        return None, complaints

    def adopt(self, volume: Volume) -> None:
        """Remember ``volume`` as the one in use; older ones beyond the kept few are deleted. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{volume.knowledge.sha256}.ybk"
        place = self._folder / name
        if (
            volume.path != place
        ):  # also over a file of that name: it may be the damaged one that was sent again
            part = place.with_suffix(".part")
            try:
                shutil.copyfile(volume.path, part)
                part.replace(place)
            finally:
                part.unlink(missing_ok=True)
        names = [name, *(other for other in self._history() if other != name)][:KEPT]
        part = self._ledger.with_suffix(".part")
        part.write_text(json.dumps(names), encoding="ascii")
        part.replace(self._ledger)
        for other in self._folder.glob("*.ybk"):
            if other.name not in names:
                other.unlink()

    def _candidates(
        self, pack: Path | None, venue: str | None, cache: Path, complaints: list[str]
    ) -> Iterator[Path]:
        yield from (self._folder / name for name in self._history() if (self._folder / name).is_file())
        try:
            yield resolve_knowledge(pack, venue, cache)
        except ModelsError as error:
            complaints.append(str(error))

    def _history(self) -> list[str]:
        try:
            names = json.loads(self._ledger.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return []
        if not isinstance(names, list):
            return []
        return [name for name in names if isinstance(name, str) and Path(name).name == name]
