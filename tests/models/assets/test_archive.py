"""Unpacking: archives that mean harm, or are broken, leave an error and nothing outside the folder."""

from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from models.assets import AssetError
from models.assets.archive import Bounds, unpack
from tests.models.assets.conftest import VOSK_FILES, zip_of


def refused(tmp_path: Path, packed: bytes, bounds: Bounds | None = None) -> str:
    archive = tmp_path / "model.zip"
    archive.write_bytes(packed)
    with pytest.raises(AssetError) as error:
        unpack(archive, tmp_path / "out" / "model", bounds)
    assert error.value.code == "assets.bad_archive"
    return error.value.message


@pytest.mark.parametrize(
    "path",
    [
        "../evil",
        "m/../../evil",
        "/etc/evil",
        "m/..",
        "m\\..\\evil",
        "c:/evil",
        "m/c:evil",
        "loose-file",
        "m/./../../evil",
    ],
)
def test_paths_that_lead_out_are_refused(tmp_path: Path, path: str) -> None:
    assert "model.zip is refused" in refused(tmp_path, zip_of({"m/ok": b"1", path: b"2"}))
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("m/link")
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert "no ordinary file" in refused(tmp_path, packed.getvalue())


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    assert "would unpack" in refused(tmp_path, zip_of({"m/zeros": bytes(30_000_000)}))
    assert not (tmp_path / "out").exists()


def test_a_bomb_that_lies_about_its_size_is_stopped(tmp_path: Path) -> None:
    packed = bytearray(zip_of({"m/zeros": bytes(3_000_000)}))
    true_size = struct.pack("<I", 3_000_000)
    while (found := packed.find(true_size)) >= 0:
        packed[found : found + 4] = struct.pack("<I", 1000)
    refused(tmp_path, bytes(packed), Bounds(total_bytes=100_000, ratio=1e9))
    written = sum(file.stat().st_size for file in (tmp_path / "out").rglob("*") if file.is_file())
    assert written <= 100_000


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    assert "11 files" in refused(tmp_path, zip_of({f"m/{n}": b"" for n in range(11)}), Bounds(files=10))


def test_two_top_folders_are_refused(tmp_path: Path) -> None:
    assert "more than one folder" in refused(tmp_path, zip_of({"m/a": b"1", "n/b": b"2"}))


def test_a_file_twice_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("m/a", "1")
        archive.writestr("m/a", "2")
    assert "twice" in refused(tmp_path, packed.getvalue())


@pytest.mark.parametrize("packed", [b"", b"no zip", zip_of({})], ids=["empty", "text", "nothing in it"])
def test_what_is_no_archive_is_refused(tmp_path: Path, packed: bytes) -> None:
    refused(tmp_path, packed)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_unusual_packing_is_refused(tmp_path: Path, method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("m/a", b"content" * 100)
    assert "unusual" in refused(tmp_path, packed.getvalue())


def test_damaged_archives_are_refused_or_right_and_never_crash(tmp_path: Path) -> None:
    whole = zip_of({"m/" + name: content[:300] for name, content in VOSK_FILES.items()})
    dice = random.Random(1)
    archive = tmp_path / "model.zip"
    codes: Counter[str] = Counter()
    for attempt in range(600):
        packed = bytearray(whole)
        for _ in range(dice.choice([1, 1, 2, 4])):
            # Most damage goes where the archive's directory is: it decides what is done with the rest.
            place = dice.randrange(len(packed) - (400 if dice.random() < 0.7 else len(packed)), len(packed))
            packed[place] = dice.choice([0, 1, 9, 12, 14, 255, dice.randrange(256)])
        archive.write_bytes(packed if dice.random() < 0.8 else packed[: dice.randrange(len(packed))])
        folder = tmp_path / "out" / str(attempt)
        try:
            hashes = unpack(archive, folder)
        except AssetError as error:
            codes[error.code] += 1
        else:
            codes["right"] += 1
            assert all((folder / relative).is_file() for relative in hashes)
    assert set(codes) == {"assets.bad_archive", "right"}
    assert {path.name for path in tmp_path.iterdir()} <= {"model.zip", "out"}
