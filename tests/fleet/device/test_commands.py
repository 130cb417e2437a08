"""Commands: once, in time, answered, also over a restart."""

import pytest

from fleet.device.commands import Commands
from fleet.device.events import HandoverAccepted
from fleet.device.ledger import Ledger
from fleet.protocol.messages import Command, CommandResult

NOW = 1_000_000.0


class Kiosk:
    """The command handler with what it answered and emitted."""

    def __init__(self, path, waiting=("h1",)) -> None:
        self.ledger = Ledger(path)
        self.answers: list[CommandResult] = []
        self.events: list[object] = []
        self.commands = Commands(
            self.ledger, self.answers.append, self.events.append, lambda name: name in waiting, lambda: NOW
        )

    @property
    def states(self) -> list[str]:
        return [answer.state for answer in self.answers]


@pytest.fixture
def kiosk(tmp_path):
    made = Kiosk(tmp_path / "ledger.sqlite")
    yield made
    made.ledger.close()


def accept(**change) -> Command:
    values = {
        "id": "c1",
        "name": "handover.accept",
        "exp": int(NOW) + 30,
        "args": {"handover": "h1", "text": "马上就到"},
    }
    return Command.model_validate({**values, **change})


def test_a_handover_is_accepted_once_however_often_it_is_said(kiosk):
    for _ in range(3):
        kiosk.commands.handle(accept())
    assert kiosk.states == ["ACCEPTED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]
    assert [(event.handover, event.text) for event in kiosk.events] == [("h1", "马上就到")]
    assert isinstance(kiosk.events[0], HandoverAccepted)


def test_a_command_that_is_replayed_after_a_restart_is_known(kiosk, tmp_path):
    kiosk.commands.handle(accept())
    kiosk.ledger.close()
    again = Kiosk(tmp_path / "ledger.sqlite")
    again.commands.handle(accept())
    assert again.states == ["SUCCEEDED"]
    assert again.events == []
    again.ledger.close()


def test_a_command_that_a_restart_cut_off_has_failed(kiosk, tmp_path):
    kiosk.ledger.keep_result(CommandResult(id="c9", state="ACCEPTED", at=int(NOW * 1000)))
    again = Kiosk(tmp_path / "ledger.sqlite")
    again.commands.repeat()
    assert [(answer.id, answer.state) for answer in again.answers] == [("c9", "FAILED")]
    again.ledger.close()


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"exp": int(NOW) - 1}, "EXPIRED"),
        ({"name": "shell"}, "REJECTED"),
        ({"args": {"handover": "h1"}}, "REJECTED"),
        ({"args": {"handover": "h1", "text": "x" * 201}}, "REJECTED"),
        ({"args": {"handover": "h1", "text": "a\nb"}}, "REJECTED"),
        ({"args": {"handover": "h1", "text": "ok", "shell": "reboot"}}, "REJECTED"),
        ({"args": {"handover": "gone", "text": "ok"}}, "REJECTED"),
    ],
)
def test_what_cannot_be_done_is_answered_with_a_reason_and_has_no_effect(kiosk, change, state):
    kiosk.commands.handle(accept(**change))
    assert kiosk.states == [state]
    assert kiosk.answers[0].reason
    assert kiosk.events == []


def test_a_damaged_ledger_is_set_aside(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"not a database" * 100)
    ledger = Ledger(path)
    assert ledger.set_aside
    assert ledger.result_of("c1") is None
    ledger.close()


def call(**change) -> Command:
    values = {
        "id": "q1",
        "name": "queue.next",
        "exp": int(NOW) + 10,
        "args": {"queue": "papers", "window": "5"},
    }
    return Command.model_validate({**values, **change})


def test_a_window_s_call_reaches_the_kiosk_once_and_is_answered_with_its_number(kiosk):
    for _ in range(2):
        kiosk.commands.handle(call())
    (wanted,) = kiosk.events
    assert (wanted.command, wanted.verb, wanted.queue, wanted.window) == ("q1", "next", "papers", "5")
    kiosk.commands.conclude("q1", True, "", "A012")
    kiosk.commands.conclude("q1", False, "too late", "")
    kiosk.commands.conclude("never asked", True, "", "A013")
    kiosk.commands.handle(call())
    assert kiosk.states == ["ACCEPTED", "ACCEPTED", "SUCCEEDED", "SUCCEEDED"]
    assert [answer.number for answer in kiosk.answers] == [None, None, "A012", "A012"]


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"exp": int(NOW) - 1}, "EXPIRED"),
        ({"args": {"queue": "papers"}}, "REJECTED"),
        ({"args": {"queue": "../x", "window": "5"}}, "REJECTED"),
        ({"args": {"queue": "papers", "window": "5", "who": "王"}}, "REJECTED"),
        ({"name": "queue.all"}, "REJECTED"),
    ],
)
def test_a_call_that_is_late_or_no_call_does_nothing(kiosk, change, state):
    kiosk.commands.handle(call(**change))
    assert (kiosk.states, kiosk.events) == ([state], [])
