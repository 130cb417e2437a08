"""The HTTP API. Reading is open to whoever reaches the port (loopback by default); writing takes a token."""

import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Annotated, Any, BinaryIO

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from fleet.protocol.tree import Kind
from fleet.protocol.updates import MAX_TARGET_BYTES, Target
from fleet.server import handovers, orders, queues, results
from fleet.server.errors import FleetError
from fleet.server.knowledge import Publication
from fleet.server.queues import CallView, QueueView, Verb
from fleet.server.results import CommandView
from fleet.server.service import Centre
from fleet.server.updates.upkeep import RoleView, roles_of
from fleet.server.views import HandoverView, KioskView, TodayView, VisitView

_STATUS = {
    "kiosk.unknown": 404,
    "handover.unknown": 404,
    "queue.unknown": 404,
    "call.unknown": 404,
    "handover.state": 409,
    "kiosk.none": 409,
    "command.gone": 404,
    "attachment.missing": 404,
    "broker.down": 503,
    "updates.key_missing": 409,
    "updates.disk": 507,
    "pack.size": 413,
    "pack.models": 501,
}
_PIECE_BYTES = 1 << 20


class LinkView(BaseModel):
    """The server's own link to the broker."""

    connected: bool
    since: int
    problem: str


class AcceptBody(BaseModel):
    """A person takes a hand-over; ``text`` is shown to the citizen."""

    model_config = ConfigDict(extra="forbid")

    text: str


class CallBody(BaseModel):
    """A window calls the next number, the last one again, or says that nobody came."""

    model_config = ConfigDict(extra="forbid")

    window: str
    verb: Verb = "next"


class CommandBody(BaseModel):
    """A command for one kiosk; ``ttl`` in seconds, without it as long as such a command usually lives."""

    model_config = ConfigDict(extra="forbid")

    name: str
    args: dict[str, str | int | bool] = Field(default_factory=dict, max_length=16)
    ttl: int | None = None


class Accepted(BaseModel):
    """The command that is on its way to the kiosk."""

    command: str


def make_api(centre: Centre) -> FastAPI:
    """Build the application; the page is mounted onto it by ``page``."""
    api = FastAPI(title="Yingbin fleet", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    api.add_exception_handler(FleetError, _refuse)
    _add_reading(api, centre)
    _add_writing(api, centre)
    return api


def _add_reading(api: FastAPI, centre: Centre) -> None:
    views, ingest = centre.views, centre.ingest

    @api.get("/api/link")
    def link() -> LinkView:
        return LinkView(connected=ingest.connected, since=ingest.link_since, problem=ingest.link_problem)

    @api.get("/api/kiosks")
    def kiosks() -> list[KioskView]:
        return views.kiosks(ingest.connected)

    @api.get("/api/kiosks/{kiosk}")
    def one_kiosk(kiosk: str) -> KioskView:
        for view in views.kiosks(ingest.connected):
            if view.id == kiosk:
                return view
        raise FleetError("kiosk.unknown", f"no kiosk {kiosk!r} is known; see kiosk-fleet kiosks list")

    @api.get("/api/updates")
    def update_roles() -> list[RoleView]:
        return roles_of(centre.updates)

    @api.get("/api/visits")
    def visits(limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[VisitView]:
        return views.visits(ingest.connected, limit)

    @api.get("/api/handovers")
    def open_handovers() -> list[HandoverView]:
        return views.handovers(ingest.connected)

    @api.get("/api/queues")
    def all_queues() -> list[QueueView]:
        online = {kiosk.id for kiosk in views.kiosks(ingest.connected) if kiosk.light == "online"}
        return queues.queues(centre.store, online)

    @api.get("/api/calls/{command}")
    def one_call(command: str) -> CallView:
        return queues.called(centre.store, command)

    @api.get("/api/commands/{command}")
    def one_command(command: str) -> CommandView:
        return results.view(centre.store, command, centre.attachments.has)

    @api.get("/api/today")
    def today() -> TodayView:
        return views.today()


def _add_writing(api: FastAPI, centre: Centre) -> None:
    def with_token(authorization: Annotated[str, Header()] = "") -> None:
        if not is_token(centre, authorization.removeprefix("Bearer ")):
            raise HTTPException(401, "this takes the server's token", {"WWW-Authenticate": "Bearer"})

    library = centre.library

    @api.post("/api/packs", dependencies=[Depends(with_token)])
    async def publish(request: Request, kiosk: Annotated[list[str] | None, Query()] = None) -> Publication:
        with tempfile.TemporaryFile() as upload:
            await _receive(request, upload)
            return await run_in_threadpool(_publish, centre, upload, library.add, kiosk or [])

    @api.post("/api/targets/{kind}", dependencies=[Depends(with_token)])
    async def publish_file(
        request: Request,
        kind: Kind,
        name: str,
        version: str,
        kiosk: Annotated[list[str] | None, Query()] = None,
    ) -> Publication:
        if kind == "knowledge":
            raise FleetError("pack.invalid", "a pack says its own name and version: post it to /api/packs")
        add = partial(library.add_file, kind, name, version)
        with tempfile.TemporaryFile() as upload:
            await _receive(request, upload)
            return await run_in_threadpool(_publish, centre, upload, add, kiosk or [])

    @api.post("/api/kiosks/{kiosk}/queues/{queue}/call", status_code=202, dependencies=[Depends(with_token)])
    def call(kiosk: str, queue: str, body: CallBody) -> Accepted:
        send = centre.ingest.send_command
        return Accepted(command=queues.call(centre.store, kiosk, queue, body.window, body.verb, send))

    @api.post("/api/kiosks/{kiosk}/commands", status_code=202, dependencies=[Depends(with_token)])
    def order(kiosk: str, body: CommandBody) -> Accepted:
        send = centre.ingest.send_command
        return Accepted(command=orders.order(centre.store, kiosk, body.name, body.args, body.ttl, send))

    @api.get("/api/commands/{command}/attachment", dependencies=[Depends(with_token)])
    def attachment(command: str) -> Response:
        found = results.view(centre.store, command, centre.attachments.has)
        content = centre.attachments.read(found.command)
        told = found.attachment or {"name": command, "media": "application/octet-stream"}
        headers = {
            "Content-Disposition": f'attachment; filename="{told["name"]}"',
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, media_type=told["media"], headers=headers)

    @api.post("/api/handovers/{handover}/accept", status_code=202, dependencies=[Depends(with_token)])
    def accept(handover: str, body: AcceptBody) -> Accepted:
        return Accepted(
            command=handovers.accept(centre.store, handover, body.text, centre.ingest.send_command)
        )


def is_token(centre: Centre, given: str) -> bool:
    """Compare in constant time."""
    return secrets.compare_digest(given.encode(), centre.token.encode())


async def _receive(request: Request, upload: BinaryIO) -> None:
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > MAX_TARGET_BYTES:
            raise FleetError("pack.size", f"the file is larger than {MAX_TARGET_BYTES >> 20} MB")
        upload.write(piece)
    upload.seek(0)


def _publish(
    centre: Centre, upload: BinaryIO, add: Callable[[Iterable[bytes]], Target], kiosks: list[str]
) -> Publication:
    publication = centre.library.publish(add(_pieces(upload)), kiosks)
    for kiosk in publication.revisions:
        centre.ingest.send_desired(kiosk)
    return publication


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE_BYTES):
        yield piece


async def _refuse(_request: Request, error: Exception) -> JSONResponse:
    code = error.code if isinstance(error, FleetError) else "error"
    content: dict[str, Any] = {"code": code, "message": str(error)}
    return JSONResponse(content, status_code=_STATUS.get(code, 422))
