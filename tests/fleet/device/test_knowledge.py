"""The fetch of an artefact against answers that are late, wrong or repeated."""

import hashlib
import os
import random
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from fleet.device.errors import FetchError
from fleet.device.knowledge import TIMEOUT_S, WINDOW, Fetch, clean, verified
from fleet.protocol.messages import MAX_CHUNK_BYTES, Artefact, ChunkHeader, ChunkRequest

CONTENT = random.Random(7).randbytes(MAX_CHUNK_BYTES * 6 + 1234)
ARTEFACT = Artefact(pack="gov", version="1", sha256=hashlib.sha256(CONTENT).hexdigest(), size=len(CONTENT))


class Centre:
    """Answers requests out of ``content``."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content = content
        self.requests: list[ChunkRequest] = []

    def ask(self, request: ChunkRequest) -> bool:
        self.requests.append(request)
        return True

    def answer(self, request: ChunkRequest) -> tuple[ChunkHeader, bytes]:
        data = self.content[request.offset : request.offset + request.length]
        return ChunkHeader(
            corr=request.corr, sha256=request.sha256, offset=request.offset, total=ARTEFACT.size
        ), data


def run(fetch: Fetch, centre: Centre, shuffle: random.Random | None = None) -> Path | None:
    now = 0.0
    while not fetch.done:
        fetch.pump(now)
        waiting, centre.requests = centre.requests, []
        if shuffle:
            shuffle.shuffle(waiting)
        for request in waiting:
            fetch.take(*centre.answer(request))
        now += 0.1
    return fetch.finish()


@pytest.mark.parametrize("seed", range(5))
def test_pieces_in_any_order_make_the_file(tmp_path, seed):
    path = run(Fetch(ARTEFACT, tmp_path, (centre := Centre()).ask), centre, random.Random(seed))
    assert path is not None
    assert path == tmp_path / f"{ARTEFACT.sha256}.ybk"
    assert path.read_bytes() == CONTENT
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
    assert verified(ARTEFACT, tmp_path) == path


def test_only_a_few_requests_are_on_their_way(tmp_path):
    centre = Centre()
    fetch = Fetch(ARTEFACT, tmp_path, centre.ask)
    fetch.pump(0.0)
    fetch.pump(1.0)
    assert len(centre.requests) == WINDOW


def test_an_answer_that_does_not_come_is_asked_for_again(tmp_path):
    centre = Centre()
    fetch = Fetch(ARTEFACT, tmp_path, centre.ask)
    fetch.pump(0.0)
    lost, centre.requests = centre.requests, []
    fetch.pump(TIMEOUT_S + 1)
    assert [item.offset for item in centre.requests] == [item.offset for item in lost]
    assert not {item.corr for item in centre.requests} & {item.corr for item in lost}


def test_a_new_process_goes_on_where_the_old_one_was_cut_off(tmp_path):
    centre = Centre()
    fetch = Fetch(ARTEFACT, tmp_path, centre.ask)
    fetch.pump(0.0)
    for request in centre.requests[:2]:
        fetch.take(*centre.answer(request))
    again = Centre()
    resumed = Fetch(ARTEFACT, tmp_path, again.ask)
    resumed.pump(0.0)
    assert again.requests[0].offset == 2 * MAX_CHUNK_BYTES
    assert run(resumed, again) == tmp_path / f"{ARTEFACT.sha256}.ybk"


def test_a_file_that_was_hurt_meanwhile_is_fetched_anew_once(tmp_path):
    (tmp_path / f"{ARTEFACT.sha256}.part").write_bytes(b"\0" * (MAX_CHUNK_BYTES + 5))
    centre = Centre()
    fetch = Fetch(ARTEFACT, tmp_path, centre.ask)
    assert run(fetch, centre) is None
    assert run(fetch, centre) is not None


def test_content_with_another_hash_is_refused_and_removed(tmp_path):
    centre = Centre(bytes(len(CONTENT)))
    with pytest.raises(FetchError) as caught:
        run(Fetch(ARTEFACT, tmp_path, centre.ask), centre)
    assert caught.value.code == "fetch.hash"
    assert list(tmp_path.iterdir()) == []


class Wrong(NamedTuple):
    change: dict
    cut: int = 0
    code: str = "fetch.mismatch"


@pytest.mark.parametrize(
    "wrong",
    [
        Wrong({"error": "not_found"}, code="fetch.refused"),
        Wrong({"total": 5}),
        Wrong({"offset": 1}),
        Wrong({"sha256": "0" * 64}),
        Wrong({}, cut=1),
    ],
)
def test_an_answer_to_another_question_ends_the_fetch(tmp_path, wrong):
    centre = Centre()
    fetch = Fetch(ARTEFACT, tmp_path, centre.ask)
    fetch.pump(0.0)
    header, data = centre.answer(centre.requests[0])
    with pytest.raises(FetchError) as caught:
        fetch.take(header.model_copy(update=wrong.change), data[wrong.cut :])
    assert caught.value.code == wrong.code


def test_answers_nobody_asked_for_are_ignored(tmp_path):
    centre = Centre()
    fetch = Fetch(ARTEFACT, tmp_path, centre.ask)
    fetch.pump(0.0)
    header, data = centre.answer(centre.requests[0])
    fetch.take(header, data)
    fetch.take(header, data)
    fetch.take(header.model_copy(update={"corr": "forged"}), b"")
    assert (tmp_path / f"{ARTEFACT.sha256}.part").stat().st_size == MAX_CHUNK_BYTES


def test_no_room_on_the_disk_is_said_before_anything_is_fetched(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 1000))  # type: ignore[attr-defined]
    with pytest.raises(FetchError) as caught:
        Fetch(ARTEFACT, tmp_path, Centre().ask)
    assert caught.value.code == "fetch.disk"


def test_old_artefacts_go_and_the_ones_in_use_stay(tmp_path):
    for number in range(8):
        path = tmp_path / f"{number}.ybk"
        path.write_bytes(b"x")
        os.utime(path, (number, number))
    (tmp_path / "stale.part").write_bytes(b"x")
    clean(tmp_path, {"0"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.ybk", "4.ybk", "5.ybk", "6.ybk", "7.ybk"]


def test_a_damaged_artefact_that_lies_there_is_not_used(tmp_path):
    (tmp_path / f"{ARTEFACT.sha256}.ybk").write_bytes(b"damaged")
    assert verified(ARTEFACT, tmp_path) is None
    assert list(tmp_path.iterdir()) == []
