"""``kiosk pack suggest``: a change of a pack out of what a kiosk did not understand."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kiosk_app.learning.suggest import Suggestion
    from models.knowledge.problems import Problem

_REASONS = {
    "no_matter": "no matter is near; write one into the export, or a new matter",
    "not_in_pack": "its matter is not in this pack",
    "masked": "something of a person was masked in it",
    "length": "too short or too long for an example",
    "copy": "much the same is there already",
    "collision": "too much like a question of something else",
    "language": "the matter has no questions in this language",
}


def suggest(
    export: Annotated[Path, typer.Argument(help="What `kiosk unknown export` wrote, perhaps edited.")],
    pack: Annotated[Path, typer.Argument(help="The pack's folder.")],
    out: Annotated[
        Path | None, typer.Option(help="A folder for a changed copy of the pack (as FOLDER/<pack>).")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Change the pack's own files.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show what an export would change in a pack, as a diff; write it only with --out or --write."""
    from kiosk_app.learning.export import read_export
    from kiosk_app.learning.suggest import suggest as find

    if write and out is not None:
        raise typer.BadParameter("give --write or --out, not both", param_hint="--write / --out")
    if not (pack / "pack.yaml").is_file():
        raise typer.BadParameter(f"{pack} is no pack folder (there is no pack.yaml)", param_hint="PACK")
    found = find(read_export(export), pack)
    problems: list[Problem] = []
    place: Path | None = None
    if found.changes and (out is not None or write):
        place = pack if out is None else _copy(pack, out)
        problems = _put(found, pack, place)
    if as_json:
        document = {
            "ok": not problems,
            "problems": [{"file": p.file, "line": p.line, "message": p.message} for p in problems],
            "added": [asdict(addition) for addition in found.added],
            "left_out": [asdict(entry) for entry in found.left_out],
            "diff": found.diff,
            "written": str(place) if place and not problems else None,
        }
        print(json.dumps(document, ensure_ascii=False))
    else:
        _show(found, place, problems)
    if problems:
        raise typer.Exit(1)


def _copy(pack: Path, out: Path) -> Path:
    from kiosk_app.learning.errors import LearningError

    place = out / pack.resolve().name
    if place.resolve() == pack.resolve():
        raise typer.BadParameter(f"{place} is the pack itself; use --write for that", param_hint="--out")
    if place.exists():
        raise typer.BadParameter(
            f"{place} is there already; delete it or name another folder", param_hint="--out"
        )
    try:
        shutil.copytree(pack, place)
    except OSError as error:
        raise LearningError(
            f"{place} cannot be written ({error.strerror or 'see its folder'}); name another folder with --out",
            "learning.write",
        ) from error
    return place


def _put(found: Suggestion, pack: Path, place: Path) -> list[Problem]:
    """Write the change to ``place``; taken back, with the problems, when the pack is worse for it."""
    from kiosk_app.learning.suggest import write_changes
    from models.knowledge import validate_packs

    moved = [replace(change, path=place / change.path.relative_to(pack)) for change in found.changes]
    known = {problem.message for problem in validate_packs([place])}
    write_changes(moved)
    problems = [problem for problem in validate_packs([place]) if problem.message not in known]
    if problems:
        write_changes([replace(change, after=change.before) for change in moved])
    return problems


def _show(found: Suggestion, place: Path | None, problems: list[Problem]) -> None:
    from rich.console import Console
    from rich.syntax import Syntax

    console = Console()
    if found.diff and console.is_terminal:
        console.print(Syntax(found.diff, "diff", background_color="default", word_wrap=True))
    elif found.diff:
        print(found.diff, end="")
    for entry in found.left_out:
        where = f": {entry.where}" if entry.where else ""
        about = f"{entry.text} ({entry.count}x, {entry.matter or '-'})"
        typer.echo(f"left out: {about}: {_REASONS[entry.why]}{where}", err=True)
    for problem in problems:
        typer.echo(f"taken back: {problem}", err=True)
    files = len(found.changes)
    summary = f"{len(found.added)} new questions in {files} files, {len(found.left_out)} left out"
    if place is not None and not problems:
        summary += f"; written to {place}: raise `version` in its pack.yaml, then build it"
    elif found.changes and not problems:
        summary += "; nothing written (--write or --out DIR does)"
    typer.echo(summary, err=True)
