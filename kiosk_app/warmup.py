"""``python -m kiosk_app.warmup``: makes everything that is made once, so that nobody waits for it later.

Builds the shipped knowledge, cuts the screen's typeface, builds the embedded speech model. Idempotent.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from rich.console import Console

from kiosk_app.config import home_folder
from kiosk_app.speech_model import speech_model
from kiosk_app.ui.errors import UiError
from models.errors import ModelsError

_VENUES = (None, "gov", "bank")


def main() -> int:
    """Make everything; the exit status."""
    console = Console(highlight=False)
    try:
        for venue in _VENUES:
            _timed(console, f"knowledge, {venue or 'all packs'}", lambda venue=venue: _knowledge(venue))
        _timed(console, "typeface", _typeface)
    except (ModelsError, UiError) as error:
        console.print(f"[red]error:[/red] {error}", soft_wrap=True)
        return 1
    return 0


def _timed(console: Console, name: str, make: Callable[[], object]) -> None:
    began = time.perf_counter()
    with console.status(name):
        make()
    console.print(f"      [dim]{name:<24} {time.perf_counter() - began:5.1f} s[/dim]")


def _knowledge(venue: str | None) -> None:
    from models.knowledge import load_knowledge, resolve_knowledge

    home = home_folder()
    knowledge = load_knowledge(resolve_knowledge(None, venue, home / "packs"))
    speech_model("embedded", "zh", knowledge, home)


def _typeface() -> None:
    from kiosk_app.ui.everyday_font import cut_everyday
    from kiosk_app.ui.fonts import font_files

    cut_everyday(font_files())


if __name__ == "__main__":
    sys.exit(main())
