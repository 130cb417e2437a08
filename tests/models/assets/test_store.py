"""The asset store against a real web server and real folders: resume, faults, damage, two at a time."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.assets import Asset, AssetError, AssetStore
from tests.models.assets.conftest import NOWHERE, VOSK_FILES, Web, asset_of, body, manifest_of, zip_of

BODY = body()


def store_of(root: Path, asset: Asset, *mirrors: str, timeout_s: float = 10.0) -> AssetStore:
    return AssetStore(root, mirrors, manifest=manifest_of(asset), timeout_s=timeout_s)


def visible(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if not path.name.startswith("."))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store's folder that does not exist yet."""
    return tmp_path / "data" / "assets"


# --- getting -----------------------------------------------------------------------------------------------


def test_a_file_comes_whole_and_is_found(root: Path, web: Web) -> None:
    web.files["thing.bin"] = BODY
    store = store_of(root, asset_of(BODY), web.address)
    assert store.find("it") is None
    steps: list[tuple[int, int]] = []
    path = store.fetch("it", lambda done, total: steps.append((done, total)))
    assert path.read_bytes() == BODY
    assert store.find("thing.bin") == path == store.verify("it")
    assert steps[-1] == (len(BODY), len(BODY)) and steps == sorted(steps)
    assert visible(root) == ["thing.bin"]
    assert not (root / ".thing.bin.part").exists()


def test_what_is_there_is_not_fetched_again(root: Path, web: Web) -> None:
    web.files["thing.bin"] = BODY
    store = store_of(root, asset_of(BODY), web.address)
    store.fetch("it")
    store.fetch("it")
    assert len(web.asked) == 1


def test_the_official_source_is_tried_after_the_mirrors(root: Path, web: Web, tmp_path: Path) -> None:
    web.files["up/thing.bin"] = BODY
    asset = asset_of(BODY, url=f"{web.address}/up/thing.bin")
    empty = tmp_path / "usb"
    empty.mkdir()
    store_of(root, asset, empty.as_uri(), f"{web.address}/mirror/").fetch("it")
    assert visible(root) == ["thing.bin"]


def test_a_download_cut_off_goes_on_where_it_stopped(root: Path, web: Web) -> None:
    web.files["thing.bin"] = BODY
    web.cut_after = [100_000, 50_000]
    store_of(root, asset_of(BODY), web.address).fetch("it")
    assert web.asked[0] is None
    assert all(asked is not None and asked.startswith("bytes=") for asked in web.asked[1:])
    assert len(web.asked) == 3


def test_a_later_run_goes_on_with_what_an_earlier_one_left(root: Path, web: Web) -> None:
    root.mkdir(parents=True)
    (root / ".thing.bin.part").write_bytes(BODY[:123_456])
    web.files["thing.bin"] = BODY
    store_of(root, asset_of(BODY), web.address).fetch("it")
    assert web.asked == ["bytes=123456-"]
    assert (root / "thing.bin").read_bytes() == BODY


def test_a_server_without_ranges_begins_again(root: Path, web: Web) -> None:
    root.mkdir(parents=True)
    (root / ".thing.bin.part").write_bytes(BODY[:123_456])
    web.files["thing.bin"] = BODY
    web.ranges = False
    assert store_of(root, asset_of(BODY), web.address).fetch("it").read_bytes() == BODY


@pytest.mark.parametrize("left", [b"other bytes" * 1000, BODY + b"too much", BODY[:-1] + b"?"])
def test_a_wrong_beginning_on_disk_is_thrown_away(root: Path, web: Web, left: bytes) -> None:
    root.mkdir(parents=True)
    (root / ".thing.bin.part").write_bytes(left)
    web.files["thing.bin"] = BODY
    assert store_of(root, asset_of(BODY), web.address).fetch("it").read_bytes() == BODY


def test_a_file_mirror_resumes_too(root: Path, tmp_path: Path) -> None:
    usb = tmp_path / "my usb"
    usb.mkdir()
    (usb / "thing.bin").write_bytes(BODY)
    root.mkdir(parents=True)
    (root / ".thing.bin.part").write_bytes(BODY[:1000])
    seen: list[int] = []
    store_of(root, asset_of(BODY), usb.as_uri()).fetch("it", lambda done, total: seen.append(done))
    assert seen[0] > 1000 and (root / "thing.bin").read_bytes() == BODY


# --- sources that fail -------------------------------------------------------------------------------------


def refusal(root: Path, asset: Asset, *mirrors: str, timeout_s: float = 10.0) -> AssetError:
    store = store_of(root, asset, *mirrors, timeout_s=timeout_s)
    with pytest.raises(AssetError) as refused:
        store.fetch("it")
    assert visible(root) == []
    assert store.find("it") is None
    return refused.value


def test_the_error_names_every_address_its_reason_and_the_usb_way(
    root: Path, web: Web, tmp_path: Path
) -> None:
    error = refusal(root, asset_of(BODY), (tmp_path / "usb").as_uri(), web.address)
    assert error.code == "assets.unavailable"
    for part in (
        "usb/thing.bin (no such file)",
        f"{web.address}/thing.bin (HTTP 404",
        f"{NOWHERE} (Connection refused)",
    ):
        assert part in error.message
    assert "kiosk models fetch it --mirror file:///" in error.message and "copy thing.bin" in error.message


def test_another_file_of_the_same_size_never_becomes_the_asset(root: Path, web: Web) -> None:
    web.files["thing.bin"] = BODY[::-1]
    assert "SHA-256" in refusal(root, asset_of(BODY), web.address).message
    assert not (root / ".thing.bin.part").exists()


@pytest.mark.parametrize("other", [b"short", BODY + b"longer"])
def test_a_file_of_another_size_is_refused_before_it_is_fetched(root: Path, web: Web, other: bytes) -> None:
    web.files["thing.bin"] = other
    assert "expected" in refusal(root, asset_of(BODY), web.address).message


def test_a_server_that_lies_about_ranges_is_refused(root: Path, web: Web) -> None:
    root.mkdir(parents=True)
    (root / ".thing.bin.part").write_bytes(BODY[:1000])
    web.files["thing.bin"] = BODY
    web.wrong_range = True
    assert "asked for bytes from 1000" in refusal(root, asset_of(BODY), web.address).message


def test_a_server_that_always_cuts_off_at_once_is_given_up(root: Path, web: Web) -> None:
    web.files["thing.bin"] = BODY
    web.cut_after = [0] * 50
    assert "connection" in refusal(root, asset_of(BODY), web.address).message
    assert len(web.asked) < 5


def test_a_server_that_never_answers_times_out(root: Path, web: Web) -> None:
    web.hang = threading.Event()
    assert "timed out" in refusal(root, asset_of(BODY), web.address, timeout_s=0.1).message


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_server_error_is_told(root: Path, web: Web, status: int) -> None:
    web.files["thing.bin"] = BODY
    web.status = status
    assert f"HTTP {status}" in refusal(root, asset_of(BODY), web.address).message


@pytest.mark.parametrize("target", ["file:///etc/hostname", "http://example.com/thing.bin"])
def test_a_redirect_to_where_we_would_not_go_is_refused(root: Path, web: Web, target: str) -> None:
    web.redirect = target
    assert "redirect" in refusal(root, asset_of(BODY), web.address).message.lower()


@pytest.mark.parametrize(
    "mirror",
    [
        "http://example.com/m",
        "ftp://example.com",
        "file://host/share",
        "/media/usb",
        "https://",
        "http://[bad",
        "",
    ],
)
def test_a_mirror_that_may_not_be_used_is_refused_at_once(root: Path, mirror: str) -> None:
    with pytest.raises(AssetError) as refused:
        AssetStore(root, [mirror])
    assert refused.value.code == "assets.bad_mirror"


def test_a_store_that_cannot_be_made_says_so(tmp_path: Path, web: Web) -> None:
    (tmp_path / "assets").write_text("a file, not a folder")
    web.files["thing.bin"] = BODY
    with pytest.raises(AssetError) as refused:
        store_of(tmp_path / "assets", asset_of(BODY), web.address).fetch("it")
    assert refused.value.code == "assets.cannot_write"


def test_a_file_larger_than_the_disk_is_refused_before_it_is_fetched(root: Path, web: Web) -> None:
    asset = asset_of(BODY).model_copy(update={"size": 2**60})
    with pytest.raises(AssetError) as refused:
        store_of(root, asset, web.address).fetch("it")
    assert refused.value.code == "assets.no_space" and web.asked == []


# --- damage ------------------------------------------------------------------------------------------------


@pytest.fixture
def store(root: Path, web: Web) -> AssetStore:
    """A store that holds its one file."""
    web.files["thing.bin"] = BODY
    made = store_of(root, asset_of(BODY), web.address)
    made.fetch("it")
    return made


def state_of(store: AssetStore) -> str:
    return store.list()[0].state


def test_a_cut_file_is_damaged_and_fetched_anew(store: AssetStore, root: Path) -> None:
    (root / "thing.bin").write_bytes(BODY[:-1])
    assert store.find("it") is None and state_of(store) == "damaged"
    assert store.fetch("it").read_bytes() == BODY
    assert state_of(store) == "present"


def test_a_changed_byte_is_noticed_by_the_look_when_the_time_changed(store: AssetStore, root: Path) -> None:
    (root / "thing.bin").write_bytes(BODY[:-1] + b"?")
    assert store.find("it") is None and state_of(store) == "damaged"


def test_a_changed_byte_behind_an_unchanged_time_is_noticed_by_verify(store: AssetStore, root: Path) -> None:
    path = root / "thing.bin"
    before = path.stat()
    path.write_bytes(BODY[:-1] + b"?")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert store.find("it") == path
    with pytest.raises(AssetError) as damaged:
        store.verify("it")
    assert damaged.value.code == "assets.damaged" and "kiosk models fetch it" in damaged.value.message
    assert store.find("it") is None and state_of(store) == "damaged"


def test_a_sound_file_with_another_time_is_still_found(store: AssetStore, root: Path) -> None:
    os.utime(root / "thing.bin", ns=(1, 1))
    assert store.find("it") is not None and state_of(store) == "present"


def test_an_absent_file_is_absent(store: AssetStore, root: Path) -> None:
    (root / "thing.bin").unlink()
    assert store.find("it") is None and state_of(store) == "absent"
    with pytest.raises(AssetError) as absent:
        store.verify("it")
    assert absent.value.code == "assets.absent"


def test_a_damaged_stamp_costs_a_hash_and_nothing_else(store: AssetStore, root: Path) -> None:
    (root / ".thing.bin.stamp").write_bytes(b"{")
    assert store.find("it") is not None


def test_a_file_copied_in_by_hand_proves_itself(root: Path) -> None:
    root.mkdir(parents=True)
    (root / "thing.bin").write_bytes(BODY)
    store = store_of(root, asset_of(BODY))
    assert store.find("it") == root / "thing.bin"
    assert (root / ".thing.bin.stamp").exists()


def test_an_older_release_of_a_file_is_damaged_to_a_newer_manifest(store: AssetStore, root: Path) -> None:
    newer = asset_of(BODY[::-1])
    assert state_of(store_of(root, newer)) == "damaged"


def test_an_unknown_name_lists_the_known_ones(store: AssetStore) -> None:
    with pytest.raises(AssetError, match="use one of it"):
        store.fetch("other")


# --- archives ----------------------------------------------------------------------------------------------


@pytest.fixture
def vosk_store(root: Path, web: Web) -> AssetStore:
    """A store whose one asset is a model archive, not fetched yet."""
    packed = zip_of(VOSK_FILES)
    web.files["tiny-model.zip"] = packed
    return store_of(root, asset_of(packed, kind="vosk-zip"), web.address)


def test_a_model_archive_becomes_a_folder(vosk_store: AssetStore, root: Path) -> None:
    path = vosk_store.fetch("it")
    assert path == root / "tiny-model" == vosk_store.find("tiny-model.zip") == vosk_store.verify("it")
    found = {
        file.relative_to(root).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()
    }
    assert found == VOSK_FILES
    assert visible(root) == ["tiny-model"]
    assert not [file for file in root.iterdir() if file.name.startswith((".unpack", ".tiny-model.part"))]


@pytest.mark.parametrize("damage", ["delete", "cut", "change"])
def test_damage_in_a_model_folder_is_noticed(vosk_store: AssetStore, root: Path, damage: str) -> None:
    file = vosk_store.fetch("it") / "am" / "final.mdl"
    whole = file.read_bytes()
    if damage == "delete":
        file.unlink()
    else:
        file.write_bytes(whole[:-1] + (b"?" if damage == "change" else b""))
    assert vosk_store.find("it") is None and state_of(vosk_store) == "damaged"
    assert (vosk_store.fetch("it") / "am" / "final.mdl").read_bytes() == whole


def test_a_model_folder_nobody_vouches_for_is_damaged(vosk_store: AssetStore, root: Path) -> None:
    (root / "tiny-model").mkdir(parents=True)
    assert state_of(vosk_store) == "damaged"
    vosk_store.fetch("it")
    assert state_of(vosk_store) == "present"


def test_a_bad_archive_leaves_nothing_behind(root: Path, web: Web) -> None:
    packed = zip_of({"tiny-model/ok": b"1", "tiny-model/../../evil": b"2"})
    web.files["tiny-model.zip"] = packed
    with pytest.raises(AssetError) as refused:
        store_of(root, asset_of(packed, kind="vosk-zip"), web.address).fetch("it")
    assert refused.value.code == "assets.bad_archive"
    assert visible(root) == [] and not list(root.parent.rglob("evil"))


# --- two at a time -----------------------------------------------------------------------------------------


def test_many_at_once_fetch_it_once(root: Path, web: Web) -> None:
    web.files["thing.bin"] = BODY
    asset = asset_of(BODY)
    with ThreadPoolExecutor(6) as pool:
        work = [pool.submit(store_of(root, asset, web.address).fetch, "it") for _ in range(6)]
        paths = {job.result() for job in work}
    assert paths == {root / "thing.bin"} and len(web.asked) == 1


def test_the_shared_mirror_is_a_mirror(root: Path) -> None:
    mirror = Path(__file__).parents[3].parent / "shared" / "mirror"
    if not mirror.is_dir():
        pytest.skip(f"there is no mirror at {mirror}")
    store = AssetStore(root, [mirror.as_uri()])
    for name in ("yunet", "nanodet"):
        assert store.find(name) is None
        assert store.fetch(name) == store.verify(name)
    assert sorted(status.state for status in store.list()) == ["absent"] * 8 + ["present"] * 2
