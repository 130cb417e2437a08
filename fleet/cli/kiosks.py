"""``kiosk-fleet kiosks``: look at kiosks."""

import json
import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from fleet.cli.asking import get
from fleet.cli.options import DEFAULT_SERVER, Json, Server

kiosks_app = typer.Typer(no_args_is_help=True, help="Look at the kiosks.")


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
        shown = _targets(value) if key == "targets" else shown
        shown = _clock(value) if key in ("since", "last_seen") else shown
        table.add_row(key, "" if shown is None else str(shown))
    Console().print(table)


def _pack(pack: dict[str, Any] | None) -> str:
    return f"{pack['pack']} {pack['version']}" if pack else ""


def _targets(targets: dict[str, dict[str, Any]]) -> str:
    return "\n".join(
        f"{kind}: {_pack(view['running']) or '–'} → {_pack(view['wanted']) or '–'} {view['result']} {view['reason']}"
        for kind, view in targets.items()
    )


def _clock(millis: int | None) -> str:
    return "" if millis is None else time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(millis / 1000))
