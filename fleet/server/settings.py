"""What ``serve`` is asked to do and where it keeps things. Light: every command imports this."""

from dataclasses import dataclass
from pathlib import Path

from fleet.server.errors import FleetError

DEFAULT_TENANT = "main"
DEFAULT_BROKER = "mqtts://127.0.0.1:8883"
DEFAULT_PORT = 8470
DEFAULT_ENROL_PORT = 8471
MAX_WORKERS = 16  # of the ingest
DEFAULT_KEEP_DAYS = 400


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What ``kiosk-fleet serve`` was asked to do.

    ``names``: under which kiosks reach the centre, empty for those of the last time. ``enrol_host``: where the listener
    for devices is, empty for where the broker of our own listens, else loopback. ``enrol_port`` 0: no listener.
    ``keep_days``: after how many days records become counts by the hour.
    """

    data: Path
    db: str | None = None
    broker_url: str = DEFAULT_BROKER
    with_broker: bool = False
    tenant: str = DEFAULT_TENANT
    names: tuple[str, ...] = ()
    enrol_host: str = ""
    enrol_port: int = DEFAULT_ENROL_PORT
    keep_days: int = DEFAULT_KEEP_DAYS


def database_url(data: Path, db: str | None) -> str:
    """The database to use: ``db`` when given, else a file in the data folder."""
    return db or f"sqlite:///{data.resolve() / 'fleet.sqlite'}"


def updates_folder(data: Path) -> Path:
    """Where the update repository lies."""
    return data / "updates"


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
