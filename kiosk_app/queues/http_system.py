"""A queue system that is reached over HTTP: the hall's own, or the kiosk that holds the numbers."""

from __future__ import annotations

import http.client
import json
import time
from pathlib import Path
from urllib.parse import urlsplit

from kiosk_app.queues.address import address_problem
from kiosk_app.queues.api import (
    MAX_BYTES,
    STANDING,
    TAKE,
    RefusalTold,
    StandingTold,
    TicketTold,
    read,
    standing_of,
    ticket_of,
)
from kiosk_app.queues.port import QueueError, Standing, Ticket

_PIECE = 8192
_REFUSED = 409


class HttpQueues:
    """Asks ``url`` as docs/queue.md says; every question is over after ``patience_s``, whatever the other side does."""

    def __init__(self, url: str, token_file: Path | None = None, patience_s: float = 4.0) -> None:
        if problem := address_problem(url):
            raise QueueError(f"{url!r} {problem}", "queue.address")
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port
        self._path = parts.path.rstrip("/")
        self._token_file = token_file
        self._token = ""
        self._patience_s = patience_s

    def open(self) -> None:
        """See QueueSystem. Raises QueueError ``queue.unreachable``, ``queue.answer``, ``queue.address``."""
        if self._token_file is not None:
            self._token = read_token(self._token_file)
        self.standing()

    def close(self) -> None:
        """See QueueSystem. Nothing is held."""

    def take(self, queue: str, request: str) -> Ticket:
        """See QueueSystem. An answer that got lost is asked for once more, with the same request."""
        body = json.dumps({"queue": queue, "request": request}).encode()
        try:
            payload = self._ask("POST", TAKE, body)
        except QueueError as error:
            if error.code != "queue.unreachable":
                raise
            payload = self._ask("POST", TAKE, body)
        return ticket_of(queue, read(TicketTold, payload))

    def standing(self) -> Standing:
        """See QueueSystem."""
        return standing_of(read(StandingTold, self._ask("GET", STANDING)))

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        until = time.monotonic() + self._patience_s
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=self._patience_s)
        headers = {"Accept": "application/json", "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            connection.request(method, self._path + path, body, headers)
            answer = connection.getresponse()
            payload = self._read(connection, answer, until)
        except (OSError, http.client.HTTPException) as error:
            raise QueueError(
                f"{self._host}:{self._port or ''} does not answer ({type(error).__name__}): see that the queue system"
                " runs and that the network between has no fault",
                "queue.unreachable",
            ) from error
        finally:
            connection.close()
        if answer.status == _REFUSED:
            raise QueueError("the queue system gives no number", read(RefusalTold, payload).code)
        if answer.status != 200:
            raise QueueError(
                f"the queue system answers {answer.status}: check its address and token", "queue.answer"
            )
        return payload

    def _read(
        self, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, until: float
    ) -> bytes:
        """The whole answer; one that drips in, or does not end, is given up."""
        payload = b""
        while piece := answer.read1(_PIECE):
            payload += piece
            left = until - time.monotonic()
            if len(payload) > MAX_BYTES:
                raise QueueError("the queue system answers far too much", "queue.answer")
            if left <= 0:
                raise TimeoutError
            if connection.sock is not None:
                connection.sock.settimeout(left)
        return payload


def read_token(path: Path) -> str:
    """The secret that both sides know. Raises QueueError ``queue.address``."""
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise QueueError(
            f"{path} cannot be read: put the queue system's token there, readable by the kiosk alone",
            "queue.address",
        ) from error
    if not 16 <= len(token) <= 200 or not token.isprintable():
        raise QueueError(f"{path} has no token of 16 to 200 plain characters", "queue.address")
    return token
