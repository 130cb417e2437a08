"""``kiosk-fleet serve``."""

import logging
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from fleet.cli.options import DEFAULT_DATA, Data, Database, KeepDays, Names, Tenant
from fleet.server.errors import FleetError
from fleet.server.settings import (
    DEFAULT_BROKER,
    DEFAULT_ENROL_PORT,
    DEFAULT_KEEP_DAYS,
    DEFAULT_PORT,
    DEFAULT_TENANT,
    ServeOptions,
    token_file,
)


def serve(
    data: Data = DEFAULT_DATA,
    db: Database = None,
    broker: Annotated[
        str,
        typer.Option(
            help="The MQTT broker, mqtts://host:port; with --with-broker, where it listens (0.0.0.0: everywhere)."
        ),
    ] = DEFAULT_BROKER,
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than loopback open the page to them.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of page and API.")] = DEFAULT_PORT,
    with_broker: Annotated[
        bool, typer.Option("--with-broker", help="Run mosquitto here, as a child.")
    ] = False,
    tenant: Tenant = DEFAULT_TENANT,
    name: Names = None,
    enrol_host: Annotated[
        str, typer.Option(help="Address to listen on for devices; default: as the broker of our own.")
    ] = "",
    enrol_port: Annotated[
        int, typer.Option(help="Port for devices (HTTPS: enrolment, updates).", min=1, max=65535)
    ] = DEFAULT_ENROL_PORT,
    keep_days: KeepDays = DEFAULT_KEEP_DAYS,
) -> None:
    """Run ingest, API and page.

    Example: kiosk-fleet serve --with-broker --broker mqtts://0.0.0.0:8883 --name centre.example
    """
    from fleet.server.service import Centre

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    names = tuple(name or ())
    centre = Centre(
        ServeOptions(data, db, broker, with_broker, tenant, names, enrol_host, enrol_port, keep_days)
    )
    # After the options have been found good: these take a second or two to load.
    import uvicorn

    from fleet.server.garbage import look_seldom
    from fleet.server.page import make_app

    server = uvicorn.Server(uvicorn.Config(make_app(centre), host=host, port=port, log_level="warning"))
    # uvicorn raises a signal again after its own orderly end; by default that would kill us before ours.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    look_seldom()
    try:
        centre.start()
        _say_where(host, port, data, centre.token)
        # The process ends when the ingest has ended: a service manager starts it again.
        threading.Thread(
            target=_exit_on_crash, args=(centre, server), name="fleet-crash", daemon=True
        ).start()
        server.run()
    finally:
        centre.stop()
    if centre.crashed.is_set():
        raise FleetError("ingest.crashed", "the ingest ended by an error, see the log above")


def _say_where(host: str, port: int, data: Path, token: str) -> None:
    shown = f"[{host}]" if ":" in host else host
    print(f"page: http://{shown}:{port}/", flush=True)
    if sys.stdout.isatty():
        print(f"sign in to accept hand-overs: http://{shown}:{port}/enter?token={token}", flush=True)
    else:
        print(
            f"sign in to accept hand-overs: http://{shown}:{port}/enter, token in {token_file(data)}",
            flush=True,
        )


def _exit_on_crash(centre: Any, server: Any) -> None:
    centre.crashed.wait()
    server.should_exit = True
