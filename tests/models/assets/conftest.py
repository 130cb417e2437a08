"""Fixtures: small assets of our own, and a real web server on this machine with byte ranges and faults."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from models.assets import Asset, Manifest

NOWHERE = "http://127.0.0.1:9/nothing"


def body(size: int = 300_000) -> bytes:
    """Bytes that do not repeat."""
    return hashlib.shake_128(b"asset").digest(size)


def zip_of(files: dict[str, bytes]) -> bytes:
    """A zip archive with these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


VOSK_FILES = {
    "tiny-model/README": b"a model",
    "tiny-model/am/final.mdl": body(50_000),
    "tiny-model/conf/model.conf": b"--beam=10\n",
}


def asset_of(content: bytes, *, kind: Any = "file", url: str = NOWHERE, name: str = "") -> Asset:
    """A manifest entry for these bytes."""
    file = {"file": "thing.bin", "vosk-zip": "tiny-model.zip"}[kind]
    return Asset(
        name=name or {"file": "thing.bin", "vosk-zip": "tiny-model"}[kind],
        alias="it",
        kind=kind,
        file=file,
        url=url,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        licence="CC0",
        use="tests",
    )


def manifest_of(*assets: Asset) -> Manifest:
    """A manifest of these entries."""
    return Manifest(assets=assets)


@dataclass
class Web:
    """A web server: what it serves, how it misbehaves, and what it was asked."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    wrong_range: bool = False
    status: int = 200
    redirect: str = ""
    cut_after: list[int] = field(default_factory=list)
    """Bytes after which the next answers break off, one entry per answer."""
    hang: threading.Event | None = None
    asked: list[str | None] = field(default_factory=list)
    """The Range header of every request."""


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server on this machine."""
    state = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self, state)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    if state.hang is not None:
        state.hang.set()
    server.shutdown()
    server.server_close()
    thread.join()


def answer(handler: BaseHTTPRequestHandler, state: Web) -> None:
    """Serve one request as ``state`` says."""
    wanted = handler.headers.get("Range")
    state.asked.append(wanted)
    if state.hang is not None:
        state.hang.wait()
        return
    if state.redirect:
        handler.send_response(302)
        handler.send_header("Location", state.redirect)
        handler.end_headers()
        return
    content = state.files.get(handler.path.lstrip("/"))
    if content is None or state.status != 200:
        handler.send_error(404 if content is None else state.status)
        return
    start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and state.ranges else 0
    if start >= len(content):
        handler.send_error(416)
        return
    handler.send_response(206 if start else 200)
    if start:
        shown = 0 if state.wrong_range else start
        handler.send_header("Content-Range", f"bytes {shown}-{len(content) - 1}/{len(content)}")
    handler.send_header("Content-Length", str(len(content) - start))
    handler.end_headers()
    rest = content[start:]
    handler.wfile.write(rest[: state.cut_after.pop(0)] if state.cut_after else rest)
