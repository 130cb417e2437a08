"""Full disks, torn files and damaged slots: the old one serves, nothing is left over, the next attempt succeeds."""

from __future__ import annotations

import ast
import errno
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kiosk_app.updating
from kiosk_app.runtime.shelf import FILE
from kiosk_app.updating.disk import Disk
from kiosk_app.updating.machine import Slot
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.state_file import MARK, STATE
from tests.kiosk_app.updating.killing import Moment, Scribe
from tests.kiosk_app.updating.lectern import Lectern
from tests.kiosk_app.updating.stock import NEW, OLD, Stock, update
from tests.kiosk_app.updating.stories import STORIES


class FullDisk(Scribe):
    """From one of its moments on it takes nothing."""

    def __init__(self, since: Moment) -> None:
        super().__init__()
        self._since = since
        self.full = False

    def moment(self, name: str) -> None:
        super().moment(name)
        self.full = self.full or self.moments[-1] == self._since
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")

    def jot(self, path: Path, data: bytes) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().jot(path, data)


@pytest.fixture(scope="module")
def prepared(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kiosk with the first version proven in slot a."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    STORIES[0].prepare(home, stock)
    return home


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(prepared, tmp_path / "home")


@pytest.fixture
def start(home: Path, stock: Stock) -> Iterator[Callable[[Disk | None], Lectern]]:
    """Starts the program on a disk; it is ended after the test."""
    runs: list[Lectern] = []

    def begin(disk: Disk | None = None) -> Lectern:
        runs.append(Lectern(home, stock.shipped, disk))
        runs[-1].open()
        return runs[-1]

    yield begin
    for run in runs:
        run.close()


def moments_until_switched(prepared: Path, stock: Stock, scratch: Path) -> list[Moment]:
    """Everything that is written until a new one is in service."""
    scribe = Scribe()
    kiosk = Lectern(shutil.copytree(prepared, scratch), stock.shipped, scribe)
    kiosk.open()
    kiosk.send(update(stock.second, 2))
    kiosk.exchange()
    moments = list(scribe.moments)
    kiosk.close()
    return moments


def test_a_disk_that_is_full_at_any_moment_costs_the_update_and_nothing_else(
    prepared: Path, stock: Stock, tmp_path: Path
) -> None:
    moments = moments_until_switched(prepared, stock, tmp_path / "rehearsal")
    assert len(moments) > 30
    for number, moment in enumerate(moments):
        home = shutil.copytree(prepared, tmp_path / str(number))
        kiosk = Lectern(home, stock.shipped, FullDisk(moment))
        kiosk.open()
        kiosk.send(update(stock.second, 2))
        if moment.name.startswith("trial"):
            kiosk._events.get(timeout=60)
            kiosk.nobody_is_here()
        news = kiosk.told("failed")
        assert (news.code, kiosk.version, kiosk.answers()) == ("disk", OLD, "answer"), moment
        kiosk.close()
        again = Lectern(home, stock.shipped)
        again.open()
        assert again.answers() == "answer", moment
        assert again.proves(update(stock.second, 3)), moment
        again.close()
        assert not list((home / "updates").rglob("*.part")), moment
        shutil.rmtree(home)


TORN = (b"", b"{", b'{"format": 1, "phase": "trial"}', b"\xff\xfe\x00", b"[]", b"null", b"x" * 100_000)


@pytest.mark.parametrize("torn", TORN, ids=range(len(TORN)))
@pytest.mark.parametrize("since", ["proven", "trial"])
def test_a_torn_state_is_an_idle_kiosk_with_the_old_good_one(
    start: Callable[..., Lectern], home: Path, stock: Stock, torn: bytes, since: str
) -> None:
    if since == "trial":
        before = start()
        before.send(update(stock.second, 2))
        before.exchange()
        before.close()
    (folder_of(home, "knowledge") / STATE).write_bytes(torn)
    kiosk = start()
    assert (kiosk.version, kiosk.state.phase) == (OLD, "idle")
    assert kiosk.proves(update(stock.second, 3))


def test_any_cut_of_the_state_is_survived(home: Path, stock: Stock) -> None:
    file = folder_of(home, "knowledge") / STATE
    whole = file.read_bytes()
    for length in range(0, len(whole), 7):
        file.write_bytes(whole[:length])
        state = Lectern(home, stock.shipped).state
        assert (state.phase, state.in_use) == ("idle", update(stock.first, 1).target)


@pytest.mark.parametrize("name", [STATE, MARK, FILE, "usual.json", "state.json.part", "answering"])
@pytest.mark.parametrize("content", [b"", b"\x00" * 4096])
def test_garbage_in_any_one_file_leaves_a_kiosk_that_answers_and_updates(
    start: Callable[..., Lectern], home: Path, stock: Stock, name: str, content: bytes
) -> None:
    folder = folder_of(home, "knowledge")
    (folder / "a" / name if name in (MARK, FILE) else folder / name).write_bytes(content)
    kiosk = start()
    assert kiosk.answers() == "answer"
    assert kiosk.proves(update(stock.second, 3))


def test_the_good_one_behind_it_serves_when_the_newest_is_damaged(
    start: Callable[..., Lectern], home: Path, stock: Stock
) -> None:
    kiosk = start()
    kiosk.install(update(stock.second, 2))
    kiosk.close()
    damage(home, "b")
    kiosk = start()
    assert kiosk.version == OLD
    assert "was damaged on the disk" in kiosk.librarian.complaint
    assert kiosk.proves(update(stock.second, 3)), "what was damaged can be sent again"
    assert kiosk.version == NEW


def test_a_trial_whose_file_is_damaged_is_returned_and_may_come_again(
    start: Callable[..., Lectern], home: Path, stock: Stock
) -> None:
    kiosk = start()
    kiosk.send(update(stock.second, 2))
    kiosk.exchange()
    kiosk.close()
    damage(home, "b")
    kiosk = start()
    assert kiosk.told("returned").code == "does_not_open"
    assert kiosk.version == OLD
    assert kiosk.proves(update(stock.second, 2)), "it is no fault of its own"


def test_what_was_shipped_serves_when_all_else_is_gone(
    start: Callable[..., Lectern], home: Path, stock: Stock
) -> None:
    kiosk = start()
    kiosk.install(update(stock.second, 2))
    kiosk.close()
    damage(home, "a")
    damage(home, "b")
    kiosk = start()
    assert kiosk.version not in (OLD, NEW)
    assert kiosk.answers() == "answer"


def test_a_file_that_is_not_what_was_announced_is_not_blamed_on_it(
    start: Callable[..., Lectern], stock: Stock, tmp_path: Path
) -> None:
    spoilt = tmp_path / "second.ybk"
    spoilt.write_bytes(stock.second.read_bytes()[:-100])
    kiosk = start()
    wanted = update(stock.second, 2)
    kiosk.send(type(wanted)(2, "knowledge", wanted.name, wanted.version, wanted.sha256, spoilt))
    assert kiosk.told("failed").code == "hash"
    assert kiosk.proves(wanted)


def test_one_that_ends_the_program_while_it_is_examined_is_not_examined_for_ever(
    start: Callable[..., Lectern], home: Path, stock: Stock
) -> None:
    file = folder_of(home, "knowledge") / STATE
    kiosk = start()
    kiosk.send(update(stock.second, 2))
    kiosk._events.get(timeout=60)
    kiosk.close()
    state = json.loads(file.read_text())
    state |= {"phase": "staged"}
    state["candidate"]["examinations"] = 3
    file.write_text(json.dumps(state))
    kiosk = start()
    assert kiosk.told("rejected").code == "examination.died"
    assert kiosk.version == OLD


def damage(home: Path, slot: Slot) -> None:
    """Turn a byte in the middle of a slot's artefact."""
    file = folder_of(home, "knowledge") / slot / FILE
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    file.write_bytes(raw)


WRITING = {
    "write_bytes", "write_text", "touch", "mkdir", "unlink", "rename", "rmtree", "copyfile", "copy2",
    "copytree", "move", "symlink_to", "hardlink_to", "truncate", "fsync", "NamedTemporaryFile", "mkstemp", "mkdtemp",
}  # fmt: skip


def test_only_the_disk_writes_so_that_no_moment_is_forgotten() -> None:
    """Who changes files anywhere else in the package would not be killed there by any test."""
    found: list[str] = []
    for path in Path(kiosk_app.updating.__path__[0]).rglob("*.py"):
        if path.name == "disk.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in WRITING:
                found.append(f"{path.name}:{node.lineno}: {node.attr}")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "open"
            ):
                modes = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                if any(isinstance(mode, str) and set(mode) & set("wax+") for mode in modes):
                    found.append(f"{path.name}:{node.lineno}: open for writing")
    assert found == []
