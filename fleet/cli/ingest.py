"""``kiosk-fleet ingest``."""

import logging
import signal
import threading
from typing import Annotated

import typer

from fleet.cli.options import DEFAULT_DATA, Data, Database, KeepDays, Tenant
from fleet.server.errors import FleetError
from fleet.server.settings import DEFAULT_KEEP_DAYS, DEFAULT_TENANT, MAX_WORKERS, ServeOptions


def ingest(
    db: Database = None,
    broker: Annotated[
        str, typer.Option(help="The MQTT broker, mqtts://host:port; default: as serve was told.")
    ] = "",
    data: Data = DEFAULT_DATA,
    worker: Annotated[
        int, typer.Option(min=2, max=MAX_WORKERS, help="Number of this worker; serve is 1.")
    ] = 2,
    tenant: Tenant = DEFAULT_TENANT,
    keep_days: KeepDays = DEFAULT_KEEP_DAYS,
) -> None:
    """Run one more worker that stores what kiosks send, beside serve, without page and API.

    It needs the database and the broker of serve, and in --data what serve has there: identity and artefacts.

    Example: kiosk-fleet ingest --worker 2 --db postgresql://fleet@db/fleet --broker mqtts://broker:8883
    """
    from fleet.server.garbage import look_seldom
    from fleet.server.service import Worker

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    running = Worker(ServeOptions(data, db, broker, tenant=tenant, keep_days=keep_days), worker)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    look_seldom()
    running.start()
    try:
        # The process ends when the ingest has ended: a service manager starts it again.
        while not ended.wait(0.5) and not running.crashed.is_set():
            pass
    finally:
        running.stop()
    if running.crashed.is_set():
        raise FleetError("ingest.crashed", "the ingest ended by an error, see the log above")
