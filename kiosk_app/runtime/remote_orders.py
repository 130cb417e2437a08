"""What the centre asks of this kiosk, done one after the other in a thread of its own, and told step by step.

What would disturb a citizen waits for the end of the visit, until the command's time is up. What has been put up stays
over restarts; a message comes down by itself.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import asdict

from fleet.device.commands import Figures
from fleet.device.events import CommandAsked
from fleet.device.uploads import Enclosure
from fleet.protocol.commands import (
    IdentifyArgs,
    LogArgs,
    MessageArgs,
    OutOfServiceArgs,
    RestartArgs,
    VolumeArgs,
)
from hardware.doctor import run_checks, worst
from kiosk_app.errors import KioskError
from kiosk_app.events import Event, IdentityWanted, NoticesChanged, PartDown, PartUp, SiteVolumeSet
from kiosk_app.home import LANGUAGES
from kiosk_app.i18n import N_, translator
from kiosk_app.identity import kiosk_name
from kiosk_app.redaction import redact
from kiosk_app.remote.log_excerpt import excerpt
from kiosk_app.remote.notice_file import KeptNotices, NoticeFile
from kiosk_app.reply import Language
from kiosk_app.runtime.bundle import redacted
from kiosk_app.runtime.premises import Premises
from kiosk_app.runtime.screen import Screen
from kiosk_app.runtime.self_test import running_checks
from kiosk_app.session import SessionState
from kiosk_app.session.state import SERVICE
from kiosk_app.ui.errors import UiError

logger = logging.getLogger(__name__)

_MOST_WAITING = 16
_LOOK_S = 30.0
_JOIN_S = 2.0
_PICTURE_S = 20.0
_SAID_TIMES = 3
"""Who looks for a kiosk turns the head after the first time."""
_HELLO = N_("This is kiosk {name}.")
_CLOSED = "taken out of service by the centre"

Outcome = tuple[Figures, Enclosure | None]


class _LaterError(Exception):
    """Not now: somebody is served."""


class RemoteOrders:
    """``take`` and ``follow`` return at once. Every command that is taken is concluded, whatever becomes of it."""

    def __init__(
        self, premises: Premises, screen: Callable[[], Screen | None], post: Callable[[Event], None]
    ) -> None:
        self._premises = premises
        self._screen = screen
        self._post = post
        self._file = NoticeFile(premises.config.home)
        self._kept = KeptNotices()
        self._asked: queue.Queue[CommandAsked | None] = queue.Queue(_MOST_WAITING)
        self._later: list[CommandAsked] = []
        self._free = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Put up what was up before, then wait for commands."""
        self._kept = self._file.read()
        if self._kept != KeptNotices():
            self._show()
        if self._kept.closed is not None:
            self._post(PartDown(time.monotonic(), SERVICE, _CLOSED))
        self._thread = threading.Thread(target=self._run, name="remote-orders", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more; what is being done is left to its own end after a moment."""
        self._stopping.set()
        self._wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_JOIN_S)

    def take(self, asked: CommandAsked) -> None:
        """Do this; from any thread."""
        try:
            self._asked.put_nowait(asked)
        except queue.Full:
            self._conclude(asked, "the kiosk is busy with earlier commands; send it again")

    def follow(self, state: SessionState) -> None:
        """After each transition, in the loop's thread: the end of a visit is what some commands wait for."""
        free = state.visit is None and state.corner is None
        if free == self._free.is_set():
            return
        (self._free.set if free else self._free.clear)()
        if free and self._later:
            self._wake()

    def _wake(self) -> None:
        try:
            self._asked.put_nowait(None)
        except queue.Full:
            return  # it is awake

    # --- in the thread -------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                asked = self._asked.get(timeout=self._patience())
            except queue.Empty:
                asked = None
            if self._stopping.is_set():
                return
            waiting, self._later = self._later, []
            for one in (*waiting, *([asked] if asked is not None else [])):
                self._attempt(one)
            self._take_down()

    def _patience(self) -> float:
        ends = [asked.until - time.monotonic() for asked in self._later]
        if self._kept.message is not None:
            ends.append(self._kept.until_ms / 1000 - self._now())
        return min(_LOOK_S, max(0.0, min(ends, default=_LOOK_S)))

    def _attempt(self, asked: CommandAsked) -> None:
        if time.monotonic() > asked.until:
            self._conclude(asked, "its time was up before it could be begun", late=True)
            return
        try:
            figures, enclosure = self._do(asked)
        except _LaterError:
            self._later.append(asked)
        except (KioskError, UiError, OSError, FutureTimeoutError, CancelledError) as error:
            logger.warning("%s: %s", asked.name, type(error).__name__)
            self._conclude(asked, str(error) or type(error).__name__)
        except Exception as error:  # an order that breaks is told, and the next one is done
            logger.exception("%s broke", asked.name)
            self._conclude(asked, f"it broke: {type(error).__name__}")
        else:
            if not isinstance(asked.args, RestartArgs):  # the next start says that it has happened
                self._conclude(asked, "", figures, enclosure)

    def _do(self, asked: CommandAsked) -> Outcome:
        match asked.args:
            case RestartArgs(now=now):
                return self._restart(asked, now=now)
            case IdentifyArgs(seconds=seconds, aloud=aloud):
                return self._identify(asked, seconds, aloud=aloud)
            case LogArgs(lines=lines, minutes=minutes):
                return self._log(asked, lines, minutes)
            case VolumeArgs(percent=percent):
                self._post(SiteVolumeSet(time.monotonic(), percent / 100))
                return {"percent": percent}, None
            case MessageArgs() as message:
                until = int((self._now() + message.minutes * 60) * 1000)
                self._keep(self._kept.model_copy(update={"message": message, "until_ms": until}))
                return {"minutes": message.minutes}, None
            case OutOfServiceArgs() as closing:
                return self._serve(asked, closing)
            case _:
                return self._without_arguments(asked)

    def _without_arguments(self, asked: CommandAsked) -> Outcome:
        match asked.name:
            case "message.remove":
                self._keep(self._kept.model_copy(update={"message": None, "until_ms": 0}))
                return {}, None
            case "doctor":
                return self._doctor(asked)
            case "screenshot":
                return self._picture(asked)
            case _:
                raise KioskError("this kiosk does not do that", "command.unknown")

    def _restart(self, asked: CommandAsked, *, now: bool) -> Outcome:
        if not now:
            self._when_free()
        self._begin(asked)
        logger.info("the centre has the kiosk restarted")
        self._premises.begin_again()
        return {}, None

    def _identify(self, asked: CommandAsked, seconds: int, *, aloud: bool) -> Outcome:
        if not self._free.is_set():
            raise KioskError("somebody is served at it now; send it again later", "kiosk.busy")
        name, state = kiosk_name(self._premises.config), self._premises.state
        said: tuple[Language, ...] = LANGUAGES if aloud else ()
        speech: dict[Language, str] = {
            lang: " ".join([translator(lang)(_HELLO).format(name=name)] * _SAID_TIMES) for lang in said
        }
        will_speak = aloud and state.may_speak_to_hall
        self._post(IdentityWanted(time.monotonic(), name, seconds, speech))
        return {"seconds": seconds, "aloud": will_speak}, None

    def _log(self, asked: CommandAsked, lines: int, minutes: int | None) -> Outcome:
        self._begin(asked)
        text = excerpt(self._premises.log_file.files(), lines, minutes, redacted)
        if not text:
            return {"lines": 0}, None
        return {"lines": text.count("\n")}, Enclosure("kiosk.log", "text/plain", text.encode())

    def _doctor(self, asked: CommandAsked) -> Outcome:
        self._begin(asked)
        results = []
        for check in running_checks(self._premises):
            if self._stopping.is_set():
                raise KioskError("the kiosk stops", "kiosk.stopping")
            results += run_checks([check])
        rows = [
            {key: redact(str(value))[:500] for key, value in asdict(result).items()} for result in results
        ]
        count = {f"checks_{state}": 0 for state in ("ok", "warn", "fail", "skip")}
        for result in results:
            count[f"checks_{result.state}"] += 1
        document = json.dumps({"checks": rows}, ensure_ascii=False, indent=1)
        return {"worst": worst(results), **count}, Enclosure(
            "doctor.json", "application/json", document.encode()
        )

    def _picture(self, asked: CommandAsked) -> Outcome:
        screen = self._screen()
        if screen is None:
            raise KioskError("this kiosk has no screen", "screen.none")
        self._begin(asked)
        picture = screen.masked_screenshot().result(_PICTURE_S)
        return {"bytes": len(picture)}, Enclosure("screen.png", "image/png", picture)

    def _serve(self, asked: CommandAsked, closing: OutOfServiceArgs) -> Outcome:
        """Out of service between visits; the words may be changed while it is."""
        now = time.monotonic()
        if closing.on:
            self._when_free()
            self._keep(self._kept.model_copy(update={"closed": closing}))
            self._post(PartDown(now, SERVICE, _CLOSED))
        else:
            self._post(PartUp(now, SERVICE))
            self._keep(self._kept.model_copy(update={"closed": None}))
        return {"on": closing.on}, None

    def _when_free(self) -> None:
        if not self._free.is_set():
            raise _LaterError

    def _take_down(self) -> None:
        if self._kept.message is not None and self._now() * 1000 >= self._kept.until_ms:
            try:
                self._keep(self._kept.model_copy(update={"message": None, "until_ms": 0}))
            except KioskError as error:
                logger.warning("a message that is over is still on the disk: %s", error)

    def _keep(self, kept: KeptNotices) -> None:
        """Show it in any case; raises KioskError where it will not outlast a restart."""
        self._kept = kept
        self._show()
        self._file.keep(kept)

    def _show(self) -> None:
        self._post(NoticesChanged(time.monotonic(), self._kept.notices))

    def _now(self) -> float:
        agent = self._premises.agent
        return agent.trusted_now() if agent is not None else time.time()

    def _begin(self, asked: CommandAsked) -> None:
        agent = self._premises.agent
        if agent is not None:
            agent.begin(asked.command)

    def _conclude(
        self,
        asked: CommandAsked,
        problem: str,
        figures: Figures | None = None,
        enclosure: Enclosure | None = None,
        *,
        late: bool = False,
    ) -> None:
        agent = self._premises.agent
        if agent is not None:
            agent.conclude(
                asked.command, not problem, problem, figures=figures, enclosure=enclosure, late=late
            )
