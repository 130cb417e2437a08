"""Finding a stick in the kernel's own files, and writing to it: real files, and a real full and read-only disk."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.errors import HardwareError
from hardware.sticks import Stick, find_stick, write_to


class Board:
    """A /sys and a list of mounts, as the kernel writes them."""

    def __init__(self, folder: Path) -> None:
        self.sys, self.home, self._lines = folder / "sys", folder / "home", ["proc /proc proc rw 0 0"]
        self._mounts = folder / "mounts"
        self.home.mkdir()
        for name in ("block", "class/block"):
            (self.sys / name).mkdir(parents=True)

    def disk(self, name: str, *, removable: bool = False, usb: bool = False, size: int = 8) -> None:
        """A disk with one partition."""
        bus = "pci0000:00/usb1/1-1" if usb else "platform/soc"
        place = self.sys / "devices" / bus / "block" / name
        part = place / f"{name}1"
        part.mkdir(parents=True)
        (place / "removable").write_text(f"{int(removable)}\n", encoding="ascii")
        (place / "size").write_text(f"{size}\n", encoding="ascii")
        (part / "partition").write_text("1\n", encoding="ascii")
        (self.sys / "block" / name).symlink_to(place)
        (self.sys / "class/block" / name).symlink_to(place)
        (self.sys / "class/block" / f"{name}1").symlink_to(part)

    def mount(self, device: str, folder: str, options: str = "rw,relatime") -> None:
        """One more line."""
        self._lines.append(f"/dev/{device} {folder} vfat {options} 0 0")

    def find(self) -> Stick:
        """What is found on it."""
        self._mounts.write_text("\n".join(self._lines) + "\n", encoding="utf-8")
        return find_stick(self.home, self._mounts, self.sys)


@pytest.fixture
def board(tmp_path: Path) -> Board:
    """A board that runs from its card, with nothing plugged in."""
    board = Board(tmp_path)
    board.disk("mmcblk0")
    board.mount("mmcblk01", "/")
    return board


def _code(board: Board) -> str:
    with pytest.raises(HardwareError) as error:
        board.find()
    return error.value.code


def test_a_stick_is_found_where_it_is_mounted(board: Board) -> None:
    board.disk("sda", removable=True)
    board.mount("sda1", "/media/kiosk/MY\\040STICK\\134x")
    assert board.find() == Stick("/dev/sda1", Path("/media/kiosk/MY STICK\\x"))


def test_a_disk_on_usb_counts_though_it_is_not_called_removable(board: Board) -> None:
    board.disk("sdb", usb=True)
    board.mount("sdb1", "/mnt")
    assert board.find().folder == Path("/mnt")


def test_the_system_is_never_taken_for_a_stick(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.disk("sda", removable=True, usb=True)
    board.mount("sda1", "/boot/firmware")
    board.mount("sda1", "/data")
    assert _code(board) == "stick.none"


def test_without_a_stick_it_is_asked_for(board: Board) -> None:
    assert _code(board) == "stick.none"
    board.disk("sdc", removable=True, size=0)  # a card reader without a card
    assert _code(board) == "stick.none"


def test_a_stick_that_nobody_mounts_is_told_apart(board: Board) -> None:
    board.disk("sda", removable=True)
    assert _code(board) == "stick.unmounted"


def test_of_two_the_one_that_can_be_written(board: Board) -> None:
    for name, options in (("sda", "rw"), ("sdb", "ro,noexec")):
        board.disk(name, removable=True)
        board.mount(f"{name}1", f"/media/{name}", options)
    assert board.find().folder == Path("/media/sda")


def test_damaged_lines_are_passed_over(board: Board) -> None:
    board.mount("../../etc", "/x")
    board.mount("sdz9", "/y")
    board._lines.append("/dev/")
    assert _code(board) == "stick.none"


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    """A folder as a stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return Stick("/dev/sda1", folder)


def _refused(stick: Stick, name: str = "a.zip", size: int = 10) -> str:
    with pytest.raises(HardwareError) as error:
        write_to(stick, [("first", b"x"), (name, bytes(size))])
    return error.value.code


def test_files_are_written_whole(stick: Stick) -> None:
    write_to(stick, [("a.zip", bytes(range(256)) * 4000), ("a.zip.sha256", b"sum")])
    assert (stick.folder / "a.zip").read_bytes() == bytes(range(256)) * 4000
    assert (stick.folder / "a.zip").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("planted", ["link", "dangling", "file"])
def test_what_is_on_the_stick_is_neither_followed_nor_overwritten(
    stick: Stick, tmp_path: Path, planted: str
) -> None:
    victim = tmp_path / "victim"
    if planted != "dangling":
        victim.write_text("mine", encoding="ascii")
    if planted == "file":
        (stick.folder / "a.zip").write_text("mine", encoding="ascii")
    else:
        (stick.folder / "a.zip").symlink_to(victim)
    assert _refused(stick) == "stick.exists"
    assert not (stick.folder / "first").exists(), "what was begun is removed"
    if planted == "dangling":
        assert not victim.exists()
    else:
        assert victim.read_text(encoding="ascii") == "mine"
        assert (stick.folder / "a.zip").read_text(encoding="ascii") == "mine"


def test_a_stick_that_became_a_link_is_refused(stick: Stick, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    stick.folder.rmdir()
    stick.folder.symlink_to(tmp_path / "elsewhere")
    assert _refused(stick) == "stick.lost"
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_stick_that_was_pulled_out_is_told(stick: Stick) -> None:
    stick.folder.rmdir()
    assert _refused(stick) == "stick.lost"


def test_a_write_protected_stick_is_not_tried(stick: Stick) -> None:
    assert _refused(Stick(stick.device, stick.folder, read_only=True)) == "stick.read_only"
    assert not list(stick.folder.iterdir())


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 2 MB, where this user may mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("this user may not mount")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_stick_says_how_much_is_wanted(small: Path) -> None:
    with pytest.raises(HardwareError, match=r"2\.1 MB are free, 2\.5 MB are needed") as error:
        write_to(Stick("/dev/sda1", small), [("a.zip", bytes(1_500_000))])
    assert error.value.code == "stick.full"
    assert not list(small.iterdir())


def test_a_stick_that_turns_read_only_is_told(small: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    assert _refused(Stick("/dev/sda1", small)) == "stick.read_only"
