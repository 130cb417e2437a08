"""The shelf: what the centre sent survives restarts, damage and full disks."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path

import pytest

from kiosk_app.runtime.shelf import KEPT, Shelf, Volume
from models.errors import ModelsError
from models.knowledge import KnowledgeError
from tests.kiosk_app.knowledge import another_version, that_fails_its_own_questions


class Place:
    """A kiosk's folders, and artefacts that the centre sends into it."""

    def __init__(self, folder: Path, artefact: Path) -> None:
        self.folder = folder / "knowledge"
        self.cache = folder / "packs"
        self.configured = artefact
        self._incoming = folder / "incoming"
        self._incoming.mkdir()

    def arrive(self, version: str) -> Volume:
        """An artefact that was fetched and examined."""
        return Shelf(self.folder).examine(
            another_version(self.configured, version, self._incoming / f"{version}.zip")
        )

    def adopt(self, version: str) -> Volume:
        """The same, taken into use; the fetched file is gone afterwards."""
        volume = self.arrive(version)
        Shelf(self.folder).adopt(volume)
        volume.path.unlink()
        return volume

    def restart(self) -> tuple[Volume | None, list[str]]:
        """What a fresh start finds."""
        return Shelf(self.folder).first(self.configured, None, self.cache)

    def found_version(self) -> str:
        """The version that a fresh start works with."""
        volume, _ = self.restart()
        assert volume is not None
        return volume.knowledge.version

    def file_of(self, volume: Volume) -> Path:
        """Where the shelf keeps it."""
        return self.folder / f"{volume.knowledge.sha256}.ybk"


@pytest.fixture
def place(tmp_path: Path, gov_artefact: Path) -> Place:
    """An empty kiosk that is configured with the shipped knowledge."""
    return Place(tmp_path, gov_artefact)


def test_at_first_the_configured_knowledge_is_used(place: Place) -> None:
    volume, complaints = place.restart()
    assert volume is not None
    assert (volume.path, complaints) == (place.configured, [])


def test_what_was_adopted_survives_a_restart(place: Place) -> None:
    place.adopt("2099.1.1")
    assert place.found_version() == "2099.1.1"
    place.adopt("2099.1.2")
    assert place.found_version() == "2099.1.2"


def test_when_the_newest_is_damaged_the_good_one_before_it_is_used(place: Place) -> None:
    place.adopt("2099.1.1")
    newest = place.adopt("2099.1.2")
    raw = bytearray(place.file_of(newest).read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    place.file_of(newest).write_bytes(raw)
    volume, complaints = place.restart()
    assert volume is not None
    assert volume.knowledge.version == "2099.1.1"
    assert len(complaints) == 1
    assert str(place.file_of(newest)) in complaints[0]


def test_a_damaged_one_that_is_sent_again_is_sound_again(place: Place) -> None:
    newest = place.adopt("2099.1.2")
    place.file_of(newest).write_bytes(b"")
    place.adopt("2099.1.2")
    assert place.found_version() == "2099.1.2"


def test_when_all_that_was_sent_is_gone_the_configured_one_is_used(place: Place) -> None:
    place.adopt("2099.1.1")
    for file in place.folder.glob("*.ybk"):
        file.unlink()
    assert place.found_version() not in ("2099.1.1", "")


@pytest.mark.parametrize(
    "ledger", [b"", b"{}", b"[1, null]", b'["../../etc/passwd"]', b"\xff\xfe", b'"x.ybk"']
)
def test_a_spoilt_ledger_is_as_good_as_none(place: Place, ledger: bytes) -> None:
    place.adopt("2099.1.1")
    (place.folder / "in-use.json").write_bytes(ledger)
    volume, complaints = place.restart()
    assert volume is not None
    assert (volume.path, complaints) == (place.configured, [])


def test_without_any_knowledge_every_fault_is_told(place: Place, tmp_path: Path) -> None:
    newest = place.adopt("2099.1.1")
    place.file_of(newest).write_bytes(b"PK\x03\x04")
    volume, complaints = Shelf(place.folder).first(tmp_path / "nowhere", None, place.cache)
    assert volume is None
    assert len(complaints) == 2
    assert "nowhere" in complaints[1]


def test_only_the_newest_few_are_kept(place: Place) -> None:
    volumes = [place.adopt(f"2099.1.{n}") for n in range(KEPT + 2)]
    kept = {file.name for file in place.folder.glob("*.ybk")}
    assert kept == {place.file_of(volume).name for volume in volumes[-KEPT:]}
    assert json.loads((place.folder / "in-use.json").read_text())[0] == place.file_of(volumes[-1]).name


def test_one_that_returns_is_the_newest_again(place: Place) -> None:
    place.adopt("2099.1.1")
    place.adopt("2099.1.2")
    place.adopt("2099.1.1")
    assert place.found_version() == "2099.1.1"
    assert len(list(place.folder.glob("*.ybk"))) == 2


def test_one_that_lies_on_the_shelf_already_can_be_adopted(place: Place) -> None:
    place.adopt("2099.1.1")
    volume, _ = place.restart()
    assert volume is not None
    Shelf(place.folder).adopt(volume)
    assert place.found_version() == "2099.1.1"


def test_a_full_disk_leaves_what_was_there_and_no_rest(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.adopt("2099.1.1")
    volume = place.arrive("2099.1.2")

    def half(source: Path, target: Path) -> None:
        Path(target).write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", half)
    with pytest.raises(OSError, match="No space"):
        Shelf(place.folder).adopt(volume)
    monkeypatch.undo()
    assert list(place.folder.glob("*.part")) == []
    assert place.found_version() == "2099.1.1"


def test_a_folder_that_cannot_be_made_is_no_reason_not_to_start(place: Place) -> None:
    place.folder.write_bytes(b"a file in its place")
    volume, _ = place.restart()
    assert volume is not None
    with pytest.raises(OSError, match="exists"):
        Shelf(place.folder).adopt(volume)


def test_knowledge_that_fails_its_own_questions_is_refused(tmp_path: Path, gov_artefact: Path) -> None:
    broken = that_fails_its_own_questions(gov_artefact, tmp_path / "broken.zip")
    with pytest.raises(
        KnowledgeError, match=r"broken\.zip fails its own questions: .*understood as"
    ) as caught:
        Shelf(tmp_path).examine(broken)
    assert isinstance(caught.value, ModelsError)
    assert caught.value.code == "health_check"
