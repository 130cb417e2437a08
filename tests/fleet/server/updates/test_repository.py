"""The repository: keys apart and offline, rotation without a gap, renewal in time, and a publisher killed anywhere."""

import hashlib
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fleet.device.updates.client import UpdateClient
from fleet.device.updates.transports import Folder
from fleet.protocol.tree import stored_path
from fleet.protocol.updates import Target
from fleet.server.errors import FleetError
from fleet.server.updates.export import export
from fleet.server.updates.keys import ROLES, Role
from fleet.server.updates.repository import Repository
from fleet.server.updates.state import LIFETIME
from fleet.server.updates.upkeep import look_after, roles_of
from tests.fleet.update_kiosk import add


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "updates"


@pytest.fixture
def repository(folder: Path) -> Repository:
    return Repository(folder)


class Client:
    """A kiosk that follows the tree."""

    def __init__(self, repository: Repository, folder: Path, now: datetime | None = None) -> None:
        folder.mkdir(exist_ok=True)
        root = folder / "root.json"
        if not root.exists():
            root.write_bytes(repository.trusted_root.read_bytes())
        self._tree = Folder(repository.tree)
        self._client = UpdateClient(folder / "kiosk", root, lambda: now or datetime.now(UTC))

    def get(self, target: Target) -> bytes:
        with self._client.session([self._tree]) as session:
            path = session.fetch(session.expect(target), [self._tree], lambda have, total: None)
            return path.read_bytes()

    def paths(self) -> list[str]:
        with self._client.session([self._tree]) as session:
            return session.paths()


def test_what_is_published_a_client_gets(repository: Repository, tmp_path: Path) -> None:
    client = Client(repository, tmp_path / "client")
    first, second = add(repository, b"one", "1"), add(repository, b"two", "2")
    assert (client.get(first), client.get(second)) == (b"one", b"two")
    assert first.path == f"knowledge/gov-1-{hashlib.sha256(b'one').hexdigest()[:8]}.ybk"


def test_keys_are_apart_and_for_their_owner_only(repository: Repository, folder: Path) -> None:
    keys = sorted((folder / "keys").iterdir())
    assert [path.name for path in keys] == ["root.pem", "snapshot.pem", "targets.pem", "timestamp.pem"]
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    assert (folder / "keys").stat().st_mode & 0o777 == 0o700
    root = repository.state().root.signed
    assert len({keyid for role in ROLES for keyid in root.roles[role].keyids}) == 4


def test_a_key_is_private_from_the_first_moment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[int] = []
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        if target.suffix == ".pem":
            modes.append(self.stat().st_mode & 0o777)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    Repository(folder)
    assert modes == [0o600] * 4


@pytest.mark.parametrize("role", ROLES)
def test_a_missing_key_is_named_with_its_place_and_nothing_changes(
    repository: Repository, folder: Path, tmp_path: Path, role: Role
) -> None:
    key = folder / "keys" / f"{role}.pem"
    key.rename(tmp_path / f"{role}.pem")
    before = repository.state()
    with pytest.raises(FleetError) as caught:
        repository.renew(role)
    assert caught.value.code == "updates.key_missing"
    assert role in caught.value.message and str(key) in caught.value.message
    assert repository.state() == before
    assert repository.keys.place(role) is None
    with_stick = Repository(folder, tmp_path)
    with_stick.renew(role)
    assert with_stick.state().version(role) == before.version(role) + 1


def test_anothers_key_is_told_apart_from_a_missing_one(
    repository: Repository, folder: Path, tmp_path: Path
) -> None:
    other = Repository(tmp_path / "other")
    (folder / "keys" / "targets.pem").write_bytes((other.tree / "keys" / "targets.pem").read_bytes())
    with pytest.raises(FleetError) as caught:
        repository.renew("targets")
    assert caught.value.code == "updates.key"
    (folder / "keys" / "targets.pem").write_bytes(b"no key")
    with pytest.raises(FleetError) as caught:
        repository.renew("targets")
    assert caught.value.code == "updates.key"


@pytest.mark.parametrize("role", ROLES)
def test_clients_follow_a_rotation_and_the_old_key_is_worth_nothing(
    repository: Repository, tmp_path: Path, role: Role
) -> None:
    client = Client(repository, tmp_path / "client")
    old = add(repository, b"before", "1")
    assert client.get(old) == b"before"
    key = (repository.tree / "keys" / f"{role}.pem").read_bytes()
    assert repository.rotate(role) == 2
    assert (repository.tree / "keys" / f"{role}.pem").read_bytes() != key
    assert not list((repository.tree / "keys").glob("*.next.pem"))
    assert client.get(add(repository, b"after", "2")) == b"after"
    assert Client(repository, tmp_path / "new-client").get(old) == b"before"
    (repository.tree / "keys" / f"{role}.pem").write_bytes(key)
    with pytest.raises(FleetError) as caught:
        repository.renew(role)
    assert caught.value.code == "updates.key"


def test_rotating_needs_the_root_key(repository: Repository, folder: Path, tmp_path: Path) -> None:
    (folder / "keys" / "root.pem").rename(tmp_path / "root.pem")
    with pytest.raises(FleetError) as caught:
        repository.rotate("timestamp")
    assert caught.value.code == "updates.key_missing" and "root" in caught.value.message
    assert not list((folder / "keys").glob("*.next.pem"))


def test_a_key_that_is_kept_elsewhere_is_replaced_there(
    repository: Repository, folder: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    for role in ("root", "targets"):
        (folder / "keys" / f"{role}.pem").rename(stick / f"{role}.pem")
    Repository(folder, stick).rotate("targets")
    assert sorted(path.name for path in (folder / "keys").iterdir()) == ["snapshot.pem", "timestamp.pem"]
    assert add(Repository(folder, stick), b"x").size == 1


def at(repository: Repository, moment: datetime, keys: Path | None = None) -> Repository:
    return Repository(repository.tree, keys, lambda: moment)


def test_what_lapses_soon_is_renewed_a_day_after_it_was_signed(
    repository: Repository, tmp_path: Path
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    before = repository.state()
    assert look_after(repository, lambda: now + timedelta(hours=23)) == []
    assert repository.state() == before
    later = now + timedelta(days=1, minutes=5)
    assert look_after(at(repository, later), lambda: later) == []
    renewed = repository.state()
    for role in ("snapshot", "timestamp"):
        assert renewed.version(role) == before.version(role) + 1
        assert renewed.expires(role) == later + LIFETIME[role]
    assert renewed.version("targets") == 1
    client = Client(repository, tmp_path / "client", now + timedelta(days=7, hours=12))
    assert client.paths() == []


def test_a_year_of_upkeep_leaves_metadata_that_holds_and_little_on_disk(
    repository: Repository, folder: Path, tmp_path: Path
) -> None:
    target = add(repository, b"kept")
    moment = datetime.now(UTC).replace(microsecond=0)
    for _ in range(370):
        moment += timedelta(days=1, minutes=1)
        assert look_after(at(repository, moment), lambda moment=moment: moment) == []
    assert Client(repository, tmp_path / "client", moment).get(target) == b"kept"
    assert len(list((folder / "metadata").iterdir())) < 30


def test_offline_keys_are_asked_for_in_time(repository: Repository, folder: Path, tmp_path: Path) -> None:
    for role in ("root", "targets"):
        (folder / "keys" / f"{role}.pem").rename(tmp_path / f"{role}.pem")
    moment = datetime.now(UTC) + timedelta(days=340)
    warnings = look_after(at(repository, moment), lambda: moment)
    assert len(warnings) == 1
    assert "targets lapses on" in warnings[0] and "updates renew targets --keys DIR" in warnings[0]
    at(repository, moment, tmp_path).renew("targets")
    assert look_after(at(repository, moment), lambda: moment) == []
    assert [view.online for view in roles_of(repository)] == [False, False, True, True]


def test_adding_what_is_there_needs_no_key_and_puts_a_lost_file_back(
    repository: Repository, folder: Path, tmp_path: Path
) -> None:
    target = add(repository, b"signed once")
    state = repository.state()
    (folder / "keys" / "targets.pem").unlink()
    (folder / stored_path(target.path, target.sha256)).unlink()
    assert add(repository, b"signed once") == target
    assert repository.state() == state
    assert Client(repository, tmp_path / "client").get(target) == b"signed once"
    with pytest.raises(FleetError) as caught:
        add(repository, b"another")
    assert caught.value.code == "updates.key_missing"


def test_several_writers_lose_nothing(repository: Repository, folder: Path, tmp_path: Path) -> None:
    others = [
        threading.Thread(target=lambda number=number: add(Repository(folder), b"%d" % number, str(number)))
        for number in range(6)
    ]
    for other in others:
        other.start()
    repository.renew("timestamp")
    for other in others:
        other.join()
    assert len(Client(repository, tmp_path / "client").paths()) == 6


def test_a_stick_takes_only_the_targets_that_are_named(repository: Repository, tmp_path: Path) -> None:
    one, two = add(repository, b"one", "1"), add(repository, b"two", "2")
    done = export(repository, tmp_path / "stick", [two.path])
    assert (done.targets, done.size) == ((two.path,), 3)
    assert (tmp_path / "stick" / stored_path(two.path, two.sha256)).read_bytes() == b"two"
    assert not (tmp_path / "stick" / stored_path(one.path, one.sha256)).exists()
    with pytest.raises(FleetError) as caught:
        export(repository, tmp_path / "stick", ["knowledge/nothing.ybk"])
    assert caught.value.code == "target.unknown"


# A publisher that is killed


KILLED = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    from fleet.server.updates.repository import Repository
    from tests.fleet.update_kiosk import add

    def publish(folder, fatal, what):
        done, replace = 0, Path.replace

        def dies():
            nonlocal done
            if done == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            done += 1

        def dying(self, target):
            dies()
            replace(self, target)
            dies()

        Path.replace = dying
        repository = Repository(Path(folder))
        if what == "add":
            add(repository, b"the next one", "2")
        elif what != "make":
            repository.rotate(what)

    for line in sys.stdin:
        folder, fatal, what = line.rstrip("\\n").split("\\t")
        child = os.fork()  # a process of its own for each, without starting Python anew
        if child == 0:
            publish(folder, int(fatal), what)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    """
)


class Publishers:
    """Processes that publish and are killed before or after their n-th replacement of a file."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-c", KILLED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def killed_at(self, folder: Path, step: int, what: str) -> bool:
        """Run one; False when it had fewer steps and came to its end."""
        assert self._parent.stdin is not None and self._parent.stdout is not None
        self._parent.stdin.write(f"{folder}\t{step}\t{what}\n")
        self._parent.stdin.flush()
        code = int(self._parent.stdout.readline())
        assert code in (0, -signal.SIGKILL), "a publisher ended by an error, see above"
        return code == -signal.SIGKILL

    def stop(self) -> None:
        """End the parent."""
        self._parent.communicate(timeout=10)


@pytest.fixture(scope="module")
def publishers() -> Iterator[Publishers]:
    made = Publishers()
    yield made
    made.stop()


@pytest.mark.parametrize("what", ["add", *ROLES])
def test_a_publisher_killed_at_any_step_leaves_what_clients_can_use_and_the_next_one_repairs(
    publishers: Publishers, tmp_path: Path, what: str
) -> None:
    step, alive = 0, False
    while not alive:
        folder = tmp_path / str(step)
        repository = Repository(folder / "updates")
        first = add(repository, b"the first one", "1")
        client = Client(repository, folder / "client")
        assert client.get(first) == b"the first one"
        alive = not publishers.killed_at(folder / "updates", step, what)
        assert client.get(first) == b"the first one", f"{what} killed at {step}"
        again = Repository(folder / "updates")
        following = add(again, b"the next one", "2")
        assert client.get(following) == b"the next one", f"{what} killed at {step}"
        if what != "add":
            again.rotate(what)  # type: ignore[arg-type]
            assert client.get(add(again, b"after all", "3")) == b"after all"
        left = [path for path in (folder / "updates").rglob("*") if path.name.startswith(".writing-")]
        assert not left
        step += 1
    assert step > 5


def test_a_repository_whose_making_was_killed_is_made_whole(publishers: Publishers, tmp_path: Path) -> None:
    step = 0
    while publishers.killed_at(tmp_path / str(step), step, "make"):
        repository = Repository(tmp_path / str(step))
        target = add(repository, b"x")
        assert Client(repository, tmp_path / f"client-{step}").get(target) == b"x"
        step += 1
    assert step == 16  # four keys and four roles, before and after each


def stored(repository: Repository) -> set[str]:
    return {
        path.relative_to(repository.tree).as_posix()
        for path in (repository.tree / "targets").rglob("*")
        if path.is_file()
    }


def test_old_files_that_nobody_needs_are_removed(repository: Repository, tmp_path: Path) -> None:
    client = Client(repository, tmp_path / "client")
    files = [add(repository, f"file {number}".encode(), str(number)) for number in range(6)]
    assert client.get(files[0]) == b"file 0"
    assert repository.prune([files[1].path], keep=2) == sorted(files[place].path for place in (0, 2, 3))
    left = [files[place] for place in (1, 4, 5)]
    assert sorted(client.paths()) == sorted(target.path for target in left)
    assert stored(repository) == {stored_path(target.path, target.sha256) for target in left}
    assert [client.get(target) for target in left] == [b"file 1", b"file 4", b"file 5"]
    assert repository.prune([], keep=3) == [], "what is new enough stays"
    again = add(repository, b"file 0", "0")
    assert client.get(again) == b"file 0", "what was removed may come again"
    assert repository.prune([], keep=1) == sorted(target.path for target in left), "and is the newest then"


def test_what_a_killed_prune_left_behind_goes_with_the_next(repository: Repository) -> None:
    wanted = add(repository, b"wanted", "1")
    orphan = repository.tree / "targets" / "knowledge" / ("ab" * 32 + ".gov-0-abababab.ybk")
    orphan.write_bytes(b"no longer signed for")
    assert repository.prune([], keep=1) == []
    assert stored(repository) == {stored_path(wanted.path, wanted.sha256)}


def test_without_the_targets_key_nothing_is_removed(repository: Repository, tmp_path: Path) -> None:
    for number in range(2):
        add(repository, f"file {number}".encode(), str(number))
    before = stored(repository)
    (repository.tree / "keys" / "targets.pem").rename(tmp_path / "targets.pem")
    with pytest.raises(FleetError) as caught:
        repository.prune([], keep=1)
    assert caught.value.code == "updates.key_missing"
    assert stored(repository) == before
