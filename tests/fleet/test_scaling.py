"""The compose file of docs/SCALING.md: its command lines on the real parts, side by side instead of in containers."""

import os
import pwd
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select

from fleet.device.agent import Agent
from fleet.device.settings import AgentSettings
from fleet.server import tables
from fleet.server.broker import find_program
from fleet.server.identity.office import Office
from fleet.server.settings import DEFAULT_TENANT, MAX_WORKERS, updates_folder
from fleet.server.store import Store
from fleet.server.updates.repository import Repository
from tests.fleet.conftest import free_port
from tests.fleet.identities import write_identity
from tests.fleet.postgres import Cluster
from tests.fleet.waiting import wait_until

FOLDER = Path(__file__).parents[2] / "docs" / "scaling"
SERVICES = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))["services"]
NAME = "127.0.0.1"
INGESTS = ("centre", *(name for name in SERVICES if name.startswith("worker-")))
KIOSK, VISITS = "middle-1", 40


class Place:
    """What stands for the containers' names, ports and folders."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.database = database
        self.ports = {port: str(free_port()) for port in ("8883", "8470", "8471")}
        self.data, self.broker = folder / "data", folder / "broker"

    def log(self, service: str) -> Path:
        """What a service prints."""
        return self.folder / f"{service}.log"

    def here(self, word: str) -> str:
        """A word of the compose file, or of a file that it mounts, as it is on this machine."""
        word = re.sub(r"\$\{CENTRE_NAME[^}]*\}", NAME, word)
        word = re.sub(r"postgresql://.*", lambda _: self.database, word)
        for name, port in self.ports.items():
            word = re.sub(rf"\b{name}\b", port, word)
        return word.replace("/etc/mosquitto/yingbin", str(self.broker)).replace(
            "/mosquitto/data", str(self.folder)
        )

    def command(self, service: str) -> list[str]:
        """The whole command line of a service with our image."""
        words = [
            self.here(word) if word != "/broker" else str(self.broker)
            for word in SERVICES[service]["command"]
        ]
        return [sys.executable, "-c", "from fleet.cli import main; main()", *words, "--data", str(self.data)]


@pytest.fixture
def place(mosquitto: None, postgres: Cluster, tmp_path: Path) -> Iterator[Place]:
    """Everything that the compose file starts, running."""
    found = Place(tmp_path, postgres.create_database())
    environment = {**os.environ, "PYTHONPATH": str(FOLDER.parents[1])}
    for once in ("authority", "broker-files"):
        subprocess.run(found.command(once), check=True, env=environment, stdout=subprocess.DEVNULL)
    config, given = tmp_path / "mosquitto.conf", found.broker / "yingbin.conf"
    user = pwd.getpwuid(os.geteuid()).pw_name
    config.write_text(f"user {user}\n" + found.here((FOLDER / "mosquitto.conf").read_text(encoding="utf-8")))
    given.write_text(found.here(given.read_text(encoding="utf-8")))
    programs = {"broker": [find_program("mosquitto"), "-c", str(config)]}
    programs |= {service: found.command(service) for service in INGESTS}
    with ExitStack() as running:
        for name, command in programs.items():
            log = running.enter_context(found.log(name).open("wb"))
            started = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            running.enter_context(started)
            running.callback(started.terminate)
            if name == "centre":  # the workers wait until it is well
                wait_until(lambda: _answers(int(found.ports["8470"])), "the centre's page", 90)
        yield found


@pytest.mark.timeout(240)
def test_every_worker_is_at_the_broker(place: Place) -> None:
    def absent() -> list[str]:
        return [name for name in INGESTS if "link to the broker is up" not in place.log(name).read_text()]

    wait_until(lambda: not absent(), "link of each worker", 60)


@pytest.mark.timeout(240)
def test_the_middle_size_takes_what_a_kiosk_says(place: Place) -> None:
    identity = place.folder / "identity"
    root = Repository(updates_folder(place.data)).trusted_root.read_text(encoding="ascii")
    write_identity(identity, Office.open(place.data, DEFAULT_TENANT), KIOSK, root)
    settings = AgentSettings(
        port=int(place.ports["8883"]),
        kiosk=KIOSK,
        identity=identity,
        data_dir=place.folder / "kiosk",
        power_on_spread_s=0,
    )
    agent = Agent(settings, lambda event: None)
    agent.start()
    try:
        for number in range(VISITS):
            agent.record("visit.started", {"visit": str(number)})
        wait_until(lambda: agent.depth == 0, "the last acknowledgement", 60)
        store = Store(place.database)
        try:
            with store.reading() as tx:
                stored = tx.execute(select(func.count()).select_from(tables.record)).scalar_one()
        finally:
            store.close()
    finally:
        agent.stop()
    assert stored == VISITS


def test_every_worker_of_the_compose_file_is_one_that_the_broker_lets_in() -> None:
    numbers = [int(word.removeprefix("--worker=")) for word in _words() if word.startswith("--worker=")]
    assert numbers == list(range(2, len(numbers) + 2))
    assert max(numbers) <= MAX_WORKERS


def test_nothing_but_devices_and_kiosks_reaches_the_machine_from_outside() -> None:
    """The page is for this machine alone; who opens it to others puts a proxy with TLS before it."""
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert sorted(ports) == ["127.0.0.1:8470:8470", "8471:8471", "8883:8883"]


def _words() -> list[str]:
    return [word for service in SERVICES.values() for word in service.get("command", [])]


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
