"""A simulated fleet from its first connection to its last acknowledgement, and what came of it."""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fleet.device.settings import AgentSettings
from fleet.sim.crowd import Crowd
from fleet.sim.kiosk import SimKiosk

_LOOK_S = 0.25


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a simulation is."""

    seconds: float
    connected: int
    written: int
    committed: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a simulation measured. Waits are the seconds from writing a record to the centre's word that it has it."""

    kiosks: int
    connected: int
    seconds: float
    all_connected_s: float | None
    written: int
    committed: int
    messages_per_s: float
    wait_p50_s: float
    wait_p95_s: float
    wait_max_s: float

    @property
    def lost(self) -> int:
        """Records that the centre has not taken by the end."""
        return self.written - self.committed


class Simulation:
    """Kiosks that connect, live for some seconds, then fall silent until the centre has everything."""

    def __init__(
        self,
        settings: Sequence[AgentSettings],
        sample_s: float = 30.0,
        visit_s: float = 300.0,
        spread_s: float = 10.0,
    ) -> None:
        """``settings``: one for each kiosk; the rest as in ``SimKiosk`` and ``Crowd``."""
        self._waits: list[float] = []
        self.kiosks = [SimKiosk(each, sample_s, visit_s, self._waits.append) for each in settings]
        self.crowd = Crowd(self.kiosks, spread_s)

    @property
    def waits(self) -> list[float]:
        """The seconds that each committed record has waited, in the order in which their commits were heard."""
        return list(self._waits)

    def run(
        self, seconds: float, drain_s: float, tell: Callable[[Progress], None] = lambda progress: None
    ) -> Result:
        """Live for ``seconds``, then wait ``drain_s`` at most for the last word of the centre."""
        pause, began, all_connected = threading.Event(), time.monotonic(), None
        self.crowd.start()
        try:
            while (lasted := time.monotonic() - began) < seconds:
                if all_connected is None and self.crowd.connected == len(self.kiosks):
                    all_connected = lasted
                tell(self._progress(lasted))
                pause.wait(_LOOK_S)
            connected = self.crowd.connected
            for kiosk in self.kiosks:
                kiosk.closed = True
            silent_at = time.monotonic()
            while self._depth() and time.monotonic() - silent_at < drain_s:
                tell(self._progress(time.monotonic() - began))
                pause.wait(_LOOK_S)
        finally:
            self.crowd.stop()
        lasted = time.monotonic() - began
        waits = sorted(self._waits) or [0.0]
        return Result(
            kiosks=len(self.kiosks),
            connected=connected,
            seconds=round(lasted, 1),
            all_connected_s=None if all_connected is None else round(all_connected, 1),
            written=self._written(),
            committed=len(self._waits),
            messages_per_s=round(len(self._waits) / lasted, 1),
            wait_p50_s=round(statistics.median(waits), 3),
            wait_p95_s=round(waits[int(len(waits) * 0.95)], 3),
            wait_max_s=round(waits[-1], 3),
        )

    def _progress(self, seconds: float) -> Progress:
        return Progress(seconds, self.crowd.connected, self._written(), len(self._waits))

    def _written(self) -> int:
        return sum(kiosk.outbox.written for kiosk in self.kiosks)

    def _depth(self) -> int:
        return sum(kiosk.outbox.depth for kiosk in self.kiosks)
