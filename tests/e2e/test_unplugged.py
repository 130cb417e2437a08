"""Parts that are missing or break: each has its clear line, and the kiosk serves on as well as it can."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kiosk_app.config import (
    CameraConfig,
    FleetConfig,
    KioskConfig,
    KnowledgeConfig,
    MicrophoneConfig,
    RecognitionConfig,
    SpeechConfig,
    load_config,
)
from kiosk_app.demo.centre import free_port
from kiosk_app.errors import ConfigError
from kiosk_app.session import Phase, SessionState
from tests.e2e.hall import Hall
from tests.fleet.identities import nobodys_identity

MATTER = "gov.passport.apply"


def _reason(state: SessionState, part: str) -> str:
    return dict(state.down).get(part, "")


def test_without_a_microphone_touch_gives_the_same_answer(hall: Hall) -> None:
    hall.open(microphone=MicrophoneConfig(device="no such microphone"))
    state = hall.wait("the missing microphone", lambda state: bool(_reason(state, "microphone")))
    assert "no such microphone" in _reason(state, "microphone")
    hall.wait("the kiosk to open", lambda state: state.phase is Phase.IDLE)
    assert hall.touch_matter(MATTER).matter == MATTER
    assert hall.views[-1].microphone == "fault"


def test_a_microphone_that_is_pulled_and_put_back_is_heard_again(hall: Hall) -> None:
    hall.open()
    hall.wait_open()
    hall.audio.unplug_microphone()
    try:
        hall.wait("the loss to be noticed", lambda state: state.is_down("microphone"))
        assert hall.touch_matter(MATTER).matter == MATTER
    finally:
        hall.audio.plug_microphone()
    hall.wait("the microphone again", lambda state: not state.is_down("microphone"))
    hall.leave()
    assert hall.ask_aloud("卫生间在哪里").matter == "hall.restroom"


def test_without_a_camera_a_voice_begins_the_visit(hall: Hall) -> None:
    hall.open(camera=CameraConfig(enabled=True, notice={"zh": "本厅装有摄像头"}, source="/dev/video-none"))
    state = hall.wait("the missing camera", lambda state: "video-none" in _reason(state, "camera"))
    assert not state.watched
    hall.wait_open()
    assert hall.ask_aloud("卫生间在哪里").matter == "hall.restroom"
    assert hall.views[-1].camera == "fault"


def test_without_a_broker_there_is_full_service_and_telemetry_waits(hall: Hall, tmp_path: Path) -> None:
    kiosk = hall.open(fleet=FleetConfig(identity=nobodys_identity(tmp_path / "identity", free_port())))
    hall.wait("the missing broker", lambda state: "starting" not in _reason(state, "link"))
    hall.wait_open()
    assert hall.visit(MATTER).act == "answer"
    assert kiosk.agent is not None
    assert kiosk.agent.depth >= 3, "the visit is not waiting on disk"
    assert not kiosk.agent.connected


def test_a_broken_configuration_means_safe_mode(hall: Hall, tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('[site]\nlang = "zh"\n[camera]\nenabeld = true\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    problem = str(caught.value)
    assert problem == f"{file}:4: camera.enabeld: unknown key; did you mean 'enabled'?"
    hall.open(problem=problem)
    state = hall.wait("safe mode", lambda state: _reason(state, "knowledge") == "")
    assert state.phase is Phase.OUT_OF_SERVICE
    assert hall.views[-1].screen == "out_of_service"
    assert _reason(state, "config") == problem


def test_a_damaged_speech_model_leaves_touch(hall: Hall, tmp_path: Path) -> None:
    model = tmp_path / "model"
    (model / "am").mkdir(parents=True)
    (model / "am" / "final.mdl").write_bytes(b"not a model")
    hall.open(recognition=RecognitionConfig(model=model))
    state = hall.wait("the damage", lambda state: str(model) in _reason(state, "recognition"))
    assert state.phase is Phase.IDLE
    assert hall.touch_matter(MATTER).matter == MATTER


def test_without_sound_programs_there_are_captions(hall: Hall, tmp_path: Path) -> None:
    kiosk = hall.open(speaker=KioskConfig().speaker.model_copy(update={"device": "no such loudspeaker"}))
    state = hall.wait("the missing loudspeaker", lambda state: "no such" in _reason(state, "speech"))
    assert state.phase is Phase.IDLE
    reply = hall.touch_matter(MATTER)
    hall.wait("the answer on the screen", lambda state: state.phase is Phase.ANSWERING)
    assert hall.views[-1].speech == reply.speech
    assert kiosk.voice is None


def test_a_loudspeaker_that_is_pulled_in_an_answer_leaves_it_on_the_screen_and_speaks_when_it_is_back(
    hall: Hall,
) -> None:
    hall.open()
    hall.wait_open()
    reply = hall.touch_matter(MATTER)
    hall.citizen.poll("the answer to be heard", lambda: hall.sounded or None, 40.0)
    hall.audio.unplug_speaker()
    try:
        hall.wait("the loss to be noticed", lambda state: state.is_down("speech"))
        assert hall.views[-1].speech == reply.speech
        assert hall.ask_aloud("卫生间在哪里").matter == "hall.restroom"
    finally:
        hall.audio.plug_speaker()
    hall.wait("the loudspeaker again", lambda state: not state.is_down("speech"))
    before = len(hall.sounded)
    hall.touch_matter(MATTER)
    hall.citizen.poll("the next answer to be heard", lambda: len(hall.sounded) > before or None, 40.0)


def test_a_voice_program_that_crashes_leaves_captions_and_is_used_again_when_it_works(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    real = shutil.which("espeak-ng")
    program = tmp_path / "bin" / "espeak-ng"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\n[ -e {broken} ] && kill -SEGV $$\nexec {real} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    hall.open(speech=SpeechConfig(cache_mb=0))
    hall.wait_open()
    broken.touch()
    reply = hall.touch_matter(MATTER)
    hall.wait("the crash to be noticed", lambda state: state.is_down("speech"))
    assert hall.views[-1].speech == reply.speech
    assert hall.sounded == set()
    broken.unlink()
    hall.wait("the voice again", lambda state: not state.is_down("speech"))
    hall.touch_matter(MATTER)
    hall.citizen.poll("the next answer to be heard", lambda: hall.sounded or None, 40.0)


def test_a_broken_pack_without_any_other_means_out_of_service(hall: Hall, tmp_path: Path) -> None:
    pack = tmp_path / "broken.zip"
    pack.write_bytes(b"PK\x03\x04 nothing")
    hall.open(knowledge=KnowledgeConfig(venue=None, pack=pack))
    state = hall.wait("the broken pack", lambda state: str(pack) in _reason(state, "knowledge"))
    assert state.phase is Phase.OUT_OF_SERVICE
    assert hall.views[-1].screen == "out_of_service"
