"""The kiosk that holds the numbers tells them to the other kiosks of its hall, over the hall's own network."""

from __future__ import annotations

import logging
import secrets
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kiosk_app.queues.api import (
    STANDING,
    TAKE,
    RefusalTold,
    TakeAsked,
    read,
    told_standing,
    told_ticket,
)
from kiosk_app.queues.port import QueueError, Standing, Ticket

logger = logging.getLogger(__name__)

_PATIENCE_S = 5.0
_LARGEST = 1024
_MOST_AT_ONCE = 16


class Desk(ThreadingHTTPServer):
    """Listens on ``address`` and answers whoever has the token.

    ``take`` and ``standing`` may be called from any thread and raise QueueError; ``starting`` binds the socket.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 8

    def __init__(
        self,
        address: tuple[str, int],
        token: str,
        take: Callable[[str, str], Ticket],
        standing: Callable[[], Standing],
    ) -> None:
        """Raises QueueError ``queue.address`` when the address cannot be listened on."""
        self.token, self.take, self.standing = token, take, standing
        self._places = threading.BoundedSemaphore(_MOST_AT_ONCE)
        try:
            super().__init__(address, _Handler)
        except OSError as error:
            raise QueueError(
                f"{address[0]}:{address[1]} cannot be listened on ({error.strerror}): check queue.listen",
                "queue.address",
            ) from error
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.2}, name="queue-desk", daemon=True
        )

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody any more."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Who comes when too many are being answered is turned away: they ask again."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """One connection, in a thread of its own."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks is the other side's business."""
        logger.info("a kiosk's question was cut off")


class _Handler(BaseHTTPRequestHandler):
    """One question and its answer; nothing of either is logged."""

    server: Desk  # pyright: ignore[reportIncompatibleVariableOverride]
    timeout = _PATIENCE_S
    protocol_version = "HTTP/1.0"
    server_version, sys_version = "yingbin", ""

    def setup(self) -> None:
        """A connection as a whole lasts no longer than one question may."""
        super().setup()
        self._timer = threading.Timer(2 * _PATIENCE_S, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def finish(self) -> None:
        """Over."""
        self._timer.cancel()
        super().finish()

    def do_GET(self) -> None:
        """``/v1/standing``."""
        if self._allowed() and self._at(STANDING):
            self._answer(lambda: told_standing(self.server.standing()))

    def do_POST(self) -> None:
        """``/v1/take``."""
        if not (self._allowed() and self._at(TAKE)):
            return
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > _LARGEST:
            self._say(413, b"{}")
            return
        try:
            asked = read(TakeAsked, self.rfile.read(int(length)))
        except QueueError:
            self._say(400, b"{}")
            return
        self._answer(lambda: told_ticket(self.server.take(asked.queue, asked.request)))

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: who asked is nobody's business."""

    def _allowed(self) -> bool:
        given = self.headers.get("Authorization", "").removeprefix("Bearer ").encode("utf-8", "replace")
        if secrets.compare_digest(given, self.server.token.encode()):
            return True
        self._say(401, b"{}")
        return False

    def _at(self, path: str) -> bool:
        if self.path == path:
            return True
        self._say(404, b"{}")
        return False

    def _answer(self, make: Callable[[], bytes]) -> None:
        try:
            self._say(200, make())
        except QueueError as error:
            code = error.code if error.code in ("queue.full", "queue.unknown") else "queue.open"
            self._say(409, RefusalTold.model_validate({"code": code}).model_dump_json().encode())

    def _say(self, status: int, payload: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _cut(self) -> None:
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            logger.debug("the other side was quicker")
