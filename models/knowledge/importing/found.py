"""What an importer passes from hand to hand: places, blocks of a document, and matters as a file tells them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Field = str
"""`title`, `examples`, `fee` …, `valid.from`, or one of `skip` and `other`: see labels.tsv."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the file's name, and sheet and row, or page or heading."""

    file: str
    spot: str

    def __str__(self) -> str:
        return f"{self.file}, {self.spot}" if self.spot else self.file


@dataclass(frozen=True, slots=True)
class Label:
    """What a heading or a column stands for. `lang` is None where the heading does not say.

    `exact` marks a column of a workbook that `kiosk pack export` wrote: its cells are taken to the letter.
    """

    field: Field
    lang: str | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, the heading it stood under (as written) and its place."""

    text: str
    label: str
    place: Place


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: rows of cells, merged cells filled. `rows[n]` stands in row `numbers[n]` of the file."""

    name: str
    rows: list[list[str]]
    numbers: list[int]
    place: Place

    def spot(self, row: int) -> Place:
        """The place of a row."""
        before = f"{self.place.spot}, " if self.place.spot else ""
        return Place(self.place.file, f"{before}row {self.numbers[row]}")


Kind = Literal["heading", "text", "item", "table"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading (`level` 1 is the highest), a list item or a table, in reading order."""

    kind: Kind
    text: str
    place: Place
    level: int = 0
    sheet: Sheet | None = None


@dataclass(slots=True)
class Found:
    """A matter as a file tells it: its name, the place, the texts of each field and what fits nowhere."""

    title: str
    place: Place
    values: dict[Label, list[Piece]] = field(default_factory=dict)
    rest: list[Piece] = field(default_factory=list)
    exact: bool = False

    def add(self, label: Label, text: str, heading: str, place: Place) -> None:
        """Note a text; one that was noted before (a merged cell, seen again) is left out."""
        text = text.strip()
        if not text or label.field == "skip":
            return
        if label.field == "other":
            self.keep(text, heading, place)
            return
        pieces = self.values.setdefault(label, [])
        if all(piece.text != text for piece in pieces):
            pieces.append(Piece(text, heading.strip(), place))

    def keep(self, text: str, heading: str, place: Place) -> None:
        """Keep a text that fits no field, for the person to place."""
        text = text.strip()
        if text and all((piece.text, piece.label) != (text, heading) for piece in self.rest):
            self.rest.append(Piece(text, heading.strip(), place))

    def told(self) -> bool:
        """Whether the file says more of it than its name."""
        return any(label.field not in ("title", "id") for label in self.values)

    def pieces(self, name: Field) -> Iterator[tuple[Label, Piece]]:
        """The texts of a field, whatever their language."""
        for label, pieces in self.values.items():
            if label.field == name:
                for piece in pieces:
                    yield label, piece


@dataclass(slots=True)
class Reading:
    """What was read from one file: matters, and sentences about what was passed over."""

    matters: list[Found] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
