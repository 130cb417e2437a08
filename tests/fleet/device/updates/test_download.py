"""One file on its way to disk: resumed, bounded, verified, and what it says when the disk is full."""

# pyright: reportPrivateImportUsage=false

import errno
import hashlib
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tuf.api.metadata import TargetFile

from fleet.device.errors import FetchError
from fleet.device.updates.download import Download, clean
from fleet.device.updates.transports import AbsentError, Stream, UnreachableError

CONTENT = random.Random(7).randbytes(300_000)
SHA = hashlib.sha256(CONTENT).hexdigest()
INFO = TargetFile(len(CONTENT), {"sha256": SHA}, "knowledge/gov-1-aaaaaaaa.ybk")
_PIECE = 20_000


class Way:
    """A transport that sends ``content`` and breaks off where told."""

    def __init__(self, content: bytes = CONTENT, *, breaks: int = 0, ranges: bool = True) -> None:
        self.content = content
        self.asked: list[int] = []
        self.sent = 0
        self._breaks = breaks
        self._ranges = ranges
        self.error: Exception = UnreachableError("broke off")

    @property
    def name(self) -> str:
        return "a way"

    def open(self, path: str, offset: int) -> Stream:
        self.asked.append(offset)
        start = offset if self._ranges else 0
        return Stream(start, self._pieces(start))

    def _pieces(self, start: int) -> Iterator[bytes]:
        for at in range(start, len(self.content), _PIECE):
            if self._breaks and at - start >= self._breaks:
                raise self.error
            piece = self.content[at : at + _PIECE]
            self.sent += len(piece)
            yield piece


def fetch(folder: Path, *ways: Way) -> Path:
    return Download(INFO, folder).fetch(ways, lambda have, total: None)


def part(folder: Path, content: bytes) -> Path:
    path = folder / f"{SHA}.part"
    path.write_bytes(content)
    return path


def test_a_file_arrives_whole_and_alone(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = Download(INFO, tmp_path).fetch([Way()], lambda have, total: told.append((have, total)))
    assert path == tmp_path / f"{SHA}.ybk"
    assert path.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [path]
    assert told[-1] == (len(CONTENT), len(CONTENT)) and told == sorted(told)
    assert Download(INFO, tmp_path).whole() == path


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    part(tmp_path, CONTENT[:123_456])
    way = Way()
    assert fetch(tmp_path, way).read_bytes() == CONTENT
    assert way.asked == [123_456]
    assert way.sent == len(CONTENT) - 123_456


def test_a_way_that_breaks_off_is_gone_on_with_as_long_as_it_brings_something(tmp_path: Path) -> None:
    way = Way(breaks=60_000)
    assert fetch(tmp_path, way).read_bytes() == CONTENT
    assert way.asked == [0, 60_000, 120_000, 180_000, 240_000]
    assert way.sent == len(CONTENT)


def test_the_next_way_goes_on_where_the_first_one_stopped(tmp_path: Path) -> None:
    class Stops(Way):
        def open(self, path: str, offset: int) -> Stream:
            if offset:
                raise UnreachableError("gone")
            return super().open(path, offset)

    first, second = Stops(breaks=100_000), Way()
    assert fetch(tmp_path, first, second).read_bytes() == CONTENT
    assert second.asked == [100_000]
    assert first.sent + second.sent == len(CONTENT)


def test_a_way_without_ranges_begins_anew(tmp_path: Path) -> None:
    part(tmp_path, CONTENT[:50_000])
    assert fetch(tmp_path, Way(ranges=False)).read_bytes() == CONTENT


def test_when_every_way_is_closed_what_came_stays_for_the_next_time(tmp_path: Path) -> None:
    class Drops(Way):
        def open(self, path: str, offset: int) -> Stream:
            if offset >= 40_000:
                raise UnreachableError("gone")
            return super().open(path, offset)

    with pytest.raises(UnreachableError):
        fetch(tmp_path, Drops(breaks=40_000))
    assert (tmp_path / f"{SHA}.part").read_bytes() == CONTENT[:40_000]


def test_what_a_power_cut_has_hurt_is_fetched_anew_once(tmp_path: Path) -> None:
    part(tmp_path, bytes(100_000))
    way = Way()
    assert fetch(tmp_path, way).read_bytes() == CONTENT
    assert way.asked == [100_000, 0]


def test_a_part_longer_than_the_file_is_begun_anew(tmp_path: Path) -> None:
    part(tmp_path, CONTENT + b"more")
    assert fetch(tmp_path, Way()).read_bytes() == CONTENT


def test_a_file_that_lies_there_damaged_is_not_used(tmp_path: Path) -> None:
    (tmp_path / f"{SHA}.ybk").write_bytes(b"damaged")
    assert Download(INFO, tmp_path).whole() is None
    assert list(tmp_path.iterdir()) == []


def test_where_one_way_lies_the_next_one_is_asked(tmp_path: Path) -> None:
    assert fetch(tmp_path, Way(bytes(len(CONTENT))), Way()).read_bytes() == CONTENT


def test_no_room_is_said_before_anything_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 1000))  # type: ignore[attr-defined]
    way = Way()
    with pytest.raises(FetchError) as caught:
        fetch(tmp_path, way)
    assert caught.value.code == "fetch.disk" and "MB free" in caught.value.message
    assert way.asked == []


def test_a_disk_that_fills_up_on_the_way_gives_the_room_back(tmp_path: Path) -> None:
    way = Way(breaks=40_000)
    way.error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(FetchError) as caught:
        fetch(tmp_path, way)
    assert caught.value.code == "fetch.disk" and "No space left" in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_nobody_has_is_refused(tmp_path: Path) -> None:
    class Absent(Way):
        def open(self, path: str, offset: int) -> Stream:
            raise AbsentError(path, self.name)

    with pytest.raises(FetchError) as caught:
        fetch(tmp_path, Absent())
    assert caught.value.code == "fetch.refused"


def test_old_files_go_and_the_ones_in_use_stay(tmp_path: Path) -> None:
    for number in range(8):
        path = tmp_path / f"{number}.ybk"
        path.write_bytes(b"x")
        os.utime(path, (number, number))
    (tmp_path / "stale.part").write_bytes(b"x")
    (tmp_path / "wanted.part").write_bytes(b"x")
    clean(tmp_path, {"0", "wanted"})
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("0.ybk", "4.ybk", "5.ybk", "6.ybk", "7.ybk"),
        "wanted.part",
    ]
