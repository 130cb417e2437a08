"""Numbers from a whole kiosk: taken by touch, on paper, called by a window, and given by another kiosk of the hall."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fleet.device.events import QueueCommanded
from kiosk_app.config import KioskConfig, PrinterConfig, QueueConfig
from kiosk_app.events import FinishPressed, MatterChosen, QuestionTyped, ScreenTouched
from kiosk_app.queues.events import TicketsOpened, TicketWanted
from kiosk_app.queues.numbering import FILE, FOLDER
from kiosk_app.runtime.telemetry import Telemetry
from kiosk_app.runtime.ticketing import Ticketing
from kiosk_app.session import Phase, SessionState
from models.knowledge import Knowledge
from tests.hardware.printer.paper import READY, Terminal, unroll
from tests.kiosk_app.runtime.test_kiosk import Hall, hall, nobody  # noqa: F401  fixtures

MATTER = "gov.passport.apply"
OWN = QueueConfig(system="own")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A printer that works."""
    device = Terminal(READY)
    device.start()
    yield device
    device.stop()


def _numbers(state: SessionState) -> list[str]:
    return [one.ticket.number for one in state.visit.tickets] if state.visit is not None else []


def _open(hall: Hall, **sections: Any) -> None:  # noqa: F811
    hall.open(**sections)
    hall.wait_open()
    hall.wait("the numbering", lambda state: not state.is_down("queue") and bool(state.lines))


def test_a_number_is_taken_kept_printed_and_called(hall: Hall, terminal: Terminal) -> None:  # noqa: F811
    printer = PrinterConfig.model_validate({"backend": "escpos", "device": f"serial:{terminal.path}:115200"})
    _open(hall, queue=OWN, printer=printer)
    hall.wait("the printer", lambda state: not state.is_down("printer"))
    kiosk = hall.kiosk
    assert kiosk is not None
    kiosk.post(ScreenTouched(kiosk.state.entered_at))
    hall.wait("the home screen", lambda state: state.visit is not None)
    assert [(one.letter, one.waiting) for one in hall.views[-1].queues][:2] == [("A", 0), ("B", 0)]
    kiosk.post(TicketsOpened(kiosk.state.entered_at))
    hall.wait("the choice", lambda state: state.phase is Phase.TICKET)
    assert hall.views[-1].screen == "queues"
    for _ in range(3):
        kiosk.post(TicketWanted(kiosk.state.entered_at, "police"))
    hall.wait("the number", lambda state: _numbers(state) == ["A001"])
    shown = hall.views[-1]
    assert shown.ticket is not None and (shown.screen, shown.ticket.number, shown.ticket.ahead) == (
        "ticket",
        "A001",
        0,
    )
    hall.wait("the paper", _printed)
    paper, cut = unroll(terminal.data)
    assert cut and paper.shape[1] == 576
    assert max(_runs(paper.any(axis=1))) > 100, "the number is the tallest thing on it"
    assert hall.views[-1].ticket is not None and hall.views[-1].ticket.take_along == ""
    hall.wait("the count", lambda state: state.lines[0].waiting == 1)
    with sqlite3.connect(hall.folder / "home" / FOLDER / FILE) as database:
        assert database.execute("SELECT count(*) FROM ticket").fetchone() == (1,)

    kiosk.post(MatterChosen(kiosk.state.entered_at, MATTER))
    hall.wait("the answer", lambda state: state.phase is Phase.ANSWERING)
    offered = hall.views[-1].ticket_offer
    assert offered is not None and offered.queue == "travel"
    kiosk.post(QuestionTyped(kiosk.state.entered_at, "我要取号"))
    hall.wait("a number for the matter", lambda state: _numbers(state) == ["A001", "B001"])

    assert kiosk.queueing is not None
    kiosk.queueing.command(QueueCommanded(0.0, "c1", "next", "travel", "6"))
    hall.wait("the call", lambda state: [one.call.number for one in state.calls] == ["B001"])
    shown = hall.views[-1]
    assert shown.ticket is not None and shown.ticket.called_to == "6" and shown.calls == ()
    kiosk.post(FinishPressed(kiosk.state.entered_at))
    hall.wait("the end of the visit", lambda state: state.visit is None)
    assert [(call.number, call.window) for call in hall.views[-1].calls] == [("B001", "6")]


def test_a_second_kiosk_asks_the_first(hall: Hall, gov: Knowledge, tmp_path: Path) -> None:  # noqa: F811
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    token = tmp_path / "token"
    token.write_text("the-secret-of-this-hall")
    own = QueueConfig.model_validate({"system": "own", "listen": place, "token_file": token})
    config = KioskConfig(data_dir=tmp_path / "first", queue=own)
    first = Ticketing(config, lambda: gov, lambda: None, Telemetry()).build(
        lambda event: None, lambda reason: None
    )
    first.start()
    try:
        assert first.take_for("police", "a-visitor-there").number == "A001"
        asks = {"system": "http", "url": f"http://{place}", "token_file": token}
        _open(hall, queue=QueueConfig.model_validate(asks))
        kiosk = hall.kiosk
        assert kiosk is not None
        kiosk.post(TicketWanted(kiosk.state.entered_at, "police"))
        hall.wait("a number", lambda state: _numbers(state) == ["A002"])
        hall.wait("the count", lambda state: state.lines[0].waiting == 2)
    finally:
        first.stop()
    hall.wait("that the numbering is away", lambda state: state.is_down("queue"))
    kiosk.post(TicketWanted(kiosk.state.entered_at, "travel"))
    hall.wait(
        "that it says so",
        lambda state: (
            state.visit is not None and state.visit.desk is not None and state.visit.desk.mood == "failed"
        ),
    )
    assert hall.views[-1].ticket is not None and hall.views[-1].ticket.mood == "failed"


def _printed(state: SessionState) -> bool:
    slip = state.visit.ticket_print if state.visit is not None else None
    return slip is not None and slip.mood == "done"


def _runs(rows: object) -> list[int]:
    """Heights of the inked stretches, from the top."""
    heights, run = [], 0
    for inked in [*list(rows), False]:  # type: ignore[call-overload]
        if inked:
            run += 1
        elif run:
            heights.append(run)
            run = 0
    return heights
