"""The centre's HTTPS listener as a device talks to it: every answer bounded, every failure a sentence."""

import http.client
import json
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from fleet.device.errors import IdentityError
from fleet.device.tls import explain
from fleet.protocol.codec import decode, encode
from fleet.protocol.enrolment import AUTHORITY_PATH, MAX_ENROLLED_BYTES, Enrolled, fingerprint
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Message

_TIMEOUT = urllib3.Timeout(connect=5.0, read=20.0)
_FIRST_TIMEOUT_S = 10.0


class CentreApi:
    """See the module. Methods raise IdentityError ``centre.unreachable``, ``centre.other``, ``centre.answer``.

    Or the code with which the centre refuses, such as ``claim.refused``.
    """

    def __init__(self, url: str, context: ssl.SSLContext) -> None:
        self._url = url
        self._http = urllib3.PoolManager(ssl_context=context, timeout=_TIMEOUT, retries=False)

    def close(self) -> None:
        """Close the connection."""
        self._http.clear()

    def get(self, path: str) -> Enrolled:
        """What the centre says of this kiosk."""
        return self._ask("GET", path, None)

    def post(self, path: str, message: Message) -> Enrolled:
        """Ask for a certificate."""
        return self._ask("POST", path, encode(message))

    def _ask(self, method: str, path: str, body: bytes | None) -> Enrolled:
        try:
            answer = self._http.request(
                method, self._url + path, body=body, redirect=False, preload_content=False
            )
            try:
                content = answer.read(MAX_ENROLLED_BYTES + 1)
            finally:
                answer.close()
        except urllib3.exceptions.HTTPError as error:
            raise _failure(self._url, error) from error
        if answer.status != 200:
            raise _refusal(self._url, answer.status, content, answer.headers.get("date", ""))
        try:
            return decode(Enrolled, content, MAX_ENROLLED_BYTES)
        except ProtocolError as error:
            raise IdentityError(
                "centre.answer", f"{self._url} does not answer like a centre of this version: {error.message}"
            ) from error


class RefusedError(IdentityError):
    """The centre refuses; ``at`` is its time, where it has told it."""

    def __init__(self, code: str, message: str, at: datetime | None) -> None:
        super().__init__(code, message)
        self.at = at


def fetch_authority(url: str, wanted: str) -> str:
    """The certificate (PEM) whose SHA-256 is ``wanted``, from a centre that nobody vouches for yet.

    Nothing is told to the other end, and it can give only what the claim names. Raises IdentityError.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    parts = urlsplit(url)
    connection = http.client.HTTPSConnection(
        parts.hostname or "", parts.port, timeout=_FIRST_TIMEOUT_S, context=context
    )
    try:
        connection.request("GET", AUTHORITY_PATH)
        content = connection.getresponse().read(MAX_ENROLLED_BYTES)
        found = x509.load_pem_x509_certificate(content)
    except (OSError, http.client.HTTPException) as error:
        raise IdentityError("centre.unreachable", f"cannot reach the centre at {url}: {error}") from error
    except ValueError as error:
        raise IdentityError("centre.answer", f"{url} does not answer like a centre") from error
    finally:
        connection.close()
    if fingerprint(found.public_bytes(serialization.Encoding.DER)) != wanted:
        raise _other(url, "its certificate authority is not the one that the claim names")
    return found.public_bytes(serialization.Encoding.PEM).decode()


def _failure(url: str, error: urllib3.exceptions.HTTPError) -> IdentityError:
    cause = error.args[0] if error.args else error
    if isinstance(cause, ssl.SSLError):
        where = url.removeprefix("https://")
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _other(url, explain(cause, where))
        return IdentityError("centre.unreachable", explain(cause, where))
    return IdentityError(
        "centre.unreachable", f"cannot reach the centre at {url}: {error}; check cable, address and firewall"
    )


def _other(url: str, reason: str) -> IdentityError:
    return IdentityError(
        "centre.other",
        f"who answers at {url} is not the centre of this claim ({reason}); nothing was told to it",
    )


def _refusal(url: str, status: int, content: bytes, date: str) -> IdentityError:
    try:
        document = json.loads(content)
        code, message = str(document["code"])[:64], str(document["message"])[:500]
    except (ValueError, TypeError, KeyError):
        return IdentityError("centre.answer", f"{url} answered {status}; see the centre's log")
    try:
        at = parsedate_to_datetime(date).astimezone(UTC)
    except (ValueError, TypeError):
        at = None
    return RefusedError(code, f"the centre refuses: {message}", at)
