"""Tells the session who is here, from the camera's thread and the sensor's, one at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kiosk_app.attendance import Attendance, AttendanceEvent
from vision.events import VisionEvent


class Sensing:
    """Between the two that notice people and the session; without a sensor the camera's word is passed on."""

    def __init__(self, attendance: Attendance | None, post: Callable[[AttendanceEvent], None]) -> None:
        self._attendance = attendance
        self._post = post
        self._lock = threading.Lock()

    def looks(self) -> None:
        """The camera has begun to look."""
        with self._lock:
            if self._attendance is not None:
                self._attendance.camera_works()

    def seen(self, event: VisionEvent) -> None:
        """What the camera says; from its thread."""
        with self._lock:
            self._tell([event] if self._attendance is None else self._attendance.seen(event))

    def felt(self, at: float, active: bool) -> None:
        """What the sensor says; from its thread."""
        with self._lock:
            if self._attendance is not None:
                self._tell(self._attendance.felt(at, active))

    def numb(self) -> None:
        """The sensor has failed."""
        with self._lock:
            if self._attendance is not None:
                self._tell(self._attendance.numb(time.monotonic()))

    def _tell(self, events: list[AttendanceEvent]) -> None:
        for event in events:
            self._post(event)
