"""The main job, by voice alone: a question is answered aloud, on the screen and in the fleet, and goodbye is said."""

from __future__ import annotations

import json
import re
import sqlite3
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kiosk_app.demo.centre import DemoCentre
from models.knowledge import load_knowledge
from models.speech import build_speech_model
from tests.e2e.hall import Hall, eventually
from voice.vosk_recognizer import VoskRecognizer

_BLOCK = 320  # samples, 20 ms
_PAUSE = 8  # blocks
_QUIET = 100  # of 32,767

QUESTION = "我想办居住证，要带什么材料"


def test_a_spoken_question_is_answered_aloud_on_the_screen_and_in_the_fleet(
    hall: Hall, centre: DemoCentre
) -> None:
    kiosk = hall.open(centre)
    hall.wait_open()
    with hall.audio.recording(hall.folder / "answer.wav") as recording:
        reply = hall.ask_aloud(QUESTION)
        hall.wait("the answer to begin", lambda state: bool(hall.sounded))
        hall.wait("the answer to end", lambda state: state.speaking is None)
    assert (reply.act, reply.matter, reply.facet) == ("answer", "gov.residence_permit.apply", "materials")
    captions = [view.caption for view in hall.views if view.screen == "listening"]
    assert any(caption and caption != captions[-1] for caption in captions), "no live caption before the end"
    answers = [view for view in hall.views if view.screen == "answer"]
    assert answers[-1].cards[0].facet == "materials"
    phrases = [phrase for phrase in re.split("[，：；。]", reply.speech) if phrase]
    heard = _transcribe(recording, hall, phrases)
    missing = [phrase for phrase in phrases if phrase not in heard]
    assert len(missing) <= len(phrases) // 4, f"the loudspeaker said {heard}, without {missing}"
    assert hall.ask_aloud("再见").act == "goodbye"
    hall.wait("the goodbye to be over", lambda state: state.visit is None)
    eventually("the visit in the centre", lambda: _finished(centre))
    assert kiosk.tracer.turns[-1].first_audio is not None
    _nothing_personal(centre.folder)


def _finished(centre: DemoCentre) -> bool:
    return any(visit["outcome"] and visit["turns"] == 2 for visit in centre.get("/api/visits"))


def _transcribe(recording: Path, hall: Hall, phrases: list[str]) -> str:
    """What a listener understands of the loudspeaker, who knows the answer's words among the pack's own."""
    sentences = (*load_knowledge(hall.artefact).sentences("zh"), *phrases)
    model = build_speech_model(sentences, hall.folder / "listener")
    with wave.open(str(recording)) as file:
        assert file.getframerate() == 16_000
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    recognizer = VoskRecognizer(model)
    heard: list[str] = []
    for stretch in _between_pauses(sound):
        recognizer.accept(bytes(2 * _BLOCK * _PAUSE) + stretch.tobytes() + bytes(2 * _BLOCK * _PAUSE))
        heard.append(recognizer.finish().text)
    return " ".join(heard)


def _between_pauses(sound: npt.NDArray[np.int16]) -> Iterator[npt.NDArray[np.int16]]:
    """The stretches of sound between pauses; a list is read with one after every item."""
    blocks = sound[: len(sound) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    loud = np.flatnonzero(np.abs(blocks.astype(np.int32)).max(axis=1) > _QUIET)
    for run in np.split(loud, np.flatnonzero(np.diff(loud) > _PAUSE) + 1):
        if run.size:
            yield blocks[run[0] : run[-1] + 1].ravel()


def _nothing_personal(folder: Path) -> None:
    """Not one word of what was said is in the centre's store."""
    with sqlite3.connect(f"file:{folder / 'fleet.sqlite'}?mode=ro", uri=True) as store:
        tables = [row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        everything = json.dumps(
            [list(map(str, row)) for table in tables for row in store.execute(f'SELECT * FROM "{table}"')],  # noqa: S608
            ensure_ascii=False,
        )
    for word in ("我想办", "居住证", "材料"):
        assert word not in everything
