"""The kiosk as a whole, without devices: it opens, answers, tells the centre, and stops without a rest."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from fleet.device.events import TargetFetched
from hardware.errors import HardwareError
from kiosk_app.config import (
    FleetConfig,
    KioskConfig,
    KnowledgeConfig,
    MicrophoneConfig,
    ProximityConfig,
    RecognitionConfig,
    ScreenConfig,
    SpeakerConfig,
)
from kiosk_app.dialogue import Dialogue
from kiosk_app.dialogue.cues import cues
from kiosk_app.events import (
    Event,
    LanguageChosen,
    MatterChosen,
    PartDown,
    PartUp,
    QuestionTyped,
    Replied,
    ScreenTouched,
)
from kiosk_app.reply import LANGUAGES, Reply
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.runtime.librarian import Librarian, Volume
from kiosk_app.session import Effect, Phase, SessionState
from kiosk_app.updating.machine import Installation
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.state_file import read_state
from kiosk_app.view import ViewData
from models.assets.stamp import sha256_of
from models.knowledge import Knowledge, load_knowledge
from tests.fleet.identities import nobodys_identity
from tests.fleet.waiting import wait_until
from tests.kiosk_app.knowledge import another_version
from voice.completeness import Completeness, Judge
from voice.ports import Recognition, Recognizer

WAIT_S = 40.0


class Hall:
    """A kiosk that neither hears nor speaks, and everything that was seen of it."""

    def __init__(self, folder: Path, artefact: Path) -> None:
        self.folder = folder
        self.artefact = artefact
        self.views: list[ViewData] = []
        self.replies: list[Reply] = []
        self._changed = threading.Condition()
        self._state: SessionState | None = None
        self.kiosk: Kiosk | None = None

    def open(self, problem: str = "", **sections: Any) -> Kiosk:
        """Start it; ``sections`` replace sections of its configuration."""
        settings: dict[str, Any] = {
            "data_dir": self.folder / "home",
            "screen": ScreenConfig(backend="none"),
            "microphone": MicrophoneConfig(backend="none"),
            "speaker": SpeakerConfig(backend="none"),
            "knowledge": KnowledgeConfig(venue=None, pack=self.artefact),
            **sections,
        }
        self.kiosk = kiosk = Kiosk(KioskConfig(**settings), self.views.append, problem)
        kiosk.watch(self._see)
        kiosk.start()
        return kiosk

    def _see(self, event: Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        with self._changed:
            self._state = state
            if isinstance(event, Replied):
                self.replies.append(event.reply)
            self._changed.notify_all()

    def wait(self, what: str, condition: Callable[[SessionState], bool]) -> SessionState:
        """Wait for the session's state."""
        with self._changed:
            found = self._changed.wait_for(lambda: self._state is not None and condition(self._state), WAIT_S)
        assert found, f"waited in vain for {what}: {self._state}"
        assert self._state is not None
        return self._state

    def wait_open(self) -> None:
        """Wait until it serves."""
        self.wait(
            "the kiosk to open", lambda state: state.phase is Phase.IDLE and not state.is_down("knowledge")
        )

    def close(self) -> None:
        """Stop it."""
        kiosk, self.kiosk = self.kiosk, None
        if kiosk is not None:
            kiosk.stop()

    def outbox(self) -> list[tuple[str, dict[str, Any]]]:
        """What waits on disk for the centre."""
        folder = self.folder / "home" / "link"
        assert [path.name for path in folder.glob("outbox*") if "damaged" in path.name] == []
        with sqlite3.connect(f"file:{folder / 'outbox.sqlite'}?mode=ro", uri=True) as store:
            rows = store.execute("SELECT kind, data FROM record ORDER BY id").fetchall()
        store.close()
        return [(kind, json.loads(data)) for kind, data in rows]


@pytest.fixture
def hall(tmp_path: Path, gov_artefact: Path) -> Iterator[Hall]:
    """A place for a kiosk; it is closed afterwards."""
    hall = Hall(tmp_path, gov_artefact)
    yield hall
    hall.close()


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[FleetConfig]:
    """A link to a broker that never answers."""
    with socket.socket() as unused:  # bound, but nobody listens
        unused.bind(("127.0.0.1", 0))
        yield FleetConfig(identity=nobodys_identity(tmp_path / "identity", unused.getsockname()[1]))


def test_a_sensor_alone_begins_a_visit(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    board = MockFactory()
    monkeypatch.setattr("hardware.proximity._board", lambda: board)
    hall.open(proximity=ProximityConfig(sensor="mmwave", pin=17, dwell_s=0.2, hold_s=0.3))
    hall.wait_open()
    state = hall.wait("the sensor", lambda state: state.watched)
    assert state.visit is None
    board.pin(17).drive_high()
    hall.wait("a visit", lambda state: state.phase is Phase.GREETING)
    board.pin(17).drive_low()
    hall.wait("the leaving", lambda state: state.absent_since is not None)
    hall.close()
    board.close()


def test_a_sensor_that_cannot_be_read_is_a_part_that_is_down(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> None:
        raise HardwareError("proximity.no_pins", "no pins here")

    monkeypatch.setattr("hardware.proximity._board", none)
    hall.open(proximity=ProximityConfig(sensor="pir"))
    state = hall.wait("the reason", lambda state: ("proximity", "no pins here") in state.down)
    assert not state.watched


def test_nothing_is_left_to_be_read_when_the_first_citizen_asks(hall: Hall) -> None:
    cues.cache_clear()
    kiosk = hall.open()
    wait_until(lambda: cues.cache_info().currsize == len(LANGUAGES), "patterns")
    hall.wait_open()
    kiosk.post(QuestionTyped(kiosk.state.entered_at, "我想办居住证，要带什么材料"))
    hall.wait("the answer", lambda state: state.phase is Phase.ANSWERING)
    assert cues.cache_info().misses == len(LANGUAGES)


def test_touched_and_typed_questions_get_the_same_answer_on_the_screen(hall: Hall) -> None:
    kiosk = hall.open()
    hall.wait_open()
    shown: list[ViewData] = []
    for event in (
        MatterChosen(kiosk.state.entered_at, "gov.residence_permit.apply", "materials"),
        QuestionTyped(kiosk.state.entered_at, "我想办居住证，要带什么材料"),
    ):
        before = len(hall.replies)
        kiosk.post(event)
        hall.wait(
            "the answer",
            lambda state, before=before: len(hall.replies) > before and state.phase is Phase.ANSWERING,
        )
        shown.append(hall.views[-1])
    assert shown[0].screen == shown[1].screen == "answer"
    assert (shown[0].title, shown[0].speech, shown[0].cards) == (
        shown[1].title,
        shown[1].speech,
        shown[1].cards,
    )


def test_the_first_screen_says_that_it_is_starting(hall: Hall) -> None:
    hall.open()
    hall.wait_open()
    assert (hall.views[0].screen, hall.views[0].starting) == ("out_of_service", True)
    assert (hall.views[-1].screen, hall.views[-1].microphone) == ("attract", "fault")
    assert hall.views[-1].topics


def test_stopping_leaves_no_thread(hall: Hall, nobody: FleetConfig) -> None:
    before = set(threading.enumerate())
    hall.open(fleet=nobody)
    hall.wait_open()
    hall.close()
    assert [thread.name for thread in threading.enumerate() if thread not in before] == []


def test_stopping_at_once_is_as_good_as_later(hall: Hall, nobody: FleetConfig) -> None:
    before = set(threading.enumerate())
    hall.open(fleet=nobody)
    hall.close()
    assert [thread.name for thread in threading.enumerate() if thread not in before] == []


def test_everything_that_happened_before_the_stop_is_on_disk(hall: Hall, nobody: FleetConfig) -> None:
    """Events still wait in line when the kiosk is told to stop; their records must find the outbox open."""
    kiosk = hall.open(fleet=nobody)
    hall.wait_open()
    hall.wait("the agent", lambda state: kiosk.agent is not None)
    rounds, at = 60, kiosk.state.entered_at
    for _ in range(rounds):
        kiosk.post(ScreenTouched(at))
        kiosk.post(PartDown(at, "config", "test"))
        kiosk.post(PartUp(at, "config"))
    kiosk.post(ScreenTouched(at))
    hall.close()
    records = hall.outbox()
    kinds = Counter(kind for kind, _ in records)
    assert (kinds["visit.started"], kinds["visit.ended"]) == (rounds + 1, rounds + 1)
    outcomes = [data["outcome"] for kind, data in records if kind == "visit.ended"]
    assert outcomes == ["out_of_service"] * rounds + ["stopped"]


def test_safe_mode_is_told_to_the_centre(hall: Hall, nobody: FleetConfig) -> None:
    kiosk = hall.open("kiosk.toml:4: camera.enabeld: unknown key", fleet=nobody)
    hall.wait("the agent", lambda state: kiosk.agent is not None and not state.is_down("knowledge"))
    assert kiosk.state.phase is Phase.OUT_OF_SERVICE
    kiosk.post(ScreenTouched(kiosk.state.entered_at))
    hall.close()
    assert hall.views[-1].screen == "out_of_service"
    parts = [data for kind, data in hall.outbox() if kind == "part"]
    told = [data for data in parts if data["part"] == "config"]
    assert told == [
        {"part": "config", "state": "down", "reason": "kiosk.toml:4: camera.enabeld: unknown key"}
    ]


def test_without_knowledge_the_centre_is_told_why(hall: Hall, nobody: FleetConfig) -> None:
    kiosk = hall.open(fleet=nobody, knowledge=KnowledgeConfig(venue=None, pack=hall.folder / "none"))
    hall.wait("the agent", lambda state: kiosk.agent is not None and "none" in dict(state.down)["knowledge"])
    assert kiosk.state.phase is Phase.OUT_OF_SERVICE
    hall.close()
    reasons = [
        data.get("reason", "")
        for kind, data in hall.outbox()
        if kind == "part" and data["part"] == "knowledge"
    ]
    assert len(reasons) == 1
    assert "there is no pack at" in reasons[0]


def test_what_the_citizen_typed_is_nowhere_on_the_disk(hall: Hall, nobody: FleetConfig) -> None:
    kiosk = hall.open(fleet=nobody)
    hall.wait_open()
    hall.wait("the agent", lambda state: kiosk.agent is not None)
    kiosk.post(QuestionTyped(kiosk.state.entered_at, "我叫张三丰要办居住证"))
    hall.wait("the reply", lambda state: bool(hall.replies))
    kiosk.post(PartDown(kiosk.state.entered_at, "config", "test"))  # ends the visit
    hall.close()
    assert "turn" in {kind for kind, _ in hall.outbox()}
    for file in (hall.folder / "home").rglob("*"):
        if file.is_file():
            assert "张三丰".encode() not in file.read_bytes(), file


def test_the_ears_learn_which_language_the_visit_goes_on_in(hall: Hall) -> None:
    kiosk = hall.open()
    hall.wait_open()
    language = kiosk._librarian.visit_language
    assert language.settled is None
    kiosk.post(LanguageChosen(kiosk.state.entered_at, lang="en"))
    hall.wait("the visit", lambda state: state.visit is not None and state.visit.lang == "en")
    assert language.settled == "en"
    kiosk.post(PartDown(kiosk.state.entered_at, "config", "test"))  # ends the visit
    hall.wait("its end", lambda state: state.visit is None)
    assert language.settled is None


class _Words(Recognizer):
    """A recogniser that hears the version of its knowledge."""

    def __init__(self, version: str) -> None:
        self.version = version

    def accept(self, pcm: bytes) -> str:
        return self.version

    def finish(self) -> Recognition:
        return Recognition(self.version, (), 1.0)

    def reset(self) -> None:
        pass


class _Ears:
    """A part in the listener's place."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def pause(self) -> None: ...


def test_ears_that_are_built_while_knowledge_is_exchanged_hear_the_new_words(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = another_version(hall.artefact, "2099.1.1", tmp_path / "new.zip")
    newer = Volume(load_knowledge(path), path, lambda text: Completeness.DIGITS)
    built: list[Recognizer] = []

    def recognizer(librarian: Librarian, volume: Volume) -> Recognizer:
        if volume is not newer:
            assert hall.kiosk is not None
            hall.kiosk.install(
                newer, _Words("2099.1.1")
            )  # as the loop does when it swaps, at the worst moment
        return _Words(volume.knowledge.version)

    judges: list[Judge] = []

    def build(microphone: object, recognizer: Recognizer, emit: object, judge: Judge, echo: object) -> _Ears:
        built.append(recognizer)
        judges.append(judge)
        return _Ears()

    monkeypatch.setattr(Librarian, "recognizer", recognizer)
    monkeypatch.setattr("kiosk_app.runtime.hearing.build_listener", build)
    hall.open(microphone=MicrophoneConfig(), speaker=SpeakerConfig(), recognition=RecognitionConfig())
    hall.wait("the ears", lambda state: not state.is_down("recognition") and not state.is_down("knowledge"))
    assert built[0].accept(b"") == "2099.1.1"
    assert judges[0]("谢谢") is Completeness.DIGITS, "judged by the knowledge before"


def test_new_knowledge_is_tried_by_real_turns_and_proven_by_the_tenth(hall: Hall, tmp_path: Path) -> None:
    kiosk = hall.open()
    hall.wait_open()
    send(kiosk, another_version(hall.artefact, "2099.1.1", tmp_path / "new.ybk"))
    wait_until(lambda: kiosk.knowledge and kiosk.knowledge.version == "2099.1.1", "the exchange", WAIT_S)
    assert installation(hall).phase == "trial"
    for _ in range(5):
        for _ in range(2):
            before = len(hall.replies)
            kiosk.post(QuestionTyped(kiosk.state.entered_at, "我想办居住证，要带什么材料"))
            hall.wait("the answer", lambda state, before=before: len(hall.replies) > before)
        kiosk.post(PartDown(kiosk.state.entered_at, "config", "test"))  # ends the visit
        hall.wait("the end of the visit", lambda state: state.visit is None)
        kiosk.post(PartUp(kiosk.state.entered_at, "config"))
        hall.wait("the next one", lambda state: state.phase is Phase.IDLE)
    wait_until(lambda: installation(hall).phase == "proven", "the proof", WAIT_S)


def test_knowledge_that_cannot_be_answered_from_is_gone_with_the_visit(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = hall.open()
    hall.wait_open()
    old = kiosk.knowledge
    assert old is not None
    send(kiosk, another_version(hall.artefact, "2099.1.1", tmp_path / "new.ybk"))
    wait_until(lambda: kiosk.knowledge is not old, "the exchange", WAIT_S)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Dialogue, "take", broken)
    kiosk.post(QuestionTyped(kiosk.state.entered_at, "我想办居住证"))
    wait_until(lambda: installation(hall).phase == "returned", "the end of the trial", WAIT_S)
    assert installation(hall).verdicts[-1].code == "exception"
    kiosk.post(PartDown(kiosk.state.entered_at, "config", "test"))  # ends the visit
    wait_until(lambda: kiosk.knowledge and kiosk.knowledge.version == old.version, "the old one", WAIT_S)


def test_knowledge_that_cannot_be_put_in_place_is_gone_again(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = hall.open()
    hall.wait_open()
    old = kiosk.knowledge
    assert old is not None
    sound = kiosk.speaking.furnish

    def furnish(knowledge: Knowledge, frequent: Sequence[str]) -> None:
        if knowledge.version == "2099.1.1":
            raise KeyError(knowledge.version)
        sound(knowledge, frequent)

    monkeypatch.setattr(kiosk.speaking, "furnish", furnish)
    send(kiosk, another_version(hall.artefact, "2099.1.1", tmp_path / "new.ybk"))
    wait_until(lambda: installation(hall).phase == "returned", "the end of the trial", WAIT_S)
    wait_until(lambda: kiosk.knowledge and kiosk.knowledge.version == old.version, "the old one", WAIT_S)


def send(kiosk: Kiosk, path: Path) -> None:
    """An artefact has been fetched."""
    kiosk._from_agent(TargetFetched(0.0, 1, "knowledge", "gov", "2099.1.1", sha256_of(path), path))


def installation(hall: Hall) -> Installation:
    """How far it is, as the disk has it."""
    return read_state(folder_of(hall.folder / "home", "knowledge"))
