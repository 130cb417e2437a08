"""Reads the configuration, whole or what is sound of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kiosk_app.config.mistakes import described
from kiosk_app.config.whole import KioskConfig
from kiosk_app.errors import ConfigError


def load_config(path: Path | None) -> KioskConfig:
    """Read the file; the defaults when ``path`` is None.

    Raises:
        ConfigError: one line per problem, each with file, line, key and what to do.
    """
    if path is None:
        return KioskConfig()
    text = _read(path)
    document = _parsed(path, text)
    try:
        return KioskConfig.model_validate(document, context={"folder": path.absolute().parent})
    except ValidationError as error:
        problems = sorted({described(text, problem) for problem in error.errors(include_url=False)})
        raise ConfigError("\n".join(f"{path}:{line}: {what}" for line, what in problems)) from error


def read_document(path: Path) -> dict[str, Any]:
    """What the file says, unchecked. Raises ConfigError: it cannot be read, or is no TOML."""
    return _parsed(path, _read(path))


def salvage_config(path: Path | None) -> KioskConfig:
    """What is sound in a broken file, section by section, so that safe mode keeps its data and its centre."""
    try:
        text = _read(path) if path else ""
    except ConfigError:
        return KioskConfig()
    sound: dict[str, Any] = {}
    for section in re.split(r"(?m)^(?=\s*\[)", text):
        try:
            document = tomllib.loads(section)
        except tomllib.TOMLDecodeError:
            continue
        for key, value in document.items():
            try:
                KioskConfig.model_validate({key: value})
            except ValidationError:
                continue
            sound[key] = value
    return KioskConfig.model_validate(sound)


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors put a byte order mark before the first key
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}; give --config an existing file"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
