"""Whether somebody is here, by what the camera sees and a sensor feels together; pure.

The camera knows more: who faces the kiosk, how many there are, who has gone while others stay. So its word stands
while it sees anybody. The sensor's is for when it does not:

- who is felt and not seen (in the dark, below the picture's edge, the camera broken or not there) begins a visit too;
- who is felt still has not gone because the camera lost sight of everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk_app.events import PartDown, PartUp
from vision.events import (
    CameraBack,
    CameraLost,
    CustomerLeft,
    PersonArrived,
    PersonEngaged,
    PersonLeft,
    VisionEvent,
)

SENSOR = "proximity"
"""The sensor's name among the kiosk's parts."""

AttendanceEvent = VisionEvent | PartDown | PartUp


@dataclass(frozen=True, slots=True)
class AttendanceSettings:
    """How the sensor's signal is read; seconds.

    Attributes:
        dwell_s: felt for so long is somebody who stands here.
        unseen_s: the same while a camera works and sees nobody: it would see most.
        gap_s: a shorter pause of the signal is none; a PIR's output pulses.
        hold_s: not felt for so long is gone; a PIR does not feel who keeps still.
        stuck_s: felt for so long is a fan, a curtain or a fault, not a visit.
    """

    dwell_s: float
    hold_s: float
    unseen_s: float = 5.0
    gap_s: float = 2.5
    stuck_s: float = 900.0


PIR = AttendanceSettings(dwell_s=4.0, hold_s=30.0)
"""Pulses of about two seconds: who passes gives one."""
MMWAVE = AttendanceSettings(dwell_s=1.2, hold_s=3.0)
"""Feels also who stands still."""


class Attendance:
    """Feed it what each of the two says, in order of time; it gives what the session is to know."""

    def __init__(self, settings: AttendanceSettings) -> None:
        self._settings = settings
        self._seeing = False
        self._in_view = False
        self._customer_seen = False
        self._customer_felt = False
        self._felt_since: float | None = None
        self._felt_at = float("-inf")
        self._stuck = False
        self._held: list[CustomerLeft | PersonLeft] = []

    def camera_works(self) -> None:
        """There is a camera, and it has begun to look."""
        self._seeing = True

    def seen(self, event: VisionEvent) -> list[AttendanceEvent]:
        """What the camera says."""
        match event:
            case CameraLost():
                self._blind(event.at)
            case CameraBack():
                self._seeing = True
            case PersonArrived():
                self._in_view = True
            case PersonEngaged():
                self._customer_seen, self._customer_felt = True, False
                held, self._held = self._held, []
                return [*held, event] if event.other else [event]
            case CustomerLeft():
                self._customer_seen = False
                return self._unless_felt(event) if event.count == 0 else [event]
            case PersonLeft():
                self._in_view = False
                return self._unless_felt(event)
            case _:
                pass
        return [event]

    def felt(self, at: float, active: bool) -> list[AttendanceEvent]:
        """What the sensor says; to be called some ten times a second, whatever it says."""
        settings = self._settings
        if active:
            if self._felt_since is None or at - self._felt_at > settings.gap_s:
                self._felt_since = at
            self._felt_at = at
            return self._still_felt(at, self._felt_since)
        return [] if at - self._felt_at < settings.hold_s else self._not_felt(at)

    def numb(self, at: float) -> list[AttendanceEvent]:
        """The sensor has failed: nobody is felt any more."""
        return self._not_felt(at)

    def _still_felt(self, at: float, since: float) -> list[AttendanceEvent]:
        settings = self._settings
        if self._stuck:
            return []
        if at - since >= settings.stuck_s:
            self._stuck = True
            minutes = settings.stuck_s / 60
            reason = f"the sensor has felt somebody for {minutes:.0f} minutes: turn it away from fan, curtain or door"
            return [*self._gone(at), PartDown(at, SENSOR, reason)]
        if self._customer_seen or self._customer_felt or (self._seeing and self._in_view):
            return []
        dwell = max(settings.unseen_s, settings.dwell_s) if self._seeing else settings.dwell_s
        if at - since < dwell:
            return []
        self._customer_felt = True
        lost_from_view = any(isinstance(event, CustomerLeft) for event in self._held)
        return [] if lost_from_view else [PersonArrived(since, 1), PersonEngaged(at, 1)]

    def _not_felt(self, at: float) -> list[AttendanceEvent]:
        self._felt_since = None
        back: list[AttendanceEvent] = [PartUp(at, SENSOR)] if self._stuck else []
        self._stuck = False
        return [*back, *self._gone(self._felt_at)]

    def _gone(self, at: float) -> list[AttendanceEvent]:
        """Nobody is felt any more, since ``at``."""
        told: list[AttendanceEvent] = [*self._held]
        if self._customer_felt:
            told = [CustomerLeft(at)]
            if not self._in_view:
                told.append(PersonLeft(at))
        self._held, self._customer_felt = [], False
        return told

    def _unless_felt(self, event: CustomerLeft | PersonLeft) -> list[AttendanceEvent]:
        """That somebody has left, told at once or when the sensor agrees."""
        if self._felt_since is None or self._stuck:
            return [event]
        self._held.append(event)
        return []

    def _blind(self, at: float) -> None:
        """From now on the sensor alone says when the customer goes."""
        self._seeing = self._in_view = False
        if self._customer_seen:
            self._customer_seen, self._customer_felt = False, True
            self._felt_at = max(self._felt_at, at)
            self._felt_since = self._felt_since or at
