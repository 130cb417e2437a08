"""Where the state of an installation lies, and what to make of a damaged one."""

from __future__ import annotations

import logging
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from kiosk_app.updating.disk import Disk
from kiosk_app.updating.machine import Installation, Slot, Target

logger = logging.getLogger(__name__)

STATE = "state.json"
MARK = "good.json"
"""In each slot that has proven itself: enough to find the good one when the state itself is lost."""

_LONGEST = 64 * 1024
_SLOTS: tuple[Slot, Slot] = ("a", "b")


class _Mark(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    target: Target
    proof: int


class StateFile:
    """The state in ``folder``, which has a folder for each slot."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder = folder
        self._disk = disk

    def slot(self, slot: Slot) -> Path:
        """The folder of a slot."""
        return self.folder / slot

    def read(self) -> Installation:
        """What was written last. When that is damaged or gone: nothing under way, the slot that proved itself last."""
        try:
            return Installation.model_validate_json(_bounded(self.folder / STATE))
        except FileNotFoundError:
            found = self._salvaged()
            if found.serving is not None:
                logger.warning("%s is gone; slot %s is the last good one", self.folder / STATE, found.serving)
            return found
        except (OSError, ValidationError, ValueError) as error:
            logger.warning(
                "%s is damaged (%s); nothing is under way", self.folder / STATE, type(error).__name__
            )
            return self._salvaged()

    def write(self, state: Installation) -> None:
        """Remember it from now on. Raises OSError; then the one before is remembered still."""
        self._disk.write(self.folder / STATE, state.model_dump_json().encode(), state.phase)

    def mark_good(self, slot: Slot, target: Target, proof: int) -> None:
        """What a slot holds is good. Raises OSError."""
        mark = _Mark(target=target, proof=proof)
        self._disk.write(self.slot(slot) / MARK, mark.model_dump_json().encode(), "mark")

    def _salvaged(self) -> Installation:
        marks: dict[Slot, _Mark] = {}
        for slot in _SLOTS:
            try:
                marks[slot] = _Mark.model_validate_json(_bounded(self.slot(slot) / MARK))
            except (OSError, ValidationError, ValueError):
                continue
        if not marks:
            return Installation()
        newest = max(marks, key=lambda slot: marks[slot].proof)
        held: dict[Slot, Target] = {slot: mark.target for slot, mark in marks.items()}
        return Installation(serving=newest, held=held, proofs=marks[newest].proof)


def read_state(folder: Path) -> Installation:
    """The state of an installation for who only looks at it."""
    return StateFile(folder, Disk()).read()


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LONGEST)
