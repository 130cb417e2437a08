"""A Vosk model with other decoder settings: a folder of links to the model, and its configuration written anew."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from voice.errors import RecognizerError

Settings = Mapping[str, float]

SMALL_BOARD: Settings = {"max-active": 3000, "beam": 10.0, "lattice-beam": 2.0}
"""What vosk-api gives its small models on phones and boards: fewer paths are kept alive."""
FULL: Settings = {"max-active": 7000, "beam": 13.0, "lattice-beam": 6.0}
"""What Kaldi's online decoder and the large models use."""


def with_settings(model: Path, settings: Settings, cache: Path) -> Path:
    """A folder in ``cache`` that is ``model`` with these settings; made once, safe when several processes ask.

    A model of the old flat layout has no settings of its own and stays as it is.

    Raises:
        RecognizerError: ``model_missing``, or ``cache_not_writable``.
    """
    source = model / "conf" / "model.conf"
    try:
        written = source.read_text(encoding="utf-8")
    except FileNotFoundError:
        return model
    except OSError as error:
        raise RecognizerError("model_missing", f"{source} cannot be read: {error.strerror}") from error
    wanted = _changed(written, settings)
    digest = hashlib.sha256(f"{model.resolve()}\n{wanted}".encode()).hexdigest()[:12]
    folder = cache / f"{model.name}-{digest}"
    if not folder.is_dir():
        try:
            _make(folder, model.resolve(), wanted)
        except OSError as error:
            if not folder.is_dir():  # unless another process was quicker, with the same bytes
                raise RecognizerError(
                    "cache_not_writable", f"{cache}: {error.strerror}; check the folder's rights and the disk"
                ) from error
    return folder


def _changed(conf: str, settings: Settings) -> str:
    """The configuration with these settings in place of its own; those it does not have are added."""
    lines = conf.splitlines()
    names = "|".join(map(re.escape, settings))
    kept = [line for line in lines if not re.match(rf"\s*--(?:{names})\s*=", line)]
    return "\n".join((*kept, *(f"--{name}={value:g}" for name, value in settings.items()), ""))


def _make(folder: Path, model: Path, conf: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".settings.", dir=folder.parent) as scratch:
        fresh = Path(scratch) / "model"
        fresh.mkdir()
        for entry in model.iterdir():
            if entry.name != "conf":
                (fresh / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
        shutil.copytree(model / "conf", fresh / "conf")
        (fresh / "conf" / "model.conf").write_text(conf, encoding="utf-8")
        fresh.rename(folder)
