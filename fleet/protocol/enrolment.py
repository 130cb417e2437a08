"""How a blank device becomes a kiosk: the claim that is brought to it, and what it says to the centre over HTTPS.

A claim is a file (JSON) or a link, which is also what its QR code says. The link has the fingerprint of the centre's
authority instead of its certificate; the secret stands behind the ``#``, so no browser sends it anywhere.
"""

import base64
import hashlib
from collections.abc import Iterable
from typing import Annotated
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field, StringConstraints, ValidationError

from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Message, Sha256
from fleet.protocol.records import describe
from fleet.protocol.signed import Keys, key_id

MAX_CLAIM_BYTES = 16 * 1024
MAX_REQUEST_CHARS = 4096
MAX_ENROLMENT_BYTES = 8 * 1024
"""Of a body that a device sends."""
MAX_ENROLLED_BYTES = 64 * 1024
"""Of a body that the centre answers."""

CLAIM_PATH = "/claim"
AUTHORITY_PATH = "/v1/ca.pem"
ENROL_PATH = "/v1/enrol"
RENEW_PATH = "/v1/renew"
IDENTITY_PATH = "/v1/identity"

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
ClaimToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]  # 256 bits in base64
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[A-Za-z0-9.\-:\[\]]+$", max_length=300)]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.\-:]+$", max_length=253)]
Pem = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e\r\n]+$", max_length=16 * 1024)]
PublicKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
Seconds = Annotated[int, Field(ge=0, le=253_402_300_799)]


class Claim(Message):
    """The right to become one kiosk, once. ``ca`` is the authority's certificate, empty in a link; times in seconds."""

    url: HttpsUrl
    fingerprint: Sha256
    token: ClaimToken
    kiosk: Name
    tenant: Name
    expires: Seconds
    ca: Annotated[Pem, Field(default="")] = ""


class EnrolRequest(Message):
    """``POST /v1/enrol``: a claim's token, and the request (PEM) for the key that the device has made."""

    token: ClaimToken
    request: Annotated[Pem, StringConstraints(max_length=MAX_REQUEST_CHARS)]


class RenewRequest(Message):
    """``POST /v1/renew`` with the present certificate: a request for the same key."""

    request: Annotated[Pem, StringConstraints(max_length=MAX_REQUEST_CHARS)]


class Enrolled(Message):
    """What the centre answers: who the kiosk is, its certificate, whom to trust, and where the broker is.

    ``keys`` are the centre's Ed25519 keys (raw, base64) for what only the centre may say; ``root``: the TUF metadata
    by which updates are judged; ``at``: seconds of the
    centre's clock.
    """

    kiosk: Name
    tenant: Name
    certificate: Pem
    keys: tuple[PublicKey, ...] = Field(min_length=1, max_length=8)
    broker_host: Host
    broker_port: Annotated[int, Field(ge=1, le=65535)]
    url: HttpsUrl
    root: Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e\r\n]*$", max_length=32 * 1024)] = ""
    at: Seconds


def claim_link(claim: Claim) -> str:
    """Write a claim as a link."""
    fields = {
        "k": claim.kiosk,
        "t": claim.tenant,
        "x": str(claim.expires),
        "f": claim.fingerprint,
        "c": claim.token,
    }
    return f"{claim.url}{CLAIM_PATH}#{urlencode(fields, quote_via=quote)}"


def read_claim(text: str) -> Claim:
    """Read a claim, a file's text or a link. Raises ProtocolError ``claim.invalid``."""
    if len(text) > MAX_CLAIM_BYTES:
        raise ProtocolError("claim.invalid", f"a claim is at most {MAX_CLAIM_BYTES} bytes long")
    stripped = text.strip()
    try:
        return _from_link(stripped) if stripped.startswith("https:") else Claim.model_validate_json(stripped)
    except ValidationError as error:
        raise ProtocolError(
            "claim.invalid", f"not a claim: {describe(error, tuple(Claim.model_fields))}"
        ) from None


def trusted_keys(keys: Iterable[str]) -> Keys:
    """The centre's public keys by their ids, for ``decode_signed``."""
    found = [Ed25519PublicKey.from_public_bytes(base64.b64decode(key)) for key in keys]
    return {key_id(key): key for key in found}


def fingerprint(certificate: bytes) -> str:
    """Name a certificate (DER) by its SHA-256."""
    return hashlib.sha256(certificate).hexdigest()


def _from_link(link: str) -> Claim:
    try:
        parts = urlsplit(link)
        fields = dict(parse_qsl(parts.fragment, strict_parsing=True, max_num_fields=8))
    except ValueError:
        raise ProtocolError("claim.invalid", "not a claim: the link cannot be read") from None
    if parts.path != CLAIM_PATH:
        raise ProtocolError("claim.invalid", f"not a claim: its link has {CLAIM_PATH} before the #")
    document = {
        "url": f"https://{parts.netloc}",
        "kiosk": fields.get("k", ""),
        "tenant": fields.get("t", ""),
        "expires": fields.get("x", ""),
        "fingerprint": fields.get("f", ""),
        "token": fields.get("c", ""),
    }
    return Claim.model_validate(document)
