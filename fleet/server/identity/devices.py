"""What devices see over HTTPS: the authority's certificate, enrolment with a claim, renewal with a certificate.

A claim that is refused is always answered alike, so nobody learns which claims there are; the log has the reason.
Other parts add their routes to the application; ``KnownKiosk`` gives them the kiosk whose certificate the
connection has shown.
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Annotated

from cryptography import x509
from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from fleet.protocol.codec import decode
from fleet.protocol.enrolment import (
    AUTHORITY_PATH,
    ENROL_PATH,
    IDENTITY_PATH,
    MAX_ENROLMENT_BYTES,
    RENEW_PATH,
    Enrolled,
    EnrolRequest,
    RenewRequest,
)
from fleet.protocol.errors import ProtocolError
from fleet.protocol.topics import check_name
from fleet.server.errors import FleetError
from fleet.server.identity.attempts import Attempts
from fleet.server.identity.authority import Authority, utc_now
from fleet.server.identity.certificates import common_name, organisation
from fleet.server.identity.registrar import Registrar

logger = logging.getLogger(__name__)

_BODY_S = 10.0
_REFUSED_CLAIM = FleetError(
    "claim.refused",
    "this claim is not good, or not any more; have a new one made with kiosk-fleet claim create",
)
_STATUS = {
    "claim.refused": 403,
    "kiosk.certificate": 401,
    "attempts": 429,
    "body.size": 413,
    "body.late": 408,
    "request.invalid": 422,
    "request.key": 422,
    "request.signature": 422,
    "request.other": 403,
    "message.invalid": 422,
    "message.size": 413,
}


@dataclass(frozen=True, slots=True)
class Peer:
    """A kiosk that has shown a certificate of ours which is not revoked."""

    kiosk: str
    certificate: x509.Certificate


def known_kiosk(request: Request) -> Peer:
    """The kiosk at the other end of this connection. Raises FleetError ``kiosk.certificate`` (401)."""
    authority: Authority = request.app.state.authority
    chain = request.scope.get("extensions", {}).get("tls", {}).get("client_cert_chain", [])
    if not chain:
        raise FleetError("kiosk.certificate", "this takes a kiosk's certificate; see kiosk provision")
    certificate = x509.load_pem_x509_certificate(chain[0].encode())
    # The handshake has verified it; that was a while ago, and a name like _server is not a kiosk's.
    past = certificate.not_valid_after_utc <= utc_now()
    if (
        past
        or organisation(certificate) != authority.tenant
        or authority.is_revoked(certificate.serial_number)
    ):
        raise FleetError("kiosk.certificate", "this certificate is not good any more; have a new claim made")
    try:
        return Peer(check_name(common_name(certificate)), certificate)
    except ProtocolError:
        raise FleetError("kiosk.certificate", "this is not a kiosk's certificate") from None


KnownKiosk = Annotated[Peer, Depends(known_kiosk)]


def make_devices_app(registrar: Registrar, authority: Authority, attempts: Attempts | None = None) -> FastAPI:
    """Build the application; others may add routes to it before it is served."""
    app = FastAPI(title="Yingbin devices", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.authority = authority
    app.add_exception_handler(FleetError, _refuse)
    app.add_exception_handler(ProtocolError, _refuse)
    tries = attempts or Attempts()

    @app.get(AUTHORITY_PATH)
    def certificate() -> PlainTextResponse:
        return PlainTextResponse(authority.certificate_pem, media_type="application/x-pem-file")

    @app.post(ENROL_PATH)
    async def enrol(request: Request) -> Enrolled:
        address = request.client.host if request.client else ""
        if not tries.may(address, time.monotonic()):
            raise FleetError("attempts", "too many attempts from this address; wait a minute")
        body = decode(EnrolRequest, await _body(request), MAX_ENROLMENT_BYTES)
        try:
            return await run_in_threadpool(registrar.enrol, body)
        except FleetError as error:
            logger.warning("enrolment from %s refused: %s: %s", address, error.code, error)
            if error.code.startswith("claim."):
                raise _REFUSED_CLAIM from error
            raise

    @app.post(RENEW_PATH)
    async def renew(request: Request, peer: KnownKiosk) -> Enrolled:
        body = decode(RenewRequest, await _body(request), MAX_ENROLMENT_BYTES)
        return await run_in_threadpool(registrar.renew, peer.kiosk, peer.certificate, body.request)

    @app.get(IDENTITY_PATH)
    def identity(peer: KnownKiosk) -> Enrolled:
        return registrar.identity(peer.kiosk, peer.certificate)

    return app


async def _body(request: Request) -> bytes:
    """The body, as long as it is small and comes at once. Raises FleetError ``body.size`` or ``body.late``."""
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_S):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_ENROLMENT_BYTES:
                    raise FleetError("body.size", f"at most {MAX_ENROLMENT_BYTES} bytes are taken")
    except TimeoutError:
        raise FleetError("body.late", f"the body was not there within {_BODY_S:.0f} s") from None
    return bytes(body)


async def _refuse(_request: Request, error: Exception) -> Response:
    if isinstance(error, FleetError | ProtocolError) and error.code in _STATUS:
        content = {"code": error.code, "message": error.message}
        return JSONResponse(content, status_code=_STATUS[error.code])
    # What is wrong with the centre itself is for its own log.
    logger.error("a device was not served: %s", error)
    return JSONResponse(
        {"code": "centre.fault", "message": "the centre has a fault; see its log"}, status_code=500
    )
