"""What is usual on this kiosk: how often it does not understand, and how long that takes. No words, no visits."""

from __future__ import annotations

import contextlib
import statistics
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk_app.updating.disk import Disk

FILE = "usual.json"
_MOST_TURNS = 200
_TIMES_KEPT = 50
_KEPT_EVERY = 10


class Usual(BaseModel):
    """Counts of turns with proven knowledge; older ones weigh less and less."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    turns: Annotated[int, Field(ge=0, le=_MOST_TURNS)] = 0
    missed: Annotated[int, Field(ge=0, le=_MOST_TURNS)] = 0
    understand_ms: Annotated[tuple[float, ...], Field(max_length=_TIMES_KEPT)] = ()

    @property
    def median_ms(self) -> float | None:
        """Of the latest turns; None while there are too few."""
        return statistics.median(self.understand_ms) if len(self.understand_ms) >= _KEPT_EVERY else None

    def after(self, turns: int, missed: int, understand_ms: tuple[float, ...]) -> Usual:
        """With some turns more."""
        half = 2 if self.turns + turns > _MOST_TURNS else 1
        return Usual(
            turns=self.turns // half + turns,
            missed=min(self.missed // half + missed, self.turns // half + turns),
            understand_ms=(*self.understand_ms, *understand_ms)[-_TIMES_KEPT:],
        )


class UsualFile:
    """Kept now and then without waiting for the disk: a few turns lost change nothing."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._path = folder / FILE
        self._disk = disk
        self._unkept = 0
        self.usual = self._read()

    def count(self, turns: int, missed: int, understand_ms: tuple[float, ...]) -> None:
        """Some turns more."""
        self.usual = self.usual.after(turns, missed, understand_ms)
        self._unkept += turns
        if self._unkept >= _KEPT_EVERY:
            self.keep()

    def keep(self) -> None:
        """Write it down; a disk that does not take it costs nothing else."""
        if self._unkept:
            with contextlib.suppress(OSError):
                self._disk.jot(self._path, self.usual.model_dump_json().encode())
                self._unkept = 0

    def _read(self) -> Usual:
        try:
            return Usual.model_validate_json(self._path.read_bytes()[:8192])
        except (OSError, ValidationError, ValueError):
            return Usual()
