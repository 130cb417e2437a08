"""``kiosk-fleet``: the centre's commands."""

import json
import logging
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from platformdirs import user_data_path
from rich.console import Console
from rich.table import Column, Table

from fleet.protocol.errors import ProtocolError
from fleet.server.errors import FleetError
from fleet.server.settings import (
    DEFAULT_BROKER,
    DEFAULT_PORT,
    DEFAULT_TENANT,
    ServeOptions,
    database_url,
    read_token,
    token_file,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Serve and run a fleet of kiosks.")
kiosks_app = typer.Typer(no_args_is_help=True, help="Look at the kiosks.")
kiosk_app = typer.Typer(no_args_is_help=True, help="Add kiosks.")
app.add_typer(kiosks_app, name="kiosks")
app.add_typer(kiosk_app, name="kiosk")

Data = Annotated[Path, typer.Option("--data", help="The server's data folder.", envvar="YINGBIN_FLEET_DATA")]
Server = Annotated[str, typer.Option("--server", help="Address of kiosk-fleet serve.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Tenant = Annotated[str, typer.Option("--tenant", help="The operator's name in the MQTT topics.")]

DEFAULT_DATA = user_data_path("yingbin-fleet")
DEFAULT_SERVER = f"http://127.0.0.1:{DEFAULT_PORT}"
_FINAL = frozenset({"active", "rejected", "failed"})
_POLL_S = 0.25
_CALL_S = 20.0
_CALL_FINAL = frozenset({"SUCCEEDED", "FAILED", "REJECTED", "EXPIRED"})


@app.callback()
def options(debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False) -> None:
    """Serve and run a fleet of kiosks."""
    # Looked for by main(), where errors end up.


@app.command()
def serve(
    data: Data = DEFAULT_DATA,
    db: Annotated[
        str | None, typer.Option(help="Database URL; default: fleet.sqlite in the data folder.")
    ] = None,
    broker: Annotated[str, typer.Option(help="The MQTT broker, mqtt://host:port.")] = DEFAULT_BROKER,
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than loopback open the page to them.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of page and API.")] = DEFAULT_PORT,
    with_broker: Annotated[
        bool, typer.Option("--with-broker", help="Run mosquitto here, as a child.")
    ] = False,
    tenant: Tenant = DEFAULT_TENANT,
) -> None:
    """Run ingest, API and page.

    Example: kiosk-fleet serve --with-broker
    """
    from fleet.server.service import Centre

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    centre = Centre(ServeOptions(data, db, broker, with_broker, tenant))
    # After the options have been found good: these take a second or two to load.
    import uvicorn

    from fleet.server.page import make_app

    server = uvicorn.Server(uvicorn.Config(make_app(centre), host=host, port=port, log_level="warning"))
    # uvicorn raises a signal again after its own orderly end; by default that would kill us before ours.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
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


@app.command()
def publish(
    pack: Annotated[Path, typer.Argument(help="A pack folder, or an artefact file.", metavar="PACK")],
    kiosk: Annotated[list[str] | None, typer.Option(help="Only for this kiosk (may be repeated).")] = None,
    server: Server = DEFAULT_SERVER,
    data: Data = DEFAULT_DATA,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the kiosks' answers.")] = 0.0,
    as_json: Json = False,
) -> None:
    """Give a knowledge pack to the kiosks.

    Example: kiosk-fleet publish packs/gov --wait 60
    """
    from fleet.server.client import ApiClient

    client = ApiClient(server, read_token(data))
    try:
        with tempfile.TemporaryDirectory() as scratch:
            artefact = pack if pack.is_file() else _build(pack, Path(scratch) / "pack.ybk", quiet=as_json)
            done = client.publish(artefact, kiosk or [])
        results = _await_results(client, done["revisions"], wait)
    finally:
        client.close()
    if as_json:
        print(json.dumps({**done, "results": results}, ensure_ascii=False))
    else:
        _show_results(done, results)
    if any(result["result"] in ("rejected", "failed") for result in results):
        raise typer.Exit(1)
    if wait and any(result["light"] == "online" and result["result"] not in _FINAL for result in results):
        raise typer.Exit(1)


@kiosks_app.command("list")
def list_kiosks(server: Server = DEFAULT_SERVER, as_json: Json = False) -> None:
    """List the kiosks.

    Example: kiosk-fleet kiosks list --json
    """
    kiosks = _get(server, "/api/kiosks")
    if as_json:
        print(json.dumps({"kiosks": kiosks}, ensure_ascii=False))
        return
    table = Table(Column("kiosk", no_wrap=True), "light", "knowledge", "wanted", "result", "waiting")
    for kiosk in kiosks:
        light = kiosk["light"]
        if light in ("offline", "checking"):
            light += f" since {_clock(kiosk['since'])}"
        table.add_row(
            kiosk["id"],
            light,
            _pack(kiosk["running"]),
            _pack(kiosk["wanted"]),
            kiosk["result"],
            str(kiosk["depth"]),
        )
    Console().print(table)


@kiosks_app.command("show")
def show_kiosk(
    kiosk: Annotated[str, typer.Argument()], server: Server = DEFAULT_SERVER, as_json: Json = False
) -> None:
    """Show one kiosk.

    Example: kiosk-fleet kiosks show hall-1
    """
    view = _get(server, f"/api/kiosks/{kiosk}")
    if as_json:
        print(json.dumps(view, ensure_ascii=False))
        return
    table = Table(show_header=False)
    for key, value in view.items():
        shown = _pack(value) if key in ("running", "wanted") else value
        shown = _clock(value) if key in ("since", "last_seen") else shown
        table.add_row(key, "" if shown is None else str(shown))
    Console().print(table)


@app.command("queues")
def list_queues(server: Server = DEFAULT_SERVER, as_json: Json = False) -> None:
    """List the queues: how many wait, and who was called last.

    Example: kiosk-fleet queues --json
    """
    found = _get(server, "/api/queues")
    if as_json:
        print(json.dumps({"queues": found}, ensure_ascii=False))
        return
    table = Table(Column("kiosk", no_wrap=True), "queue", "name", "windows", "waiting", "last", "at window")
    for view in found:
        name = next(iter(view["names"].values()), "")
        windows = " ".join(view["windows"])
        table.add_row(
            view["kiosk"], view["queue"], name, windows, str(view["waiting"]), view["last"], view["window"]
        )
    Console().print(table)


@app.command("call")
def call_number(
    kiosk: Annotated[str, typer.Argument(help="The kiosk that numbers.")],
    queue: Annotated[str, typer.Argument(help="Id of the queue.")],
    window: Annotated[str, typer.Argument(help="Number of the window that calls.")],
    again: Annotated[bool, typer.Option("--again", help="The last number of this window once more.")] = False,
    absent: Annotated[bool, typer.Option("--absent", help="Nobody came to this window's last call.")] = False,
    server: Server = DEFAULT_SERVER,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Call the next number of a queue to a window.

    Example: kiosk-fleet call hall-1 police 5
    """
    from fleet.server.client import ApiClient

    if again and absent:
        raise typer.BadParameter("give --again or --absent, not both")
    client = ApiClient(server, read_token(data))
    try:
        verb = "again" if again else "absent" if absent else "next"
        done = _await_call(client, client.call(kiosk, queue, window, verb)["command"])
    finally:
        client.close()
    if as_json:
        print(json.dumps(done, ensure_ascii=False))
    else:
        print(
            f"{done['number']} → {window}"
            if done["state"] == "SUCCEEDED"
            else done["reason"] or done["state"]
        )
    if done["state"] != "SUCCEEDED":
        raise typer.Exit(1)


@kiosk_app.command("add")
def add_kiosk(
    kiosk: Annotated[str, typer.Argument(metavar="ID", help="Lower-case letters, digits, hyphens.")],
    data: Data = DEFAULT_DATA,
    db: Annotated[str | None, typer.Option(help="Database URL, as given to serve.")] = None,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Make a kiosk's account at the broker of this machine.

    Example: kiosk-fleet kiosk add hall-1
    """
    from fleet.server.broker import Accounts
    from fleet.server.store import Store

    path = Accounts(data / "broker", tenant).add_kiosk(kiosk)
    store = Store(database_url(data, db))
    new = store.add_kiosk(kiosk)
    store.close()
    if as_json:
        print(json.dumps({"kiosk": kiosk, "new": new, "password_file": str(path)}, ensure_ascii=False))
    else:
        print(
            f"{kiosk}: {'added' if new else 'new password'}; bring {path} to the kiosk as its password file"
        )


def main() -> None:
    """Entry point: errors are one line on stderr, exit 1; wrong use is exit 2."""
    try:
        app(standalone_mode=True)
    except ModuleNotFoundError as error:
        if "--debug" in sys.argv[1:]:
            raise
        print(f"kiosk-fleet: {error.name} is not installed; pip install 'yingbin[server]'", file=sys.stderr)
        sys.exit(1)
    except (FleetError, ProtocolError) as error:
        if "--debug" in sys.argv[1:]:
            raise
        print(f"kiosk-fleet: {error}", file=sys.stderr)
        sys.exit(1)


def _build(folder: Path, out: Path, *, quiet: bool) -> Path:
    """Validate and build a pack folder on this machine; problems are printed as file:line and end the command."""
    try:
        from models.knowledge import KnowledgeError, build_knowledge, validate_packs
    except ImportError as error:
        raise FleetError(
            "pack.models", f"cannot build packs here ({error}); install yingbin[server,train]"
        ) from error
    if not folder.is_dir():
        raise FleetError("pack.missing", f"{folder} is neither a pack folder nor an artefact file")
    problems = validate_packs([folder])
    if problems:
        for problem in problems:
            print(f"{problem.file}:{problem.line}: {problem.message}", file=sys.stderr)
        raise FleetError("pack.problems", f"{folder} has {len(problems)} problem(s), nothing was published")
    try:
        if quiet:
            build_knowledge([folder], out)
        else:
            with Console(stderr=True).status("building the artefact"):
                build_knowledge([folder], out)
    except KnowledgeError as error:
        raise FleetError("pack.build", f"{folder} cannot be built: {error}") from error
    return out


def _await_results(client: Any, revisions: dict[str, int], wait: float) -> list[dict[str, Any]]:
    until = time.monotonic() + wait
    pause = threading.Event()
    while True:
        kiosks = [kiosk for kiosk in client.get("/api/kiosks") if kiosk["id"] in revisions]
        results = [
            {key: kiosk[key] for key in ("id", "light", "result", "reason", "wanted_rev")} for kiosk in kiosks
        ]
        missing = [item for item in results if item["light"] == "online" and item["result"] not in _FINAL]
        if not missing or time.monotonic() >= until:
            return results
        pause.wait(_POLL_S)


def _await_call(client: Any, command: str) -> dict[str, Any]:
    """The kiosk's answer, or that there is none by the call's expiry."""
    until = time.monotonic() + _CALL_S
    pause = threading.Event()
    while True:
        done = client.get(f"/api/calls/{command}")
        if done["state"] in _CALL_FINAL or time.monotonic() >= until:
            return done
        pause.wait(_POLL_S / 2)


def _show_results(done: dict[str, Any], results: Sequence[dict[str, Any]]) -> None:
    artefact = done["artefact"]
    print(
        f"{artefact['pack']} {artefact['version']} ({artefact['size']} bytes, sha256 {artefact['sha256'][:12]})"
    )
    for result in results:
        state = result["result"]
        if state not in _FINAL and result["light"] != "online":
            light = "never seen" if result["light"] == "never" else result["light"]
            state = f"{light}, takes it when it comes"
        print(f"  {result['id']}: {state}" + (f" ({result['reason']})" if result["reason"] else ""))


def _get(server: str, path: str) -> Any:
    from fleet.server.client import ApiClient

    client = ApiClient(server)
    try:
        return client.get(path)
    finally:
        client.close()


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


def _pack(pack: dict[str, Any] | None) -> str:
    return f"{pack['pack']} {pack['version']}" if pack else ""


def _clock(millis: int | None) -> str:
    return "" if millis is None else time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(millis / 1000))
