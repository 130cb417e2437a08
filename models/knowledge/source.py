"""A pack as its editors see it: a folder of YAML files, read together with the packs it requires."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from models.knowledge.document import MAX_FILE_BYTES, Document, read_document
from models.knowledge.explain import check_shape, suggest
from models.knowledge.problems import Problem
from models.knowledge.schema import HallFile, LexiconFile, MatterFile, PackFile, SmallTalkFile, SpeechFile

MAX_FILES = 2_000
DRAFTS = "drafts"
"""The folder of a pack that nobody reads: imported matters wait there for a person's approval."""
SINGLE_FILES = ("pack.yaml", "lexicon.yaml", "hall.yaml", "smalltalk.yaml", "speech.yaml")
RECORDINGS = "speech"
"""The folder of a pack that holds recorded speech."""

M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True)
class Part(Generic[M]):
    """One file that was read: where its lines are, and its content if its shape is right."""

    document: Document
    content: M | None


@dataclass(slots=True)
class PackSource:
    """One pack folder, file by file. Problems stay in the documents they belong to."""

    folder: Path
    pack: Part[PackFile]
    matters: list[Part[MatterFile]] = field(default_factory=list)
    smalltalk: Part[SmallTalkFile] | None = None
    hall: Part[HallFile] | None = None
    lexicon: Part[LexiconFile] | None = None
    speech: Part[SpeechFile] | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The pack's id, or its folder's name while pack.yaml is wrong."""
        return self.pack.content.id if self.pack.content else self.folder.name

    def documents(self) -> Iterator[Document]:
        """Every file of the pack that was read."""
        yield self.pack.document
        yield from (part.document for part in self.matters)
        for part in (self.smalltalk, self.hall, self.lexicon, self.speech):
            if part is not None:
                yield part.document


def pack_files(folder: Path) -> list[Path]:
    """The YAML files of a pack folder, sorted."""
    files = [folder / name for name in SINGLE_FILES] + sorted((folder / "matters").glob("*.yaml"))
    return [path for path in files if path.is_file()]


def recording_files(folder: Path) -> list[str]:
    """The names of the files in a pack's folder of recorded speech, sorted."""
    return sorted(path.name for path in (folder / RECORDINGS).glob("[!.]*") if path.is_file())


def content_hash(folders: Sequence[Path]) -> str:
    """SHA-256 over the names and bytes of the folders' files: another value, another content."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in pack_files(folder):
            raw = path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else b""
            digest.update(f"{folder.name}/{path.relative_to(folder)}\0{len(raw)}\0".encode())
            digest.update(raw)
        for name in recording_files(folder):
            with (folder / RECORDINGS / name).open("rb") as sound:
                heard = hashlib.file_digest(sound, "sha256").hexdigest()
            digest.update(f"{folder.name}/{RECORDINGS}/{name}\0{heard}\0".encode())
    return digest.hexdigest()


def read_pack(folder: Path) -> PackSource:
    """Read one pack folder. Never raises for what stands in the files."""
    if not folder.is_dir():
        document = Document(str(folder / "pack.yaml"))
        document.complain((), f"there is no folder {folder}: give the folder that holds pack.yaml")
        return PackSource(folder, Part(document, None))
    source = PackSource(folder, _part(folder / "pack.yaml", PackFile))
    source.problems.extend(_strangers(folder))
    paths = [path for path in pack_files(folder) if path.parent != folder]
    if len(paths) > MAX_FILES:
        source.problems.append(
            Problem(str(folder / "matters"), 1, f"more than {MAX_FILES} files: split the pack")
        )
        paths = paths[:MAX_FILES]
    source.matters = [_part(path, MatterFile) for path in paths]
    source.smalltalk = _optional(folder / "smalltalk.yaml", SmallTalkFile)
    source.hall = _optional(folder / "hall.yaml", HallFile)
    source.lexicon = _optional(folder / "lexicon.yaml", LexiconFile)
    source.speech = _optional(folder / "speech.yaml", SpeechFile)
    return source


def read_packs(folders: Sequence[Path], beside: Sequence[Path] = ()) -> list[PackSource]:
    """Read packs and, after them, every pack they require.

    A required pack is looked for among `folders`, beside the pack that requires it, then in `beside`.
    One that is nowhere is a problem of the pack.yaml that asks for it; so are packs that require each other.
    """
    sources = [read_pack(folder) for folder in folders]
    known = {source.id: source for source in sources}
    for source in sources:  # grows while it is walked
        content = source.pack.content
        for number, name in enumerate(content.requires if content else ()):
            if name in known:
                continue
            places = [source.folder.parent / name, *(place / name for place in beside)]
            found = next((place for place in places if (place / "pack.yaml").is_file()), None)
            if found is None:
                near = suggest(name, [path.parent.name for path in source.folder.parent.glob("*/pack.yaml")])
                source.pack.document.complain(
                    ("requires", number), f"the required pack `{name}` is not beside this one{near}"
                )
                continue
            known[name] = read_pack(found)
            sources.append(known[name])
    _refuse_cycles(sources)
    return sources


def required_folders(folders: Sequence[Path], beside: Sequence[Path] = ()) -> list[Path]:
    """The given folders and those of the packs they require, found as `read_packs` finds them.

    Reads nothing but the pack.yaml files, and leaves what is wrong with them to `read_packs`.
    """
    found = list(folders)
    names = {folder.name for folder in folders}
    for folder in found:  # grows while it is walked
        value = read_document(folder / "pack.yaml").value
        wanted = value.get("requires") if isinstance(value, dict) else None
        for name in wanted if isinstance(wanted, list) else ():
            places = [folder.parent / str(name), *(place / str(name) for place in beside)]
            place = next((place for place in places if (place / "pack.yaml").is_file()), None)
            if place is not None and name not in names:
                names.add(str(name))
                found.append(place)
    return found


def _refuse_cycles(sources: Sequence[PackSource]) -> None:
    requires = {source.id: source.pack.content.requires if source.pack.content else [] for source in sources}
    for source in sources:
        reached, todo = set[str](), list(requires[source.id])
        while todo:
            name = todo.pop()
            if name not in reached:
                reached.add(name)
                todo.extend(requires.get(name, ()))
        if source.id in reached:
            source.pack.document.complain(
                ("requires",),
                f"`{source.id}` requires itself, directly or through {', '.join(sorted(reached))}",
            )


def _part(path: Path, model: type[M]) -> Part[M]:
    document = read_document(path)
    return Part(document, check_shape(document, model))


def _optional(path: Path, model: type[M]) -> Part[M] | None:
    return _part(path, model) if path.is_file() else None


def _strangers(folder: Path) -> Iterator[Problem]:
    """Files that look like content and would be passed over silently."""
    expected = [*SINGLE_FILES, "matters", RECORDINGS, DRAFTS]
    for path in [*folder.iterdir(), *(folder / "matters").glob("*")]:
        if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
            yield Problem(str(path), 1, "this is a link that leads out of the pack: put the file itself here")
    for path in sorted(folder.iterdir()):
        if path.name in SINGLE_FILES and not path.is_file():
            yield Problem(str(path), 1, "this is no file: put a text file of this name here")
        if path.name.startswith(".") or path.name in expected:
            continue
        near = suggest(path.name, expected)
        if path.is_dir() or path.suffix in (".yaml", ".yml"):
            yield Problem(str(path), 1, f"this is no part of a pack{near or ': move it elsewhere'}")
    for path in sorted((folder / "matters").rglob("*")):
        if path.suffix == ".yml":
            yield Problem(str(path), 1, f"rename it to {path.stem}.yaml")
        elif path.suffix == ".yaml" and path.parent != folder / "matters":
            yield Problem(str(path), 1, "matters are not read from sub-folders: move it up to matters/")
        elif path.suffix == ".yaml" and not path.is_file():
            yield Problem(str(path), 1, "this is no file: put a text file of this name here, or delete it")
