"""What the centre may set: a short list of keys, laid over the device's own file.

Everything else is local: which devices there are, where files lie, who answers for a camera, what is kept of what
people say, and the way to the centre itself.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kiosk_app.config.mistakes import described
from kiosk_app.config.reading import read_document
from kiosk_app.config.whole import KioskConfig
from kiosk_app.errors import ConfigError

CENTRE_KEYS = frozenset(
    {
        "learning.frequent",
        "learning.max_age_days",
        "learning.max_clusters",
        "queue.call_aloud",
        "site.greet_aloud",
        "site.lang",
        "site.quiet_hours",
        "speaker.volume",
        "speech.follow_room",
        "take_along.url",
    }
)

LONGEST = 64 * 1024
"""Bytes of such a document."""

Document = dict[str, Any]


def read_centre_document(path: Path) -> Document:
    """What the centre sets. Raises ConfigError: no TOML, too long, or a key that is not the centre's."""
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST + 1)
        if len(raw) > LONGEST:
            raise ConfigError(f"{path}: it is longer than {LONGEST} bytes")
        document = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    strange = [key for key in _keys(document) if key not in CENTRE_KEYS]
    if strange:
        raise ConfigError(
            f"the centre may not set {strange[0]!r:.80}; it may set {', '.join(sorted(CENTRE_KEYS))}"
        )
    return document


def config_with_centre(local: Path | None, centre: Path) -> KioskConfig:
    """The device's own file with the centre's document over it, checked as a whole. Raises ConfigError."""
    document = read_centre_document(centre)
    own = read_document(local) if local is not None else {}
    merged = {
        **own,
        **{section: {**_section(own, section), **values} for section, values in document.items()},
    }
    folder = local.absolute().parent if local is not None else None
    try:
        return KioskConfig.model_validate(merged, context={"folder": folder})
    except ValidationError as error:
        problems = sorted({described("", problem)[1] for problem in error.errors(include_url=False)})
        raise ConfigError(f"with what the centre sets: {'; '.join(problems)}") from error


def _keys(document: Document) -> list[str]:
    """``section.key`` of all of them; a key outside of a section by itself."""
    return [
        f"{section}.{key}" if isinstance(values, dict) else section
        for section, values in document.items()
        for key in (values if isinstance(values, dict) and values else ("",))
    ]


def _section(document: Document, name: str) -> Document:
    found = document.get(name, {})
    return found if isinstance(found, dict) else {}
