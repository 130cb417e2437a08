"""The tree over HTTPS: ranges, tags, who is let in, and a kiosk that prefers it and falls back."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import urllib3

from fleet.device.identity import IdentityFiles
from fleet.device.provisioning import provision
from fleet.device.updates.https import Https, HttpsAddress
from fleet.device.updates.transports import AbsentError, Folder, UnreachableError
from fleet.protocol.tree import stored_path
from fleet.protocol.updates import Target
from fleet.server.service import Centre
from fleet.server.settings import ServeOptions
from fleet.server.updates.repository import Repository
from tests.fleet.conftest import free_port, label_of_bytes
from tests.fleet.served_tree import Served, served
from tests.fleet.update_kiosk import UpdateKiosk, add

CONTENT = random.Random(11).randbytes(400_000)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repository, Target]:
    repository = Repository(tmp_path_factory.mktemp("centre") / "updates")
    return repository, add(repository, CONTENT)


@pytest.fixture(scope="module")
def tree(centre: tuple[Repository, Target], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(centre[0].tree, tmp_path_factory.mktemp("tls")) as made:
        yield made


@pytest.fixture
def path(centre: tuple[Repository, Target]) -> str:
    return stored_path(centre[1].path, centre[1].sha256)


def ask(address: HttpsAddress, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
    pool = urllib3.PoolManager(
        ca_certs=str(address.ca), cert_file=str(address.certificate), key_file=str(address.key), retries=False
    )
    return pool.request(
        "GET", f"{address.url}/{path}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def test_a_file_comes_whole_or_from_where_it_is_asked_for(tree: Served, path: str) -> None:
    way = Https(tree.address)
    assert b"".join(way.open(path, 0).pieces) == CONTENT
    rest = way.open(path, 123_456)
    assert rest.start == 123_456
    assert b"".join(rest.pieces) == CONTENT[123_456:]


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end"),
    [
        ("bytes=0-", 206, 0, 400_000),
        ("bytes=399999-", 206, 399_999, 400_000),
        ("bytes=5-9", 206, 5, 10),
        ("bytes=5-999999999", 206, 5, 400_000),
        ("bytes=-5", 200, 0, 400_000),
        ("bytes=0-1,4-5", 200, 0, 400_000),
        ("nonsense", 200, 0, 400_000),
        ("bytes=400000-", 416, 0, 0),
        ("bytes=9-5", 416, 0, 0),
    ],
)
def test_ranges_are_served_as_http_says(
    tree: Served, path: str, wanted: str, status: int, start: int, end: int
) -> None:
    answer = ask(tree.address, path, range=wanted)
    assert (answer.status, answer.data) == (status, CONTENT[start:end])
    if status == 206:
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/400000"


def test_the_tag_is_the_hash_and_another_one_begins_anew(
    tree: Served, path: str, centre: tuple[Repository, Target]
) -> None:
    tag = ask(tree.address, path, range="bytes=0-0").headers["ETag"]
    assert tag == f'"{centre[1].sha256}"'
    assert ask(tree.address, path, range="bytes=5-", if_range=tag).status == 206
    other = ask(tree.address, path, range="bytes=5-", if_range='"another"')
    assert (other.status, other.data) == (200, CONTENT)
    first, second = (ask(tree.address, "metadata/timestamp.json").headers["ETag"] for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "path",
    [
        "metadata/../keys/root.pem",
        "keys/root.pem",
        "..%2Fkeys%2Froot.pem",
        "metadata/%2e%2e/keys/root.pem",
        "",
    ],
)
def test_nothing_but_the_tree_is_served(tree: Served, path: str) -> None:
    assert ask(tree.address, path).status == 404
    with pytest.raises((AbsentError, UnreachableError)):
        b"".join(Https(tree.address).open(path, 0).pieces)


def test_who_has_no_certificate_is_not_let_in(tree: Served, path: str) -> None:
    with pytest.raises(UnreachableError):
        b"".join(Https(replace(tree.address, certificate=None, key=None)).open(path, 0).pieces)


def test_another_authority_than_the_pinned_one_is_not_believed(
    tree: Served, path: str, centre: tuple[Repository, Target], tmp_path: Path
) -> None:
    with served(centre[0].tree, tmp_path / "other") as other, pytest.raises(UnreachableError):
        Https(replace(tree.address, url=other.address.url)).open(path, 0)


def test_a_kiosk_fetches_everything_over_it(
    tree: Served, centre: tuple[Repository, Target], tmp_path: Path
) -> None:
    before = tree.counter.sent
    kiosk = UpdateKiosk(tmp_path / "kiosk", centre[0].trusted_root, [Https(tree.address)])
    kiosk.use(centre[1])
    kiosk.stop()
    assert tree.counter.sent - before == len(CONTENT)


def test_the_centres_own_listener_serves_the_tree_to_its_kiosks_and_to_nobody_else(tmp_path: Path) -> None:
    """From a claim to a verified file; a kiosk that is revoked gets nothing more."""
    options = ServeOptions(
        tmp_path / "data", broker_url=f"mqtts://127.0.0.1:{free_port()}", enrol_port=free_port()
    )
    made = Centre(options, label_of_bytes)
    made.start()
    try:
        target = made.library.add([CONTENT])
        files = IdentityFiles(tmp_path / "identity")
        identity = provision(made.registrar.create_claim("hall-1", 3600), files).identity
        address = HttpsAddress(f"{identity.url}/updates", files.authority, files.certificate, files.key)
        kiosk = UpdateKiosk(tmp_path / "kiosk", files.root, [Https(address)])
        kiosk.use(target)
        kiosk.stop()
        with pytest.raises(UnreachableError):
            Https(replace(address, certificate=None, key=None)).open("metadata/timestamp.json", 0)
        made.registrar.revoke("hall-1")
        with pytest.raises(UnreachableError):
            Https(address).open("metadata/timestamp.json", 0)
    finally:
        made.stop()


def test_where_nobody_answers_the_next_way_is_taken(
    centre: tuple[Repository, Target], tmp_path: Path
) -> None:
    nobody = Https(HttpsAddress(f"https://127.0.0.1:{free_port()}/updates"))
    kiosk = UpdateKiosk(tmp_path / "kiosk", centre[0].trusted_root, [nobody, Folder(centre[0].tree)])
    kiosk.use(centre[1])
    kiosk.stop()
