"""The peer's certificate for an ASGI application: uvicorn does not hand it on.

It is put where the ASGI TLS extension has it: ``scope["extensions"]["tls"]["client_cert_chain"]``, a list of PEM with
the client's own first (only that one here); an empty list without a certificate. The handshake has verified it.
"""

import ssl
from asyncio import Transport

from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_FIRST_REQUEST_S = 10.0


class PeerProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it; each connection calls the application with its own peer's certificate.

    Who connects and then asks nothing is let go.
    """

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """See asyncio.Protocol; with TLS, the handshake is over by now."""
        super().connection_made(transport)
        connection = transport.get_extra_info("ssl_object")
        der = connection.getpeercert(binary_form=True) if connection is not None else None
        self.app = _with_peer(self.app, [ssl.DER_cert_to_PEM_cert(der)] if der else [])
        self.loop.call_later(_FIRST_REQUEST_S, self._let_go_idle)

    def _let_go_idle(self) -> None:
        if self.cycle is None:
            self.transport.close()


def _with_peer(app: ASGI3Application, chain: list[str]) -> ASGI3Application:
    async def called(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "http":
            scope["extensions"] = {**(scope.get("extensions") or {}), "tls": {"client_cert_chain": chain}}
        await app(scope, receive, send)

    return called
