"""What the models of a pack's files are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Example = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=80)]
WindowId = Annotated[str, StringConstraints(min_length=1, max_length=10)]
Glyph = Annotated[str, StringConstraints(min_length=1, max_length=2)]

LocalText = dict[Language, Line]
LocalLines = dict[Language, list[Line]]
LocalExamples = dict[Language, list[Example]]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
LocalWords = dict[Language, list[Word]]


class File(BaseModel):
    """A file of a pack, or a part of one; a key that is not known is an error."""

    model_config = ConfigDict(extra="forbid")
