"""What ``serve`` is asked to do and where it keeps things. Light: every command imports this."""

from dataclasses import dataclass
from pathlib import Path

from fleet.server.errors import FleetError

DEFAULT_TENANT = "main"
DEFAULT_BROKER = "mqtt://127.0.0.1:1883"
DEFAULT_PORT = 8470


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What ``kiosk-fleet serve`` was asked to do."""

    data: Path
    db: str | None = None
    broker_url: str = DEFAULT_BROKER
    with_broker: bool = False
    tenant: str = DEFAULT_TENANT


def database_url(data: Path, db: str | None) -> str:
    """The database to use: ``db`` when given, else a file in the data folder."""
    return db or f"sqlite:///{data.resolve() / 'fleet.sqlite'}"


def token_file(data: Path) -> Path:
    """Where the token lies that writing to the API takes."""
    return data / "token"


def read_token(data: Path) -> str:
    """Read the token. Raises FleetError ``token.missing``."""
    path = token_file(data)
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise FleetError(
            "token.missing",
            f"no token in {path} ({error.strerror}); give the server's data folder with --data",
        ) from error
