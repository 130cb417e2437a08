"""Where the broker is, and as whom the centre goes there."""

import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from fleet.server.errors import FleetError
from fleet.server.identity.authority import Pair
from fleet.server.identity.tls import client_context


@dataclass(frozen=True, slots=True)
class BrokerUrl:
    """``mqtts://host:port``; a broker of our own listens at ``host``, which may stand for every address (0.0.0.0)."""

    host: str
    port: int

    @classmethod
    def parse(cls, url: str) -> "BrokerUrl":
        """Raises FleetError ``broker.url``."""
        parts = urlsplit(url)
        try:
            host, port = parts.hostname or "", parts.port or 8883
        except ValueError:
            host, port = "", 0
        if parts.scheme != "mqtts" or not host or parts.username or parts.path not in ("", "/"):
            raise FleetError(
                "broker.url",
                f"--broker {url!r} is not an address; use mqtts://host:port (TLS is always used)",
            )
        return cls(host, port)

    @property
    def everywhere(self) -> bool:
        """The host stands for every address of this machine."""
        try:
            return ipaddress.ip_address(self.host).is_unspecified
        except ValueError:
            return False

    @property
    def dialled(self) -> str:
        """The host to connect to."""
        return "127.0.0.1" if self.everywhere else self.host


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """A broker as a client of ours goes there: the pair's common name is the account and the client id."""

    host: str
    port: int
    account: str
    authority: Path
    pair: Pair

    def context(self) -> ssl.SSLContext:
        """TLS for one connection; the files are read anew. Raises FleetError ``broker.certificate``."""
        try:
            return client_context(self.authority, self.pair)
        except OSError as error:
            raise FleetError(
                "broker.certificate",
                f"cannot use {self.pair.certificate} at the broker ({error}); run kiosk-fleet ca renew",
            ) from error
