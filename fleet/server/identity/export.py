"""What a broker needs that another machine runs: files to copy there."""

from pathlib import Path

from fleet.server.broker import TlsFiles, access_list, listener_config
from fleet.server.broker_address import BrokerUrl
from fleet.server.errors import FleetError
from fleet.server.identity.authority import Authority, Pair
from fleet.server.identity.endpoints import check_names
from fleet.server.private_file import write_private

_PLACE = Path("/etc/mosquitto/yingbin")


def export_broker(authority: Authority, host: str, port: int, out: Path) -> list[Path]:
    """Write them into ``out``; they belong into /etc/mosquitto/yingbin there. Raises FleetError ``export``."""
    names = check_names((host,))
    pair = authority.server_pair(f"broker-{host.replace(':', '-')}", names)
    there = TlsFiles(
        _PLACE / "ca.pem", _PLACE / "crl.pem", Pair(_PLACE / "broker.crt", _PLACE / "broker.key")
    )
    everywhere = BrokerUrl("0.0.0.0", port)  # noqa: S104  it is there to be reached
    contents = {
        "ca.pem": authority.certificate_file.read_bytes(),
        "crl.pem": authority.revocation_file.read_bytes(),
        "broker.crt": pair.certificate.read_bytes(),
        "broker.key": pair.key.read_bytes(),
        "access": access_list(authority.tenant).encode(),
        "yingbin.conf": listener_config(everywhere, there, _PLACE / "access").encode() + b"\n",
    }
    try:
        for name, content in contents.items():
            write_private(out / name, content)
    except OSError as error:
        raise FleetError("export", f"cannot write to {out}: {error.strerror}") from error
    return [out / name for name in contents]
