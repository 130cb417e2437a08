"""Reading one YAML file of a pack: plain values, and the line that each of them stands on.

Every scalar is read as text, whatever it looks like: `version: 2026.10` stays "2026.10", `en: No` stays "No".
The schema decides afterwards what is a number or a date. Aliases, anchors and tags are refused: pages of text
need none of them, and they are what YAML bombs are made of.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from models.encoding import NotTextError, decode
from models.knowledge.problems import Problem
from models.knowledge.yaml_mistakes import explain_yaml

MAX_FILE_BYTES = 1_000_000
MAX_DEPTH = 12
MAX_NODES = 50_000

Location = tuple[str | int, ...]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Document:
    """The content of one file. `value` is None when the file could not be read; `problems` then says why."""

    file: str
    value: Any = None
    lines: dict[Location, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, location: Location) -> int:
        """The line of a location, or of the nearest thing around it."""
        for end in range(len(location), -1, -1):
            found = self.lines.get(location[:end])
            if found is not None:
                return found
        return 1

    def complain(self, location: Location, message: str) -> None:
        """Note a problem at a location."""
        self.problems.append(Problem(self.file, self.line(location), message))


class _RefusedError(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def read_document(path: Path) -> Document:
    """Read one YAML file. Never raises for what stands in the file: the problems are in the document."""
    document = Document(str(path))
    text = _read_text(path, document)
    if text is not None:
        parse_document(document, text)
    return document


def parse_document(document: Document, text: str) -> None:
    """Fill a document from its text; what is wrong with it becomes problems."""
    try:
        document.value = _Builder(document).build(text)
    except _RefusedError as refused:
        document.problems.append(Problem(document.file, refused.line, refused.message))
        document.value = None
    except yaml.YAMLError as error:
        document.problems.append(explain_yaml(document.file, text, error))
        document.value = None


def _read_text(path: Path, document: Document) -> str | None:
    try:
        if path.exists() and not path.is_file():
            document.complain((), "this is no file: put a text file of this name here")
            return None
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            document.complain(
                (), f"the file has {size} bytes, more than {MAX_FILE_BYTES}: split or shorten it"
            )
            return None
        raw = path.read_bytes()
    except OSError as error:
        document.complain(
            (), f"the file cannot be read ({error.strerror}): check its name and its permissions"
        )
        return None
    try:
        text = decode(raw)
    except NotTextError as error:
        document.problems.append(Problem(document.file, error.line, error.message))
        return None
    if not text.strip():
        document.complain((), "the file is empty: fill it in or delete it")
        return None
    return text


@dataclass(slots=True)
class _Sequence:
    """A list that is being read."""

    value: list[Any]
    location: Location


@dataclass(slots=True)
class _Mapping:
    """A mapping that is being read; `key` is the one that waits for its value."""

    value: dict[str, Any]
    location: Location
    key: str | None = None


class _Builder:
    """Builds values from YAML events with its own stack, so that deep nesting cannot exhaust Python's."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._lines: list[str] = []
        self._stack: list[_Sequence | _Mapping] = []
        self._root: Any = None
        self._documents = 0
        self._nodes = 0

    def build(self, text: str) -> Any:
        self._lines = text.split("\n")
        for event in yaml.parse(text, Loader=_LOADER):
            self._take(event, event.start_mark.line + 1)
        return self._root

    def _take(self, event: Any, line: int) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _RefusedError(line, "a second document starts with `---`: one file holds one document")
        elif isinstance(event, yaml.AliasEvent):
            raise _RefusedError(line, f"`*{event.anchor}` is an alias: write the text out instead")
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            self._refuse_extras(event, line)
            self._start(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()

    def _refuse_extras(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            raise _RefusedError(line, f"`&{event.anchor}` is an anchor: write the text out instead")
        if event.tag not in (None, "!"):
            raise _RefusedError(
                line, f"`{event.tag}` is a YAML tag: leave it out, all values are plain text here"
            )
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _RefusedError(line, f"the file holds more than {MAX_NODES} values: split it")

    def _start(self, event: Any, line: int) -> None:
        frame = self._stack[-1] if self._stack else None
        if isinstance(frame, _Mapping) and frame.key is None:
            self._take_key(frame, event, line)
            return
        if isinstance(event, yaml.ScalarEvent):
            self._place(frame, _scalar(event), line)
            self._check_text(event, line)
            return
        if len(self._stack) >= MAX_DEPTH:
            raise _RefusedError(
                line, f"nested deeper than {MAX_DEPTH} levels: check brackets and indentation"
            )
        if isinstance(event, yaml.MappingStartEvent):
            mapping: dict[str, Any] = {}
            self._stack.append(_Mapping(mapping, self._place(frame, mapping, line)))
        else:
            sequence: list[Any] = []
            self._stack.append(_Sequence(sequence, self._place(frame, sequence, line)))

    def _check_text(self, event: Any, line: int) -> None:
        """Complain of what YAML takes without a word and a person did not mean."""
        strange = next(
            (c for c in event.value if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs")), None
        )
        if strange is not None:
            what = f"a control character (U+{ord(strange):04X}) stands in the text: delete it"
            self._document.problems.append(Problem(self._document.file, line, what))
        mark = event.end_mark
        rest = self._lines[mark.line][mark.column :] if mark.line < len(self._lines) else ""
        if event.style in (None, "") and re.match(r"[ \t]+#\S", rest):
            what = 'what stands behind ` #` would be lost as a comment: put the whole text in quotes, "…"'
            self._document.problems.append(Problem(self._document.file, line, what))

    def _take_key(self, frame: _Mapping, event: Any, line: int) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            raise _RefusedError(line, "a key has to be one plain word: check brackets and indentation")
        key = str(event.value)
        if key in frame.value:
            raise _RefusedError(line, f"the key `{key}` stands here twice: keep one of them")
        frame.key = key
        self._document.lines[(*frame.location, key)] = line

    def _place(self, frame: _Sequence | _Mapping | None, value: Any, line: int) -> Location:
        location: Location = ()
        if frame is None:
            self._root = value
        elif isinstance(frame, _Sequence):
            location = (*frame.location, len(frame.value))
            frame.value.append(value)
        else:
            key = frame.key or ""
            location = (*frame.location, key)
            frame.value[key] = value
            frame.key = None
        self._document.lines.setdefault(location, line)
        return location


def _scalar(event: Any) -> str | None:
    """A scalar's text; None for a value that was left out (`fee:`, `~`, `null`)."""
    plain = event.style in (None, "")
    return None if plain and event.value in ("", "~", "null") else str(event.value)
