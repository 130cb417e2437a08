"""``kiosk unknown``: what this kiosk did not understand: look at it, export it, forget it."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kiosk_app.learning.clusters import Cluster

app = typer.Typer(help="What this kiosk did not understand: list, export, forget.", no_args_is_help=True)

_Config = Annotated[
    Path | None, typer.Option("--config", help="The kiosk's configuration file, for its data folder.")
]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command("list", epilog="Example: kiosk unknown list")
def show(
    config: _Config = None,
    min_count: Annotated[int, typer.Option(min=1, help="Only what was asked at least so often.")] = 1,
    as_json: _Json = False,
) -> None:
    """Show the clusters of similar questions, most frequent first, with the matter that is nearest."""
    clusters = _clusters(config, min_count)
    if as_json:
        from kiosk_app.learning.export import exported

        found = [exported(cluster).model_dump(mode="json") for cluster in clusters]
        print(json.dumps({"ok": True, "clusters": found}, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("count", "last", "question (masked)", "nearest matter", "certainty"):
        right = name in ("count", "certainty")
        table.add_column(
            name, justify="right" if right else "left", overflow="fold", no_wrap=name == "nearest matter"
        )
    for cluster in clusters:
        hint = cluster.hints[0] if cluster.hints else None
        table.add_row(
            str(cluster.count),
            str(date.fromordinal(cluster.last_day)),
            escape(cluster.wordings[0].text if cluster.wordings else ""),
            hint.matter if hint else "–",
            f"{hint.certainty:.0%}" if hint else "",
        )
    Console().print(table)
    print(f"{len(clusters)} clusters, {sum(cluster.count for cluster in clusters)} questions")


@app.command(epilog="Example: kiosk unknown export unknown.yaml")
def export(
    file: Annotated[
        Path, typer.Argument(help="The file to write; YAML when it ends in .yaml, JSON lines otherwise.")
    ],
    config: _Config = None,
    min_count: Annotated[
        int,
        typer.Option(min=1, help="Only what was asked at least so often; what one person said stays here."),
    ] = 2,
    as_json: _Json = False,
) -> None:
    """Write the clusters to a file for a person to review; `kiosk pack suggest` reads it."""
    from kiosk_app.learning.export import exported, write_export

    everything = _clusters(config, 1)
    chosen = [exported(cluster) for cluster in everything if cluster.count >= min_count]
    held_back = len(everything) - len(chosen)
    write_export(chosen, file)
    if as_json:
        done = {"ok": True, "file": str(file), "clusters": len(chosen), "held_back": held_back}
        print(json.dumps(done))
        return
    print(f"{file}: {len(chosen)} clusters")
    if held_back:
        print(
            f"{held_back} more were asked fewer than {min_count} times and stay here; "
            "--min-count 1 writes them too",
            file=sys.stderr,
        )


@app.command(epilog="Example: kiosk unknown forget")
def forget(config: _Config = None, as_json: _Json = False) -> None:
    """Delete all of it from the disk; what is asked at which hour stays."""
    from kiosk_app.learning.clusters import forget_clusters
    from kiosk_app.learning.database import close_database, open_database

    path = _path(config)
    count = 0
    if path.is_file():
        connection = open_database(path)
        count = forget_clusters(connection)
        close_database(connection)
    print(json.dumps({"ok": True, "forgotten": count}) if as_json else f"{count} clusters forgotten")


def _path(config: Path | None) -> Path:
    from kiosk_app.config import load_config
    from kiosk_app.learning.database import FILE

    return load_config(config).home / "learning" / FILE


def _clusters(config: Path | None, min_count: int) -> list[Cluster]:
    from kiosk_app.learning.clusters import read_clusters
    from kiosk_app.learning.database import read_database

    connection = read_database(_path(config))
    if connection is None:
        return []
    with closing(connection):
        return read_clusters(connection, min_count)
