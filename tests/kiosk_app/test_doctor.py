"""The field self-test: every fault is named, with its fix."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hardware.doctor import CheckResult, run_checks
from kiosk_app.cli.root import run
from kiosk_app.doctor import checks
from kiosk_app.staff.pin import PinFile
from kiosk_app.staff.site_settings import SiteSettingsFile
from kiosk_app.updating import machine
from kiosk_app.updating.disk import Disk
from kiosk_app.updating.machine import Installation, Target, Trial
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.state_file import StateFile
from models.assets.stamp import sha256_of
from models.speech import EMBEDDED_LABEL
from tests.voice.tone_model import write_tone_model

NAMES = [
    "config",
    "knowledge",
    "updates",
    "floor_plan",
    "opening",
    "speech_model",
    "first_words",
    "voice",
    "sound_devices",
    "microphone",
    "loudspeaker",
    "echo",
    "camera",
    "proximity",
    "printer",
    "queue",
    "keypad",
    "headphones",
    "screen_type",
    "logo",
    "staff_corner",
    "volume",
    "model_files",
    "broker",
]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No sound server and no state of whoever runs the tests."""
    monkeypatch.setenv("YINGBIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    monkeypatch.setenv("PULSE_RUNTIME_PATH", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where the configuration is."""
    return tmp_path / "kiosk.toml"


def result(config: Path | None, name: str) -> CheckResult:
    """The outcome of one check, run as the doctor runs it."""
    wanted = [check for check in checks(config) if check.name == name]
    assert len(wanted) == 1
    return next(run_checks(wanted))


def test_what_the_centre_sent_is_told_with_its_trial_and_what_came_to_nothing(
    config: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    config.write_text(f'data_dir = "{home}"\n')
    assert result(config, "updates").state == "skip"
    folder = folder_of(home, "knowledge")
    files = StateFile(folder, Disk())
    one, two = (Target(name="gov", version=f"2026.11.{n}", sha256=str(n) * 64) for n in (1, 2))
    state = machine.fetched(Installation(serving="a", held={"a": one}), two, 7, "/incoming")
    state = machine.switched(machine.examined(machine.examining(machine.staged(state))), running=True)
    files.write(machine.tried(state, Trial(open=True, turns=4)))
    found = result(config, "updates")
    assert (found.state, found.figure) == (
        "ok",
        "knowledge: gov 2026.11.2, on trial 4/10, 0 restarts unasked, behind it gov 2026.11.1",
    )
    files.write(machine.returned(state, "misses", "5 of 7 questions were not understood"))
    found = result(config, "updates")
    assert found.state == "warn"
    assert "gov 2026.11.1" in found.figure
    assert "last refused gov 2026.11.2 (5 of 7 questions were not understood)" in found.figure


def test_the_doctor_looks_at_the_configuration_that_the_kiosk_begins_with(
    config: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    config.write_text(f'data_dir = "{home}"\n[speaker]\nvolume = 0.9\n')
    slot = folder_of(home, "config") / "a"
    slot.mkdir(parents=True)
    (slot / "centre.toml").write_text("[speaker]\nvolume = 0.5\n")
    target = Target(name="hall", version="1", sha256=sha256_of(slot / "centre.toml"))
    StateFile(slot.parent, Disk()).write(Installation(serving="a", held={"a": target}))
    assert result(config, "volume").figure.startswith("50%")


def test_the_checks_come_in_the_order_of_a_technician(config: Path) -> None:
    config.write_text("")
    names = [check.name for check in checks(config)]
    assert names[: len(NAMES)] == NAMES
    assert len(names) == len(set(names)) > len(NAMES)


def test_a_broken_configuration_fails_with_its_first_line(config: Path) -> None:
    config.write_text('[camera]\nenabeld = true\n[site]\nlang = "fr"\n')
    found = result(config, "config")
    assert found.state == "fail"
    first = f"{config}:2: camera.enabeld: unknown key; did you mean 'enabled'?"
    assert found.figure == f"{first} (and 1 more)"
    assert "safe mode" in found.fix


def test_a_sound_configuration_is_named(config: Path) -> None:
    config.write_text("")
    assert (result(config, "config").state, result(config, "config").figure) == ("ok", str(config))
    assert result(None, "config").figure == "defaults"


def test_knowledge_that_answers_its_own_questions(config: Path, gov_artefact: Path) -> None:
    config.write_text(f'[knowledge]\npack = "{gov_artefact}"\n')
    found = result(config, "knowledge")
    assert found.state == "ok"
    assert "gov" in found.figure
    assert "matters" in found.figure


def test_a_missing_pack_fails_and_its_words_are_not_looked_for(config: Path, tmp_path: Path) -> None:
    config.write_text(f'[knowledge]\npack = "{tmp_path}/none"\n')
    found = result(config, "knowledge")
    assert found.state == "fail"
    assert f"{tmp_path}/none" in found.figure
    assert found.fix
    assert result(config, "speech_model").state == "skip"


def test_knowledge_that_fails_its_own_questions_fails(
    config: Path, tmp_path: Path, gov_artefact: Path
) -> None:
    from tests.kiosk_app.knowledge import that_fails_its_own_questions

    broken = that_fails_its_own_questions(gov_artefact, tmp_path / "broken.zip")
    config.write_text(f'[knowledge]\npack = "{broken}"\n')
    found = result(config, "knowledge")
    assert found.state == "fail"
    assert "understood as" in found.figure
    assert "publish" in found.fix


@pytest.mark.parametrize(("name", "section"), [("microphone", "microphone"), ("loudspeaker", "speaker")])
def test_a_sound_device_that_is_not_there_fails_with_the_fix(config: Path, name: str, section: str) -> None:
    config.write_text(f'[{section}]\ndevice = "no such device"\n')
    found = result(config, name)
    assert found.state == "fail"
    assert "no such device" in found.figure
    assert f"{section}.device" in found.fix


def test_what_is_turned_off_is_skipped(config: Path) -> None:
    config.write_text(
        '[microphone]\nbackend="none"\n[speaker]\nbackend="none"\n[speech]\nbackend="none"\n[recognition]\nbackend="none"\n'
    )
    for name in (
        "sound_devices",
        "microphone",
        "loudspeaker",
        "echo",
        "voice",
        "speech_model",
        "camera",
        "broker",
    ):
        assert result(config, name).state == "skip", name


def test_a_camera_that_is_not_there_fails_with_the_fix(config: Path) -> None:
    config.write_text(
        '[camera]\nenabled = true\nnotice = { zh = "本厅装有摄像头" }\nsource = "/dev/video-none"\n'
    )
    found = result(config, "camera")
    assert found.state == "fail"
    assert "camera.source" in found.fix


def test_an_official_speech_model_that_was_never_fetched(config: Path, gov_artefact: Path) -> None:
    config.write_text(f'[recognition]\nmodel = "official"\n[knowledge]\npack = "{gov_artefact}"\n')
    found = result(config, "speech_model")
    assert found.state == "fail"
    assert "kiosk models fetch" in found.figure
    assert found.fix == "run: kiosk models fetch"


def test_the_embedded_speech_model_is_named(config: Path, gov_artefact: Path) -> None:
    config.write_text(f'[recognition]\nmodel = "embedded"\n[knowledge]\npack = "{gov_artefact}"\n')
    found = result(config, "speech_model")
    assert (found.state, found.figure) == ("ok", EMBEDDED_LABEL)


def test_a_model_folder_of_the_sites_own_is_tried(
    config: Path, gov_artefact: Path, speech_model: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(speech_model, mine)
    config.write_text(f'[recognition]\nmodel = "{mine}"\n[knowledge]\npack = "{gov_artefact}"\n')
    found = result(config, "speech_model")
    assert (found.state, found.figure) == ("ok", "mine")
    assert result(config, "first_words").state == "ok"


def test_a_folder_that_is_no_model_fails_with_the_fix(
    config: Path, gov_artefact: Path, speech_model: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    config.write_text(f'[recognition]\nmodel = "{mine}"\n[knowledge]\npack = "{gov_artefact}"\n')
    found = result(config, "speech_model")
    assert found.state == "fail"
    assert f"no speech model at {mine}" in found.figure
    assert "recognition.model" in found.fix
    shutil.copytree(speech_model, mine)
    (mine / "am" / "final.mdl").write_bytes(b"rubbish")
    found = result(config, "speech_model")
    assert found.state == "fail"
    assert str(mine) in found.figure


def test_a_language_that_can_only_be_chosen_by_touch_is_a_warning_with_its_fix(
    config: Path, gov_artefact: Path
) -> None:
    config.write_text(f'[knowledge]\npack = "{gov_artefact}"\n')
    found = result(config, "first_words")
    assert found.state == "warn"
    assert "by touch only" in found.figure
    assert found.fix == "run: kiosk models fetch vosk-model-small-en-us-0.15"


def test_sherpa_without_a_model_fails_with_the_place_to_get_one(config: Path, gov_artefact: Path) -> None:
    config.write_text(f'[knowledge]\npack = "{gov_artefact}"\n[recognition]\nbackend = "sherpa-onnx"\n')
    found = result(config, "speech_model")
    assert found.state == "fail"
    assert "pretrained_models" in found.figure
    assert result(config, "first_words").state == "ok"


def test_sherpa_with_a_model(config: Path, gov_artefact: Path, tmp_path: Path) -> None:
    pytest.importorskip(
        "sherpa_onnx", reason="the extra 'sherpa' is not installed: pip install 'yingbin[sherpa]'"
    )
    model = write_tone_model(tmp_path / "tones")
    config.write_text(
        f'[knowledge]\npack = "{gov_artefact}"\n[recognition]\nbackend = "sherpa-onnx"\nmodel = "{model}"\n'
    )
    found = result(config, "speech_model")
    assert (found.state, found.figure) == ("ok", "sherpa-onnx, tones")


def test_the_voice_that_citizens_hear_is_named_and_has_to_speak(
    config: Path, gov_artefact: Path, with_piper: Path
) -> None:
    config.write_text(f'[knowledge]\npack = "{gov_artefact}"\n')
    found = result(config, "voice")
    assert found.state == "ok"
    assert found.figure.endswith("; piper for Chinese")
    (with_piper.parent / "bin" / "piper").write_text("#!/bin/sh\nexit 1\n")
    found = result(config, "voice")
    assert (found.state, found.fix) == ("warn", "run: pipx reinstall piper-tts")


def test_a_voice_that_is_asked_for_and_not_there_fails_with_the_fix(config: Path, gov_artefact: Path) -> None:
    config.write_text(f'[speech]\nbackend = "piper"\n[knowledge]\npack = "{gov_artefact}"\n')
    found = result(config, "voice")
    assert found.state == "fail"
    assert "kiosk models fetch zh_CN-huayan-medium.onnx" in found.figure
    assert "speech.backend" in found.fix
    config.write_text(f'[knowledge]\npack = "{gov_artefact}"\n')
    found = result(config, "voice")
    assert (found.state, found.figure.rpartition("; ")[2]) == ("ok", "espeak-ng")


def test_the_documents_keys_and_the_status_of_a_broken_kiosk(
    config: Path, tmp_path: Path, gov_artefact: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "packs").symlink_to(gov_artefact.parent)  # built already
    config.write_text('[camera]\nenabeld = true\n[microphone]\nbackend="none"\n', encoding="utf-8")
    assert run(["doctor", "--json", "--config", str(config)]) == 1
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"checks"}
    for check in document["checks"]:
        assert set(check) == {"name", "state", "figure", "fix"}
        assert check["state"] in ("ok", "warn", "fail", "skip")
        assert check["fix"] or check["state"] in ("ok", "skip"), f"{check['name']} has no fix"
    states = {check["name"]: check["state"] for check in document["checks"]}
    assert states["config"] == "fail"
    assert list(states)[: len(NAMES)] == NAMES


def test_a_pin_file_that_others_may_read_fails_with_its_fix(tmp_path: Path) -> None:
    pin = tmp_path / "staff" / "pin"
    (check,) = [one for one in checks(_configured(tmp_path)) if one.name == "staff_corner"]
    assert check.run().state == "skip"
    PinFile(pin).set("482915")
    assert check.run().state == "ok"
    pin.chmod(0o644)
    finding = check.run()
    assert finding.state == "fail" and "chmod 600" in finding.figure and finding.fix == "run: kiosk staff pin"


def test_the_volume_and_who_set_it_are_told(tmp_path: Path) -> None:
    (check,) = [one for one in checks(_configured(tmp_path)) if one.name == "volume"]
    assert check.run().figure == "80%, from the configuration"
    file = SiteSettingsFile(tmp_path)
    file.keep_volume(0.6)
    assert check.run().figure == f"60%, set in the staff corner ({file.path})"
    file.path.write_text("{", encoding="ascii")
    assert (check.run().state, check.run().fix) == ("warn", f"delete {file.path}")


def _configured(folder: Path) -> Path:
    file = folder / "kiosk.toml"
    file.write_text(f'data_dir = "{folder}"\n', encoding="utf-8")
    return file
