"""The schema and its history: a database is brought up to date when it is opened, once, by whoever comes first."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from fleet.server.errors import FleetError

_FOLDER = Path(__file__).parent / "migrations"
_FIRST = "0001"
_LOCK = 0x59696E67  # any number that no other program takes on the same database


def bring_up_to_date(engine: Engine) -> None:
    """Apply what is missing. Raises FleetError ``store.schema`` for a database of a newer program."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    with engine.connect() as connection, connection.begin():
        if _is_up_to_date(connection, script):
            return
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":  # on SQLite, BEGIN IMMEDIATE is the lock
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if _is_up_to_date(connection, script):
            return
        config.attributes["connection"] = connection
        if _is_of_before_migrations(connection):
            command.stamp(config, _FIRST)
        command.upgrade(config, "head")


def _is_up_to_date(connection: Connection, script: ScriptDirectory) -> bool:
    present = MigrationContext.configure(connection).get_current_revision()
    if present is None:
        return False
    known = [revision.revision for revision in script.walk_revisions()]
    if present not in known:
        raise FleetError(
            "store.schema",
            f"the database has schema {present}, this program knows up to {known[0]}; "
            "use the program version that wrote it, or a newer one",
        )
    return present == script.get_current_head()


def _is_of_before_migrations(connection: Connection) -> bool:
    if not inspect(connection).has_table("meta"):
        return False
    version = connection.execute(text("SELECT value FROM meta WHERE key = 'schema_version'")).scalar()
    if version != "1":
        raise FleetError(
            "store.schema", f"the database has schema {version}, which this program does not know"
        )
    return True
