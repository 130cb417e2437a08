"""What a technician can have done: the self-test, logs onto a stick, a wipe. Each runs in the workshop's thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from hardware.doctor import CheckResult, run_checks, worst
from hardware.errors import HardwareError
from hardware.sticks import find_stick, write_to
from kiosk_app.errors import KioskError
from kiosk_app.runtime import bundle
from kiosk_app.runtime.premises import Premises
from kiosk_app.runtime.self_test import running_checks
from kiosk_app.staff.reports import DoctorReport, Report, TaskReport

logger = logging.getLogger(__name__)

_WIPE_S = 20.0

Tell = Callable[[Report], None]


def doctor(premises: Premises, tell: Tell, wanted: threading.Event) -> TaskReport:
    """Run the checks one after the other and tell each; no further one when it is not ``wanted`` any more."""
    every = running_checks(premises)
    done: tuple[CheckResult, ...] = ()
    for check in every:
        if not wanted.is_set():
            return TaskReport("doctor", "idle")
        tell(DoctorReport(done, len(every), check.name))
        done = (*done, *run_checks([check]))
    tell(DoctorReport(done, len(every)))
    for result in done:
        if result.state in ("warn", "fail"):
            logger.warning("self-test: %s: %s", result.name, result.figure)
    return TaskReport("doctor", "done", worst(done))


def export(premises: Premises, tell: Tell) -> TaskReport:
    """Everything that helps to see what is wrong, as one file on the stick. Raises HardwareError."""
    stick = find_stick(premises.config.home)
    if stick.read_only:
        raise HardwareError("stick.read_only", "the stick is write-protected")
    every = running_checks(premises)
    results: list[CheckResult] = []
    for number, check in enumerate(every, 1):
        tell(TaskReport("export", "busy", "checking", f"{number}/{len(every)}"))
        results += run_checks([check])
    tell(TaskReport("export", "busy", "writing"))
    name, files = bundle.pack(premises, results)
    write_to(stick, files)
    logger.info("the log was written to %s as %s", stick.device, name)
    return TaskReport("export", "done", "", name)


def wipe(premises: Premises) -> TaskReport:
    """Forget what was learnt, what was rendered and what was logged. Raises KioskError."""
    problems: list[str] = []
    answered = threading.Event()

    def told(problem: str) -> None:
        problems.append(problem)
        answered.set()

    premises.learning.wipe(told)
    if not answered.wait(_WIPE_S):
        problems.append("what was learnt: no answer from the disk")
    try:
        premises.speaking.wipe()
    except OSError as error:
        problems.append(f"the cache: {error.strerror}")
    try:
        premises.log_file.wipe()
    except OSError as error:
        problems.append(f"the log: {error.strerror}")
    logger.info("what was learnt, rendered and logged has been wiped in the staff corner")
    if said := [problem for problem in problems if problem]:
        raise KioskError("; ".join(said), "wipe.failed")
    return TaskReport("wipe", "done")
