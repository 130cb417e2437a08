"""Commands: signed, once, in time, answered, also over a restart."""

import unicodedata
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from fleet.device import commands as commands_module
from fleet.device import ledger as ledger_module
from fleet.device.commands import HOLD_S, Commands
from fleet.device.events import CommandAsked, HandoverAccepted
from fleet.device.ledger import Ledger
from fleet.protocol.commands import COMMANDS, MAX_TTL_S, Command, RestartArgs, VolumeArgs
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import CommandResult
from tests.fleet.device.signing import KEYS, KIOSK, TENANT, command, signed

NOW = 1_800_000_000.0
BEGINNING_MS = int(NOW - 3600) * 1000


@dataclass
class Clock:
    """Stands still."""

    now: float = NOW
    signed: bool = True
    floor_ms: int = BEGINNING_MS

    def trusted_now(self) -> float:
        return self.now

    def witness(self, at_ms: int) -> None:
        self.floor_ms = max(self.floor_ms, at_ms)


class Kiosk:
    """The command handler with what it answered and emitted."""

    def __init__(self, path, waiting=("h1",), clock: Clock | None = None) -> None:
        self.ledger = Ledger(path)
        self.clock = clock or Clock()
        self.answers: list[CommandResult] = []
        self.events: list[object] = []
        self.commands = Commands(
            self.ledger,
            self.clock,
            (TENANT, KIOSK),
            lambda: KEYS,
            self.answers.append,
            self.events.append,
            lambda name: name in waiting,
        )

    @property
    def states(self) -> list[str]:
        return [answer.state for answer in self.answers]

    def take(self, wanted: Command) -> None:
        """As it comes from the broker."""
        self.commands.handle(signed(wanted), wanted.id)


@pytest.fixture
def kiosk(tmp_path):
    made = Kiosk(tmp_path / "ledger.sqlite")
    yield made
    made.ledger.close()


def again(kiosk: Kiosk, tmp_path, **options) -> Kiosk:
    """The same kiosk after a restart."""
    kiosk.ledger.close()
    return Kiosk(tmp_path / "ledger.sqlite", **options)


def test_a_handover_is_accepted_once_however_often_it_is_said(kiosk):
    for _ in range(3):
        kiosk.take(command(NOW))
    assert kiosk.states == ["ACCEPTED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]
    assert [(event.handover, event.text) for event in kiosk.events] == [("h1", "马上就到")]
    assert isinstance(kiosk.events[0], HandoverAccepted)


def test_a_command_that_is_replayed_after_a_restart_is_known(kiosk, tmp_path):
    kiosk.take(command(NOW))
    after = again(kiosk, tmp_path)
    after.take(command(NOW))
    assert after.states == ["SUCCEEDED"]
    assert after.events == []
    after.ledger.close()


def test_a_command_that_a_restart_cut_off_has_failed(kiosk, tmp_path):
    kiosk.take(volume())
    after = again(kiosk, tmp_path)
    after.commands.repeat()
    assert [(answer.id, answer.state) for answer in after.answers] == [("v1", "FAILED")]
    after.ledger.close()


def test_a_restart_that_was_begun_has_succeeded_when_the_kiosk_is_back(kiosk, tmp_path):
    wanted = command(NOW, id="r1", name="restart", args={"now": True})
    kiosk.take(wanted)
    assert kiosk.events[0].args == RestartArgs(now=True)
    kiosk.commands.begin("r1")
    after = again(kiosk, tmp_path)
    after.commands.repeat()
    after.take(wanted)
    assert [(answer.id, answer.state) for answer in after.answers] == [("r1", "SUCCEEDED")] * 2
    assert after.events == [], "it does not begin again and again"
    after.ledger.close()


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"exp": int(NOW) - 1}, "EXPIRED"),
        ({"exp": int(NOW) + 121}, "REJECTED"),
        ({"exp": int(NOW) + MAX_TTL_S + 1, "name": "shell"}, "REJECTED"),
        ({"at": BEGINNING_MS - 1, "exp": int(NOW) + 5}, "REJECTED"),
        ({"name": "shell"}, "REJECTED"),
        ({"args": {"handover": "h1"}}, "REJECTED"),
        ({"args": {"handover": "h1", "text": "x" * 201}}, "REJECTED"),
        ({"args": {"handover": "h1", "text": "a\nb"}}, "REJECTED"),
        ({"args": {"handover": "h1", "text": "ok", "shell": "reboot"}}, "REJECTED"),
        ({"args": {"handover": "gone", "text": "ok"}}, "REJECTED"),
    ],
)
def test_what_cannot_be_done_is_answered_with_a_reason_and_has_no_effect(kiosk, change, state):
    kiosk.take(command(NOW, **change))
    assert kiosk.states == [state]
    assert kiosk.answers[0].reason
    assert kiosk.events == []


def test_what_is_not_signed_for_this_kiosk_is_not_even_answered(kiosk):
    good = command(NOW)
    other = Ed25519PrivateKey.generate()
    for payload, reference in (
        (good.model_dump_json().encode(), "c1"),
        (signed(good, other), "c1"),
        (signed(good).replace(b"h1", b"h2"), "c1"),
        (signed(command(NOW, kiosk="hall-2")), "c1"),
        (signed(command(NOW, tenant="other")), "c1"),
        (signed(good), "c2"),
    ):
        with pytest.raises(ProtocolError):
            kiosk.commands.handle(payload, reference)
    assert (kiosk.answers, kiosk.events) == ([], [])
    kiosk.take(good)
    assert kiosk.states == ["ACCEPTED", "SUCCEEDED"], "none of them has used up the true one's id"


def test_a_damaged_ledger_is_set_aside(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"not a database" * 100)
    ledger = Ledger(path)
    assert ledger.set_aside
    assert ledger.result_of("c1") is None
    ledger.close()


def test_a_kiosk_that_has_lost_its_ledger_does_nothing_that_is_older(kiosk, tmp_path):
    kiosk.take(volume())
    kiosk.ledger.close()
    (tmp_path / "ledger.sqlite").unlink()
    after = Kiosk(tmp_path / "ledger.sqlite", clock=Clock(floor_ms=int(NOW * 1000) + 1))
    after.take(volume())
    assert (after.states, after.events) == (["REJECTED"], [])
    after.ledger.close()


def test_no_id_is_forgotten_while_its_command_could_be_replayed(kiosk, monkeypatch):
    monkeypatch.setattr(ledger_module, "MOST_COMMANDS", 3)
    for number in range(5):
        kiosk.take(command(NOW, id=f"c{number}"))
    assert kiosk.states == ["ACCEPTED", "SUCCEEDED"] * 3 + ["REJECTED"] * 2
    assert kiosk.ledger.result_of("c4") is None, "it may be sent again when there is room"
    kiosk.clock.now = NOW + 30 + MAX_TTL_S + 1
    kiosk.clock.floor_ms = int(kiosk.clock.now * 1000)
    kiosk.take(command(kiosk.clock.now, id="c9"))
    assert kiosk.states[-1] == "SUCCEEDED"


def test_a_command_waits_until_it_is_known_what_time_it_is(kiosk, monkeypatch):
    monotonic = [100.0]
    monkeypatch.setattr(commands_module.time, "monotonic", lambda: monotonic[0])
    kiosk.clock.signed, kiosk.clock.now = False, NOW + 7200  # a clock that is two hours ahead
    kiosk.take(command(NOW))
    kiosk.commands.pump()
    assert kiosk.answers == []
    kiosk.clock.signed, kiosk.clock.now = True, NOW
    kiosk.commands.pump()
    assert kiosk.states == ["ACCEPTED", "SUCCEEDED"]
    kiosk.clock.signed = False
    kiosk.take(volume())
    monotonic[0] += HOLD_S
    kiosk.commands.pump()
    assert kiosk.states[2:] == ["ACCEPTED"], "nobody tells the time: the clock there is has to do"


def volume(**change) -> Command:
    return command(NOW, id="v1", name="volume", args={"percent": 60}, **change)


def test_what_the_kiosk_does_in_its_own_time_is_told_step_by_step(kiosk):
    kiosk.take(volume())
    (asked,) = kiosk.events
    assert isinstance(asked, CommandAsked)
    assert (asked.command, asked.name, asked.args) == ("v1", "volume", VolumeArgs(percent=60))
    assert asked.until - asked.at == 30
    kiosk.commands.begin("v1")
    kiosk.commands.begin("v1")
    kiosk.commands.conclude("v1", "SUCCEEDED", "two\nlines\u202e", figures={"percent": 60, "note": "a\tb"})
    kiosk.commands.conclude("v1", "FAILED", "too late")
    assert kiosk.states == ["ACCEPTED", "RUNNING", "SUCCEEDED"]
    assert kiosk.answers[-1].reason == "two lines "
    assert kiosk.answers[-1].data == {"percent": 60, "note": "a b"}


def call(**change) -> Command:
    values = {
        "id": "q1",
        "name": "queue.next",
        "exp": int(NOW) + 10,
        "args": {"queue": "papers", "window": "5"},
    }
    return command(NOW, **{**values, **change})


def test_a_window_s_call_reaches_the_kiosk_once_and_is_answered_with_its_number(kiosk):
    for _ in range(2):
        kiosk.take(call())
    (wanted,) = kiosk.events
    assert (wanted.command, wanted.verb, wanted.queue, wanted.window) == ("q1", "next", "papers", "5")
    kiosk.commands.conclude("q1", "SUCCEEDED", "", "A012")
    kiosk.commands.conclude("q1", "FAILED", "too late", "")
    kiosk.commands.conclude("never asked", "SUCCEEDED", "", "A013")
    kiosk.take(call())
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
    kiosk.take(call(**change))
    assert (kiosk.states, kiosk.events) == ([state], [])


@given(st.sampled_from(sorted(COMMANDS)), st.text(max_size=40))
def test_words_for_the_screen_hold_nothing_that_is_not_seen(name, words):
    fields = COMMANDS[name].args.model_fields
    for key in {"zh", "en", "where_zh", "where_en"} & set(fields):
        base = {"on": True} if name == "out_of_service" else {"zh": "好", "minutes": 5}
        try:
            args = COMMANDS[name].args.model_validate({**base, key: words})
        except ValueError:
            continue
        # Not Cn: which characters are assigned differs between the editions of Unicode that two libraries know.
        kinds = {unicodedata.category(letter) for letter in getattr(args, key)}
        assert kinds.isdisjoint({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
