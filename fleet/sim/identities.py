"""Identities of simulated kiosks: certificates of the centre's own authority, on one key, in a folder for the while."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization

from fleet.device.identity import IdentityFiles
from fleet.device.settings import AgentSettings
from fleet.server.identity.certificates import new_key
from fleet.server.identity.office import Office

_PEM = serialization.Encoding.PEM
PREFIX = "sim-"


def simulated_settings(office: Office, folder: Path, kiosks: int) -> list[AgentSettings]:
    """Settings of ``sim-00001`` and so on, whose certificates lie in ``folder``. Raises FleetError ``ca.missing``."""
    key = new_key()
    private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    host, port = office.endpoints.broker
    made: list[AgentSettings] = []
    for number in range(1, kiosks + 1):
        name = f"{PREFIX}{number:05}"
        files = IdentityFiles(folder / name)
        files.folder.mkdir(mode=0o700)
        files.key.write_bytes(private)
        files.certificate.write_bytes(office.authority.issue_kiosk(name, key.public_key()).public_bytes(_PEM))
        files.authority.write_text(office.authority.certificate_pem, encoding="ascii")
        made.append(
            AgentSettings(
                host=host,
                port=port,
                tenant=office.authority.tenant,
                kiosk=name,
                identity=files.folder,
                data_dir=files.folder,
            )
        )
    return made
