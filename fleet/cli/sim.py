"""``kiosk-fleet sim``."""

import dataclasses
import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from fleet.cli.options import DEFAULT_DATA, Data, Database, Json, Tenant
from fleet.server.settings import DEFAULT_TENANT, database_url

_DRAIN_S = 120.0


def sim(
    kiosks: Annotated[int, typer.Option(min=1, max=20_000, help="How many kiosks.")],
    seconds: Annotated[float, typer.Option(min=1, help="How long they live.")] = 60.0,
    sample: Annotated[float, typer.Option(min=0.1, help="Seconds between two samples of health.")] = 30.0,
    visits: Annotated[float, typer.Option(min=1, help="Mean seconds between two visits of a kiosk.")] = 300.0,
    spread: Annotated[float, typer.Option(min=0, help="Seconds over which they connect first.")] = 10.0,
    data: Data = DEFAULT_DATA,
    db: Database = None,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Let simulated kiosks, sim-00001 and so on, use a running centre, and balance the books.

    They have certificates of the centre's own authority and stay in its list of kiosks: use a centre made for this.

    Example: kiosk-fleet sim --kiosks 500 --seconds 60 --data /tmp/centre
    """
    from fleet.server.identity.office import Office
    from fleet.server.store import Store
    from fleet.sim.books import count_stored
    from fleet.sim.identities import simulated_settings
    from fleet.sim.simulation import Progress as Sofar
    from fleet.sim.simulation import Simulation

    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="kiosk-fleet-sim-") as folder:
        settings = simulated_settings(Office.open(data, tenant), Path(folder), kiosks)
        simulation = Simulation(settings, sample, visits, spread)
        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task("connecting", total=seconds)

            def tell(sofar: Sofar) -> None:
                words = f"{sofar.connected} connected, {sofar.committed} of {sofar.written} records committed"
                bar.update(task, completed=min(sofar.seconds, seconds), description=words)

            result = simulation.run(seconds, _DRAIN_S, tell)
    store = Store(database_url(data, db))
    try:
        stored, duplicates = count_stored(store, (kiosk.outbox.boot for kiosk in simulation.kiosks))
    finally:
        store.close()
    told = {
        **dataclasses.asdict(result),
        "stored": stored,
        "lost": result.written - stored,
        "duplicates": duplicates,
    }
    if as_json:
        print(json.dumps(told))
    else:
        _show(told)
    if told["lost"] or duplicates or result.connected < kiosks:
        raise typer.Exit(1)


def _show(told: dict[str, object]) -> None:
    table = Table(show_header=False)
    for key, value in told.items():
        table.add_row(key.replace("_", " "), "never" if value is None else str(value))
    Console().print(table)
