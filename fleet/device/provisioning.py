"""``kiosk provision``: a claim in, an identity out, and a power cut at any moment does no harm.

The key is on the disk before the claim is used, and the centre gives the same certificate again to the same key with
the same claim. So whoever was interrupted runs the same command again.
"""

import hashlib
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from fleet.device.centre_api import CentreApi, RefusedError, fetch_authority
from fleet.device.credentials import check_certificate, ensure_key, request_for
from fleet.device.errors import IdentityError
from fleet.device.identity import CentreKeys, Identity, IdentityFiles, write_whole
from fleet.device.tls import trusting
from fleet.protocol.enrolment import ENROL_PATH, Claim, Enrolled, EnrolRequest, fingerprint

_MARK = "claim"
_DAWN = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Provisioned:
    """``clock_off_s``: how far this device's clock is behind the centre's; None when it was not asked."""

    identity: Identity
    until: datetime
    clock_off_s: int | None


def provision(claim: Claim, files: IdentityFiles, clock: Callable[[], float] = time.time) -> Provisioned:
    """Make this device the kiosk of ``claim``; what it was before it remains until then.

    Raises IdentityError ``claim.expired``, ``claim.refused``, ``claim.invalid``, ``centre.unreachable``,
    ``centre.other``, ``centre.answer`` or ``identity.folder``.
    """
    mark = hashlib.sha256(claim.token.encode()).hexdigest()
    if (present := _present(files)) is not None and present.claim == mark:
        return Provisioned(present, files.read_certificate().not_valid_after_utc, None)
    authority = _authority(claim)
    try:
        staging = _stage(files, mark)
        key = ensure_key(staging)
        enrolled = _enrol(claim, authority, request_for(key))
        certificate = check_certificate(enrolled.certificate, key, authority, claim.kiosk, claim.tenant)
        identity = _identity(enrolled, claim, mark)
        write_whole(staging.authority, authority.encode())
        staging.write_certificate(enrolled.certificate)
        if enrolled.root:
            write_whole(staging.root, enrolled.root.encode())
        staging.write_centre(identity, CentreKeys(keys=enrolled.keys))
        files.take_staged()
    except OSError as error:
        raise IdentityError(
            "identity.folder", f"cannot write to {error.filename or files.folder}: {error.strerror}"
        ) from error
    return Provisioned(identity, certificate.not_valid_after_utc, enrolled.at - int(clock()))


def _present(files: IdentityFiles) -> Identity | None:
    try:
        return files.identity() if files.present else None
    except IdentityError:
        return None


def _authority(claim: Claim) -> str:
    """The certificate that the claim names, as text."""
    if not claim.ca:
        return fetch_authority(claim.url, claim.fingerprint)
    try:
        found = x509.load_pem_x509_certificate(claim.ca.encode())
    except ValueError as error:
        raise IdentityError(
            "claim.invalid", "the certificate in the claim cannot be read; fetch the claim again"
        ) from error
    if fingerprint(found.public_bytes(serialization.Encoding.DER)) != claim.fingerprint:
        raise IdentityError(
            "claim.invalid",
            "the certificate in the claim is not the one that it names; fetch the claim again",
        )
    return found.public_bytes(serialization.Encoding.PEM).decode()


def _stage(files: IdentityFiles, mark: str) -> IdentityFiles:
    """The folder in which the identity of this claim is made; another claim's begins anew."""
    folder = files.staging
    note = folder / _MARK
    if not note.exists() or note.read_text(encoding="ascii") != mark:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        write_whole(note, mark.encode())
    return IdentityFiles(folder)


def _enrol(claim: Claim, authority: str, request: str) -> Enrolled:
    api = CentreApi(claim.url, trusting(authority, _DAWN))
    try:
        return api.post(ENROL_PATH, EnrolRequest(token=claim.token, request=request))
    except RefusedError as error:
        expires = datetime.fromtimestamp(claim.expires, UTC)
        if error.code == "claim.refused" and error.at is not None and error.at >= expires:
            raise IdentityError(
                "claim.expired",
                f"this claim was good until {expires:%Y-%m-%d %H:%M} UTC; have a new one made: "
                f"kiosk-fleet claim create --kiosk {claim.kiosk}",
            ) from error
        raise
    finally:
        api.close()


def _identity(enrolled: Enrolled, claim: Claim, mark: str) -> Identity:
    if (enrolled.kiosk, enrolled.tenant) != (claim.kiosk, claim.tenant):
        raise IdentityError("centre.answer", "the centre has answered for another kiosk than the claim names")
    return Identity(
        tenant=enrolled.tenant,
        kiosk=enrolled.kiosk,
        broker_host=enrolled.broker_host,
        broker_port=enrolled.broker_port,
        url=enrolled.url,
        claim=mark,
    )
