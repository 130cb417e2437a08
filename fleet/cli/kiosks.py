"""``kiosk-fleet kiosks`` and ``kiosk-fleet kiosk``: look at kiosks, add one."""

import json
import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from fleet.cli.asking import get
from fleet.cli.options import DEFAULT_DATA, DEFAULT_SERVER, Data, Database, Json, Server, Tenant
from fleet.server.settings import DEFAULT_TENANT, database_url

kiosks_app = typer.Typer(no_args_is_help=True, help="Look at the kiosks.")
kiosk_app = typer.Typer(no_args_is_help=True, help="Add kiosks.")


@kiosks_app.command("list")
def list_kiosks(server: Server = DEFAULT_SERVER, as_json: Json = False) -> None:
    """List the kiosks.

    Example: kiosk-fleet kiosks list --json
    """
    kiosks = get(server, "/api/kiosks")
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
    view = get(server, f"/api/kiosks/{kiosk}")
    if as_json:
        print(json.dumps(view, ensure_ascii=False))
        return
    table = Table(show_header=False)
    for key, value in view.items():
        shown = _pack(value) if key in ("running", "wanted") else value
        shown = _clock(value) if key in ("since", "last_seen") else shown
        table.add_row(key, "" if shown is None else str(shown))
    Console().print(table)


@kiosk_app.command("add")
def add_kiosk(
    kiosk: Annotated[str, typer.Argument(metavar="ID", help="Lower-case letters, digits, hyphens.")],
    data: Data = DEFAULT_DATA,
    db: Database = None,
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


def _pack(pack: dict[str, Any] | None) -> str:
    return f"{pack['pack']} {pack['version']}" if pack else ""


def _clock(millis: int | None) -> str:
    return "" if millis is None else time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(millis / 1000))
