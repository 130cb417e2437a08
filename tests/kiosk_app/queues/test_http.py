"""A queue system behind HTTP: another kiosk's desk, and servers that answer as they should not."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kiosk_app.queues import Call, QueueError, QueueSystem
from kiosk_app.queues.address import address_problem
from kiosk_app.queues.http_system import HttpQueues
from kiosk_app.queues.numbering import FILE
from kiosk_app.queues.own import OwnQueues
from kiosk_app.queues.serving import Desk
from kiosk_app.runtime.queueing import Queueing
from models.knowledge.content import Queue
from tests.kiosk_app.queues.clock import Wall

TOKEN = "a-secret-of-this-hall-1234"
QUEUES = (
    Queue("papers", "A", {"zh": "证件", "en": "Papers"}, ("1", "2"), ()),
    Queue("cash", "B", {"zh": "现金", "en": "Cash"}, ("2",), ()),
)


@pytest.fixture
def token(tmp_path: Path) -> Path:
    """The file with the secret of both sides."""
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    return path


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tuple[Queueing, int]]:
    """A kiosk that numbers and listens, and its port."""
    wall, ports = Wall(), []

    def desk(queueing: Queueing) -> Desk:
        made = Desk(("127.0.0.1", 0), TOKEN, queueing.take_for, queueing.standing_for)
        ports.append(made.server_address[1])
        return made

    system = OwnQueues(tmp_path / FILE, lambda: QUEUES, wall.now)
    queueing = Queueing(system, lambda event: None, lambda reason: None, desk=desk, look_s=0.05)
    queueing.start()
    yield queueing, ports[0]
    queueing.stop()


def test_two_kiosks_of_a_hall_never_give_one_number(host: tuple[Queueing, int], token: Path) -> None:
    queueing, port = host
    others = [HttpQueues(f"http://127.0.0.1:{port}", token) for _ in range(3)]
    given: list[str] = []
    wrong: list[Exception] = []

    def visitors(system: QueueSystem, name: str) -> None:
        try:
            system.open()
            given.extend(system.take("papers", f"{name}-visit-{n}").number for n in range(8))
        except Exception as error:  # noqa: BLE001  told below
            wrong.append(error)

    threads = [
        threading.Thread(target=visitors, args=(system, f"kiosk{n}")) for n, system in enumerate(others)
    ]
    for thread in threads:
        thread.start()
    given += [queueing.take_for("papers", f"here-{n}-visit").number for n in range(8)]
    for thread in threads:
        thread.join(30)
    assert wrong == []
    assert sorted(given) == [f"A{n:03d}" for n in range(1, 33)]


def test_an_answer_that_got_lost_is_asked_for_again(host: tuple[Queueing, int], token: Path) -> None:
    system = HttpQueues(f"http://127.0.0.1:{host[1]}", token)
    system.open()
    first = system.take("papers", "visit-0001")
    assert system.take("papers", "visit-0001") == first
    assert first.number == "A001" and first.ahead == 0 and first.at.tzinfo is not None


def test_everybody_sees_how_the_queues_stand(host: tuple[Queueing, int], token: Path) -> None:
    queueing, port = host
    system = HttpQueues(f"http://127.0.0.1:{port}", token)
    system.open()
    system.take("cash", "visit-0001")
    standing = system.standing()
    assert [(line.queue, line.waiting) for line in standing.lines] == [("papers", 0), ("cash", 1)]
    assert standing.calls == () and standing == queueing.standing_for()


def test_a_queue_that_is_not_there_is_told(host: tuple[Queueing, int], token: Path) -> None:
    system = HttpQueues(f"http://127.0.0.1:{host[1]}", token)
    system.open()
    with pytest.raises(QueueError) as refused:
        system.take("nothing", "visit-0001")
    assert refused.value.code == "queue.unknown"


@pytest.mark.parametrize(
    ("method", "path", "body", "secret", "status"),
    [
        ("GET", "/v1/standing", None, "another-secret-of-a-hall", 401),
        ("GET", "/v1/standing", None, "", 401),
        ("GET", "/", None, TOKEN, 404),
        ("POST", "/v1/take", b"{", TOKEN, 400),
        ("POST", "/v1/take", b'{"queue": "papers"}', TOKEN, 400),
        ("POST", "/v1/take", b'{"queue": "papers", "request": "../../etc"}', TOKEN, 400),
        ("POST", "/v1/take", b"x" * 2000, TOKEN, 413),
        ("DELETE", "/v1/take", None, TOKEN, 501),
    ],
)
def test_what_the_desk_does_not_understand_it_refuses(
    host: tuple[Queueing, int], method: str, path: str, body: bytes | None, secret: str, status: int
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", host[1], timeout=5)
    connection.request(method, path, body, {"Authorization": f"Bearer {secret}"})
    assert connection.getresponse().status == status
    connection.close()
    assert host[0].standing_for().lines[0].waiting == 0, "and goes on"


# --- servers that are not ours -----------------------------------------------------------------------------


Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def foreign(token: Path) -> Iterator[Callable[[Answer], HttpQueues]]:
    """A queue system on this machine that answers as it is told."""
    servers: list[HTTPServer] = []

    def make(answer: Answer) -> HttpQueues:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return HttpQueues(f"http://127.0.0.1:{server.server_address[1]}/queue/", token, patience_s=0.5)

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


def say(status: int, body: bytes) -> Answer:
    """An answer that is always the same."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


GOOD = {"queues": [{"queue": "papers", "waiting": 3, "last": "A011"}]}
CALLED = {"order": 7, "queue": "papers", "number": "A012", "window": "5"}


def test_a_system_that_exists_is_understood(foreign: Callable[[Answer], HttpQueues]) -> None:
    seen: list[tuple[str, str | None]] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append((handler.path, handler.headers["Authorization"]))
        ticket = {"number": "A012", "at": "2026-11-23T09:41:00+08:00"}
        say(200, json.dumps(ticket if handler.command == "POST" else GOOD | {"calls": [CALLED]}).encode())(
            handler
        )

    system = foreign(answer)
    system.open()
    assert system.standing().calls == (Call(7, "papers", "A012", "5"),)
    ticket = system.take("papers", "visit-0001")
    assert (ticket.number, ticket.ahead) == ("A012", None)
    assert {path for path, _ in seen} == {"/queue/v1/standing", "/queue/v1/take"}
    assert {secret for _, secret in seen} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"", "queue.answer"),
        (200, b"<html>", "queue.answer"),
        (200, b"[" * 50_000, "queue.answer"),
        (200, b" " * 200_000, "queue.answer"),
        (200, json.dumps(GOOD | {"more": 1}).encode(), "queue.answer"),
        (200, json.dumps({"queues": [{"queue": "papers", "waiting": -1}]}).encode(), "queue.answer"),
        (200, json.dumps({"queues": [{"queue": "papers", "last": "<b>"}]}).encode(), "queue.answer"),
        (200, json.dumps(GOOD | {"calls": [CALLED | {"window": "5\n6"}]}).encode(), "queue.answer"),
        (200, json.dumps(GOOD | {"calls": [CALLED] * 100}).encode(), "queue.answer"),
        (302, b"{}", "queue.answer"),
        (500, b"{}", "queue.answer"),
        (409, b'{"code": "queue.full"}', "queue.full"),
        (409, b'{"code": "anything"}', "queue.answer"),
    ],
)
def test_a_hostile_answer_is_refused(
    foreign: Callable[[Answer], HttpQueues], status: int, body: bytes, code: str
) -> None:
    with pytest.raises(QueueError) as refused:
        foreign(say(status, body)).standing()
    assert refused.value.code == code
    assert "<b>" not in str(refused.value)


def test_an_answer_that_drips_is_given_up(foreign: Callable[[Answer], HttpQueues]) -> None:
    done = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while not done.wait(0.05):
                handler.wfile.write(b" ")
                handler.wfile.flush()
        except OSError:
            pass

    system = foreign(drip)
    try:
        with pytest.raises(QueueError) as refused:
            system.standing()
        assert refused.value.code == "queue.unreachable"
    finally:
        done.set()


def test_nobody_there_is_told_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(QueueError, match="see that the queue system runs") as refused:
            HttpQueues(f"http://127.0.0.1:{taken.getsockname()[1]}", patience_s=0.5).open()
    assert refused.value.code == "queue.unreachable"


@pytest.mark.parametrize("text", ["", "short", "x" * 300, "two\nlines-of-a-secret-token"])
def test_a_token_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "token").write_text(text)
    with pytest.raises(QueueError) as refused:
        HttpQueues("http://127.0.0.1:9", tmp_path / "token").open()
    assert refused.value.code == "queue.address"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:80",
        "ftp://host",
        "http://",
        "http://host:0",
        "http://h:99999",
        "http://u@h",
        "http://h?q=1",
    ],
)
def test_an_address_that_is_none_is_told(url: str) -> None:
    assert address_problem(url)
