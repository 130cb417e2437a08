"""What a centre may send to a kiosk, as files that have been fetched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk_app.updating.update import Update
from models.assets.stamp import sha256_of
from tests.kiosk_app.knowledge import another_version, that_fails_its_own_questions


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
        first, second, third = (
            another_version(artefact, f"2099.1.{number}", folder / f"{number}.ybk") for number in (1, 2, 3)
        )
        return cls(
            artefact, first, second, third, that_fails_its_own_questions(artefact, folder / "broken.ybk")
        )


VERSIONS = {"first": "2099.1.1", "second": "2099.1.2", "third": "2099.1.3", "broken": "2099.9.9"}


def update(path: Path, rev: int) -> Update:
    """``path`` as revision ``rev`` wants it."""
    return Update(
        rev, "knowledge", "tiny", VERSIONS.get(path.stem, "2099.1." + path.stem), sha256_of(path), path
    )
