"""The tree served over TLS to kiosks with a certificate, by a real uvicorn, with certificates made on the spot."""

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fleet.device.updates.https import HttpsAddress
from fleet.server.updates.http import updates_router
from tests.fleet.conftest import free_port
from tests.fleet.waiting import wait_until


@dataclass
class Served:
    """Where it is served, and how many bytes of targets went out. ``stalls_after``: of a file, then nothing more."""

    address: HttpsAddress
    counter: "Counter"


@dataclass
class Counter:
    """An ASGI layer that counts what is sent of targets, and may hold it up."""

    app: ASGIApp
    sent: int = 0
    ranges: list[str] = field(default_factory=list)
    stalls_after: int | None = None
    going_on: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        target = scope["type"] == "http" and "/targets/" in scope["path"]
        if target:
            headers = {key.decode(): value.decode() for key, value in scope["headers"]}
            self.ranges.append(headers.get("range", ""))

        async def counted(message: Message) -> None:
            body = message.get("body", b"")
            if target and body:
                if self.stalls_after is not None and self.sent >= self.stalls_after:
                    import anyio

                    await anyio.to_thread.run_sync(self.going_on.wait, abandon_on_cancel=True)
                self.sent += len(body)
            await send(message)

        await self.app(scope, receive, counted)


@contextmanager
def served(tree: Path, folder: Path) -> Iterator[Served]:
    """Serve a tree; who comes without a certificate of the authority is not let in."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = generate_private_key(SECP256R1())
    ca = _certificate(folder / "ca", "ca", authority, "ca", authority, is_ca=True)
    _certificate(folder / "server", "127.0.0.1", generate_private_key(SECP256R1()), "ca", authority)
    _certificate(folder / "kiosk", "hall-1", generate_private_key(SECP256R1()), "ca", authority)
    app = FastAPI()
    app.include_router(updates_router(tree))
    counter, port = Counter(app), free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            counter,
            port=port,
            log_level="error",
            ssl_certfile=folder / "server.crt",
            ssl_keyfile=folder / "server.key",
            ssl_ca_certs=str(ca),
            ssl_cert_reqs=ssl.CERT_REQUIRED,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started, "server")
    url = f"https://127.0.0.1:{port}/updates"
    try:
        yield Served(HttpsAddress(url, ca, folder / "kiosk.crt", folder / "kiosk.key"), counter)
    finally:
        counter.going_on.set()
        server.should_exit = True
        thread.join()


def _certificate(
    path: Path,
    name: str,
    key: EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: EllipticCurvePrivateKey,
    *,
    is_ca: bool = False,
) -> Path:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
    )
    certificate = path.with_suffix(".crt")
    certificate.write_bytes(builder.sign(issuer_key, hashes.SHA256()).public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.with_suffix(".key").write_bytes(secret)
    return certificate
