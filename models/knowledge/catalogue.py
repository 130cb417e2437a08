"""The catalogue of matters: which ids a pack may speak of, with their plain titles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

LOCAL = "local."
"""What the ids of an office's own matters begin with; they need no entry in the catalogue."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One matter that kiosks know by this id, whatever the city's own wording is."""

    id: str
    title_zh: str
    title_en: str


@cache
def catalogue() -> dict[str, CatalogueEntry]:
    """All matters by id, in the order of `catalogue.tsv`."""
    text = resources.files("models.knowledge").joinpath("catalogue.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:] if line.strip()]
    return {id_: CatalogueEntry(id_, title_zh, title_en) for id_, title_zh, title_en in rows}
