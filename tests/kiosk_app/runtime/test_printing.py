"""Receipts from a whole kiosk to the paper, and what citizen, technician and centre learn of a printer that fails."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import datetime

import numpy as np
import pytest
from PIL import Image

from hardware.printer import PrinterError
from kiosk_app.config import FleetConfig, PrinterConfig
from kiosk_app.events import HomePressed, MatterChosen, Printed, PrintFailed, PrintPressed
from kiosk_app.reply import Card
from kiosk_app.runtime.printing import Printing, PrintJob
from kiosk_app.session import Phase, SessionState
from kiosk_app.taking.receipt import Receipt, ReceiptPress
from kiosk_app.taking.ticket_slip import TicketSlip
from kiosk_app.ui.fonts import font_files
from tests.hardware.printer.paper import NO_PAPER, READY, Networked, Terminal, unroll
from tests.kiosk_app.runtime.test_kiosk import Hall, hall, nobody  # noqa: F401  fixtures
from tests.kiosk_app.taking.reader import read_code

MATTER = "gov.residence_permit.apply"


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A printer that works."""
    device = Terminal(READY)
    device.start()
    yield device
    device.stop()


def _answered(hall: Hall) -> None:  # noqa: F811
    assert hall.kiosk is not None
    hall.kiosk.post(MatterChosen(hall.kiosk.state.entered_at, MATTER, "materials"))
    hall.wait("the answer", lambda state: state.phase is Phase.ANSWERING)


def _mood(state: SessionState) -> str:
    printing = state.visit.printing if state.visit is not None else None
    return printing.mood if printing is not None else ""


@pytest.mark.parametrize("paper_mm", [58, 80])
def test_a_receipt_has_the_answer_and_a_code_that_can_be_read(
    hall: Hall,  # noqa: F811
    terminal: Terminal,
    paper_mm: int,
) -> None:
    config = PrinterConfig.model_validate(
        {"backend": "escpos", "device": f"serial:{terminal.path}:115200", "paper_mm": paper_mm}
    )
    kiosk = hall.open(printer=config)
    hall.wait_open()
    hall.wait("the printer", lambda state: not state.is_down("printer"))
    _answered(hall)
    reply, shown = hall.replies[-1], hall.views[-1]
    assert shown.printing == "ready"
    before = datetime.now().astimezone()
    kiosk.post(PrintPressed(kiosk.state.entered_at))
    hall.wait("the receipt", lambda state: _mood(state) == "done")
    after = datetime.now().astimezone()
    paper, cut = unroll(terminal.data)
    assert cut
    assert paper.shape[1] == {58: 384, 80: 576}[paper_mm]
    assert read_code(paper) == shown.take_along, "the code on the screen and the one on paper say the same"
    files = font_files()
    press = ReceiptPress(paper.shape[1], files.regular, files.bold)
    expected = [
        press.picture(Receipt(shown.site_name, reply.title, reply.cards, shown.take_along, reply.lang, at))
        for at in (before, after)  # the minute may have passed
    ]
    assert any(np.array_equal(paper, np.array(drawn).astype(np.uint8) * 255) for drawn in expected)
    assert [view.printing for view in hall.views if view.printing != "none"][-3:] == ["ready", "busy", "done"]


def test_without_paper_the_citizen_takes_the_code_and_everybody_knows_why(
    hall: Hall,  # noqa: F811
    nobody: FleetConfig,  # noqa: F811
) -> None:
    device = Networked(NO_PAPER)
    device.start()
    kiosk = hall.open(
        printer=PrinterConfig(backend="escpos", device=f"tcp:127.0.0.1:{device.port}"), fleet=nobody
    )
    hall.wait_open()
    hall.wait("the agent", lambda state: kiosk.agent is not None)
    hall.wait("the reason", lambda state: dict(state.down).get("printer", "").startswith("out of paper"))
    _answered(hall)
    assert hall.views[-1].printing == "no_paper"
    assert hall.views[-1].take_along
    device.states = READY
    hall.wait("the new roll", lambda state: not state.is_down("printer"))
    assert hall.views[-1].printing == "ready"
    hall.close()
    device.stop()
    told = [(data["state"], data["reason"]) for kind, data in hall.outbox() if data.get("part") == "printer"]
    assert told == [("down", "out of paper: put in a new roll and close the cover"), ("up", "")]


def test_one_that_is_unplugged_amid_a_receipt_is_a_part_that_is_down(hall: Hall) -> None:  # noqa: F811
    device = Terminal(READY, 9000, "end")
    device.start()
    kiosk = hall.open(printer=PrinterConfig(backend="escpos", device=device.path))
    hall.wait_open()
    hall.wait("the printer", lambda state: not state.is_down("printer"))
    _answered(hall)
    kiosk.post(PrintPressed(kiosk.state.entered_at))
    hall.wait("its end", lambda state: _mood(state) == "failed" and state.is_down("printer"))
    assert hall.views[-1].printing == "failed"
    kiosk.post(HomePressed(kiosk.state.entered_at))
    hall.wait("the home screen", lambda state: state.phase is Phase.GREETING)
    device.stop()


class Slow:
    """A printer that prints when it is told to."""

    def __init__(self) -> None:
        self.begun: queue.Queue[str] = queue.Queue()
        self.go: queue.Queue[Exception | None] = queue.Queue()
        self.titles: list[str] = []

    def check(self) -> bool:
        return True

    def print(self, picture: Image.Image) -> None:
        self.begun.put("")
        if error := self.go.get(timeout=10):
            raise error


def receipt(title: str) -> Receipt:
    """A short one."""
    return Receipt(
        "大厅", title, (Card("fact", "fee", "费用", ("免费",)),), "带走", "zh", datetime(2026, 11, 22)
    )


def test_what_was_not_begun_when_the_visit_ends_is_not_printed() -> None:
    printer, told, set_up = Slow(), queue.Queue[Printed | PrintFailed](), list[str]()

    def press(wanted: Receipt | TicketSlip) -> Image.Image:
        assert isinstance(wanted, Receipt)
        set_up.append(wanted.title)
        return Image.new("1", (8, 8))

    printing = Printing(printer, press, told.put, pytest.fail)
    printing.start()
    for number, title in enumerate(("one", "two", "three")):
        printing.print(PrintJob(number, receipt(title)))
    printer.begun.get(timeout=10)
    printing.forget()
    printing.print(PrintJob(7, receipt("next visit")))
    for _ in range(2):
        printer.go.put(None)
    assert [told.get(timeout=10).job for _ in range(2)] == [0, 7]
    printing.stop()
    printing.stop()
    assert set_up == ["one", "next visit"]


def test_a_failure_is_told_once_to_both_sides() -> None:
    printer, told, lost = Slow(), queue.Queue[Printed | PrintFailed](), queue.Queue[str]()
    printing = Printing(printer, lambda wanted: Image.new("1", (8, 8)), told.put, lost.put)
    printing.start()
    printing.print(PrintJob(3, receipt("one")))
    printer.go.put(PrinterError("printer.paper", "out of paper: put in a new roll"))
    failed = told.get(timeout=10)
    assert isinstance(failed, PrintFailed)
    assert (failed.job, failed.code) == (3, "printer.paper")
    assert lost.get(timeout=10).startswith("out of paper")
    printing.stop()


def test_a_job_is_in_no_text() -> None:
    assert "机密" not in repr(PrintJob(1, receipt("机密")))
