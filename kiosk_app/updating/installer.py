"""Carries an installation out on the disk: each step is noted before the next one begins."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, Literal, Protocol, TypeVar

from kiosk_app.updating import machine
from kiosk_app.updating.disk import Disk
from kiosk_app.updating.errors import UpdateError
from kiosk_app.updating.machine import (
    MOST_DEATHS,
    Candidate,
    Installation,
    Slot,
    Target,
    Trial,
    Verdict,
)
from kiosk_app.updating.state_file import StateFile
from kiosk_app.updating.update import Update

logger = logging.getLogger(__name__)

_ANSWERING = "answering"
"""A file that is there while an answer is being made on trial: who finds it at the start knows what that answer did."""

Received = Literal["taken", "under_way", "on_trial", "in_use", "back"]
"""``in_use``: it is in service, and proven. ``back``: it was before what is under way or on trial, and is so again."""

Opened = TypeVar("Opened", covariant=True)


class Kind(Protocol[Opened]):
    """What is particular to knowledge, a model, a configuration."""

    def stage(self, source: Path, slot: Path, target: Target, disk: Disk) -> None:
        """Put what ``source`` carries into the empty folder ``slot``.

        Raises:
            UpdateError: it is not what was announced, or may not be put there.
            OSError: the disk does not take it.
        """
        ...

    def examine(self, slot: Path, target: Target) -> Opened:
        """Open what lies in a slot and let it do what it is for. Raises UpdateError."""
        ...


class Installer(Generic[Opened]):
    """One kind of thing in one folder. Every method may be called from any thread; those that copy take their time."""

    def __init__(
        self,
        folder: Path,
        kind: Kind[Opened],
        returned: Callable[[Verdict, Trial], None],
        disk: Disk | None = None,
    ) -> None:
        """``returned`` is told of every trial that was called off because of what was on trial."""
        self._returned = returned
        self._disk = disk or Disk()
        self._kind = kind
        self._files = StateFile(folder, self._disk)
        self._lock = threading.RLock()
        self.state = self._files.read()

    # --- the start and the end of the program --------------------------------------------------------------

    def begin(self) -> None:
        """The program has started; a trial of which too many runs ended too soon is over."""
        with self._lock:
            marker = self._files.folder / _ANSWERING
            died_answering = marker.exists()
            self._disk.forget(marker)
            self._keep_anyway(machine.started(self.state))
            deaths = self.state.trial.deaths if self.state.trial else 0
            if died_answering and deaths:
                self.give_back("died_answering", "the program ended in the middle of an answer")
            elif deaths >= MOST_DEATHS:
                self.give_back("died", f"the program ended {deaths} times soon after its start")

    def open(self, complaints: list[str]) -> Opened | None:
        """What is in service, or what is behind it when that cannot be opened; None: only what was shipped is left."""
        while (slot := self.state.serving) is not None:
            try:
                return self._kind.examine(self._files.slot(slot), self.state.held[slot])
            except UpdateError as error:
                logger.warning("what is in service cannot be opened: %s", error)
                complaints.append(str(error))
                with self._lock:
                    if self.state.trial is not None:
                        self.give_back("does_not_open", str(error), bad=error.bad)
                    else:
                        self._keep_anyway(machine.lost(self.state))
        return None

    def steady(self) -> None:
        """The program has been up for long enough; earlier deaths count no more."""
        with self._lock:
            if self.state.trial is not None and self.state.trial.deaths:
                self._keep_anyway(machine.steady(self.state))

    def end(self) -> None:
        """The program ends in order."""
        with self._lock:
            if self.state.trial is not None and self.state.trial.open:
                self._keep_anyway(machine.stopped(self.state))

    # --- from a file to a candidate ------------------------------------------------------------------------

    def receive(self, update: Update) -> Received:
        """Something has arrived: begin to install it instead of whatever is under way or on trial.

        Raises:
            UpdateError: ``update.known``; it was refused or returned, and no higher revision asks for it again.
            OSError: the disk does not take it.
        """
        with self._lock:
            state, candidate = self.state, self.state.candidate
            if candidate is not None and candidate.target.sha256 == update.sha256:
                if candidate.rev < update.rev:
                    self._keep_anyway(machine.asked_again(state, update.rev))
                return "on_trial" if state.trial is not None else "under_way"
            if candidate is None and state.in_use is not None and state.in_use.sha256 == update.sha256:
                return "in_use"
            if (told := state.refusal_of(update.sha256, update.rev)) is not None:
                raise UpdateError("update.known", told.reason)
            if state.trial is not None:
                state = machine.returned(state, "overtaken", "something else is wanted", bad=False)
            elif candidate is not None:
                state = machine.refused(state, "overtaken", "something else is wanted", bad=False)
            if state.in_use is not None and state.in_use.sha256 == update.sha256:
                self._keep(state)
                return "back"
            if state != self.state:
                self._keep(state)
            self._keep(machine.fetched(state, update.target, update.rev, str(update.path)))
            return "taken"

    def prepare(self) -> Opened:
        """From wherever it is under way: into its slot, then examined; it can be put in service after that.

        Raises UpdateError and OSError; it has then been refused, and its slot is empty.
        """
        try:
            return self._prepared()
        except UpdateError as error:
            self.refuse(error.code, str(error), bad=error.bad)
            raise
        except OSError as error:
            self.refuse("disk", error.strerror or type(error).__name__, bad=False)
            raise

    def _prepared(self) -> Opened:
        candidate = self.candidate()
        slot = self._files.slot(candidate.slot)
        if self.state.phase == "fetched":
            self._disk.empty(slot, "slot")
            self._kind.stage(Path(candidate.source), slot, candidate.target, self._disk)
            self._disk.sync_tree(slot, "slot")
            self._keep(machine.staged(self.state))
        if candidate.examinations >= MOST_DEATHS:
            raise UpdateError(
                "examination.died", f"the program ended {candidate.examinations} times while examining it"
            )
        self._keep(machine.examining(self.state))
        self._disk.moment("examination: begins")
        opened = self._kind.examine(slot, candidate.target)
        self._disk.moment("examination: passed")
        self._keep(machine.examined(self.state))
        return opened

    def refuse(self, code: str, reason: str, *, bad: bool = True) -> None:
        """It never comes into service, and leaves its slot empty."""
        with self._lock:
            slot: Slot = self.candidate().slot
            self._keep_anyway(machine.refused(self.state, code, reason, bad=bad))
        try:
            self._disk.empty(self._files.slot(slot), "refused slot")  # the room is wanted by the next one
        except OSError as error:
            logger.warning("slot %s cannot be emptied: %s", slot, error.strerror)

    def candidate(self) -> Candidate:
        """What is under way or on trial. Raises IllegalStepError when nothing is."""
        candidate = self.state.candidate
        if candidate is None:
            raise machine.IllegalStepError("nothing is being installed")
        return candidate

    # --- in service ----------------------------------------------------------------------------------------

    def switch(self, sha256: str, *, running: bool) -> bool:
        """Put the examined candidate in service; False when it is not that one any more. Raises OSError."""
        with self._lock:
            if self.state.phase != "examined" or self.candidate().target.sha256 != sha256:
                return False
            self._keep(machine.switched(self.state, running=running))
            return True

    def note(self, trial: Trial) -> None:
        """How the trial stands."""
        with self._lock:
            if self.state.trial is not None:
                self._keep_anyway(machine.tried(self.state, trial))

    def prove(self) -> None:
        """What is on trial is good. Raises OSError; it is on trial still."""
        with self._lock:
            candidate = self.candidate()
            self._files.mark_good(candidate.slot, candidate.target, self.state.proofs + 1)
            self._keep(machine.proven(self.state))

    def give_back(self, code: str, reason: str, *, bad: bool = True) -> None:
        """What was in service before the trial is so again, from the next start on at the latest."""
        with self._lock:
            trial = self.state.trial
            self._keep_anyway(machine.returned(self.state, code, reason, bad=bad))
            verdict = self.state.verdicts[-1]
        logger.warning("%s %s returned: %s", verdict.target.name, verdict.target.version, verdict.reason)
        if trial is not None:
            self._returned(verdict, trial)

    @contextlib.contextmanager
    def answering(self, broke: Callable[[Exception], None]) -> Iterator[None]:
        """Around each answer made on trial: one that ends the program is known of at the next start."""
        if self.state.trial is None:
            yield
            return
        marker = self._files.folder / _ANSWERING
        with contextlib.suppress(OSError):
            self._disk.jot(marker, b"")
        try:
            yield
        except Exception as error:
            broke(error)
            raise
        finally:
            self._disk.forget(marker)

    def slot_in_service(self) -> Path | None:
        """The folder of what is in service; None for what was shipped."""
        return self._files.slot(self.state.serving) if self.state.serving else None

    # --- keeping it ----------------------------------------------------------------------------------------

    def _keep(self, state: Installation) -> None:
        with self._lock:
            self._files.write(state)
            self.state = state

    def _keep_anyway(self, state: Installation) -> None:
        """What is so is so, whether or not the disk remembers it."""
        with self._lock:
            if state == self.state:
                return
            try:
                self._files.write(state)
            except OSError as error:
                logger.warning("the state of an installation is not kept: %s", error.strerror)
            self.state = state
