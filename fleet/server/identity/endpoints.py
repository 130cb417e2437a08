"""How kiosks reach this centre, kept beside the authority for commands that run without the server."""

import socket
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from fleet.protocol.enrolment import Host
from fleet.server.broker_address import BrokerUrl
from fleet.server.errors import FleetError
from fleet.server.private_file import write_private
from fleet.server.settings import DEFAULT_BROKER, DEFAULT_ENROL_PORT

_FILE = "centre.json"
_NAMES: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[Host, ...])


class Endpoints(BaseModel):
    """``given``: the centre's host names and addresses that somebody gave, the one that kiosks are told first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    given: tuple[str, ...] = Field(default=(), max_length=32)
    enrol_port: int = Field(default=DEFAULT_ENROL_PORT, ge=1, le=65535)
    broker_url: str = DEFAULT_BROKER
    own_broker: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Of the centre; without any given, the address at which its own broker listens, or this machine's name."""
        broker = BrokerUrl.parse(self.broker_url)
        if self.given:
            return self.given
        return (broker.host,) if self.own_broker and not broker.everywhere else (socket.gethostname(),)

    @property
    def url(self) -> str:
        """Where devices enrol and kiosks fetch."""
        name = self.names[0]
        return f"https://{f'[{name}]' if ':' in name else name}:{self.enrol_port}"

    @property
    def broker(self) -> tuple[str, int]:
        """Where kiosks find the broker."""
        broker = BrokerUrl.parse(self.broker_url)
        return (self.names[0] if self.own_broker else broker.host), broker.port


def check_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Raises FleetError ``centre.names`` for what is neither a host name nor an address."""
    try:
        return _NAMES.validate_python(names)
    except ValidationError:
        raise FleetError(
            "centre.names",
            f"--name takes host names or addresses such as centre.example, not {' '.join(names)!r}",
        ) from None


def read_endpoints(folder: Path) -> Endpoints:
    """What ``ca init`` or ``serve`` has written, else what holds without. Raises FleetError ``centre.damaged``."""
    path = folder / _FILE
    try:
        return Endpoints.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Endpoints()
    except (OSError, ValidationError) as error:
        raise FleetError(
            "centre.damaged", f"{path} cannot be read; delete it and give --name again"
        ) from error


def write_endpoints(folder: Path, endpoints: Endpoints) -> None:
    """Keep them."""
    write_private(folder / _FILE, endpoints.model_dump_json(indent=2).encode())
