"""From an export to a change of a pack that a person can review: which questions, into which files, and which not."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk_app.learning.errors import LearningError
from kiosk_app.learning.export import ExportedCluster
from kiosk_app.learning.insertion import with_examples
from kiosk_app.learning.likeness import Likes
from kiosk_app.redaction import PLACEHOLDERS, redact
from models.knowledge.plain import plain_form
from models.knowledge.schema import MatterFile
from models.knowledge.source import PackSource, Part, read_packs
from models.knowledge.validate import SHIPPED

COPY = 0.9
"""From this likeness to a question of the same matter on, a new one teaches nothing."""
COLLISION = 0.75
"""From this likeness to a question of another matter on, a new one would teach the model to mistake them."""
SHORTEST, LONGEST = 2, 200

Why = Literal["no_matter", "not_in_pack", "masked", "length", "copy", "collision", "language"]


@dataclass(frozen=True, slots=True)
class Addition:
    """A question that would become an example of ``matter``."""

    matter: str
    lang: str
    text: str
    count: int
    file: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A question that would not, and why; ``where`` is the file and line that it is too much like."""

    text: str
    matter: str | None
    count: int
    why: Why
    where: str = ""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file before and after, as text."""

    path: Path
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change of a pack; nothing of it is written yet."""

    added: tuple[Addition, ...]
    left_out: tuple[LeftOut, ...]
    changes: tuple[FileChange, ...]

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        pieces = (
            difflib.unified_diff(
                change.before.splitlines(keepends=True),
                change.after.splitlines(keepends=True),
                f"a/{change.name}",
                f"b/{change.name}",
            )
            for change in self.changes
        )
        return "".join(line if line.endswith("\n") else f"{line}\n" for piece in pieces for line in piece)


@dataclass(frozen=True, slots=True)
class _Place:
    label: str
    where: str


def suggest(clusters: Sequence[ExportedCluster], pack: Path) -> Suggestion:
    """What ``clusters`` would add to the pack folder ``pack``; the most frequent questions come first.

    Raises LearningError ``learning.pack``: the pack cannot be read as it is.
    """
    sources = read_packs([pack], (SHIPPED,))
    own = sources[0]
    matters = {part.content.id: part for part in own.matters if part.content is not None}
    if own.pack.content is None or len(matters) < len(own.matters):
        raise LearningError(f"{pack} has mistakes; run `kiosk pack validate {pack}` first", "learning.pack")
    sieve = _Sieve(sources)
    added: list[Addition] = []
    left_out: list[LeftOut] = []
    for cluster in sorted(clusters, key=lambda cluster: -cluster.count):
        for example in cluster.examples:
            text = " ".join(example.text.split())
            part = matters.get(cluster.matter or "")
            why, where = (
                _refused(cluster, text, part) or sieve.check(text, cluster.matter or "") or (None, "")
            )
            if why is not None or part is None:
                left_out.append(LeftOut(text, cluster.matter, example.count, why or "not_in_pack", where))
                continue
            file = part.document.file
            sieve.add(text, cluster.matter or "", "this export")
            added.append(Addition(cluster.matter or "", cluster.lang, text, example.count, file))
    return Suggestion(tuple(added), tuple(left_out), tuple(_changes(added, pack)))


def _refused(cluster: ExportedCluster, text: str, part: Part[MatterFile] | None) -> tuple[Why, str] | None:
    if cluster.matter is None:
        return "no_matter", ""
    if part is None or part.content is None:
        return "not_in_pack", ""
    if cluster.lang not in part.content.examples:
        return "language", ""
    if redact(text) != text or any(mask in text for mask in PLACEHOLDERS.values()):
        return "masked", ""
    return None if len(plain_form(text)) >= SHORTEST and len(text) <= LONGEST else ("length", "")


class _Sieve:
    """What questions there are already, the new ones included."""

    def __init__(self, sources: Sequence[PackSource]) -> None:
        self._plain: dict[str, _Place] = {}
        self._likes: Likes[_Place] = Likes(subject_only=False)
        for text, label, where in _examples(sources):
            self.add(text, label, where)

    def add(self, text: str, label: str, where: str) -> None:
        """There is a question ``text`` of ``label`` now."""
        place = _Place(label, where)
        self._plain.setdefault(plain_form(text), place)
        self._likes.add(text, place)

    def check(self, text: str, label: str) -> tuple[Why, str] | None:
        """Why ``text`` should not become an example of ``label``; None when nothing speaks against it."""
        same = self._plain.get(plain_form(text))
        if same is not None:
            return ("copy" if same.label == label else "collision"), same.where
        for alike, place in self._likes.nearest(text):
            if alike < COLLISION:
                break
            if place.label != label:
                return "collision", place.where
            return ("copy", place.where) if alike >= COPY else None  # its own matter is nearer than any other
        return None


def _examples(sources: Sequence[PackSource]) -> Iterator[tuple[str, str, str]]:
    for source in sources:
        for part in source.matters:
            if part.content is not None:
                for lang, lines in part.content.examples.items():
                    for number, line in enumerate(lines):
                        at = part.document.line(("examples", lang, number))
                        yield line, part.content.id, f"{part.document.file}:{at}"
        talk = source.smalltalk
        if talk is not None and talk.content is not None:
            for entry in talk.content.entries:
                for lines in entry.examples.values():
                    yield from ((line, entry.id, f"{talk.document.file} ({entry.id})") for line in lines)
            for lines in talk.content.outside.values():
                yield from ((line, "outside", f"{talk.document.file} (outside)") for line in lines)


def _changes(added: Sequence[Addition], pack: Path) -> Iterator[FileChange]:
    by_file: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for addition in added:
        by_file[addition.file][addition.lang].append(addition.text)
    for file, languages in sorted(by_file.items()):
        path = Path(file)
        before = after = path.read_bytes().decode("utf-8")
        for lang, texts in languages.items():
            try:
                after = with_examples(after, lang, texts)
            except LearningError as error:
                raise LearningError(f"{path}: {error}", error.code) from error
        yield FileChange(path, f"{pack.resolve().name}/{path.relative_to(pack).as_posix()}", before, after)


def write_changes(changes: Sequence[FileChange]) -> None:
    """Put the new text into the files, each at once or not at all. Raises LearningError ``learning.write``."""
    for change in changes:
        part = change.path.with_name(f".{change.path.name}.part")
        try:
            part.write_bytes(change.after.encode("utf-8"))
            part.replace(change.path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise LearningError(
                f"{change.path} cannot be written ({error.strerror})", "learning.write"
            ) from error
