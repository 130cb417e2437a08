"""What a centre may send to a kiosk, as files that have been fetched."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from kiosk_app.updating.update import Update
from models.assets.stamp import sha256_of
from models.speech import speech_model_for
from tests.kiosk_app.knowledge import another_version, that_fails_its_own_questions

OLD, NEW, OTHER = "2099.1.1", "2099.1.2", "2099.1.3"
VERSIONS = {"first": OLD, "second": NEW, "third": OTHER, "broken": "2099.9.9"}


@dataclass(frozen=True, slots=True)
class Stock:
    """Artefacts of one knowledge; ``shipped`` is what the kiosk was installed with."""

    shipped: Path
    first: Path
    second: Path
    third: Path
    broken: Path

    @classmethod
    def of(cls, artefact: Path, folder: Path) -> Stock:
        """Made out of ``artefact``, which is the shipped one."""
        paths = {name: another_version(artefact, VERSIONS[name], folder / f"{name}.ybk") for name in _SOUND}
        broken = that_fails_its_own_questions(artefact, folder / "broken.ybk")
        return cls(artefact, paths["first"], paths["second"], paths["third"], broken)


_SOUND = ("first", "second", "third")


def update(path: Path, rev: int) -> Update:
    """``path`` as revision ``rev`` wants it."""
    return Update(rev, "knowledge", "tiny", VERSIONS[path.stem], sha256_of(path), path)


def setting(folder: Path, version: str, rev: int) -> Update:
    """A document of the centre that sets the volume by its version: 0.4 for the first one."""
    path = folder / f"{version}.toml"
    if not path.exists():
        path.write_text(f"[speaker]\nvolume = 0.{3 + int(version[-1])}\n", encoding="ascii")
    return Update(rev, "config", "hall", version, sha256_of(path), path)


def recogniser(folder: Path, version: str, rev: int) -> Update:
    """A real recogniser of one sentence, as its makers pack it."""
    path = folder / f"{version}.zip"
    if not path.exists():
        sentence = f"居住证要带什么材料{'一二三四'[int(version[-1])]}"
        packed(speech_model_for([sentence], folder / "models"), path)
    return Update(rev, "model", "vosk-zh", version, sha256_of(path), path)


def packed(folder: Path, out: Path) -> Path:
    """One folder in a zip."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"model/{path.relative_to(folder)}")
    return out
