"""Several workers beside each other over the real broker: nothing lost or twice, one leader, whoever dies."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from fleet.server import tables
from fleet.server.leading import present_run
from fleet.server.lights import read_lights
from fleet.server.presence import GRACE_MS
from fleet.server.store import Store, now_ms
from tests.fleet.conftest import Machine, free_port, turn
from tests.fleet.waiting import wait_until

FLEET = [sys.executable, "-c", "from fleet.cli import main; main()"]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(own_machine: Machine, database: str, tmp_path: Path) -> Iterator[Start]:
    """Start ``serve`` (worker 1) or a further worker as a process, and wait for its link."""
    made: list[subprocess.Popen[bytes]] = []

    def make(worker: int) -> subprocess.Popen[bytes]:
        verb = ["serve", "--port", str(free_port())] if worker == 1 else ["ingest", "--worker", str(worker)]
        options = ["--data", str(own_machine.data), "--db", database, "--broker", own_machine.url]
        path = tmp_path / f"worker-{len(made)}.log"
        with path.open("wb") as log:
            made.append(subprocess.Popen([*FLEET, *verb, *options], stdout=log, stderr=log))
        wait_until(lambda: b"link to the broker is up" in path.read_bytes(), f"link of worker {worker}", 40)
        return made[-1]

    yield make
    for process in made:
        process.kill()
        process.wait()


@pytest.fixture
def look(database: str) -> Iterator[Store]:
    """The workers' database."""
    store = Store(database)
    yield store
    store.close()


def holder(store: Store) -> str:
    with store.reading() as tx:
        return (tx.execute(select(tables.lease.c.holder)).scalar() or "").partition("-")[2]


def run(store: Store) -> str:
    with store.reading() as tx:
        return present_run(tx).name


def turns(store: Store, kiosk: str) -> list[int]:
    """The turns stored of a kiosk, in the order it had them."""
    columns = tables.record.c
    with store.reading() as tx:
        rows = tx.execute(
            select(columns.data).where(columns.kiosk == kiosk, columns.kind == "turn").order_by(columns.seq)
        )
        return [data["turn"] for data in rows.scalars()]


def committed(store: Store) -> int:
    with store.reading() as tx:
        return tx.execute(select(func.count()).select_from(tables.record)).scalar_one()


def test_workers_die_in_turn_while_records_flow(own_machine, make_kiosk, start, look):
    processes = {1: start(1), 2: start(2)}
    kiosks = [make_kiosk(own_machine) for _ in range(3)]
    wait_until(lambda: holder(look), "leader", 40)
    for kiosk in kiosks:
        kiosk.agent.start()
    said = 0
    for round_ in range(4):
        before, leader = run(look), holder(look)
        for number in range(said, said + 400):
            for kiosk in kiosks:
                kiosk.agent.record("turn", turn(number))
        said += 400
        stored = committed(look)
        wait_until(lambda stored=stored: committed(look) > stored, "records", 40)
        # The leader and the other by turns: either way a new run begins without it.
        victim = (1 if leader == "_server" else 2) if round_ % 2 == 0 else (2 if leader == "_server" else 1)
        processes[victim].send_signal(signal.SIGKILL)
        processes[victim].wait()
        wait_until(lambda before=before: run(look) > before, "new run", 5)
        processes[victim] = start(victim)
    for kiosk in kiosks:
        wait_until(lambda kiosk=kiosk: kiosk.agent.depth == 0, "empty outbox", 60)
        assert turns(look, kiosk.settings.kiosk) == list(range(said))
    for process in processes.values():
        process.terminate()
        assert process.wait(20) == 0


def test_a_kiosk_that_stays_is_online_whoever_dies_and_one_that_goes_is_not(
    own_machine, make_kiosk, start, look
):
    def lights() -> dict[str, str]:
        with look.reading() as tx:
            return {kiosk: shown.name for kiosk, shown in read_lights(tx, True, now_ms()).items()}

    first, second = start(1), start(2)
    stays, goes = make_kiosk(own_machine), make_kiosk(own_machine)
    stays.agent.start()
    goes.agent.start()
    names = stays.settings.kiosk, goes.settings.kiosk
    wait_until(lambda: [lights().get(name) for name in names] == ["online", "online"], "both lights", 60)
    wait_until(lambda: holder(look), "leader")
    leader = first if holder(look) == "_server" else second
    leader.kill()
    leader.wait()
    goes.agent.stop()
    # Its goodbye may have been on its way to the worker that died: then it is doubted, and off after the grace.
    wait_until(lambda: lights().get(names[1]) in ("offline", "checking"), "end of the light", 40)
    wait_until(lambda: lights().get(names[0]) == "online", "light of the one that stays", 40)
    with look.reading() as tx:
        later = read_lights(tx, True, now_ms() + GRACE_MS)
    assert [later[name].name for name in names] == ["online", "offline"]
