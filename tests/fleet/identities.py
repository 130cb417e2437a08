"""Identities without the way through a claim, for tests that are about something else."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization

from fleet.device.identity import CentreKeys, Identity, IdentityFiles, write_whole
from fleet.server.identity.authority import utc_now
from fleet.server.identity.certificates import new_key
from fleet.server.identity.endpoints import Endpoints
from fleet.server.identity.office import Office

PEM = serialization.Encoding.PEM


def write_identity(folder: Path, office: Office, kiosk: str, root: str = "") -> IdentityFiles:
    """Make ``folder`` the identity of ``kiosk``, as the office's authority would."""
    folder.mkdir(parents=True, exist_ok=True)
    files, key, authority = IdentityFiles(folder), new_key(), office.authority
    pem = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_whole(files.key, pem)
    write_whole(files.certificate, authority.issue_kiosk(kiosk, key.public_key()).public_bytes(PEM))
    write_whole(files.authority, authority.certificate_pem.encode())
    write_whole(files.root, root.encode())
    host, port = office.endpoints.broker
    identity = Identity(
        tenant=authority.tenant,
        kiosk=kiosk,
        broker_host=host,
        broker_port=port,
        url=office.endpoints.url,
        claim="0" * 64,
    )
    files.write_centre(identity, CentreKeys(keys=authority.signing.public(utc_now())))
    return files


def nobodys_identity(folder: Path, port: int, kiosk: str = "kiosk-alone") -> Path:
    """The identity of a kiosk whose centre nobody runs; its broker would be at ``port``."""
    endpoints = Endpoints(broker_url=f"mqtts://127.0.0.1:{port}", enrol_port=port)
    return write_identity(folder, Office.found(folder.with_name("nobody"), "main", endpoints), kiosk).folder
