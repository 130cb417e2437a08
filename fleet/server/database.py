"""The database behind the store: its URL, its driver, and how its transactions begin."""

import ssl
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, SQLAlchemyError

from fleet.server.errors import FleetError

_BUSY_S = 15.0
"""How long a writer waits for another one's transaction on an SQLite file."""
_CONNECT_S = 10
_EXAMPLES = "sqlite:////path/to/fleet.sqlite or postgresql://user@host/database"
_PRIVATE = ("password_file", "sslrootcert")


def open_engine(url: str) -> Engine:
    """Make the engine for ``url``; no connection is made yet.

    ``postgresql://`` takes ``?password_file=FILE`` (the password does not belong on a command line) and
    ``?sslrootcert=FILE`` (TLS, the server verified by this authority).
    Raises FleetError ``store.url``, ``store.driver`` or ``store.password``.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": _BUSY_S})
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
        return engine
    try:
        return create_engine(
            parsed.difference_update_query(_PRIVATE),
            connect_args={"timeout": _CONNECT_S, "tcp_keepalive": True, **_tls(parsed)},
            # A connection that the server closed meanwhile is replaced before it is used.
            pool_pre_ping=True,
        )
    except ModuleNotFoundError as error:
        raise FleetError(
            "store.driver", f"{error.name} is not installed; pip install 'yingbin[server]'"
        ) from error


def shown(engine: Engine) -> str:
    """The database's address as it may be shown: without its password."""
    return engine.url.set(query={}).render_as_string(hide_password=True)


def cause(error: SQLAlchemyError) -> str:
    """What the driver says, in one line, without the statement and its values."""
    original: Any = getattr(error, "orig", None) or error
    details = original.args[0] if original.args else ""
    if isinstance(details, dict):  # pg8000 gives the fields of the server's message: M is its text
        details = details.get("M", "")
    return (str(details) or type(original).__name__).splitlines()[0]


def is_refusal(error: SQLAlchemyError) -> bool:
    """Whether a value was refused (SQLSTATE classes 22 and 23): trying again will not help."""
    original: Any = getattr(error, "orig", None)
    details = original.args[0] if getattr(original, "args", ()) else None
    state = str(details.get("C", "")) if isinstance(details, dict) else ""
    return isinstance(error, DataError | IntegrityError) or state[:2] in ("22", "23")


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Not quoted: a password may stand in it.
        raise FleetError("store.url", f"--db is not a database URL; use {_EXAMPLES}") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    if backend != "postgresql" or not parsed.database:
        raise FleetError(
            "store.url", f"--db names no SQLite file and no PostgreSQL database; use {_EXAMPLES}"
        )
    return _with_password(parsed.set(drivername="postgresql+pg8000"))


def _with_password(parsed: URL) -> URL:
    path = parsed.query.get("password_file")
    if not isinstance(path, str):
        return parsed
    try:
        return parsed.set(password=Path(path).read_text(encoding="utf-8").strip())
    except OSError as error:
        raise FleetError(
            "store.password", f"cannot read the database password in {path} ({error.strerror})"
        ) from error


def _tls(parsed: URL) -> dict[str, ssl.SSLContext]:
    authority = parsed.query.get("sslrootcert")
    if not isinstance(authority, str):
        return {}
    try:
        return {"ssl_context": ssl.create_default_context(cafile=authority)}
    except (OSError, ssl.SSLError) as error:
        raise FleetError("store.url", f"cannot read the certificates in {authority}: {error}") from error


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    # The driver would begin transactions by its own rules; _on_sqlite_begin does it by ours.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # An acknowledged record is deleted on the kiosk: the commit must be on the platter.
    connection.execute("PRAGMA synchronous = FULL")


def _on_sqlite_begin(connection: Connection) -> None:
    # A reader that turns writer half-way fails with SQLITE_BUSY; writers say so from the start.
    connection.exec_driver_sql(
        "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN"
    )
