"""The configuration: every mistake with its line, its key and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk_app.config import (
    CameraConfig,
    FleetConfig,
    KioskConfig,
    home_folder,
    load_config,
    salvage_config,
)
from kiosk_app.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a configuration is written to."""
    return tmp_path / "kiosk.toml"


def complaint(file: Path, content: str | bytes) -> str:
    """What is said about a file, without its path."""
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert caught.value.code == "config"
    return str(caught.value).replace(str(file), "FILE")


def test_without_a_file_the_defaults_hold() -> None:
    config = load_config(None)
    assert config == KioskConfig()
    assert not config.camera.enabled, "the camera must be off unless a site turns it on"
    assert config.fleet.enabled


def test_a_whole_file(file: Path, tmp_path: Path) -> None:
    file.write_text(
        f"""
data_dir = "{tmp_path}/data"
[site]
lang = "en"
greet_aloud = false
[camera]
enabled = true
notice = {{ zh = "本厅装有摄像头", en = "There is a camera" }}
source = "/dev/video2"
[recognition]
model = "/opt/model"
[fleet]
enabled = true
identity = "/etc/yingbin/identity"
""",
        encoding="utf-8",
    )
    config = load_config(file)
    assert (config.site.lang, config.site.greet_aloud, config.camera.source) == ("en", False, "/dev/video2")
    assert config.recognition.model == Path("/opt/model")
    assert config.fleet.identity == Path("/etc/yingbin/identity")
    assert config.home == tmp_path / "data"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "[site]\n[camera]\nenabeld = true\n",
            "FILE:3: camera.enabeld: unknown key; did you mean 'enabled'?",
        ),
        (
            '[printer]\nbackend = "escpos"\ndevice = "lp0"\n',
            "FILE:3: printer.device: must be usb:VENDOR:PRODUCT (as lsusb shows them), /dev/usb/lp0, serial:",
        ),
        (
            '[take_along]\nurl = "http://a.cn/{matter}"\n',
            "FILE:2: take_along.url: must begin with https:// and a host, like https://",
        ),
        ("\n[camra]\nenabled = true\n", "FILE:2: camra: unknown key; did you mean 'camera'?"),
        (
            "[camera]\nignored = [[0.5, 0.0, 0.2, 1.0]]\n",
            "FILE:2: camera.ignored: must be [left, top, right, bottom] from 0 to 1, left before right and top before"
            " bottom, but it is [[0.5, 0.0, 0.2, 1.0]]",
        ),
        (
            "[camera]\nenabled = true\n",
            "FILE:1: camera.notice: must say why there is a camera and who answers for it, before it is turned on",
        ),
        (
            '[camera]\nenabled = true\nnotice = { zh = "摄" }\n',
            "FILE:3: camera.notice: String should have at least 4 characters",
        ),
        (
            "[site]\nqqq = 1\n",
            "FILE:2: site.qqq: unknown key; known keys: greet_aloud, lang, logo, quiet_hours, stands_at",
        ),
        (
            '[site]\nquiet_hours = "9 to 5"\n',
            "FILE:2: site.quiet_hours: must be two times of day like 21:30-07:00, but it is '9 to 5'",
        ),
        (
            "[site]\nquiet_hours = 9\n",
            "FILE:2: site.quiet_hours: must be two times of day in quotation marks",
        ),
        ('[site]\n\nlang = "fr"\n', "FILE:3: site.lang: must be 'zh' or 'en', but it is 'fr'"),
        (
            '[learning]\nmax_clusters = "x"\n',
            "FILE:2: learning.max_clusters: must be a valid integer, unable to parse",
        ),
        (
            "[learning]\nmax_clusters = 70000\n",
            "FILE:2: learning.max_clusters: must be less than or equal to 5000, but it is 70000",
        ),
        ("[speaker]\ndevice = 3\n", "FILE:2: speaker.device: must be text in quotation marks, but it is 3"),
        ("[knowledge]\npack = 3\n", "FILE:2: knowledge.pack: must be a path in quotation marks, but it is 3"),
        (
            "[camera]\nsource = 0.5\n",
            "FILE:2: camera.source: must be a device number, or in quotation marks a device path, pi, pi:1, jetson,",
        ),
        (
            '[camera]\nsource = "pi:x"\n',
            "FILE:2: camera.source: must be a device number, or in quotation marks a device path, pi, pi:1, jetson,"
            " jetson:1 or a video file, but it is 'pi:x'",
        ),
        (
            "[recognition]\nmodel = 3\n",
            "FILE:2: recognition.model: must be auto, official, embedded or the path",
        ),
        (
            '[recognition]\nbackend = "whisper"\n',
            "FILE:2: recognition.backend: must be 'vosk', 'sherpa-onnx' or 'none', but it is 'whisper'",
        ),
        (
            '[recognition]\nmodel = "auto"\ndecoding = "fast"\n',
            "FILE:3: recognition.decoding: must be 'model' or 'small-board', but it is 'fast'",
        ),
        ("[recognition]\nmodell = 1\n", "FILE:2: recognition.modell: unknown key; did you mean 'model'?"),
        (
            '[speech]\nbackend = "festival"\n',
            "FILE:2: speech.backend: must be 'auto', 'espeak-ng', 'piper' or 'none', but it is 'festival'",
        ),
        (
            "[speech]\ncache_mb = -1\n",
            "FILE:2: speech.cache_mb: must be greater than or equal to 0, but it is -1",
        ),
        ("site = 3\n", "FILE:1: site: is a section; write [site] and its keys below"),
    ],
)
def test_each_mistake_is_one_line_with_its_place_and_what_to_do(
    file: Path, content: str, expected: str
) -> None:
    said = complaint(file, content)
    assert said.startswith(expected)
    assert "\n" not in said


def test_the_line_is_that_of_the_right_section(file: Path) -> None:
    said = complaint(file, "[microphone]\ndevice = 'a'\n\n[speaker]\n# device = 1\n  device = 7\n")
    assert said.startswith("FILE:6: speaker.device:")


def test_every_mistake_has_a_line_of_its_own(file: Path) -> None:
    said = complaint(file, '[fleet]\nport = 0\nhots = "x"\n[site]\nlang = "fr"\n')
    assert [re.sub(r": .*", "", line) for line in said.splitlines()] == ["FILE:2", "FILE:3", "FILE:5"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[site\n", r"^FILE: not valid TOML: .*line 1"),
        (b"[site]\nlang = \xb2\xe2\n", r"^FILE: not UTF-8 text \(byte 14\); save it as UTF-8$"),
    ],
)
def test_what_is_no_configuration_at_all(file: Path, content: bytes, expected: str) -> None:
    assert re.search(expected, complaint(file, content))


def test_a_byte_order_mark_does_no_harm(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + b'[site]\nlang = "en"\n')
    assert load_config(file).site.lang == "en"


@pytest.mark.parametrize("name", ["missing.toml", ""])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(ConfigError, match=rf"{re.escape(str(path))}: cannot be read: .*; give --config"):
        load_config(path)


@pytest.mark.parametrize(
    "mistake", ["[camera]\nenabeld = true\n", "[camera\n", "camera = 3\n", "[camera]\nsource = true\n"]
)
@pytest.mark.parametrize("before", [True, False])
def test_what_is_sound_is_saved_from_a_broken_file(file: Path, mistake: str, before: bool) -> None:
    home = 'data_dir = "/var/lib/kiosk"\n'
    fleet = '[fleet]\nenabled = false\nidentity = "/etc/identity"\n'
    file.write_text(home + "\n" + (mistake + fleet if before else fleet + mistake))
    with pytest.raises(ConfigError):
        load_config(file)
    saved = salvage_config(file)
    if not mistake.startswith("camera"):  # without a header of its own it stands in the section above
        assert saved.fleet == FleetConfig(enabled=False, identity=Path("/etc/identity"))
    assert saved.home == Path("/var/lib/kiosk")
    assert saved.camera == CameraConfig()


@pytest.mark.parametrize(
    "content", [b"[fleet\n", b"fleet = 3\n", b"[fleet]\nenabled = 3\n", b"\xff", b"[site]\n"]
)
def test_where_nothing_can_be_saved_the_kiosk_stands_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert salvage_config(file) == KioskConfig()


def test_nothing_is_saved_from_no_file(file: Path) -> None:
    assert salvage_config(None) == salvage_config(file) == KioskConfig()


def test_the_state_is_kept_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("YINGBIN_HOME", str(tmp_path))
    assert home_folder() == KioskConfig().home == tmp_path
    monkeypatch.setenv("YINGBIN_HOME", "")
    assert home_folder().name == "yingbin"


def test_a_device_is_a_part_of_a_name_or_a_known_role(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('[microphone]\ndevice = "role:usb"\nsilent_after_s = 0\n[speaker]\ndevice = "USB PnP"\n')
    config = load_config(path)
    assert (config.microphone.device, config.microphone.silent_after_s) == ("role:usb", 0)
    assert config.speaker.device == "USB PnP"
    path.write_text('[speaker]\ndevice = "role:phone"\n')
    with pytest.raises(ConfigError, match=r":2: speaker.device: must be .*role:usb.*but it is 'role:phone'"):
        load_config(path)
