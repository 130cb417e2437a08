"""``kiosk pack``: look after knowledge packs: validate, build, show, compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from kiosk_app.cli.intent import progress_bar

if TYPE_CHECKING:
    from models.errors import KnowledgeError
    from models.knowledge.content import Content, Matter, SlotOption
    from models.knowledge.problems import Problem

app = typer.Typer(help="Knowledge packs: validate, build, show, compare.", no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
_Folders = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Pack folders, or names of shipped packs.")
]
_PATH = "A pack folder, an artefact, or the name of a shipped pack."


@app.command(epilog="Example: kiosk pack validate packs/gov")
def validate(paths: _Folders, as_json: _Json = False) -> None:
    """Check packs and the packs they require; every problem with its file and line."""
    from models.errors import KnowledgeError
    from models.knowledge import load_knowledge, validate_packs

    places = [_place(path) for path in paths]
    problems = validate_packs([place for place in places if place.is_dir()])
    try:
        for place in places:
            if place.is_file():
                load_knowledge(place)
    except KnowledgeError as error:
        _fail(error, as_json)
    _show_problems(problems, as_json)
    if problems:
        raise typer.Exit(1)


@app.command(epilog="Example: kiosk pack build packs/gov --out gov.zip")
def build(
    paths: _Folders,
    out: Annotated[
        Path | None, typer.Option(help="The artefact; NAME.zip in this folder without it.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Build packs, with what they require, into one artefact that kiosks load."""
    import dataclasses

    from models.errors import KnowledgeError
    from models.knowledge import build_knowledge

    places = [_place(path) for path in paths]
    for place in places:
        if not place.is_dir():
            raise typer.BadParameter(
                f"{place} is no folder: a pack is built from its folder", param_hint="PATH"
            )
    target = out or Path("+".join(place.resolve().name for place in places) + ".zip")
    try:
        with progress_bar(as_json) as progress:
            report = build_knowledge(places, target, progress)
    except KnowledgeError as error:
        _fail(error, as_json)
    if as_json:
        _print_json({"ok": True, "problems": [], **dataclasses.asdict(report) | {"path": str(report.path)}})
        return
    figures = report.evaluation
    print(
        f"{report.path}: {report.id} {report.version}, {report.matters} matters, {report.size / 1e6:.1f} MB\n"
        f"cross-validated: {figures.accuracy:.1%} right, {figures.wrong:.1%} answered wrongly, "
        f"{figures.foreign_rejected:.1%} of foreign sentences refused\nsha256 {report.sha256}"
    )


@app.command(epilog="Example: kiosk pack show gov gov.residence_permit.apply --lang zh")
def show(
    path: Annotated[str, typer.Argument(help=_PATH)],
    matter: Annotated[str | None, typer.Argument(help="Id of a matter; a list of all without it.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    as_json: _Json = False,
) -> None:
    """Show a pack's matters, or one of them as the citizen gets it."""
    from models.knowledge.content import CONTENT

    content = _content(path, as_json)
    if lang not in content.languages:
        raise typer.BadParameter(f"the pack has {', '.join(content.languages)}", param_hint="--lang")
    matters = {entry.id: entry for entry in content.matters}
    if matter is not None and matter not in matters:
        from models.knowledge.explain import suggest

        raise typer.BadParameter(
            f"the pack has no matter `{matter}`{suggest(matter, matters)}", param_hint="MATTER"
        )
    if as_json:
        whole = CONTENT.dump_python(content, mode="json")
        shown = (
            whole if matter is None else next(entry for entry in whole["matters"] if entry["id"] == matter)
        )
        _print_json({"ok": True, "problems": [], "pack" if matter is None else "matter": shown})
    elif matter is None:
        _print_list(content, lang)
    else:
        _print_card(matters[matter], lang)


@app.command(epilog="Example: kiosk pack diff gov-old.zip packs/gov")
def diff(
    before: Annotated[str, typer.Argument(help=_PATH)],
    after: Annotated[str, typer.Argument(help=_PATH)],
    as_json: _Json = False,
) -> None:
    """Show what changed from one pack to another: matters, facets, examples."""
    import dataclasses

    from models.knowledge.compare import compare

    changes = compare(_content(before, as_json), _content(after, as_json))
    if as_json:
        _print_json(
            {"ok": True, "problems": [], "changes": [dataclasses.asdict(change) for change in changes]}
        )
        return
    from rich.console import Console
    from rich.text import Text

    console = Console()
    current = ""
    for change in changes:
        if change.matter != current:
            current = change.matter
            console.print(Text(current, style="bold"))
        console.print(Text(f"  {change.what}"))
        for sign, style, value in (("-", "red", change.before), ("+", "green", change.after)):
            for line in (value,) if isinstance(value, str) else value or ():
                console.print(Text(f"    {sign} {line}", style=style))
    if not changes:
        console.print("no differences")


def _place(path: str) -> Path:
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


def _content(path: str, as_json: bool) -> Content:
    from models.errors import KnowledgeError
    from models.knowledge.compare import read_content

    try:
        return read_content(_place(path))
    except KnowledgeError as error:
        _fail(error, as_json)


def _fail(error: KnowledgeError, as_json: bool) -> NoReturn:
    """Tell why a pack cannot be used, and end with 1."""
    from models.knowledge.problems import Problem

    if as_json:
        problems = list(error.problems) or [Problem("", 0, error.message)]
        _print_json({"ok": False, "problems": [_plain(problem) for problem in problems], "code": error.code})
    else:
        typer.echo(f"error: {error.message}", err=True)
    raise typer.Exit(1)


def _show_problems(problems: list[Problem], as_json: bool) -> None:
    if as_json:
        _print_json({"ok": not problems, "problems": [_plain(problem) for problem in problems]})
        return
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems" if problems else "no problems")


def _plain(problem: Problem) -> dict[str, object]:
    return {"file": problem.file, "line": problem.line, "message": problem.message}


def _print_json(document: dict[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=False))


def _print_list(content: Content, lang: str) -> None:
    from rich.console import Console
    from rich.table import Table

    names = ", ".join(f"{pack.id} {pack.version}" for pack in content.packs)
    table = Table(title=f"{content.titles.get(lang, content.id)} ({names})", title_justify="left")
    for column in ("matter", "title", "examples", "facets"):
        table.add_column(column, no_wrap=column in ("matter", "examples"))
    for matter in content.matters:
        count = "/".join(str(len(matter.examples.get(language, ()))) for language in content.languages)
        table.add_row(matter.id, matter.title.get(lang, ""), count, " ".join(matter.facets))
    Console().print(table)


def _print_card(matter: Matter, lang: str) -> None:
    from rich.console import Console, Group
    from rich.padding import Padding
    from rich.panel import Panel
    from rich.text import Text

    parts: list[Any] = [Text(matter.answer.get(lang, ""), style="bold"), Text()]
    for name, languages in matter.facets.items():
        value = languages.get(lang, "")
        parts.append(Text(name.replace("_", " "), style="cyan"))
        lines = [value] if isinstance(value, str) else [f"{n}. {line}" for n, line in enumerate(value, 1)]
        parts.extend(Padding(Text(line), (0, 0, 0, 2)) for line in lines)
    for slot in matter.slots:
        depends = f" ({', '.join(slot.asked_for)})" if slot.asked_for else ""
        parts.append(Text(f"asks{depends}", style="cyan"))
        parts.append(Padding(Text(slot.question.get(lang, "")), (0, 0, 0, 2)))
        parts.extend(Padding(Text(_option_line(option, lang)), (0, 0, 0, 4)) for option in slot.options)
    if matter.next:
        parts += [Text("offers next", style="cyan"), Padding(Text(matter.next), (0, 0, 0, 2))]
    if matter.varies:
        parts += [Text(), Text(matter.varies.get(lang, ""), style="yellow")]
    days = " – ".join(str(day or "…") for day in (matter.valid_from, matter.valid_until))
    parts += [Text(), Text(f"{matter.source}  ({days})", style="dim")]
    title = Text(f"{matter.title.get(lang, '')}  {matter.id}")
    Console().print(Panel(Group(*parts), title=title, title_align="left", width=76))


def _option_line(option: SlotOption, lang: str) -> str:
    """A slot's option in one line: its words, and what it changes."""
    changed = [*(["answer"] if option.answer else []), *option.facets]
    leads = f"  → {option.matter}" if option.matter else f"  (own {', '.join(changed)})" if changed else ""
    words = [option.title.get(lang, ""), *option.says.get(lang, ())]
    return f"{' / '.join(words)}{leads}"
