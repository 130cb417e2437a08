"""A visitor who touches anything for half an hour; after every touch a person is one touch away and home two."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from typing import Any

from kiosk_app import events as ev
from kiosk_app.ui.overlays.overlay import Overlay
from kiosk_app.ui.overlays.warning import StillThere
from tests.kiosk_app.ui import finger
from tests.kiosk_app.ui.audit import Seen, words
from tests.kiosk_app.ui.driver import Driver
from tests.kiosk_app.ui.virtual_kiosk import VirtualKiosk

LASTS_S = 1800.0
HOME = "attract"
PEOPLE_ARE_CALLED = frozenset({"handover"})
"""There a person has been called already; the button is for calling again."""
WITHOUT_PERSON = frozenset({"out_of_service", "staff_pin", "staff"})
"""No citizen is served there."""
TO_HOME = (ev.HomePressed, ev.StaffLeft, ev.StayPressed, None, ev.BackPressed, ev.FinishPressed)
"""What a citizen who wants to go home touches, the likeliest first; None closes what lies over the screen."""

Step = tuple[int, int]
PAUSES = (6.0, 2.0, 8.0, 1.0, 18.0, 2.0, 0.5, 12.0, 1.0, 0.2, 3.0, 5.0, 2.0, 35.0, 4.0, 75.0)
"""Seconds between touches; hypothesis begins with the first one alone."""
DISTURBANCES: tuple[Callable[[], ev.Event], ...] = (
    lambda: ev.PersonEngaged(0.0, 1),
    lambda: ev.PersonLeft(0.0),
    lambda: ev.CustomerLeft(0.0),
    lambda: ev.PartDown(0.0, "speech", "broken"),
    lambda: ev.PartUp(0.0, "speech"),
    lambda: ev.PartDown(0.0, "queue", "broken"),
    lambda: ev.PartUp(0.0, "queue"),
    lambda: ev.StaffKnocked(0.0),
    lambda: ev.SpeechStarted(0.0),
    lambda: ev.UtteranceHeard(0.0, "居住证要带什么材料", 0.9, 0.0, 0.0, 0.0),
    lambda: ev.UtteranceHeard(0.0, "随便说点什么别的", 0.9, 0.0, 0.0, 0.0),
)


class Robot:
    """One visitor at one window. Everything but ``visit`` runs on the toolkit's thread."""

    def __init__(self, driver: Driver, kiosk: VirtualKiosk) -> None:
        self.driver = driver
        self.kiosk = kiosk
        self.touches = 0
        self.trail: deque[str] = deque(maxlen=12)
        self.screens: Counter[str] = Counter()
        self.tried: set[tuple[str, str]] = set()
        self.furthest = 0

    # --- hands and eyes ------------------------------------------------------------------------------------

    @property
    def _root(self) -> Any:
        return self.driver.screen._content

    def targets(self) -> list[Seen]:
        """What may be touched now."""
        return finger.targets(self._root)

    def touch(self, target: Seen) -> None:
        """Touch it, and see what the kiosk makes of it."""
        self._make_of(finger.tap(target))

    def touch_anywhere(self, x: float, y: float) -> None:
        """Touch the glass at parts of its width and height."""
        self._make_of(finger.tap_at(x, y))

    def _make_of(self, touched: str) -> None:
        self.trail.append(f"{self.kiosk.now:.1f} s {self.kiosk.view.screen}: {touched!r}")
        for event in self.driver.events:
            self.kiosk.happen(event)
        self.driver.events.clear()
        self.kiosk.wait(0.15)  # an answer is there before anybody touches again
        self.look()

    def look(self) -> None:
        """Show what is to be seen now."""
        view = self.kiosk.view
        if view != self.driver.screen._shown:
            self.driver.lay(view)

    @property
    def overlay(self) -> Overlay | None:
        """What lies over the screen."""
        return self._root.overlay

    # --- what is promised ----------------------------------------------------------------------------------

    def check(self) -> None:
        """A person in one touch, home in two."""
        view, overlay = self.kiosk.view, type(self.overlay).__name__
        self.screens[view.screen] += 1
        targets = self.targets()
        if view.screen not in WITHOUT_PERSON:
            offered = {event for event in map(_event_of, targets) if event is not None}
            assert ev.PersonRequested in offered, self.told("nobody can be called")
        place = (view.screen, overlay)
        if place not in self.tried or self.touches % 20 == 0:
            self.tried.add(place)
            self.go_home_and_back()

    def go_home_and_back(self) -> None:
        """Home by touches alone; then everything is as it was."""
        before = self.kiosk.snapshot(), self.overlay, list(self.trail)
        if before[0][1].visit is None and before[0][1].corner is None:
            return  # out of service, or at home
        took = 0
        while self.kiosk.view.screen != HOME or self.overlay is not None:
            way = next(self._ways_home(), None)
            assert way is not None and took < 2, self.told("home is farther than two touches")
            took += 1
            self.touch(way)
        self.furthest = max(self.furthest, took)
        self.kiosk.restore(before[0])
        self.trail = deque(before[2], maxlen=12)
        self.look()
        if before[1] is not None and not isinstance(before[1], StillThere):
            self._root._open(before[1])

    def _ways_home(self) -> Iterator[Seen]:
        targets = self.targets()
        for wanted in TO_HOME:
            yield from (
                target for target in targets if _event_of(target) is wanted and _closes(target, wanted)
            )

    def told(self, what: str) -> str:
        """What is wrong, and how one comes there."""
        offered = ", ".join(repr(words(target.widget)) for target in self.targets())
        trail = "\n  ".join(self.trail)
        return f"{what} on {self.kiosk.view.screen} under {self.overlay}; offered: {offered}\n  {trail}"

    # --- half an hour --------------------------------------------------------------------------------------

    def visit(self, steps: list[Step]) -> None:
        """Touch, wait, touch, as ``steps`` say, over and over for half an hour."""
        self.driver.on_ui(self.kiosk.open)
        try:
            for pause, what in cycle(steps):
                if self.kiosk.now >= LASTS_S:
                    return
                self.driver.on_ui(partial(self._turn, PAUSES[pause], what))  # and then a frame is drawn
        finally:
            self.driver.on_ui(self.kiosk.close)

    def _turn(self, pause: float, what: int) -> None:
        self.kiosk.wait(pause)
        self.touches += 1
        self.look()
        self._step(what)
        self.check()

    def _step(self, what: int) -> None:
        if what % 10 == 9:
            self.kiosk.happen(DISTURBANCES[what // 10 % len(DISTURBANCES)]())
            self.trail.append(f"{self.kiosk.now:.1f} s {what}: something else")
            self.look()
        elif what % 10 == 8:
            self.touch_anywhere((what // 10 % 31) / 31, (what // 10 % 37) / 37)
        else:
            targets = self.targets()
            if targets:
                self.touch(targets[what // 10 % len(targets)])


def _event_of(target: Seen) -> object:
    """The kind of event that a target posts; None for one that acts on the screen alone."""
    event = target.widget.event  # type: ignore[attr-defined]
    return event if isinstance(event, type) or event is None else type(event(0.0))


def _closes(target: Seen, wanted: object) -> bool:
    """Of the targets without an event, the one that closes what lies over the screen."""
    action = getattr(target.widget, "action", None)
    return wanted is not None or "close" in getattr(action, "__name__", "")
