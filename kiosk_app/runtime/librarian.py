"""Looks after what the kiosk knows: opens it at the start, installs what is sent, goes back to the last good one.

Copying, examining and judging happen in a thread of its own; the session goes on meanwhile. What fails is refused or
returned, the centre is told why, and the kiosk goes on with what it has.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from fleet.protocol.messages import TargetResult
from kiosk_app.config import KioskConfig
from kiosk_app.errors import KioskError
from kiosk_app.events import Event, KnowledgeReady
from kiosk_app.runtime.errands import Answered, Arrival, Broke, Errand, Resume
from kiosk_app.runtime.languages import VisitLanguage
from kiosk_app.runtime.probation import Probation
from kiosk_app.runtime.recognition import ears_for
from kiosk_app.runtime.shelf import Shelf, Volume, examine
from kiosk_app.trace import TurnTrace
from kiosk_app.updating.disk import Disk
from kiosk_app.updating.errors import UpdateError, disk_says
from kiosk_app.updating.installer import Installer
from kiosk_app.updating.machine import UNDER_WAY, Target, Trial, Verdict
from kiosk_app.updating.news import News, Tell, returned
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.update import Update
from kiosk_app.updating.usual import UsualFile
from models.errors import ModelsError
from models.knowledge import resolve_knowledge
from models.speech import SpeechModelError
from voice.errors import VoiceError
from voice.ports import Recognizer

logger = logging.getLogger(__name__)

__all__ = ["Arrival", "Librarian", "Volume"]

STEADY_S = 600.0
"""Who has been up for so long was not brought down by starting."""


class Librarian:
    """See the module. ``tell`` is called from any thread."""

    def __init__(
        self,
        config: KioskConfig,
        post: Callable[[Event], None],
        tell: Tell = lambda news: None,
        disk: Disk | None = None,
        steady_s: float = STEADY_S,
    ) -> None:
        disk = disk or Disk()
        folder = folder_of(config.home, "knowledge")
        self._config = config
        self._post = post
        self._tell = tell
        self._installer = Installer(folder, Shelf(), self._returned, disk)
        self._probation = Probation(self._installer, UsualFile(folder, disk))
        self._arrival: Arrival | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._steady_at: float | None = time.monotonic() + steady_s
        self._work: queue.SimpleQueue[Errand | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="librarian", daemon=True)
        self._thread.start()
        self.current: Volume | None = None
        self.visit_language = VisitLanguage()
        self.complaint = ""

    def stop(self) -> None:
        """Finish what is going on, then end."""
        self._work.put(None)
        self._thread.join()
        with self._lock:
            self._closed = True
            self._installer.end()
        self._probation.keep()

    # --- what is answered from -----------------------------------------------------------------------------

    def first(self) -> Volume | None:
        """The best knowledge at the start; None, with ``complaint`` set, when there is none at all.

        In order: what the centre sent last, what it sent before, what the configuration names.
        """
        self._installer.begin()
        complaints: list[str] = []
        volume = self._best(complaints)
        self.complaint = "; ".join(complaints)
        if self._installer.state.phase in UNDER_WAY:
            self._work.put(Resume())
        return volume

    def recognizer(self, volume: Volume) -> Recognizer:
        """Ears for the vocabulary of ``volume``, in each of its languages that there is a model for.

        Raises KioskError, SpeechModelError, RecognizerError: there are none for the site's own language.
        """
        return ears_for(self._config, volume.knowledge, self.visit_language)

    def report(self, volume: Volume) -> None:
        """Tell the centre that ``volume`` is in use."""
        knowledge = volume.knowledge
        target = Target(name=knowledge.id, version=knowledge.version, sha256=knowledge.sha256)
        self._in_use(target)

    # --- what comes, from any thread -----------------------------------------------------------------------

    def fetched(self, update: Update) -> None:
        """An artefact has arrived; returns at once."""
        self._work.put(update)

    def turn(self, turn: TurnTrace) -> None:
        """Somebody was answered; returns at once."""
        if self.current is not None:
            self._work.put(Answered(turn, self.current.knowledge.sha256))

    def answering(self) -> AbstractContextManager[None]:
        """Around each answer: while the knowledge is on trial, one that breaks ends the trial."""
        return self._installer.answering(self.broke)

    def broke(self, error: Exception) -> None:
        """The knowledge made the program fail; while it is on trial that is the end of it. Returns at once."""
        if self.current is not None:
            self._work.put(Broke(self.current.knowledge.sha256, type(error).__name__))

    # --- what is exchanged between visits, in the session's thread -----------------------------------------

    def take_arrival(self) -> Arrival | None:
        """The knowledge that waits, once, and put in service; None when there is none, or the disk does not take it."""
        with self._lock:
            arrival, self._arrival = self._arrival, None
            if self._closed or arrival is None or arrival.target is None:
                return None if self._closed else arrival
            try:
                switched = self._installer.switch(arrival.target.sha256, running=True)
            except OSError as error:
                self._refused(arrival.target, "failed", "disk", disk_says(error))
                return None
        return arrival if switched else None

    def adopted(self, arrival: Arrival) -> None:
        """``arrival`` is what is answered from now."""
        if arrival.target is not None:
            self._in_use(arrival.target)
        else:
            self.report(arrival.volume)

    # --- the librarian's own thread ------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            try:
                errand = self._work.get(timeout=self._patience())
            except queue.Empty:
                self._steady_at = None
                self._installer.steady()
                continue
            if errand is None:
                return
            try:
                self._do(errand)
            except (KioskError, ModelsError):
                logger.exception("a step of an update went wrong")  # the next update has a librarian still

    def _do(self, errand: Errand) -> None:
        match errand:
            case Update():
                self._take(errand)
            case Resume():
                self._go_on()
            case Answered():
                self._count(errand)
            case Broke() if self._probation.tries(errand.sha256):
                self._call_off("exception", f"answering from it fails: {errand.reason}")
            case Broke():
                pass

    def _patience(self) -> float | None:
        return None if self._steady_at is None else max(0.0, self._steady_at - time.monotonic())

    def _take(self, update: Update) -> None:
        try:
            received = self._installer.receive(update)
        except UpdateError as error:
            self._refused(update.target, "rejected", error.code, str(error))
            return
        except OSError as error:
            self._refused(update.target, "failed", "disk", disk_says(error))
            return
        match received:
            case "taken":
                self._prepare()
            case "under_way":
                self._go_on()
            case "back":
                self._go_back()
            case "on_trial" | "in_use":
                self._in_use(update.target)

    def _go_on(self) -> None:
        """Nothing of what is under way is done or waits: the program ended, or the disk did not take it."""
        with self._lock:
            idle = self._installer.state.phase in UNDER_WAY and self._arrival is None
        if idle:
            self._prepare()

    def _prepare(self) -> None:
        """From the file to an arrival that waits; whatever is wrong is told."""
        target = self._installer.candidate().target
        with self._lock:
            self._arrival = None
        try:
            volume = self._installer.prepare()
            recognizer = self._recognizer_for(volume)
        except SpeechModelError as error:
            self._installer.refuse(error.code, str(error))
            self._refused(target, "rejected", error.code, str(error))
        except UpdateError as error:
            self._refused(target, "rejected" if error.bad else "failed", error.code, str(error))
        except OSError as error:
            self._refused(target, "failed", "disk", disk_says(error))
        else:
            self._announce(Arrival(volume, recognizer, target))

    def _refused(self, target: Target, result: TargetResult, code: str, reason: str) -> None:
        logger.warning("knowledge %s %s refused: %s", target.name, target.version, reason)
        self._tell(News("knowledge", target, result, code, " ".join(reason.split())[:400]))

    def _count(self, answered: Answered) -> None:
        trial, judgement = self._probation.count(answered.turn, answered.sha256)
        if judgement == "good":
            self._prove(trial)
        elif judgement == "misses":
            self._call_off("misses", f"{trial.missed} of {trial.turns} questions were not understood")
        elif judgement == "slow":
            self._call_off("slow", "understanding takes far longer than before")

    def _prove(self, trial: Trial) -> None:
        target = self._installer.candidate().target
        try:
            self._installer.prove()
        except OSError as error:
            logger.warning("it stays on trial: %s", disk_says(error))
            return
        self._probation.passed(target.sha256, trial)
        self._tell(News("knowledge", target, "active", trial=trial))

    def _call_off(self, code: str, reason: str) -> None:
        if self._installer.state.trial is not None:
            self._installer.give_back(code, reason)
            self._go_back()

    def _go_back(self) -> None:
        volume = self._best([])
        if volume is None:
            return
        try:
            recognizer = self._recognizer_for(volume)
        except SpeechModelError as error:
            logger.warning("it is heard in the words of the other: %s", error)
            recognizer = None
        self._announce(Arrival(volume, recognizer, None))

    def _announce(self, arrival: Arrival) -> None:
        with self._lock:
            self._arrival = arrival
        self._post(KnowledgeReady(time.monotonic(), arrival.volume.knowledge.version))

    def _best(self, complaints: list[str]) -> Volume | None:
        """What is in service, or behind it; at last what the configuration names."""
        volume = self._installer.open(complaints)
        if volume is None:
            wanted = self._config.knowledge
            try:
                volume = examine(resolve_knowledge(wanted.pack, wanted.venue, self._config.home / "packs"))
            except ModelsError as error:
                logger.warning("knowledge refused: %s", error)
                complaints.append(str(error))
                return None
        self._probation.opened(volume.knowledge.sha256)
        return volume

    def _recognizer_for(self, volume: Volume) -> Recognizer | None:
        """Ears for new words; None when there are no ears, which is no fault of the knowledge."""
        if self._config.recognition.backend == "none":
            return None
        try:
            return self.recognizer(volume)
        except (KioskError, VoiceError) as error:
            logger.warning("no recogniser for the new knowledge: %s", error)
            return None

    def _in_use(self, target: Target) -> None:
        if self._probation.tries(target.sha256):
            self._tell(News("knowledge", target, "trial", trial=self._installer.state.trial))
        else:
            self._tell(News("knowledge", target, "active"))

    def _returned(self, verdict: Verdict, trial: Trial) -> None:
        self._tell(returned("knowledge", verdict, trial))
