"""The HTTPS listener for devices: enrolment, renewal, and what else is mounted on its application."""

import logging
import socket
import ssl
import threading

import uvicorn
from fastapi import FastAPI

from fleet.server.errors import FleetError
from fleet.server.identity.authority import Authority, Pair
from fleet.server.identity.peer import PeerProtocol
from fleet.server.identity.tls import listener_context

logger = logging.getLogger(__name__)

_CONCURRENT = 256
_IDLE_S = 10
_FAREWELL_S = 5


class Listener:
    """uvicorn in a thread of its own."""

    def __init__(self, app: FastAPI, authority: Authority, pair: Pair, host: str, port: int) -> None:
        self._pair = pair
        self._host, self._port = host, port
        self._tls = listener_context(authority, pair)
        config = uvicorn.Config(
            app,
            http=PeerProtocol,
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            ssl_context_factory=self._context,
            limit_concurrency=_CONCURRENT,
            timeout_keep_alive=_IDLE_S,
            timeout_graceful_shutdown=_FAREWELL_S,
        )
        self._server = uvicorn.Server(config)
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="fleet-devices", daemon=True)

    def start(self) -> None:
        """Listen. Raises FleetError ``enrol.port``."""
        try:
            family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
            self._socket = socket.create_server((self._host, self._port), family=family, backlog=512)
        except OSError as error:
            raise FleetError(
                "enrol.port",
                f"cannot listen for devices at {self._host}:{self._port} ({error.strerror or error}); "
                "choose another with --enrol-port",
            ) from error
        self._thread.start()

    def stop(self) -> None:
        """End; requests under way have some seconds."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()

    def reload_certificate(self) -> None:
        """Take a renewed certificate for the next connections."""
        self._tls.load_cert_chain(self._pair.certificate, self._pair.key)

    def _context(self, _config: object, _default: object) -> ssl.SSLContext:
        return self._tls

    def _run(self) -> None:
        assert self._socket is not None  # noqa: S101  start() made it
        self._server.run(sockets=[self._socket])
