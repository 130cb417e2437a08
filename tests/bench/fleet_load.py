"""A fleet of thousands on one machine: ``python -m tests.bench.fleet_load [--kiosks 5000] [--db URL]``.

A whole centre (``kiosk-fleet serve --with-broker``: broker, ingest, page) and the simulated kiosks, with TLS and
certificates throughout. First all connect and live for a while. Then the broker is killed (SIGKILL) among them, the
centre starts it again, and all come back. In the end what was written is counted in the database. Prints a table,
then one JSON document; ends with 1 when anything was lost, stored twice or did not come back.
"""

import argparse
import json
import math
import os
import signal
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from fleet.server.identity.office import Office
from fleet.server.settings import DEFAULT_TENANT, database_url
from fleet.server.store import Store
from fleet.sim.books import count_stored
from fleet.sim.identities import simulated_settings
from fleet.sim.simulation import Progress, Simulation
from tests.chaos.programs import Program, python
from tests.fleet.conftest import free_port
from tests.fleet.waiting import wait_until

SERVE = "from fleet.cli import main; main()"
MOST = 0.9
_DRAIN_S = 180.0


@dataclass
class Story:
    """What was seen while the fleet lived; times in seconds since it began."""

    kiosks: int
    kill_at: float
    broker: Path
    before: list[float] = field(default_factory=list)
    killed_at: float | None = None
    fewest: int = 0
    most_back_s: float | None = None
    all_back_s: float | None = None
    memory_mb: dict[str, int] = field(default_factory=dict)

    def see(self, sofar: Progress, simulation: Simulation, centre: psutil.Process) -> None:
        """Kill the broker when it is time, then note who is back when."""
        if self.killed_at is None:
            if sofar.seconds >= self.kill_at:
                self.before = simulation.waits
                self.memory_mb = _memory(centre)
                os.kill(int(self.broker.read_text()), signal.SIGKILL)
                self.killed_at, self.fewest = sofar.seconds, sofar.connected
            return
        since = sofar.seconds - self.killed_at
        self.fewest = min(self.fewest, sofar.connected)
        if self.fewest > self.kiosks * (1 - MOST):
            return  # they have not all noticed yet
        if self.most_back_s is None and sofar.connected >= self.kiosks * MOST:
            self.most_back_s = round(since, 1)
        if self.all_back_s is None and sofar.connected == self.kiosks:
            self.all_back_s = round(since, 1)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fleet_load")
    parser.add_argument("--kiosks", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=180.0, help="before the broker is killed")
    parser.add_argument("--after", type=float, default=120.0, help="seconds after it")
    parser.add_argument("--spread", type=float, default=60.0, help="seconds over which they connect first")
    parser.add_argument("--db", default=None, help="database URL; left out: SQLite")
    options = parser.parse_args()
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="fleet-load-") as name:
        data = Path(name) / "centre"
        centre = _centre(data, options.db)
        centre.start()
        try:
            broker = data / "broker" / "mosquitto.pid"
            wait_until(broker.exists, "broker", 60)
            settings = simulated_settings(Office.open(data, DEFAULT_TENANT), Path(name), options.kiosks)
            simulation = Simulation(settings, spread_s=options.spread)
            story = Story(options.kiosks, options.seconds, broker)
            process = psutil.Process(centre.pid)
            with Bar(console=console, disable=not console.is_terminal) as bar:
                task = bar.add_task("connecting", total=options.seconds + options.after)

                def tell(sofar: Progress) -> None:
                    story.see(sofar, simulation, process)
                    bar.update(task, completed=sofar.seconds, description=f"{sofar.connected} connected")

                result = simulation.run(options.seconds + options.after, _DRAIN_S, tell)
        finally:
            centre.stop()
        store = Store(database_url(data, options.db))
        stored, twice = count_stored(store, (kiosk.outbox.boot for kiosk in simulation.kiosks))
        store.close()
    figures = {
        "kiosks": options.kiosks,
        "all_connected_s": result.all_connected_s,
        "records_before": len(story.before),
        "wait_p50_s": _share(story.before, 0.5),
        "wait_p95_s": _share(story.before, 0.95),
        "wait_p99_s": _share(story.before, 0.99),
        "wait_max_s": _share(story.before, 1.0),
        "memory_mb": story.memory_mb,
        "fewest_connected_after_kill": story.fewest,
        "most_back_s": story.most_back_s,
        "all_back_s": story.all_back_s,
        "written": result.written,
        "stored": stored,
        "lost": result.written - stored,
        "duplicates": twice,
    }
    _show(console, figures)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 1 if figures["lost"] or twice or story.all_back_s is None else 0


def _centre(data: Path, db: str | None) -> Program:
    options = ["--data", data, "--with-broker", "--broker", f"mqtts://127.0.0.1:{free_port()}"]
    options += ["--name", "127.0.0.1", "--port", free_port(), "--enrol-port", free_port()]
    options += ["--db", db] if db else []
    return Program("centre", lambda: python("-c", SERVE, "serve", *options), data.with_name("centre.log"))


def _memory(centre: psutil.Process) -> dict[str, int]:
    """Resident memory of each of the three programs."""
    brokers = [child for child in centre.children() if child.name().startswith("mosquitto")]
    named = {"centre": centre, "broker": brokers[0], "simulator": psutil.Process()}
    return {name: round(process.memory_info().rss / 2**20) for name, process in named.items()}


def _share(waits: list[float], share: float) -> float | None:
    if not waits:
        return None
    return round(sorted(waits)[min(len(waits) - 1, math.floor(len(waits) * share))], 3)


def _show(console: Console, figures: dict[str, object]) -> None:
    table = Table(show_header=False)
    for key, value in figures.items():
        table.add_row(key.replace("_", " "), "never" if value is None else str(value))
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
