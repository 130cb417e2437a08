"""The API as the command line uses it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from fleet.server.errors import FleetError

_TIMEOUT_S = 30.0
_PIECE_BYTES = 1 << 20


class ApiClient:
    """Talks to ``kiosk-fleet serve``. Every method raises FleetError with one line to show."""

    def __init__(self, server: str, token: str = "") -> None:
        self._server = server.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            self._http = httpx.Client(
                base_url=self._server, headers=headers, timeout=_TIMEOUT_S, trust_env=False
            )
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise FleetError("server.url", f"--server {server!r} is not an address: {error}") from error

    def get(self, path: str) -> Any:
        """GET a JSON document."""
        return self._send("GET", path)

    def publish(self, artefact: Path, kiosks: Sequence[str]) -> Any:
        """Upload an artefact and wish it onto kiosks (none named: all)."""
        return self._send("POST", "/api/packs", params={"kiosk": list(kiosks)}, content=_pieces(artefact))

    def publish_file(self, kind: str, name: str, version: str, file: Path, kiosks: Sequence[str]) -> Any:
        """Upload a model or a configuration and wish it onto kiosks (none named: all)."""
        params = {"name": name, "version": version, "kiosk": list(kiosks)}
        return self._send(
            "POST", f"/api/targets/{quote(kind, safe='')}", params=params, content=_pieces(file)
        )

    def call(self, kiosk: str, queue: str, window: str, verb: str) -> Any:
        """Call at a window; the command that is on its way."""
        path = f"/api/kiosks/{quote(kiosk, safe='')}/queues/{quote(queue, safe='')}/call"
        return self._send("POST", path, json={"window": window, "verb": verb})

    def order(self, kiosk: str, name: str, args: Mapping[str, str], ttl: int | None) -> Any:
        """Have a kiosk do something; the command that is on its way."""
        body = {"name": name, "args": dict(args), "ttl": ttl}
        return self._send("POST", f"/api/kiosks/{quote(kiosk, safe='')}/commands", json=body)

    def attachment(self, command: str) -> bytes:
        """What came with a command's result."""
        path = f"/api/commands/{quote(command, safe='')}/attachment"
        try:
            answer = self._http.get(path)
        except httpx.HTTPError as error:
            raise FleetError(
                "server.unreachable", f"no fleet server at {self._server} ({error}); start kiosk-fleet serve"
            ) from error
        if not answer.is_success:
            raise FleetError("attachment.missing", f"{self._server}{path} answered {answer.status_code}")
        return answer.content

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _send(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = self._http.request(method, path, **options)
            document = answer.json()
        except httpx.HTTPError as error:
            raise FleetError(
                "server.unreachable", f"no fleet server at {self._server} ({error}); start kiosk-fleet serve"
            ) from error
        except ValueError as error:
            raise FleetError(
                "server.answer", f"{self._server}{path} does not answer like a fleet server"
            ) from error
        if answer.is_success:
            return document
        if answer.status_code == 401:
            raise FleetError(
                "server.token", "the server does not take this token; give its data folder with --data"
            )
        if isinstance(document, dict) and "message" in document:
            raise FleetError(str(document.get("code", "server.refused")), str(document["message"]))
        raise FleetError("server.refused", f"{self._server}{path} answered {answer.status_code}")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece
