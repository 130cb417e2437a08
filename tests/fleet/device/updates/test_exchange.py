"""Pieces over MQTT against answers that are late, wrong, repeated or missing; the test plays the other thread."""

import random
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from fleet.device.updates import exchange
from fleet.device.updates.exchange import WINDOW, ChunkExchange
from fleet.device.updates.transports import AbsentError, UnreachableError
from fleet.protocol.updates import MAX_CHUNK_BYTES, ChunkHeader, ChunkRequest
from tests.fleet.waiting import wait_until

CONTENT = random.Random(7).randbytes(MAX_CHUNK_BYTES * 6 + 1234)
PATH = f"targets/knowledge/{'a' * 64}.gov-1-aaaaaaaa.ybk"
Answer = tuple[ChunkHeader, bytes]


class Centre:
    """Answers requests out of ``content``; the link's thread of the exchange."""

    def __init__(self) -> None:
        self.woken = threading.Event()
        self.exchange = ChunkExchange(self.woken.set)
        self.exchange.online("run-1")
        self.requests: list[ChunkRequest] = []
        self.bend: Callable[[Answer], Answer] = lambda answer: answer
        self.lose: Callable[[ChunkRequest], bool] = lambda request: False
        self.shuffle: random.Random | None = None
        self.most = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self.woken.set()
        self._thread.join()

    def read(self, offset: int = 0) -> bytes:
        stream = self.exchange.open(PATH, offset)
        assert stream.start == offset
        return b"".join(stream.pieces)

    def answer(self, request: ChunkRequest) -> Answer:
        data = CONTENT[request.offset : request.offset + request.length]
        header = ChunkHeader(corr=request.corr, path=request.path, offset=request.offset, total=len(CONTENT))
        return self.bend((header, data))

    def _run(self) -> None:
        while not self._stopping:
            self.woken.wait()
            self.woken.clear()
            batch: list[ChunkRequest] = []
            self.exchange.pump(lambda request, batch=batch: not batch.append(request))
            self.most = max(self.most, len(batch))
            self.requests += batch
            if self.shuffle:
                self.shuffle.shuffle(batch)
            for request in batch:
                if not self.lose(request):
                    self.exchange.take(*self.answer(request))


@pytest.fixture
def centre() -> Iterator[Centre]:
    made = Centre()
    yield made
    made.stop()


@pytest.mark.parametrize("seed", range(5))
def test_pieces_in_any_order_make_the_file(centre: Centre, seed: int) -> None:
    centre.shuffle = random.Random(seed)
    assert centre.read() == CONTENT
    assert centre.read(MAX_CHUNK_BYTES + 5) == CONTENT[MAX_CHUNK_BYTES + 5 :]
    assert centre.read(len(CONTENT)) == b""


def test_only_a_few_requests_are_on_their_way_while_nobody_takes_the_pieces(centre: Centre) -> None:
    pieces = centre.exchange.open(PATH, 0).pieces
    for taken in (1, 2):
        next(pieces)
        wait_until(lambda taken=taken: len(centre.requests) == taken + WINDOW, "the window")
    assert centre.most <= WINDOW
    assert len(centre.requests) == 2 + WINDOW


def test_an_answer_that_does_not_come_is_asked_for_again(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "TIMEOUT_S", 0.05)
    lost: set[int] = set()

    def lose(request: ChunkRequest) -> bool:
        first = request.offset not in lost
        lost.add(request.offset)
        return first and request.offset % 2 == 0

    centre.lose = lose
    assert centre.read() == CONTENT
    again = [request for request in centre.requests if request.offset == 0]
    assert len(again) == 2 and again[0].corr != again[1].corr


def test_a_centre_that_never_answers_counts_as_closed(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "TIMEOUT_S", 0.02)
    centre.lose = lambda request: True
    with pytest.raises(UnreachableError, match="does not answer"):
        centre.read()
    assert len(centre.requests) == exchange.ATTEMPTS


def test_without_a_link_nothing_is_waited_for(centre: Centre) -> None:
    centre.exchange.online("")
    with pytest.raises(UnreachableError, match="no link"):
        centre.read()


def test_a_link_that_goes_ends_the_wait_at_once(centre: Centre) -> None:
    centre.lose = lambda request: True
    began = time.monotonic()
    threading.Timer(0.1, lambda: centre.exchange.online("")).start()
    with pytest.raises(UnreachableError, match="no link"):
        centre.read()
    assert time.monotonic() - began < exchange.TIMEOUT_S


def test_what_an_earlier_server_was_asked_the_next_one_is_asked_again(centre: Centre) -> None:
    centre.lose = lambda request: request.offset > 0
    pieces = centre.exchange.open(PATH, 0).pieces
    got = next(pieces)
    wait_until(lambda: len(centre.requests) == 1 + WINDOW, "requests to the old server")
    centre.exchange.online("run-2")
    centre.lose = lambda request: False
    began = time.monotonic()
    assert got + b"".join(pieces) == CONTENT
    assert time.monotonic() - began < exchange.TIMEOUT_S


def test_a_file_that_is_not_there_is_told_apart(centre: Centre) -> None:
    centre.bend = lambda answer: (answer[0].model_copy(update={"error": "not_found", "total": 0}), b"")
    with pytest.raises(AbsentError):
        centre.read()


@pytest.mark.parametrize(
    ("change", "cut"),
    [
        ({"error": "bad_range"}, 0),
        ({"total": 5}, 0),
        ({"offset": 1}, 0),
        ({"path": "metadata/timestamp.json"}, 0),
        ({}, 1),
    ],
)
def test_an_answer_to_another_question_closes_this_way(centre: Centre, change: dict, cut: int) -> None:
    centre.bend = lambda answer: (answer[0].model_copy(update=change), answer[1][cut:])
    with pytest.raises(UnreachableError, match="another piece"):
        centre.read()


def test_a_file_that_changes_its_length_on_the_way_closes_this_way(centre: Centre) -> None:
    def grow(answer: Answer) -> Answer:
        header, data = answer
        return (header.model_copy(update={"total": header.total + 1}), data) if header.offset else answer

    centre.bend = grow
    with pytest.raises(UnreachableError, match="another piece"):
        centre.read()


def test_answers_nobody_asked_for_are_ignored(centre: Centre) -> None:
    header = ChunkHeader(corr="forged", path=PATH, offset=0, total=len(CONTENT))
    centre.exchange.take(header, b"forged")

    def twice(answer: Answer) -> Answer:
        centre.exchange.take(*answer)
        return answer

    centre.bend = twice
    assert centre.read() == CONTENT
    assert not centre.exchange._answers
