"""What time it is, as far as that can be trusted: told by the centre, signed, and never before what has passed.

The system's clock is not set here; the image's chrony or timesyncd does that. It is only judged (ADR 36). Elapsed time
is ``CLOCK_BOOTTIME``, which runs on in sleep and which nobody can set.
"""

import json
import logging
import math
import os
import random
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path

from fleet.protocol.messages import MAX_SAFE_INTEGER, ClockState
from fleet.protocol.signed import Keys, decode_signed
from fleet.protocol.timing import TimeAnswer, TimeRequest

logger = logging.getLogger(__name__)

MADE_MS = 1_735_689_600_000
"""1 January 2025: nobody ran this program before it was made. A release may move it on, never back."""
PATIENCE_S = 30.0
"""An answer that comes later is not taken: so long may the time that is told be off at most."""
AGAIN_S = 4 * 3600.0
RETRY_S = 60.0
SKEW_TOLD_MS = 5_000
"""A clock that is off by more is told the centre at once."""

FILE = "time.json"


jittered = random.SystemRandom().uniform
"""So that a fleet that came back together does not ask together."""


def boot_time() -> float:
    """Seconds since the device was switched on, those asleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class TimeKeeper:
    """Asks, judges the answers and keeps the floor on disk. ``trusted_now`` may be called from any thread."""

    def __init__(
        self,
        path: Path,
        who: tuple[str, str],
        keys: Callable[[], Keys],
        *,
        not_before_ms: int = 0,
        system: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = boot_time,
    ) -> None:
        """``who``: tenant and kiosk. ``keys()``: whom to believe now.

        ``not_before_ms``: when the kiosk's certificate begins, where it has one.
        """
        self._path = path
        self._who = who
        self._keys = keys
        self._system = system
        self._elapsed = elapsed
        self._guard = threading.Lock()
        self._floor_ms = max(MADE_MS, not_before_ms, _read(path))
        self._kept_ms = self._floor_ms
        self._anchor = (self._floor_ms, elapsed())
        self._asked: tuple[TimeRequest, float] | None = None
        self._due = 0.0
        self.signed = False
        """The centre has told the time since this program began."""

    @property
    def floor_ms(self) -> int:
        """A time that has certainly passed, in ms since 1970; it never decreases, also not over restarts."""
        return self._floor_ms

    def trusted_now(self) -> float:
        """Seconds since 1970, as ``ClockState`` says where from; never below the floor."""
        with self._guard:
            known = self._known_ms()
            return (known if self.signed else max(known, self._system_ms())) / 1000

    @property
    def state(self) -> ClockState:
        """How the system's clock stands to what is trusted."""
        with self._guard:
            known, system = self._known_ms(), self._system_ms()
            if self.signed:
                return ClockState(skew_ms=_bounded(system - known), source="signed")
            if system >= known:
                return ClockState(skew_ms=0, source="system")
            return ClockState(skew_ms=_bounded(system - known), source="floor")

    def hurry(self) -> None:
        """A new connection, or a new server: what was asked is lost, ask now."""
        self._asked, self._due = None, 0.0

    def question(self) -> TimeRequest | None:
        """What to ask now, if it is time to."""
        now = self._elapsed()
        if now < self._due:
            return None
        request = TimeRequest(corr=secrets.token_hex(8), nonce=secrets.token_hex(16))
        self._asked, self._due = (request, now), now + RETRY_S * jittered(0.5, 1.5)
        return request

    def awaits(self, corr: str) -> bool:
        """Whether ``corr`` is the question that is open."""
        return self._asked is not None and self._asked[0].corr == corr

    def take(self, payload: bytes) -> bool:
        """Take an answer to the open question; False when it comes too late or is another's.

        Raises ProtocolError when it is not signed by the centre; the question stays open for the true one.
        """
        if self._asked is None:
            return False
        answer = decode_signed("time", TimeAnswer, payload, self._keys())
        request, asked_at = self._asked
        now = self._elapsed()
        if answer.nonce != request.nonce or (answer.tenant, answer.kiosk) != self._who:
            logger.warning("a signed time that answers another question is left out")
            return False
        self._asked = None
        if not 0 <= now - asked_at <= PATIENCE_S:
            logger.warning("a signed time came after %.0f s and is left out", now - asked_at)
            return False
        self._due = now + AGAIN_S * jittered(0.75, 1.25)
        self._witness(answer.at, signed=True)
        return True

    def witness(self, at_ms: int) -> None:
        """Something that the centre has signed says when it was said: that moment has passed."""
        self._witness(at_ms, signed=False)

    def _witness(self, at_ms: int, *, signed: bool) -> None:
        with self._guard:
            self._anchor = (max(at_ms, self._known_ms()), self._elapsed())
            self._floor_ms = max(self._floor_ms, at_ms)
            self.signed = self.signed or signed
            keep = signed or self._floor_ms - self._kept_ms > SKEW_TOLD_MS
            floor = self._floor_ms
        if keep and floor > self._kept_ms:
            self._keep(floor)

    def _keep(self, floor: int) -> None:
        try:
            _write(self._path, floor)
        except OSError as error:
            logger.warning("the time is not kept in %s: %s", self._path, error.strerror)
            return
        self._kept_ms = floor

    def _known_ms(self) -> int:
        base, at = self._anchor
        return base + max(0, int((self._elapsed() - at) * 1000))

    def _system_ms(self) -> int:
        seconds = self._system()
        return int(seconds * 1000) if math.isfinite(seconds) else 0


def _bounded(skew_ms: int) -> int:
    return max(-MAX_SAFE_INTEGER, min(MAX_SAFE_INTEGER, skew_ms))


def _read(path: Path) -> int:
    """The floor that was kept; 0 for none. A damaged file is no reason not to serve."""
    try:
        kept = json.loads(path.read_bytes()[:1024])["floor_ms"]
    except FileNotFoundError:
        return 0
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        logger.warning("the kept time in %s is not readable: %s", path, type(error).__name__)
        return 0
    return kept if type(kept) is int and 0 <= kept <= MAX_SAFE_INTEGER else 0


def _write(path: Path, floor: int) -> None:
    """The old file or the new one, also after a power cut."""
    temporary = path.with_name(path.name + ".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump({"floor_ms": floor}, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
