"""A PostgreSQL cluster of its own for the tests, and databases in it."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pg8000.native

_CONFIG = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 60
"""
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server that listens on a socket in ``folder``."""

    folder: Path
    programs: Path

    def create_database(self) -> str:
        """Make an empty database; returns its URL."""
        name = f"fleet_{next(_numbers)}"
        admin = pg8000.native.Connection("postgres", database="postgres", unix_sock=self._socket)
        admin.run(f"CREATE DATABASE {name}")
        admin.close()
        return f"postgresql://postgres@/{name}?unix_sock={self._socket}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._control("start", "-w", "-l", str(self.folder / "log"))

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; ``immediate`` is like a power cut."""
        self._control("stop", "-m", mode)

    @property
    def _socket(self) -> str:
        return str(self.folder / ".s.PGSQL.5432")

    def _control(self, *arguments: str) -> None:
        as_postgres([str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-s", *arguments])


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl, None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


def as_postgres(command: list[str]) -> None:
    """Run a program of PostgreSQL; it refuses to run as root and becomes the user ``postgres`` then."""
    user = "postgres" if os.geteuid() == 0 else None
    subprocess.run(command, check=True, user=user, group=user, stdout=subprocess.DEVNULL, cwd="/", timeout=60)


@contextmanager
def cluster(programs: Path) -> Iterator[Cluster]:
    """Make and run a cluster in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="yingbin-pg-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    made = Cluster(folder, programs)
    try:
        data = folder / "data"
        as_postgres(
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--no-sync",
            ]
        )
        with (data / "postgresql.conf").open("a", encoding="utf-8") as config:
            config.write(_CONFIG.format(folder=folder))
        made.start()
        yield made
        made.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
