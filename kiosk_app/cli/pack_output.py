"""What the ``kiosk pack`` commands share: finding packs, and telling problems to people and machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from models.errors import KnowledgeError
    from models.knowledge.content import Content
    from models.knowledge.problems import Problem

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
NOTES_SHOWN = 5
PATH = "A pack folder, an artefact, or the name of a shipped pack."


def place_of(path: str) -> Path:
    """A path as given, or the folder of the shipped pack of that name."""
    from models.knowledge import shipped_packs

    if Path(path).exists():
        return Path(path)
    shipped = shipped_packs()
    if path in shipped:
        return shipped[path]
    raise typer.BadParameter(
        f"there is no {path}; shipped packs: {', '.join(shipped) or 'none'}", param_hint="PATH"
    )


def read_content_of(path: str, as_json: bool) -> Content:
    from models.errors import KnowledgeError
    from models.knowledge.compare import read_content

    try:
        return read_content(place_of(path))
    except KnowledgeError as error:
        fail(error, as_json)


def fail(error: KnowledgeError, as_json: bool) -> NoReturn:
    """Tell why a pack cannot be used, and end with 1."""
    from models.knowledge.problems import Problem

    if as_json:
        problems = list(error.problems) or [Problem("", 0, error.message)]
        print_json(
            {"ok": False, "problems": [plain_problem(problem) for problem in problems], "code": error.code}
        )
    else:
        typer.echo(f"error: {error.message}", err=True)
    raise typer.Exit(1)


def show_problems(problems: list[Problem], as_json: bool, notes: list[Problem]) -> None:
    """Problems, and notes that stop nothing: the first few of these for people, all of them for machines."""
    if as_json:
        told = {"ok": not problems, "problems": [plain_problem(problem) for problem in problems]}
        print_json(told | {"notes": [plain_problem(note) for note in notes]})
        return
    for problem in problems:
        print(problem)
    for note in notes[:NOTES_SHOWN]:
        print(f"note: {note}")
    if len(notes) > NOTES_SHOWN:
        print(f"note: {len(notes) - NOTES_SHOWN} more like these; --json lists them all")
    print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}" if problems else "no problems")


def plain_problem(problem: Problem) -> dict[str, object]:
    return {"file": problem.file, "line": problem.line, "message": problem.message}


def print_json(document: dict[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=False))
