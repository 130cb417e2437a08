"""Models that the centre sends: unpacked without trust, examined in a process of their own, found by who uses them."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from kiosk_app.config import KioskConfig
from kiosk_app.speech_model import speech_model
from kiosk_app.updating.disk import Disk
from kiosk_app.updating.errors import UpdateError
from kiosk_app.updating.machine import Target
from kiosk_app.updating.model_kind import MODELS, ModelFiles, find_model
from kiosk_app.updating.news import News
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.start import model_installer
from kiosk_app.updating.update import Update
from models.assets import VOSK_ZH, YUNET
from models.assets.stamp import sha256_of
from models.knowledge import Knowledge
from models.speech import speech_model_for
from tests.kiosk_app.updating.stock import packed
from tests.vision.conftest import nanodet_model, yunet_model

__all__ = ["nanodet_model", "yunet_model"]

SPOKEN = "居住证要带什么材料"
VOSK = ModelFiles(MODELS["vosk-zh"])


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real recogniser that knows one sentence, packed."""
    folder = tmp_path_factory.mktemp("recogniser")
    return packed(speech_model_for([SPOKEN], folder / "model"), folder / "vosk.zip")


@pytest.fixture
def slot(tmp_path: Path) -> Path:
    """An empty one."""
    folder = tmp_path / "slot"
    folder.mkdir()
    return folder


def target(path: Path, name: str = "vosk-zh") -> Target:
    """``path`` as it was announced."""
    return Target(name=name, version="1", sha256=sha256_of(path))


def test_a_recogniser_is_unpacked_examined_and_used_from_its_slot(
    recogniser: Path, tmp_path: Path, gov: Knowledge
) -> None:
    home = tmp_path / "home"
    told: list[News] = []
    installer = model_installer(KioskConfig(data_dir=home), "vosk-zh", told.append)
    wanted = Update(1, "model", "vosk-zh", "1", sha256_of(recogniser), recogniser)
    assert installer.receive(wanted) == "taken"
    installer.prepare()
    assert find_model(home, VOSK_ZH) is None, "it is not in use yet"
    assert installer.switch(wanted.sha256, running=False)
    found = find_model(home, VOSK_ZH)
    assert found is not None and found == folder_of(home, "model", "vosk-zh") / "a" / VOSK_ZH
    assert speech_model("auto", "zh", gov, home).label == VOSK_ZH, "it listens from now on"
    installer.prove()
    assert found is not None
    file = next(path for path in found.rglob("*") if path.is_file() and path.stat().st_size > 1000)
    raw = bytearray(file.read_bytes())
    raw[100] ^= 0xFF
    file.write_bytes(raw)
    assert find_model(home, VOSK_ZH) is None, "what was damaged on the disk is not used"
    assert told == []


def test_a_folder_that_is_no_recogniser_is_refused_with_its_reason(tmp_path: Path, slot: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "README").write_text("no model")
    archive = packed(source, tmp_path / "bad.zip")
    VOSK.stage(archive, slot, target(archive), Disk())
    with pytest.raises(UpdateError) as caught:
        VOSK.examine(slot, target(archive))
    assert caught.value.code == "examination.failed"
    assert "am/final.mdl" in str(caught.value)


def test_a_recogniser_whose_files_are_garbage_cannot_end_the_kiosk(
    recogniser: Path, tmp_path: Path, slot: Path
) -> None:
    """Kaldi reads what it finds; whatever becomes of that, it becomes of another process."""
    source = tmp_path / "source"
    with zipfile.ZipFile(recogniser) as archive:
        archive.extractall(source)
    for path in source.rglob("*"):
        if path.is_file() and path.suffix in (".mdl", ".fst"):
            path.write_bytes(os.urandom(20_000))
    archive_path = packed(next(source.iterdir()), tmp_path / "garbage.zip")
    VOSK.stage(archive_path, slot, target(archive_path), Disk())
    with pytest.raises(UpdateError) as caught:
        VOSK.examine(slot, target(archive_path))
    assert caught.value.code in ("examination.failed", "examination.died")
    assert caught.value.bad


def hostile(out: Path, kind: str) -> Path:
    """An archive that wants more than its slot."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind == "out of the folder":
            archive.writestr("model/../../../escaped", "x")
        elif kind == "absolute":
            archive.writestr("/escaped", "x")
        elif kind == "link":
            link = zipfile.ZipInfo("model/link")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")
        elif kind == "bomb":
            archive.writestr("model/zeros", bytes(60 * 2**20))
        elif kind == "many files":
            for number in range(500):
                archive.writestr(f"model/{number}", "x")
        elif kind == "two folders":
            archive.writestr("model/a", "x")
            archive.writestr("other/a", "x")
    return out


@pytest.mark.parametrize(
    "kind", ["out of the folder", "absolute", "link", "bomb", "many files", "two folders", "empty"]
)
def test_a_hostile_archive_is_refused_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    archive = hostile(tmp_path / "hostile.zip", kind)
    home = tmp_path / "home"
    installer = model_installer(KioskConfig(data_dir=home), "vosk-zh", lambda news: None)
    installer.receive(Update(1, "model", "vosk-zh", "1", sha256_of(archive), archive))
    with pytest.raises(UpdateError) as caught:
        installer.prepare()
    assert (caught.value.code, caught.value.bad) == ("assets.bad_archive", True)
    assert installer.state.phase == "refused"
    assert not list(tmp_path.rglob("escaped"))
    assert [path for path in home.rglob("*") if path.is_file()] == [
        folder_of(home, "model", "vosk-zh") / "state.json"
    ]


@pytest.mark.parametrize("name", ["yunet", "nanodet"])
def test_a_detector_sees_nobody_in_an_empty_picture(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path: Path = request.getfixturevalue(f"{name}_model")
    home = tmp_path / "home"
    installer = model_installer(KioskConfig(data_dir=home), name, lambda news: None)
    wanted = Update(1, "model", name, "1", sha256_of(path), path)
    installer.receive(wanted)
    installer.prepare()
    assert installer.switch(wanted.sha256, running=False)
    assert find_model(home, MODELS[name].asset) == folder_of(home, "model", name) / "a" / MODELS[name].asset


def test_another_models_file_is_no_detector(tmp_path: Path, slot: Path) -> None:
    file = tmp_path / "any.onnx"
    file.write_bytes(os.urandom(5000))
    kind = ModelFiles(MODELS["yunet"])
    kind.stage(file, slot, target(file, "yunet"), Disk())
    with pytest.raises(UpdateError, match="no YuNet model"):
        kind.examine(slot, target(file, "yunet"))


def test_without_anything_sent_the_asset_store_is_asked(tmp_path: Path) -> None:
    assert find_model(tmp_path, YUNET) is None
