"""What the centre asks, done by a whole kiosk: a real centre, a real broker, real files; no screen and no sound."""

from __future__ import annotations

import json
import logging
import time

import pytest

from fleet.server import orders, results
from fleet.server.service import Centre
from kiosk_app.config import FleetConfig
from kiosk_app.events import FinishPressed, HomePressed, PersonLeft, ScreenTouched
from kiosk_app.remote.notice_file import NOTICE_FILE
from kiosk_app.session import Phase
from tests.fleet.conftest import Machine
from tests.fleet.waiting import wait_until
from tests.kiosk_app.runtime.test_kiosk import Hall, hall

__all__ = ["hall"]

pytestmark = pytest.mark.timeout(240)

NAME = "kiosk-whole"
PLANTED = "13812345678"


class Remote:
    """The centre's end: orders, and what becomes of them."""

    def __init__(self, centre: Centre, hall: Hall, machine: Machine) -> None:
        self.centre, self.hall, self.machine = centre, hall, machine

    def open(self) -> None:
        """Start the kiosk, and wait until it serves and knows the time."""
        fleet = FleetConfig(identity=self.machine.identity(NAME))
        self.hall.open(fleet=fleet)
        self.hall.wait("the knowledge", lambda state: not state.is_down("knowledge"))
        wait_until(self._linked, "signed time at the kiosk", 40)

    def _linked(self) -> bool:
        agent = self.hall.kiosk.agent if self.hall.kiosk else None
        return agent is not None and agent._time.signed

    def order(self, name: str, /, **args: object) -> str:
        return orders.order(self.centre.store, NAME, name, args, None, self.centre.ingest.send_command)

    def view(self, command: str) -> results.CommandView:
        return results.view(self.centre.store, command, self.centre.attachments.has)

    def done(self, name: str, /, **args: object) -> results.CommandView:
        """Order it, and wait for its end and all that comes with it."""
        command = self.order(name, **args)

        def over() -> bool:
            view = self.view(command)
            return view.state in ("SUCCEEDED", "FAILED") and (view.complete or view.attachment is None)

        wait_until(over, f"end of {name}", 90)
        return self.view(command)

    def enclosed(self, view: results.CommandView) -> str:
        return self.centre.attachments.read(view.command).decode()

    def begin_visit(self) -> None:
        assert self.hall.kiosk is not None
        self.hall.kiosk.post(ScreenTouched(time.monotonic()))
        self.hall.wait("a visit", lambda state: state.visit is not None)

    def end_visit(self) -> None:
        assert self.hall.kiosk is not None
        for event in (FinishPressed, HomePressed, PersonLeft):
            self.hall.kiosk.post(event(time.monotonic()))
        self.hall.kiosk.post(FinishPressed(time.monotonic()))
        self.hall.wait("the end of the visit", lambda state: state.visit is None)


@pytest.fixture
def remote(hall: Hall, machine: Machine, make_centre) -> Remote:
    made = Remote(make_centre(machine), hall, machine)
    made.centre.store.add_kiosk(NAME)
    made.open()
    return made


def test_volume_message_and_service_are_set_shown_and_kept(remote: Remote, hall: Hall) -> None:
    assert remote.done("volume", percent=40).data == {"percent": 40}
    hall.wait("the volume", lambda state: state.volume == 0.4)
    assert remote.done("message", zh="今天下午三点停机", minutes=30).state == "SUCCEEDED"
    hall.wait("the message", lambda state: state.notices.message is not None)
    wait_until(lambda: hall.views[-1].message == "今天下午三点停机", "the message on the screen")

    remote.begin_visit()
    closing = remote.order("out_of_service", on=True, zh="设备检修", where_zh="请到二楼")
    wait_until(lambda: remote.view(closing).state == "ACCEPTED", "that it waits")
    assert hall.wait("the visit", lambda state: True).phase is not Phase.OUT_OF_SERVICE, (
        "a visit is not cut off"
    )
    remote.end_visit()
    wait_until(lambda: remote.view(closing).state == "SUCCEEDED", "that it is out of service")
    hall.wait("that nobody is served", lambda state: state.phase is Phase.OUT_OF_SERVICE)
    wait_until(lambda: hall.views[-1].closed_reason == "设备检修", "the reason on the screen")
    assert (hall.views[-1].screen, hall.views[-1].closed_where) == ("out_of_service", "请到二楼")
    assert (hall.folder / "home" / NOTICE_FILE).stat().st_mode & 0o777 == 0o600

    hall.close()
    remote.open()
    state = hall.wait("the same after a restart", lambda state: state.phase is Phase.OUT_OF_SERVICE)
    assert (state.volume, state.is_down("service")) == (0.4, True)
    assert remote.done("out_of_service", on=False).state == "SUCCEEDED"
    hall.wait("service", lambda state: state.phase is Phase.IDLE)
    assert remote.done("message.remove").state == "SUCCEEDED"
    wait_until(lambda: hall.views[-1].message == "", "the screen without it")


def test_log_and_self_test_come_without_anybodys_words(remote: Remote, hall: Hall) -> None:
    logging.getLogger("a.library").warning("a mistake of somebody's: called %s", PLANTED)
    log_file = hall.folder / "home" / "log" / "kiosk.log"
    wait_until(lambda: PLANTED in log_file.read_text(encoding="utf-8"), "the line on disk")
    view = remote.done("log", lines=400)
    said = remote.enclosed(view)
    assert view.state == "SUCCEEDED" and view.data["lines"] == said.count("\n") <= 400
    assert "a mistake of somebody's: called [mobile]" in said and PLANTED not in said
    for number in range(5):
        logging.getLogger("a.library").warning("line %d", number)
    wait_until(lambda: "line 4" in log_file.read_text(encoding="utf-8"), "the last line on disk")
    assert remote.enclosed(remote.done("log", lines=3)).count("a.library: line") == 3

    view = remote.done("doctor")
    checks = {one["name"]: one for one in json.loads(remote.enclosed(view))["checks"]}
    assert checks["knowledge"]["state"] == "ok"
    assert view.data["worst"] in ("ok", "warn", "fail")
    assert sum(view.data[f"checks_{state}"] for state in ("ok", "warn", "fail", "skip")) == len(checks)

    view = remote.done("screenshot")
    assert (view.state, view.reason) == ("FAILED", "this kiosk has no screen")


def test_who_looks_for_it_finds_it_while_nobody_is_served(remote: Remote, hall: Hall) -> None:
    assert remote.done("identify", seconds=60, aloud=False).state == "SUCCEEDED"
    wait_until(lambda: hall.views[-1].identity == NAME, "its name on the screen")
    remote.begin_visit()
    wait_until(lambda: hall.views[-1].identity == "", "the screen for the citizen")
    view = remote.done("identify")
    assert view.state == "FAILED" and "somebody is served" in view.reason


def test_it_restarts_once_the_citizen_has_gone_and_says_so_afterwards(remote: Remote, hall: Hall) -> None:
    left: list[bool] = []
    assert hall.kiosk is not None
    hall.kiosk.leave = lambda: left.append(True)
    remote.begin_visit()
    command = remote.order("restart")
    wait_until(lambda: remote.view(command).state == "ACCEPTED", "that it waits")
    assert not left
    remote.end_visit()
    wait_until(lambda: left, "the restart")
    assert hall.kiosk.again
    hall.close()
    remote.open()
    wait_until(lambda: remote.view(command).state == "SUCCEEDED", "word that it has restarted")
    assert remote.view(command).reason == "started again"
    assert hall.kiosk is not None and not hall.kiosk.again
