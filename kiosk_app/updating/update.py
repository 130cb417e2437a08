"""What the centre wants installed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk_app.updating.machine import Target

KindName = Literal["knowledge", "model", "config"]


@dataclass(frozen=True, slots=True)
class Update:
    """A verified file at ``path``, asked for by revision ``rev``."""

    rev: int
    kind: KindName
    name: str
    version: str
    sha256: str
    path: Path

    @property
    def target(self) -> Target:
        """What it is."""
        return Target(name=self.name, version=self.version, sha256=self.sha256)
