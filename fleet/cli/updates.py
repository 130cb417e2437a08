"""``kiosk-fleet updates``: the repository that kiosks install from, its keys, and sticks for halls without network."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from fleet.cli.options import DEFAULT_DATA, Data, Database, Json
from fleet.server.errors import FleetError
from fleet.server.settings import database_url, updates_folder

_PIECE_BYTES = 1 << 20

updates_app = typer.Typer(no_args_is_help=True, help="Sign what kiosks install; keys, renewal, sticks.")
KeysElsewhere = Annotated[
    Path | None,
    typer.Option("--keys", help="Folder with keys that are kept offline.", exists=True, file_okay=False),
]
_ROLES = ("root", "targets", "snapshot", "timestamp")
RoleName = Annotated[str, typer.Argument(metavar="ROLE", help="root, targets, snapshot or timestamp.")]


@updates_app.command("show")
def show(data: Data = DEFAULT_DATA, keys: KeysElsewhere = None, as_json: Json = False) -> None:
    """Show the roles, until when they hold, where their keys are, and the targets.

    Example: kiosk-fleet updates show --json
    """
    from fleet.server.updates.upkeep import roles_of

    repository = _open(data, keys)
    roles = roles_of(repository)
    targets = repository.state().targets.signed.targets
    if as_json:
        shown: list[dict[str, Any]] = [
            {
                "role": view.role,
                "version": view.version,
                "expires": view.expires.isoformat(),
                "key": str(repository.keys.place(view.role) or ""),
                "warning": view.warning,
            }
            for view in roles
        ]
        listed = [
            {"path": path, "size": target.length, "sha256": target.hashes["sha256"]}
            for path, target in sorted(targets.items())
        ]
        print(json.dumps({"roles": shown, "targets": listed}, ensure_ascii=False))
        return
    table = Table(Column("role", no_wrap=True), "version", "holds until", "key", "warning")
    for view in roles:
        place = repository.keys.place(view.role)
        table.add_row(
            view.role, str(view.version), f"{view.expires:%Y-%m-%d}", str(place or "offline"), view.warning
        )
    console = Console()
    console.print(table)
    for path, target in sorted(targets.items()):
        console.print(f"  {path} ({target.length} bytes)", highlight=False)


@updates_app.command("add")
def add(
    file: Annotated[
        Path, typer.Argument(help="A pack's artefact, a model, a configuration.", dir_okay=False)
    ],
    kind: Annotated[str, typer.Option(help="knowledge, model or config.")] = "knowledge",
    name: Annotated[str, typer.Option(help="Its name; an artefact has its own.")] = "",
    version: Annotated[str, typer.Option(help="Its version; an artefact has its own.")] = "",
    keys: KeysElsewhere = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Sign for a file on this machine, for whoever keeps the targets key elsewhere; publishing it then needs no key.

    Example: kiosk-fleet updates add gov.ybk --keys /media/keys
    """
    from fleet.protocol.tree import KINDS, Kind
    from fleet.server.knowledge import read_label
    from fleet.server.updates.incoming import incoming

    chosen: Kind | None = next((known for known in KINDS if known == kind), None)
    if chosen is None:
        raise typer.BadParameter(f"--kind {kind!r} is none of {', '.join(KINDS)}")
    if not file.is_file():
        raise FleetError(
            "updates.file", f"{file} is no file; give the artefact, model or configuration itself"
        )
    if chosen == "knowledge":
        label = read_label(file)
        name, version = label.name, label.version
    elif not name or not version:
        raise typer.BadParameter("a model or configuration needs --name and --version")
    repository = _open(data, keys)
    with incoming(repository, _pieces(file)) as taken:
        target = taken.enter(repository, chosen, name, version)
    print(json.dumps(target.model_dump()) if as_json else f"{target.path}: signed for")


@updates_app.command("rotate")
def rotate(
    role: RoleName, keys: KeysElsewhere = None, data: Data = DEFAULT_DATA, as_json: Json = False
) -> None:
    """Replace a role's key; kiosks follow by themselves. The root key must be at hand.

    Example: kiosk-fleet updates rotate timestamp --keys /media/keys
    """
    repository = _open(data, keys)
    version = repository.rotate(_role(role))
    place = repository.keys.place(_role(role))
    if as_json:
        print(json.dumps({"role": role, "root_version": version, "key": str(place)}))
    else:
        print(f"{role}: new key in {place}, named by root version {version}; keep the file safe")


@updates_app.command("renew")
def renew(
    roles: Annotated[
        list[str], typer.Argument(metavar="ROLE…", help="root, targets, snapshot or timestamp.")
    ],
    keys: KeysElsewhere = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Sign a role's metadata anew before it lapses; serve does so itself for keys that lie with it.

    Example: kiosk-fleet updates renew root targets --keys /media/keys
    """
    repository = _open(data, keys)
    repository.renew(*map(_role, roles))
    state = repository.state()
    ends = {role: state.expires(_role(role)).isoformat() for role in roles}
    print(
        json.dumps({"expires": ends})
        if as_json
        else "\n".join(f"{role}: until {end}" for role, end in ends.items())
    )


@updates_app.command("prune")
def prune_old(
    keep: Annotated[int, typer.Option(min=1, help="So many of each name stay in any case.")] = 3,
    keys: KeysElsewhere = None,
    data: Data = DEFAULT_DATA,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Remove old files that no kiosk is meant to have, to make room. The targets key must be at hand.

    Example: kiosk-fleet updates prune --keep 2
    """
    from fleet.server.store import Store
    from fleet.server.updates.pruning import prune

    repository = _open(data, keys)
    store = Store(database_url(data, db))
    try:
        removed = prune(store, repository, keep)
    finally:
        store.close()
    if as_json:
        print(json.dumps({"removed": removed}))
    else:
        print("\n".join([*(f"{path}: removed" for path in removed), f"{len(removed)} file(s) removed"]))


@updates_app.command("export")
def export_tree(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="A folder, or where a stick is mounted.")],
    target: Annotated[list[str] | None, typer.Option(help="Only this target (may be repeated).")] = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Write the updates to a stick, for kiosk update --from in a hall without a network.

    Example: kiosk-fleet updates export /media/stick
    """
    from fleet.server.updates.export import export

    done = export(_open(data, None), out, target or [])
    if as_json:
        print(json.dumps({"targets": done.targets, "bytes": done.size, "expires": done.expires}))
    else:
        print(f"{out}: {len(done.targets)} target(s), {done.size} bytes; kiosks take it until {done.expires}")


def _open(data: Path, keys: Path | None) -> Any:
    from fleet.server.updates.repository import Repository

    return Repository(updates_folder(data), keys)


def _role(name: str) -> Any:
    if name not in _ROLES:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(_ROLES)}")
    return name


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece
