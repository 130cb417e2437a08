"""What the kiosk answers from, and how it comes from a slot: opened, and examined by its own questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk_app.completeness import KnownQuestions
from kiosk_app.reply import Language
from kiosk_app.topic_index import searches_of
from kiosk_app.topic_search import Search
from kiosk_app.updating.disk import Disk
from kiosk_app.updating.errors import UpdateError
from kiosk_app.updating.machine import Target
from models.assets.stamp import sha256_of
from models.errors import ModelsError
from models.knowledge import Knowledge, KnowledgeError, load_knowledge
from voice.completeness import Judge, no_judge

FILE = "pack.ybk"
"""In its slot."""


@dataclass(frozen=True, slots=True)
class Volume:
    """An artefact that has been loaded and has answered its own questions."""

    knowledge: Knowledge
    path: Path
    judge: Judge = no_judge
    """Tells which half-heard sentences are whole questions of this knowledge."""
    searches: Mapping[Language, Search] = field(default_factory=dict[Language, Search])
    """Finds its matters by the letters of their names, in each of its languages."""


def examine(path: Path) -> Volume:
    """Load an artefact and let it answer its own check questions.

    Raises:
        ModelsError: it is damaged, or it does not answer its own questions rightly.
    """
    knowledge = load_knowledge(path)
    if complaints := knowledge.check():
        shown = "; ".join(complaints[:3])
        raise KnowledgeError("health_check", f"{path.name} fails its own questions: {shown}")
    return Volume(knowledge, path, KnownQuestions(knowledge), searches_of(knowledge))


class Shelf:
    """Knowledge as a kind of thing that is installed."""

    def stage(self, source: Path, slot: Path, target: Target, disk: Disk) -> None:
        """Copy the artefact. Raises UpdateError, OSError."""
        if disk.copy(source, slot / FILE, "pack") != target.sha256:
            raise UpdateError("hash", f"{source} is not what was announced; it is fetched again", bad=False)

    def examine(self, slot: Path, target: Target) -> Volume:
        """Open it, and see what it answers. Raises UpdateError."""
        path = slot / FILE
        try:
            if sha256_of(path) != target.sha256:
                raise UpdateError("damaged", f"{path} was damaged on the disk; send it again", bad=False)
            return examine(path)
        except ModelsError as error:
            raise UpdateError(error.code, error.message) from error
        except OSError as error:
            raise UpdateError("damaged", f"{path} cannot be read: {error.strerror}", bad=False) from error
