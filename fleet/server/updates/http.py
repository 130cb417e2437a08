"""The tree over HTTP: whole files and, for kiosks that go on where they were cut off, what is left of them."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from fleet.protocol.errors import ProtocolError
from fleet.protocol.tree import open_in_tree

PREFIX = "/updates"
_PIECE_BYTES = 64 * 1024
_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})")


def updates_router(tree: Path) -> APIRouter:
    """Serve ``tree`` under ``/updates/``; whoever may reach the port may read it: everything in it is signed."""
    router = APIRouter(prefix=PREFIX)

    @router.get("/{path:path}", include_in_schema=False)
    def send(path: str, request: Request) -> Response:
        try:
            file = open_in_tree(tree, path)
        except (OSError, ProtocolError):
            return Response(status_code=404)
        size = os.fstat(file.fileno()).st_size
        tag = _tag(path, file)
        headers = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "no-transform"}
        wanted = _RANGE.fullmatch(request.headers.get("range", ""))
        if wanted is None or request.headers.get("if-range", tag) != tag:
            return _answer(file, 0, size, 200, headers)
        start, end = int(wanted[1]), min(int(wanted[2] or size), size - 1)
        if start > end:
            file.close()
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
        return _answer(file, start, end + 1 - start, 206, headers)

    return router


def _tag(path: str, file: BinaryIO) -> str:
    """By the content's hash: a target has it in its name, metadata is small."""
    if path.startswith("targets/"):
        return f'"{path.rsplit("/", 1)[1][:64]}"'
    return f'"{hashlib.sha256(file.read()).hexdigest()}"'


def _answer(file: BinaryIO, start: int, length: int, status: int, headers: dict[str, str]) -> Response:
    headers = {**headers, "Content-Length": str(length)}
    return StreamingResponse(
        _pieces(file, start, length), status, headers, media_type="application/octet-stream"
    )


def _pieces(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (piece := file.read(min(_PIECE_BYTES, length))):
            length -= len(piece)
            yield piece
