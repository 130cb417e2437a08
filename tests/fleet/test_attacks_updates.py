"""Attacks on updates, each against the real client: the old pack stays in service, and the report says why."""

# pyright: reportPrivateImportUsage=false

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import TargetFile

from fleet.device.errors import FetchError
from fleet.device.events import TargetFetched
from fleet.device.updates.client import UpdateClient
from fleet.device.updates.inbox import Inbox
from fleet.device.updates.stick import take_from
from fleet.device.updates.transports import Folder
from fleet.protocol.errors import ProtocolError
from fleet.protocol.tree import open_in_tree, stored_path
from fleet.protocol.updates import ChunkRequest, Desired, Target
from fleet.server.updates.keys import ROLES, Role
from fleet.server.updates.pieces import read_piece
from fleet.server.updates.repository import Repository
from tests.fleet.update_kiosk import Attacker, Endless, UpdateKiosk, add
from tests.fleet.waiting import wait_until

OLD, NEW = b"the old pack " * 9000, b"the new pack " * 9000


class Scene:
    """A centre, a kiosk that has the old pack in service, and whoever stands between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = datetime.now(UTC)
        self.centre = Repository(folder / "centre")
        self.old = add(self.centre, OLD, "1")
        self.attacker = Attacker(self.centre, folder / "shown")
        self.before = self.attacker.keep(folder / "before")
        root = folder / "root.json"
        root.write_bytes(self.centre.trusted_root.read_bytes())
        self.kiosk = UpdateKiosk(folder / "kiosk", root, [Folder(self.attacker.tree)], lambda: self.clock)
        self.kiosk.use(self.old)
        self.new = add(self.centre, NEW, "2")
        self.attacker.copy()

    def see(self) -> None:
        """The kiosk takes an update more, and so has seen the centre's present metadata."""
        self.kiosk.use(add(self.centre, b"in between", "1.5"))

    def refused(self, code: str, target: Target | None = None) -> str:
        """The kiosk is told to take the new pack; it must stay with what it has, and say why."""
        before, arrived = dict(self.kiosk.state.running), len(self.kiosk.of(TargetFetched))
        rev = self.kiosk.state.desired_rev + 1
        self.kiosk.want(rev, target or self.new)
        report = self.kiosk.settled(rev)
        assert (report.result, report.reason.partition(":")[0]) == ("failed", code), report.reason
        assert self.kiosk.state.running == before
        assert len(self.kiosk.of(TargetFetched)) == arrived
        old = self.kiosk.of(TargetFetched)[0].path
        assert old.read_bytes() == OLD, "the file in service was touched"
        return report.reason


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.kiosk.stop()


def bumped(scene: Scene, role: Role, change: Callable[[Any], object], signers: list[CryptoSigner]) -> None:
    """Show a next version of a role's metadata, signed as told, named by whatever names it."""
    attacker = scene.attacker
    metadata = attacker.read(attacker.newest(role))
    metadata.signed.version += 1
    change(metadata.signed)
    name = "timestamp" if role == "timestamp" else f"{metadata.signed.version}.{role}"
    content = attacker.write(name, metadata, signers)
    if role in ("snapshot", "targets"):
        attacker.describe(role, metadata.signed.version, content)


def test_an_honest_update_passes_through_the_same_scene(scene: Scene) -> None:
    scene.kiosk.use(scene.new)
    assert scene.kiosk.state.running["knowledge"].version == "2"


# Older metadata


def test_an_older_timestamp_is_refused(scene: Scene) -> None:
    scene.attacker.copy()
    scene.kiosk.use(scene.new)
    (scene.before / "metadata" / "timestamp.json").replace(
        scene.attacker.tree / "metadata" / "timestamp.json"
    )
    scene.refused("updates.rollback", scene.old)


def test_a_timestamp_that_leads_to_an_older_snapshot_is_refused_even_with_its_key_stolen(
    scene: Scene,
) -> None:
    scene.kiosk.use(scene.new)
    timestamp = scene.attacker.read("timestamp")
    timestamp.signed.version += 1
    timestamp.signed.snapshot_meta.version -= 1
    timestamp.signed.snapshot_meta.hashes = timestamp.signed.snapshot_meta.length = None
    scene.attacker.write("timestamp", timestamp, scene.attacker.stolen("timestamp"))
    scene.refused("updates.rollback", scene.old)


def test_older_targets_are_refused_even_with_both_online_keys_stolen(scene: Scene) -> None:
    scene.kiosk.use(scene.new)
    older = scene.attacker.read("2.targets")
    scene.attacker.describe("targets", older.signed.version, older.to_bytes())
    scene.refused("updates.rollback", scene.old)


def test_an_older_root_in_the_place_of_the_next_is_refused(scene: Scene) -> None:
    first = (scene.attacker.tree / "metadata" / "1.root.json").read_bytes()
    (scene.attacker.tree / "metadata" / "2.root.json").write_bytes(first)
    scene.refused("updates.rollback")


# Frozen metadata


def test_a_lapsed_timestamp_stops_installs_and_nothing_else(scene: Scene) -> None:
    scene.clock += timedelta(days=8)
    reason = scene.refused("updates.expired")
    assert "timestamp.json is expired" in reason and "clock" in reason
    scene.clock -= timedelta(days=8)
    scene.kiosk.use(scene.new)


@pytest.mark.parametrize("role", ROLES)
def test_lapsed_metadata_of_each_role_is_refused(scene: Scene, role: Role) -> None:
    def lapse(signed: Any) -> None:
        signed.expires = scene.clock.replace(microsecond=0) - timedelta(days=1)

    bumped(scene, role, lapse, scene.attacker.stolen(role))
    scene.refused("updates.expired")


# Signatures


@pytest.mark.parametrize("role", ROLES)
def test_metadata_of_each_role_signed_by_a_stranger_is_refused(scene: Scene, role: Role) -> None:
    bumped(scene, role, lambda signed: None, [CryptoSigner.generate_ed25519()])
    scene.refused("updates.signature")


@pytest.mark.parametrize("role", ROLES)
def test_metadata_of_each_role_changed_after_signing_is_refused(scene: Scene, role: Role) -> None:
    attacker = scene.attacker
    metadata = attacker.read(attacker.newest(role))
    metadata.signed.version += 1
    metadata.signed.unrecognized_fields["note"] = "changed"
    content = metadata.to_bytes()
    name = "timestamp" if role == "timestamp" else f"{metadata.signed.version}.{role}"
    (attacker.tree / "metadata" / f"{name}.json").write_bytes(content)
    if role in ("snapshot", "targets"):
        attacker.describe(role, metadata.signed.version, content)
    scene.refused("updates.signature")


def test_one_signature_is_not_enough_where_the_root_asks_for_two(scene: Scene) -> None:
    second = CryptoSigner.generate_ed25519()

    def two(signed: Any) -> None:
        signed.add_key(second.public_key, "targets")
        signed.roles["targets"].threshold = 2

    bumped(scene, "root", two, scene.attacker.stolen("root"))
    reason = scene.refused("updates.signature")
    assert "1/2" in reason
    bumped(scene, "targets", lambda signed: None, [*scene.attacker.stolen("targets"), second])
    scene.kiosk.use(scene.new)


def test_the_same_signature_twice_is_not_two(scene: Scene) -> None:
    second = CryptoSigner.generate_ed25519()

    def two(signed: Any) -> None:
        signed.add_key(second.public_key, "targets")
        signed.roles["targets"].threshold = 2

    bumped(scene, "root", two, scene.attacker.stolen("root"))
    bumped(scene, "targets", lambda signed: None, scene.attacker.stolen("targets") * 2)
    scene.refused("updates.signature")


def test_a_root_that_only_its_own_new_key_has_signed_is_refused(scene: Scene) -> None:
    """Whoever makes a root of their own cannot follow the trusted one."""
    stranger = CryptoSigner.generate_ed25519()

    def own(signed: Any) -> None:
        for role in ROLES:
            for keyid in list(signed.roles[role].keyids):
                signed.revoke_key(keyid, role)
            signed.add_key(stranger.public_key, role)

    bumped(scene, "root", own, [stranger])
    scene.refused("updates.signature")


# Mixed


def test_targets_of_another_time_than_the_snapshot_names_are_refused(scene: Scene) -> None:
    metadata = scene.attacker.tree / "metadata"
    (metadata / "3.targets.json").write_bytes((metadata / "2.targets.json").read_bytes())
    scene.refused("updates.mixed")


def test_a_snapshot_of_another_time_than_the_timestamp_names_is_refused(scene: Scene) -> None:
    metadata = scene.attacker.tree / "metadata"
    (metadata / "3.snapshot.json").write_bytes((metadata / "2.snapshot.json").read_bytes())
    scene.refused("updates.mixed")


@pytest.mark.parametrize(
    "change", [{"sha256": "a" * 64}, {"size": 5}, {"path": "knowledge/gov-9-00000000.ybk"}]
)
def test_a_desired_document_that_names_what_nobody_signed_for_is_refused(
    scene: Scene, change: dict[str, Any]
) -> None:
    scene.refused("updates.mixed", scene.new.model_copy(update=change))


def test_metadata_of_another_centre_is_refused(scene: Scene) -> None:
    other = Repository(scene.folder / "other")
    for number in range(4):
        add(other, NEW, f"2.{number}")
    strange = Attacker(other, scene.attacker.tree)
    strange.copy()
    scene.refused("updates.signature")


# Too much, and other bytes


@pytest.mark.parametrize(
    ("file", "code", "bound"),
    [
        ("metadata/2.root", "updates.size", 64 * 1024),
        ("metadata/timestamp", "updates.size", 16 * 1024),
        ("snapshot", "updates.size", 64 * 1024),
        ("targets.json", "updates.size", 64 * 1024),
        ("targets/knowledge", "fetch.hash", len(NEW)),
    ],
)
def test_endless_data_is_cut_at_what_was_signed_for(tmp_path: Path, file: str, code: str, bound: int) -> None:
    scene = Scene(tmp_path)
    scene.kiosk.stop()
    endless = Endless(scene.attacker.tree, file)
    kiosk = UpdateKiosk(tmp_path / "kiosk", tmp_path / "root.json", [endless], lambda: scene.clock)
    kiosk.want(2, scene.new)
    report = kiosk.settled(2)
    assert (report.result, report.reason.partition(":")[0]) == ("failed", code), report.reason
    assert endless.sent <= bound + 2 * 65_536
    assert kiosk.state.running["knowledge"].version == "1"
    kiosk.stop()


@pytest.mark.parametrize(
    "content",
    [bytes(len(NEW)), NEW + b"more", OLD],
    ids=["other bytes", "too long", "another pack of the same length"],
)
def test_a_file_with_other_bytes_or_another_length_is_refused_and_removed(
    scene: Scene, content: bytes
) -> None:
    (scene.attacker.tree / stored_path(scene.new.path, scene.new.sha256)).write_bytes(content)
    scene.refused("fetch.hash")
    assert not list(scene.kiosk.client.incoming.glob("*.part"))


def test_a_file_that_ends_early_is_waited_for_and_never_used(scene: Scene) -> None:
    place = scene.attacker.tree / stored_path(scene.new.path, scene.new.sha256)
    place.write_bytes(NEW[:50_000])
    scene.kiosk.want(2, scene.new)
    part = scene.kiosk.client.incoming / f"{scene.new.sha256}.part"
    wait_until(lambda: part.exists() and part.stat().st_size == 50_000, "the first bytes")
    assert scene.kiosk.state.running["knowledge"].version == "1"
    assert len(scene.kiosk.of(TargetFetched)) == 1
    place.write_bytes(NEW)
    scene.kiosk.worker.nudge()
    assert scene.kiosk.settled(2).result == "fetched"


# Names

EVIL_PATHS = (
    "../../etc/passwd",
    "/etc/passwd",
    "knowledge/../../../etc/passwd",
    "targets/knowledge/../../keys/root.pem",
    "keys/root.pem",
    "metadata/../keys/root.pem",
    "metadata/root.json/../../keys/root.pem",
    "metadata//timestamp.json",
    "metadata/timestamp.json\n",
    "metadata/timestamp.json\0",
    "metadata/0.root.json",
    "incoming/x",
    "lock",
    "",
)


@pytest.mark.parametrize("path", EVIL_PATHS)
def test_no_name_outside_of_the_tree_is_opened(scene: Scene, path: str) -> None:
    with pytest.raises(ProtocolError):
        open_in_tree(scene.centre.tree, path)
    with pytest.raises(ValidationError):
        ChunkRequest(corr="c", path=path, offset=0, length=100)
    bare = ChunkRequest.model_construct(corr="c", path=path, offset=0, length=100)
    with pytest.raises(ValidationError):
        read_piece(scene.centre.tree, bare)  # not even the answer can carry it


@given(
    st.text(max_size=80) | st.lists(st.sampled_from(["..", "metadata", "targets", "keys", "x"])).map("/".join)
)
def test_of_all_texts_only_names_of_the_tree_are_names_of_the_tree(path: str) -> None:
    try:
        ChunkRequest(corr="c", path=path, offset=0, length=1)
    except ValidationError:
        with pytest.raises(ProtocolError):
            open_in_tree(Path("/"), path)
    else:
        assert path.split("/")[0] in ("metadata", "targets") and ".." not in path.split("/")


@pytest.mark.parametrize("path", ["knowledge/../../x.ybk", "../x.ybk", "/x.ybk", "model/x.ybk", "knowledge/"])
def test_a_desired_document_with_a_strange_path_is_no_message(path: str) -> None:
    with pytest.raises(ValidationError):
        whole = {"name": "gov", "version": "1", "sha256": "a" * 64, "size": 1, "path": path}
        Desired.model_validate({"tenant": "main", "kiosk": "a", "rev": 1, "targets": {"knowledge": whole}})


def test_a_link_in_a_files_place_is_not_followed_at_the_centre(scene: Scene) -> None:
    path = stored_path(scene.new.path, scene.new.sha256)
    place = scene.centre.tree / path
    place.unlink()
    place.symlink_to(scene.centre.tree / "keys" / "root.pem")
    header, data = read_piece(scene.centre.tree, ChunkRequest(corr="c", path=path, offset=0, length=100))
    assert (header.error, data) == ("not_found", b"")
    folder = place.parent
    folder.rename(scene.folder / "elsewhere")
    folder.symlink_to(scene.folder / "elsewhere")
    header, data = read_piece(scene.centre.tree, ChunkRequest(corr="c", path=path, offset=0, length=100))
    assert (header.error, data) == ("not_found", b"")


def test_a_pipe_in_a_files_place_holds_nobody_up(scene: Scene) -> None:
    os.mkfifo(scene.centre.tree / "metadata" / "9.root.json")
    request = ChunkRequest(corr="c", path="metadata/9.root.json", offset=0, length=100)
    assert read_piece(scene.centre.tree, request)[0].error == "not_found"


# A stick


@pytest.fixture
def stick(scene: Scene) -> tuple[Scene, UpdateClient, Inbox]:
    client = UpdateClient(scene.folder / "stick-kiosk", scene.folder / "root.json", lambda: scene.clock)
    return scene, client, Inbox(client.folder / "inbox", client.incoming)


def evil(scene: Scene, path: str) -> None:
    """Targets that name ``path``, signed with the stolen targets key."""
    info = deepcopy(scene.attacker.read("3.targets").signed.targets[scene.new.path])

    def name(signed: Any) -> None:
        signed.targets[path] = TargetFile(info.length, info.hashes, path, info.unrecognized_fields)

    bumped(scene, "targets", name, scene.attacker.stolen("targets"))


@pytest.mark.parametrize("path", ["../../../outside.ybk", "/outside.ybk", "knowledge/../../outside.ybk"])
def test_a_stick_whose_signed_targets_have_strange_names_writes_nothing_outside(
    stick: tuple[Scene, UpdateClient, Inbox], path: str
) -> None:
    scene, client, inbox = stick
    evil(scene, path)
    before = {item for item in scene.folder.rglob("*") if client.folder not in item.parents}
    letters = take_from(client, inbox, scene.attacker.tree)
    assert [letter.version for letter in letters] == ["2"], "the honest one beside it is taken"
    assert {item for item in scene.folder.rglob("*") if client.folder not in item.parents} == before | {
        client.folder
    }
    with pytest.raises(FetchError) as caught:
        take_from(client, inbox, scene.attacker.tree, [path])
    assert caught.value.code == "updates.stick"


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a_stick_whose_files_are_links_out_of_it_is_refused(
    stick: tuple[Scene, UpdateClient, Inbox], link: str
) -> None:
    scene, client, inbox = stick
    secret = scene.folder / "secret"
    place = scene.attacker.tree / "targets" / "knowledge"
    if link == "folder":
        place.rename(secret)
        place.symlink_to(secret)
    else:
        for file in place.iterdir():
            file.rename(secret)
            file.symlink_to(secret)
    with pytest.raises(FetchError) as caught:
        take_from(client, inbox, scene.attacker.tree)
    assert caught.value.code == "updates.stick"
    assert not client.incoming.exists() or not list(client.incoming.iterdir())


def test_a_stick_with_metadata_that_is_a_link_is_refused(stick: tuple[Scene, UpdateClient, Inbox]) -> None:
    scene, client, inbox = stick
    (scene.attacker.tree / "metadata").rename(scene.folder / "metadata")
    (scene.attacker.tree / "metadata").symlink_to(scene.folder / "metadata")
    with pytest.raises(FetchError) as caught:
        take_from(client, inbox, scene.attacker.tree)
    assert caught.value.code == "fetch.unreachable"


def test_a_stick_that_lay_around_is_refused_with_the_reason(stick: tuple[Scene, UpdateClient, Inbox]) -> None:
    scene, client, inbox = stick
    scene.clock += timedelta(days=8)
    with pytest.raises(FetchError) as caught:
        take_from(client, inbox, scene.attacker.tree)
    assert caught.value.code == "updates.expired"
    assert inbox.take() == []


def test_an_older_stick_is_refused_after_a_newer_one(stick: tuple[Scene, UpdateClient, Inbox]) -> None:
    scene, client, inbox = stick
    assert [letter.version for letter in take_from(client, inbox, scene.attacker.tree)] == ["2"]
    with pytest.raises(FetchError) as caught:
        take_from(client, inbox, scene.before)
    assert caught.value.code == "updates.rollback"
