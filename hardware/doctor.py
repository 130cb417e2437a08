"""The frame of the field self-test: what a check is, and running many so that none spoils the others."""

from __future__ import annotations

import multiprocessing.pool
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail", "skip"]
_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: a figure that says how it is, and for anything but ``ok`` what to do."""

    state: State
    figure: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A named question; ``run`` answers it and may raise or hang without harm to the others."""

    name: str
    run: Callable[[], Finding]
    timeout_s: float = _TIMEOUT_S


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A finding with the name of its check."""

    name: str
    state: State
    figure: str
    fix: str


def run_checks(checks: Sequence[Check]) -> Iterator[CheckResult]:
    """Run checks one after another and give each result as soon as it is known.

    A check that raises, or takes longer than its ``timeout_s``, is a ``fail`` that says so. One that hangs is
    left behind in a thread that does not keep the program from ending.
    """
    for check in checks:
        yield _run(check)


def worst(results: Sequence[CheckResult]) -> State:
    """The state of the whole: ``fail`` over ``warn`` over ``ok``; ``skip`` when nothing could be checked."""
    order: list[State] = ["fail", "warn", "ok"]
    found = {result.state for result in results}
    for state in order:
        if state in found:
            return state
    return "skip"


def _run(check: Check) -> CheckResult:
    # A pool of daemon threads: its worker keeps whatever a check raises, and is not waited for at exit.
    raised: list[BaseException] = []
    pool = multiprocessing.pool.ThreadPool(1)
    answer = pool.apply_async(check.run, error_callback=raised.append)
    answer.wait(check.timeout_s)
    if not answer.ready():
        pool.close()
        return CheckResult(
            check.name,
            "fail",
            f"no answer within {check.timeout_s:.0f} s",
            "see whether the device hangs: unplug it, plug it in again, and run the doctor once more",
        )
    if not answer.successful():
        pool.terminate()
        error = raised[0]
        return CheckResult(
            check.name,
            "fail",
            f"the check broke: {type(error).__name__}: {error}",
            "run it again with --debug and report what it says",
        )
    finding = answer.get()
    pool.terminate()
    return CheckResult(check.name, finding.state, finding.figure, finding.fix)
