"""The librarian: examines what arrives, refuses what is unsound, and says so."""

from __future__ import annotations

import queue
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from kiosk_app.config import KioskConfig, KnowledgeConfig, RecognitionConfig, SiteConfig
from kiosk_app.events import Event, KnowledgeReady
from kiosk_app.reply import Language
from kiosk_app.runtime.librarian import Librarian
from kiosk_app.speech_model import OFFICIAL
from kiosk_app.updating.news import News
from kiosk_app.updating.update import Update
from models.assets import AssetStore
from models.assets.stamp import sha256_of
from models.speech import SpeechModelError, speech_model_for
from tests.kiosk_app.knowledge import another_version, that_fails_its_own_questions
from tests.voice.conftest import QUESTIONS, Spoken
from voice.ports import Recognition, Recognizer

Told = tuple[str, str, str]


class Desk:
    """A librarian with everything that it posts and reports."""

    def __init__(
        self, home: Path, artefact: Path, recognition: RecognitionConfig, lang: Language = "zh"
    ) -> None:
        self.artefact = artefact
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.reports: queue.SimpleQueue[Told] = queue.SimpleQueue()
        config = KioskConfig(
            data_dir=home,
            site=SiteConfig(lang=lang),
            knowledge=KnowledgeConfig(venue=None, pack=artefact),
            recognition=recognition,
        )
        self.librarian = Librarian(config, self.events.put, self._tell)

    def _tell(self, news: News) -> None:
        self.reports.put((news.target.version, news.result, news.reason))

    def fetch(self, path: Path, version: str = "2099.1.1") -> None:
        """The agent has fetched an artefact."""
        sha256 = sha256_of(path) if path.exists() else "0" * 64
        self.librarian.fetched(Update(1, "knowledge", "gov+hall", version, sha256, path))

    def ears(self) -> Recognizer:
        """The recogniser for what the kiosk starts with."""
        volume = self.librarian.first()
        assert volume is not None
        return self.librarian.recognizer(volume)


class OpenDesk(Protocol):
    """Opens a kiosk's knowledge; it is closed after the test."""

    def __call__(self, recognition: RecognitionConfig = ..., lang: Language = ...) -> Desk: ...


class HummingEars:
    """A recogniser that hears a hum in everything."""

    def accept(self, pcm: bytes) -> str:
        return "hum"

    def finish(self) -> Recognition:
        return Recognition("hum", (), 1.0)

    def reset(self) -> None:
        return


@pytest.fixture
def open_desk(tmp_path: Path, gov_artefact: Path) -> Iterator[OpenDesk]:
    """Gives desks in one folder."""
    opened: list[Desk] = []

    def make(recognition: RecognitionConfig | None = None, lang: Language = "zh") -> Desk:
        opened.append(Desk(tmp_path / "home", gov_artefact, recognition or RecognitionConfig(), lang))
        return opened[-1]

    yield make
    for desk in opened:
        desk.librarian.stop()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A librarian of a kiosk without ears."""
    return open_desk(RecognitionConfig(backend="none"))


def test_sound_knowledge_waits_to_be_taken_once(desk: Desk, tmp_path: Path) -> None:
    desk.fetch(another_version(desk.artefact, "2099.1.1", tmp_path / "new.zip"))
    event = desk.events.get(timeout=30)
    assert isinstance(event, KnowledgeReady)
    assert event.version == "2099.1.1"
    arrival = desk.librarian.take_arrival()
    assert arrival is not None
    assert arrival.volume.knowledge.version == "2099.1.1"
    assert desk.librarian.take_arrival() is None
    assert desk.reports.empty(), "it is not in use yet"


def test_knowledge_that_fails_its_own_questions_is_refused_with_the_reason(
    desk: Desk, tmp_path: Path
) -> None:
    desk.fetch(that_fails_its_own_questions(desk.artefact, tmp_path / "broken.zip"), "2099.9.9")
    version, result, reason = desk.reports.get(timeout=30)
    assert (version, result) == ("2099.9.9", "rejected")
    assert "fails its own questions" in reason
    assert "\n" not in reason
    assert desk.librarian.take_arrival() is None
    assert desk.events.empty()


def _outside_of_slots(folder: Path) -> list[Path]:
    """Every file beside what the installer itself keeps."""
    outside = (folder.parent / "outside", folder.parent.parent / "outside")
    assert not any(path.exists() for path in outside)
    return sorted(path for path in folder.rglob("*") if path.is_file() and "updates" not in path.parts)


def test_a_bomb_and_a_name_that_climbs_out_are_refused_and_nothing_is_written(
    desk: Desk, tmp_path: Path
) -> None:
    before = desk.librarian.first()
    for name, member in (("bomb.ybk", "intent.onnx"), ("climber.ybk", "../../../outside")):
        with zipfile.ZipFile(desk.artefact) as archive:
            members = {item: archive.read(item) for item in archive.namelist()}
        members[member] = bytes(100_000_000)
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for item, raw in members.items():
                archive.writestr(item, raw)
        there = _outside_of_slots(tmp_path)
        desk.fetch(tmp_path / name)
        _, result, reason = desk.reports.get(timeout=60)
        assert result == "rejected"
        assert "unpacks to more than" in reason or "none of ours" in reason
        assert _outside_of_slots(tmp_path) == there
    assert desk.librarian.take_arrival() is None
    after = desk.librarian.first()
    assert before is not None and after is not None
    assert after.knowledge.sha256 == before.knowledge.sha256


def test_after_a_refusal_the_next_one_is_examined(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "nothing.zip").write_bytes(b"no archive")
    desk.fetch(tmp_path / "nothing.zip")
    desk.fetch(tmp_path / "missing.zip")
    assert [desk.reports.get(timeout=30)[1] for _ in range(2)] == ["rejected", "failed"]
    desk.fetch(another_version(desk.artefact, "2099.1.1", tmp_path / "new.zip"))
    assert isinstance(desk.events.get(timeout=30), KnowledgeReady)


@pytest.mark.parametrize(
    "recognition",
    [RecognitionConfig(model="official"), RecognitionConfig(model=Path("no such model"))],
    ids=["never fetched", "missing folder"],
)
def test_a_missing_speech_model_is_no_fault_of_the_knowledge(
    tmp_path: Path, gov_artefact: Path, recognition: RecognitionConfig
) -> None:
    desk = Desk(tmp_path / "home", gov_artefact, recognition)
    desk.fetch(another_version(gov_artefact, "2099.1.1", tmp_path / "new.zip"))
    assert isinstance(desk.events.get(timeout=30), KnowledgeReady)
    arrival = desk.librarian.take_arrival()
    assert arrival is not None
    assert arrival.recognizer is None
    desk.librarian.stop()
    assert desk.reports.empty()


def test_a_disk_that_takes_nothing_is_told_and_the_old_knowledge_is_used(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert desk.librarian.first() is not None
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "updates").write_bytes(b"a file in the folder's place")
    desk.fetch(another_version(desk.artefact, "2099.1.1", tmp_path / "new.zip"))
    version, result, reason = desk.reports.get(timeout=30)
    assert (version, result) == ("2099.1.1", "failed")
    assert "the disk does not take it" in reason and reason in caplog.text
    assert desk.librarian.take_arrival() is None


def test_without_any_knowledge_the_complaint_says_why(tmp_path: Path) -> None:
    config = KioskConfig(data_dir=tmp_path, knowledge=KnowledgeConfig(venue=None, pack=tmp_path / "none"))
    librarian = Librarian(config, lambda event: None)
    assert librarian.first() is None
    assert str(tmp_path / "none") in librarian.complaint
    librarian.stop()


def test_the_ears_hear_every_language_that_there_is_a_model_for(
    open_desk: OpenDesk, tmp_path: Path, spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Chinese model lies in the English one's place: no English one can be had in tests."""
    stand_in = speech_model_for(QUESTIONS, tmp_path / "model")
    monkeypatch.setattr(AssetStore, "find", lambda _, name: stand_in if name == OFFICIAL["en"] else None)
    desk = open_desk()
    ears = desk.ears()
    ears.accept(spoken(QUESTIONS[0]))
    heard = ears.finish()
    assert (heard.text, heard.language) == (QUESTIONS[0], "zh")
    desk.librarian.visit_language.settled = "en"
    ears.accept(spoken(QUESTIONS[0]))
    assert ears.finish().text == QUESTIONS[0]


def test_without_an_english_model_the_chinese_one_hears_alone(
    open_desk: OpenDesk, spoken: Spoken, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    desk = open_desk()
    ears = desk.ears()
    assert f"kiosk models fetch {OFFICIAL['en']}" in caplog.text
    desk.librarian.visit_language.settled = "en"
    ears.accept(spoken(QUESTIONS[0]))
    assert ears.finish().text == QUESTIONS[0]


def test_words_that_cannot_be_learnt_in_another_language_cost_that_language_only(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def opened(config: RecognitionConfig, lang: Language, *_: object) -> HummingEars:
        if lang == "zh":
            raise SpeechModelError("out_not_writable", "the disk is full")
        return HummingEars()

    caplog.set_level("INFO")
    monkeypatch.setattr("kiosk_app.runtime.recognition.open_recognizer", opened)
    assert open_desk(lang="en").ears().accept(b"") == "hum"
    assert "not heard in zh: the disk is full" in caplog.text


def test_the_ears_hear_in_the_halls_words_and_figures(
    open_desk: OpenDesk, tmp_path: Path, spoken: Spoken
) -> None:
    said = "每月十五号还款三千五百块"
    desk = open_desk(RecognitionConfig(model=speech_model_for([said], tmp_path / "model")))
    ears = desk.ears()
    assert ears.accept(spoken(said)) == said
    heard = ears.finish()
    assert (heard.text, heard.raw, heard.language) == ("每月15号还款3500块", said, "zh")
