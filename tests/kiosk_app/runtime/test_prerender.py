"""Rendering ahead: in order, only while nobody is served, again for new knowledge."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.runtime.prerender import Prerenderer, Rendered
from tests.voice.humming_voice import HummingVoice
from voice.cached_synthesizer import CachedSynthesizer
from voice.errors import SynthesizerError
from voice.speech_cache import SpeechCache

WAIT_S = 10.0
ROOM = 10_000_000


class Room:
    """A pre-renderer and what it tells."""

    def __init__(self, folder: Path, bytes_: int = ROOM) -> None:
        self.voice = HummingVoice()
        self.synthesizer = CachedSynthesizer(self.voice, SpeechCache(folder, bytes_))
        self._told: list[Rendered] = []
        self._changed = threading.Condition()
        self.prerenderer = Prerenderer(self.synthesizer, self._tell)

    def _tell(self, rendered: Rendered) -> None:
        with self._changed:
            self._told.append(rendered)
            self._changed.notify_all()

    def wait(self, times: int = 1) -> Rendered:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._told) >= times, WAIT_S), "it never came to an end"
            return self._told[times - 1]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.prerenderer.stop()


def test_each_sentence_once_by_rate_and_in_the_order_given(room: Room) -> None:
    room.prerenderer.furnish({"zh": ["您好。请坐。", "您好。再见。"], "en": ["Hello."]})
    done = room.wait()
    sentences = ["您好。", "请坐。", "再见。", "Hello."]
    assert room.voice.spoken == sentences * 3
    assert room.voice.rates == [rate for rate in (1.0, 0.7, 1.3) for _ in sentences]
    assert (done.sentences, done.complete) == (12, True)
    assert done.bytes > 0


def test_after_a_restart_nothing_is_rendered_again(room: Room, tmp_path: Path) -> None:
    room.prerenderer.furnish({"zh": ["您好。请坐。"]})
    room.wait()
    room.prerenderer.stop()
    again = Room(tmp_path)
    again.prerenderer.furnish({"zh": ["您好。请坐。"]})
    assert again.wait().complete
    assert again.voice.spoken == []
    again.prerenderer.stop()


def test_it_rests_while_somebody_is_served_and_goes_on_afterwards(room: Room) -> None:
    met = threading.Event()

    def citizen_comes(sentence: str) -> None:
        if sentence == "二。" and not met.is_set():
            room.prerenderer.rest()
            met.set()

    room.voice.at_sentence = citizen_comes
    room.prerenderer.furnish({"zh": ["一。二。三。四。"]})
    assert met.wait(WAIT_S)
    room.prerenderer.rest()  # returns when the thread is between sentences or waits
    assert room.voice.spoken == ["一。", "二。"]
    room.prerenderer.go_on()
    assert room.wait().complete


def test_new_knowledge_replaces_what_was_to_be_rendered(room: Room) -> None:
    def new_pack(sentence: str) -> None:
        if sentence == "旧一。":
            room.prerenderer.furnish({"zh": ["新。"]})

    room.voice.at_sentence = new_pack
    room.prerenderer.furnish({"zh": ["旧一。旧二。"]})
    assert room.wait().complete
    assert set(room.voice.spoken) == {"旧一。", "新。"}


def test_what_does_not_fit_is_what_comes_last_and_old_packs_make_room(tmp_path: Path) -> None:
    first = Room(tmp_path)
    first.prerenderer.furnish({"zh": ["旧。"]})
    size = first.wait().bytes // 3
    first.prerenderer.stop()
    small = Room(tmp_path, size * 4)
    small.prerenderer.furnish({"zh": ["一。二。"]})
    done = small.wait()
    small.prerenderer.stop()
    assert not done.complete
    assert done.bytes <= size * 4
    kept = {(s, r) for s in ("一。", "二。") for r in (1.0, 0.7, 1.3)} & set(
        zip(small.voice.spoken, small.voice.rates, strict=True)
    )
    assert ("一。", 1.0) in kept
    assert ("二。", 1.0) in kept
    for sentence, rate in (("一。", 1.0), ("二。", 1.0), ("一。", 0.7)):
        before = len(small.voice.spoken)
        list(small.synthesizer.synthesize(sentence, "zh", rate))
        assert len(small.voice.spoken) == before, "the normal rate and what comes first are there"


def test_a_program_that_fails_is_tried_again_later_and_stopping_does_not_wait_for_that(room: Room) -> None:
    failed = threading.Event()

    class Telling(HummingVoice):
        def speak(self, sentence: str, lang: str, rate: float) -> tuple[bytes, str]:
            failed.set()
            raise SynthesizerError("synthesizer_failed", "killed")

    broken = Prerenderer(CachedSynthesizer(Telling(), SpeechCache(Path("/nonexistent"), ROOM)))
    broken.furnish({"zh": ["您好。"]})
    assert failed.wait(WAIT_S)
    broken.stop()


def test_it_gives_way_to_everything_else(room: Room) -> None:
    import os

    seen: list[int] = []
    room.voice.at_sentence = lambda _: seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    room.prerenderer.furnish({"zh": ["您好。"]})
    room.wait()
    assert min(seen) > os.getpriority(os.PRIO_PROCESS, 0)
