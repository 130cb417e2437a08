"""The printer as a part: receipts are set and printed in a thread of its own, one at a time."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from hardware.printer import Printer, PrinterError
from kiosk_app.events import Printed, PrintFailed
from kiosk_app.taking.receipt import Receipt
from kiosk_app.taking.ticket_slip import TicketSlip

if TYPE_CHECKING:
    from PIL.Image import Image

logger = logging.getLogger(__name__)

_STOP_S = 2.0


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A receipt and the number under which the session waits for it; the receipt is in no text made of this."""

    number: int
    receipt: Receipt | TicketSlip = field(repr=False)


class Printing:
    """Prints what it is given and tells the session of each job what became of it.

    Starting asks the printer once whether it could print. A job that fails is told, and ``lost(reason)`` is called:
    whoever supervises this starts it again, which asks the printer again.

    Args:
        press: sets a receipt as a picture; slow, so it works in the thread.
    """

    def __init__(
        self,
        printer: Printer,
        press: Callable[[Receipt | TicketSlip], Image],
        post: Callable[[Printed | PrintFailed], None],
        lost: Callable[[str], None],
    ) -> None:
        self._printer = printer
        self._press = press
        self._post = post
        self._lost = lost
        self._jobs: queue.SimpleQueue[PrintJob | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look whether it could print, and wait for jobs. Raises PrinterError."""
        if self._thread is not None:
            return
        self._printer.check()
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Forget what waits. A receipt that is half out is left to its own end, which the wires bound."""
        self.forget()
        self._jobs.put(None)
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(_STOP_S)

    def print(self, job: PrintJob) -> None:
        """Put a receipt in line; returns at once, from any thread."""
        self._jobs.put(job)

    def forget(self) -> None:
        """The visit is over: what was not begun is not printed."""
        try:
            while self._jobs.get_nowait() is not None:
                pass
            self._jobs.put(None)  # that was the end
        except queue.Empty:
            pass

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            number = job.number
            try:
                self._printer.print(self._press(job.receipt))
            except PrinterError as error:
                logger.warning("printer: %s", error)
                self._post(PrintFailed(time.monotonic(), number, error.code))
                self._lost(str(error))
                return
            del job  # nothing of a visit is kept until the next one
            self._post(Printed(time.monotonic(), number))


def stamped() -> datetime:
    """Date and time as the hall's clock has them."""
    return datetime.now().astimezone()
