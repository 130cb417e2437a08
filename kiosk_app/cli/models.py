"""``kiosk models``: which model files are here, getting the others, checking them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.assets import AssetStatus, AssetStore

app = typer.Typer(
    help="Model files: what is there, fetch with resume and hash check, verify.", no_args_is_help=True
)

_Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Names or aliases; all without one.")
]
_Root = Annotated[Path | None, typer.Option("--root", help="The store's folder.", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
_Mirrors = Annotated[
    list[str] | None,
    typer.Option(
        "--mirror", help="https://host/folder, file:///folder or a folder; tried first, repeatable."
    ),
]


@app.command("list", epilog="Example: kiosk models list --json")
def list_models(names: _Names = None, root: _Root = None, as_json: _Json = False) -> None:
    """Show every model file and whether it is present, absent or damaged."""
    store = _open(root)
    chosen = _resolve(store, names)
    _show([store.status(name) for name in chosen], as_json)


@app.command(epilog="Example: kiosk models fetch yunet --mirror file:///media/usb")
def fetch(names: _Names = None, mirror: _Mirrors = None, root: _Root = None, as_json: _Json = False) -> None:
    """Get model files: from the mirrors first, then from their makers; a cut download goes on."""
    store = _open(root, mirror or [])
    chosen = _resolve(store, names)
    failed = _fetch_all(store, chosen, quiet=as_json or not sys.stderr.isatty())
    _show([store.status(name) for name in chosen], as_json)
    if failed:
        raise typer.Exit(1)


@app.command(epilog="Example: kiosk models verify vosk-zh")
def verify(names: _Names = None, root: _Root = None, as_json: _Json = False) -> None:
    """Read every byte of what is there and compare it with the manifest.

    With names, an absent file is a problem too.
    """
    store = _open(root)
    chosen = _resolve(store, names)
    wanted = chosen if names else [name for name in chosen if store.status(name).state != "absent"]
    failed = _try_each(wanted, store.verify)
    _show([store.status(name) for name in chosen], as_json)
    if failed:
        raise typer.Exit(1)


def _open(root: Path | None, mirrors: Iterable[str] = ()) -> AssetStore:
    from models.assets import AssetError, AssetStore, default_root

    addresses = [Path(mirror).resolve().as_uri() if Path(mirror).is_dir() else mirror for mirror in mirrors]
    try:
        return AssetStore(root or default_root(), addresses)
    except AssetError as error:
        raise _wrong_use(error.message) from error


def _resolve(store: AssetStore, names: list[str] | None) -> list[str]:
    """Full names, each once, in the order given."""
    from models.assets import AssetError

    if not names:
        return [status.name for status in store.list()]
    try:
        return list(dict.fromkeys(store.status(name).name for name in names))
    except AssetError as error:
        raise _wrong_use(error.message) from error


def _fetch_all(store: AssetStore, names: list[str], *, quiet: bool) -> bool:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bars:

        def fetch_one(name: str) -> None:
            task = bars.add_task(name, total=store.status(name).bytes)
            store.fetch(name, lambda done, total: bars.update(task, completed=done, total=total))
            bars.update(task, completed=store.status(name).bytes)

        return _try_each(names, fetch_one)


def _try_each(names: list[str], work: Callable[[str], object]) -> bool:
    """Do every one, saying what went wrong; whether anything did."""
    from models.assets import AssetError

    failed = False
    for name in names:
        try:
            work(name)
        except AssetError as error:
            failed = True
            typer.echo(error.message, err=True)
    return failed


def _show(statuses: list[AssetStatus], as_json: bool) -> None:
    if as_json:
        assets = [
            {
                "name": status.name,
                "state": status.state,
                "bytes": status.bytes,
                "sha256": status.sha256,
                "licence": status.licence,
                "path": str(status.path),
            }
            for status in statuses
        ]
        typer.echo(json.dumps({"assets": assets}, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("alias", "model", "state", "MB", "licence", box=None)
    colours = {"present": "green", "absent": "yellow", "damaged": "red"}
    for status in statuses:
        state = f"[{colours[status.state]}]{status.state}[/]"
        table.add_row(status.alias, status.name, state, f"{status.bytes / 1e6:.1f}", status.licence)
    Console().print(table)
    typer.echo(f"in {statuses[0].path.parent}")


def _wrong_use(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(2)
