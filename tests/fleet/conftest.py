"""A real mosquitto, real kiosk agents and a real centre for the tests of the link."""

import itertools
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import func, select

from fleet.device.agent import Agent
from fleet.device.events import AgentEvent
from fleet.device.settings import AgentSettings
from fleet.server import tables
from fleet.server.broker import Broker
from fleet.server.broker_address import BrokerUrl
from fleet.server.identity.endpoints import Endpoints
from fleet.server.identity.office import Office
from fleet.server.knowledge import Label
from fleet.server.service import Centre
from fleet.server.settings import ServeOptions, updates_folder
from fleet.server.updates.repository import Repository
from tests.fleet.identities import write_identity
from tests.fleet.postgres import Cluster, cluster, find_programs
from tests.fleet.waiting import wait_until

TENANT = "main"
# Examples here parse bytes on a machine shared with other work: the count matters, not each one's time.
settings.register_profile("fleet", deadline=None)
settings.load_profile("fleet")


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def label_of_bytes(path: Path) -> Label:
    """Name an artefact of the tests; what a real one says of itself is tested with the real loader."""
    return Label(
        "test",
        f"1.{path.stat().st_size}",
        {"gov.id_card.replace": {"zh": "补领身份证", "en": "Replace an ID card"}},
    )


@dataclass
class Machine:
    """A data folder with an authority and a broker of its own."""

    data: Path
    office: Office
    child: Broker | None = None

    @property
    def broker(self) -> Broker:
        """The broker that this test may stop and kill."""
        assert self.child is not None
        return self.child

    @property
    def url(self) -> str:
        """The broker's address."""
        return self.office.endpoints.broker_url

    @property
    def port(self) -> int:
        """The broker's port."""
        return BrokerUrl.parse(self.url).port

    def identity(self, kiosk: str) -> Path:
        """The identity of a kiosk, issued without the way through a claim."""
        folder = self.data / "kiosks" / kiosk
        if not folder.exists():
            root = Repository(updates_folder(self.data)).trusted_root
            write_identity(folder, self.office, kiosk, root.read_text(encoding="ascii"))
        return folder

    def new_broker(self) -> Broker:
        """Another broker in the place of one that was stopped."""
        return Broker(self.office.broker_folder, self.office.broker_url)


def make_machine(data: Path, tenant: str = TENANT) -> Machine:
    """A data folder whose broker is not running yet."""
    endpoints = Endpoints(broker_url=f"mqtts://127.0.0.1:{free_port()}")
    office = Office.found(data, tenant, endpoints)
    office.write_broker_folder()
    return Machine(data, office, Broker(office.broker_folder, office.broker_url))


@dataclass
class Kiosk:
    """An agent with the events it emitted."""

    agent: Agent
    settings: AgentSettings
    events: list[AgentEvent] = field(default_factory=list)

    def of(self, kind: type) -> list[Any]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture(scope="session")
def mosquitto() -> None:
    """Skip where the broker is not installed."""
    if shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin") is None:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto)")


@pytest.fixture(scope="session")
def machine(mosquitto: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One broker for all tests that do not kill it."""
    yield from _run_machine(tmp_path_factory.mktemp("machine"))


@pytest.fixture
def own_machine(mosquitto: None, tmp_path: Path) -> Iterator[Machine]:
    """A broker that this test may kill."""
    yield from _run_machine(tmp_path / "machine")


def _run_machine(data: Path) -> Iterator[Machine]:
    machine = make_machine(data)
    machine.broker.start()
    yield machine
    machine.broker.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One PostgreSQL server for all tests; each makes databases of its own in it."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with cluster(programs) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").create_database()
    return f"sqlite:///{tmp_path / 'fleet.sqlite'}"


_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def long_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine of the tests may have been switched on a moment ago, and kiosks would wait."""
    monkeypatch.setattr("fleet.device.link.uptime", lambda: 1e6)


@pytest.fixture
def make_kiosk(tmp_path: Path) -> Iterator[Callable[..., Kiosk]]:
    """Make kiosks with an identity of a machine; they are stopped in the end."""
    made: list[Kiosk] = []

    def make(machine: Machine, name: str | None = None, folder: Path | None = None, **options: Any) -> Kiosk:
        kiosk_id = name or f"kiosk-{next(_numbers)}"
        settings = AgentSettings(
            port=machine.port,
            tenant=TENANT,
            kiosk=kiosk_id,
            identity=machine.identity(kiosk_id),
            data_dir=folder or tmp_path / kiosk_id,
            versions={"yingbin": "0.1.0"},
            **options,
        )
        events: list[AgentEvent] = []
        kiosk = Kiosk(Agent(settings, events.append), settings, events)
        made.append(kiosk)
        return kiosk

    yield make
    for kiosk in made:
        kiosk.agent.stop()


@pytest.fixture
def make_centre(tmp_path: Path) -> Iterator[Callable[..., Centre]]:
    """Start centres on a machine's broker, in this process; they are stopped in the end."""
    made: list[Centre] = []

    def make(machine: Machine, db: str | None = None) -> Centre:
        database = db or f"sqlite:///{tmp_path / 'fleet.sqlite'}"
        centre = Centre(ServeOptions(machine.data, database, machine.url, enrol_port=0), label_of_bytes)
        made.append(centre)
        centre.start()
        wait_until(lambda: centre.ingest.connected, "link of the centre")
        return centre

    yield make
    for centre in made:
        centre.stop()


def stored(centre: Centre, kiosk: str, kind: str = "turn") -> list[int]:
    """The turn numbers that the centre has of a kiosk, in the order they were written."""
    columns = tables.record.c
    with centre.store.reading() as tx:
        rows = tx.execute(
            select(columns.data).where(columns.kiosk == kiosk, columns.kind == kind).order_by(columns.id)
        )
        return [data.get("turn", 0) for data in rows.scalars()]


def count_records(centre: Centre, kiosk: str) -> int:
    """How many records the centre has of a kiosk."""
    with centre.store.reading() as tx:
        return tx.execute(select(func.count()).where(tables.record.c.kiosk == kiosk)).scalar_one()


def turn(number: int, **more: Any) -> dict[str, Any]:
    """A turn as a kiosk records it."""
    return {"visit": "1", "turn": number, "channel": "voice", "lang": "zh", "act": "answer", **more}
