"""Opening the store: fresh, old, newer and unreachable databases, by several processes at once."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from fleet.server import tables
from fleet.server.database import open_engine
from fleet.server.errors import FleetError
from fleet.server.identity import tables as identity_tables
from fleet.server.store import Store
from fleet.server.views import Views
from tests.fleet.conftest import free_port

_BEFORE_MIGRATIONS = Path(__file__).parent / "databases" / "before_migrations.sql"


def test_the_migrations_lead_to_the_tables_that_the_program_uses(store):
    assert identity_tables.claim.metadata is tables.metadata
    with store.reading() as tx:
        assert compare_metadata(MigrationContext.configure(tx), tables.metadata) == []


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of the time before migrations."""
    path = tmp_path / "old.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(_BEFORE_MIGRATIONS.read_text(encoding="utf-8"))
    connection.close()
    return path


def test_a_database_of_before_migrations_is_upgraded_where_it_is_and_loses_nothing(old):
    store = Store(f"sqlite:///{old}")
    (visit,) = Views(store).visits(True)
    assert (visit.kiosk, visit.turns, visit.matters) == ("hall-1", 1, ("hall.hours",))
    first, second = Views(store).kiosks(True)
    assert (first.id, first.depth, first.refused, first.wanted_rev) == ("hall-1", 3, 1, 4)
    assert (second.id, second.light) == ("hall-2", "never")
    with store.reading() as tx:
        assert compare_metadata(MigrationContext.configure(tx), tables.metadata) == []
        assert tx.execute(select(tables.stream.c.acked)).scalar_one() == 2
    store.close()
    Store(f"sqlite:///{old}").close()


def test_an_upgrade_that_fails_half_way_leaves_the_database_as_it_was(old, monkeypatch):
    connection = sqlite3.connect(old)
    connection.execute("UPDATE meta SET value = '7'")
    connection.commit()
    with pytest.raises(FleetError) as caught:
        Store(f"sqlite:///{old}")
    assert caught.value.code == "store.schema"
    connection.execute("UPDATE meta SET value = '1'")
    connection.commit()
    monkeypatch.setattr("alembic.op.drop_table", lambda _name: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Store(f"sqlite:///{old}")
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert "alembic_version" not in names
    assert "meta" in names
    connection.close()
    monkeypatch.undo()
    Store(f"sqlite:///{old}").close()


def test_a_database_of_a_newer_program_is_left_alone(database):
    Store(database).close()
    engine = open_engine(database)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(FleetError) as caught:
        Store(database)
    assert caught.value.code == "store.schema"
    assert "9999" in str(caught.value)


def test_processes_that_open_a_new_database_at_once_make_it_once(database):
    program = "import sys; from fleet.server.store import Store; Store(sys.argv[1]).close()"
    started = [
        subprocess.Popen([sys.executable, "-c", program, database], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    store = Store(database)
    assert store.add_kiosk("hall-1")
    assert not store.add_kiosk("hall-1")
    store.close()


@pytest.mark.parametrize(
    ("url", "code", "says"),
    [
        ("", "store.url", "not a database URL"),
        ("fleet.sqlite", "store.url", "not a database URL"),
        ("sqlite://", "store.url", "postgresql://user@host/database"),
        ("sqlite:///:memory:", "store.url", "SQLite file"),
        ("mysql://root:secret@host/fleet", "store.url", "PostgreSQL"),
        ("postgresql://fleet:secret@host", "store.url", "PostgreSQL"),
        ("postgresql://fleet:secret@host:port/x", "store.url", "not a database URL"),
        ("sqlite:////nowhere/fleet.sqlite", "store.open", "/nowhere/fleet.sqlite"),
        ("postgresql://fleet:secret@127.0.0.1:{port}/fleet", "store.open", "127.0.0.1"),
        ("postgresql://fleet@host/fleet?password_file=/nowhere", "store.password", "/nowhere"),
        ("postgresql://fleet:secret@host/fleet?sslrootcert=/nowhere", "store.url", "/nowhere"),
    ],
)
def test_a_database_that_cannot_be_had_is_said_in_a_line_without_its_password(url, code, says):
    with pytest.raises(FleetError) as caught:
        Store(url.replace("{port}", str(free_port())))
    assert caught.value.code == code
    assert says in str(caught.value)
    assert "secret" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_role_that_is_not_there_is_refused_without_its_password(postgres):
    url = postgres.create_database().replace("postgres@", "nobody:secret@")
    with pytest.raises(FleetError) as caught:
        Store(url)
    assert caught.value.code == "store.open"
    assert "nobody:***@" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_password_comes_out_of_a_file(tmp_path):
    path = tmp_path / "password"
    path.write_text("secret\n")
    engine = open_engine(f"postgresql://fleet@host/fleet?password_file={path}")
    assert (engine.url.password, dict(engine.url.query)) == ("secret", {})


def test_without_the_driver_the_package_to_install_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pg8000", None)
    with pytest.raises(FleetError) as caught:
        open_engine("postgresql://fleet@host/fleet")
    assert caught.value.code == "store.driver"
    assert "yingbin[server]" in str(caught.value)
