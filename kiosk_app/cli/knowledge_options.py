"""``--venue``, ``--pack`` and ``--lang``: which knowledge a command works with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk_app.reply import Language

if TYPE_CHECKING:
    from models.knowledge import Knowledge

VenueOption = Annotated[
    str | None,
    typer.Option(help="gov or bank: that venue's pack with the hall's; all shipped packs without it."),
]
PackOption = Annotated[
    Path | None, typer.Option(help="A pack folder or artefact to use instead of the shipped ones.")
]
LangOption = Annotated[str | None, typer.Option(help="zh or en; guessed from the question without it.")]


def check_language(lang: str | None) -> Language | None:
    """``lang`` when it is one that the kiosk speaks. Raises typer.BadParameter (exit 2) otherwise."""
    if lang is None or lang == "zh" or lang == "en":
        return lang
    raise typer.BadParameter(f"{lang!r} is not zh or en", param_hint="--lang")


def check_venue(venue: str | None) -> str | None:
    """``venue`` when there is such a venue. Raises typer.BadParameter (exit 2) otherwise."""
    if venue in (None, "gov", "bank"):
        return venue
    raise typer.BadParameter(f"{venue!r} is not gov or bank", param_hint="--venue")


def open_knowledge(pack: Path | None, venue: str | None) -> Knowledge:
    """Load the knowledge that the options name, building it first when it was never built.

    Raises:
        ModelsError: it cannot be loaded or built.
    """
    from kiosk_app.config import home_folder
    from models.knowledge import load_knowledge, resolve_knowledge

    cache = home_folder() / "packs"
    return load_knowledge(resolve_knowledge(pack, check_venue(venue), cache, progress=_progress))


def _progress(stage: str, share: float) -> None:
    if sys.stderr.isatty():
        end = "\n" if share >= 1 else ""
        print(f"\rbuilding knowledge: {stage} {share:4.0%}\x1b[K", end=end, file=sys.stderr, flush=True)
