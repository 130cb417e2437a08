"""Committed acoustic models: a folder with the network, its phone table, its settings and its licence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.speech.errors import SpeechModelError
from models.speech.label import EMBEDDED_LABEL, EMBEDDED_README
from models.speech.phones import PhoneTable

_PHONES = "phones.json"
_IN_MODEL = {
    "final.mdl": "am/final.mdl",
    "mfcc.conf": "conf/mfcc.conf",
    "model.conf": "conf/model.conf",
}
_OPTIONAL = {"LICENSE": "LICENSE"}


@dataclass(frozen=True, slots=True)
class Weights:
    """One acoustic model: its folder, what it is in a line, and the README of a model made with it."""

    folder: Path
    label: str
    readme: str

    def files(self) -> Mapping[str, Path]:
        """Where each committed file goes inside a Vosk model. Raises SpeechModelError ``weights_missing``."""
        files = {place: self.folder / name for name, place in _IN_MODEL.items()}
        missing = [path.name for path in files.values() if not path.is_file()]
        if missing:
            raise SpeechModelError(
                "weights_missing",
                f"{self.folder}: {', '.join(missing)} missing from the installation; reinstall the package",
            )
        extra = {place: self.folder / name for name, place in _OPTIONAL.items()}
        return files | {place: path for place, path in extra.items() if path.is_file()}

    def phones(self) -> PhoneTable:
        """The phones of the network. Raises SpeechModelError ``weights_missing`` or ``weights_damaged``."""
        return PhoneTable.read(self.folder / _PHONES)

    def digest(self) -> str:
        """What tells these weights from others."""
        digest = hashlib.sha256()
        for path in (*sorted(self.files().values()), self.folder / _PHONES):
            digest.update(path.read_bytes())
        return digest.hexdigest()


EMBEDDED = Weights(Path(__file__).parent / "embedded", EMBEDDED_LABEL, EMBEDDED_README)
"""The weights that listen where no official model is (docs/adr/0019-embedded-recogniser.md)."""
