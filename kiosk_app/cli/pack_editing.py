"""``kiosk pack import|approve|export|schema``: what an office worker needs to write and change knowledge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk_app.cli.intent import progress_bar
from kiosk_app.cli.pack_output import JsonOption, fail, place_of, plain_problem, print_json

if TYPE_CHECKING:
    from models.knowledge.importing import ImportReport


def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="CSV, XLSX, DOCX, PDF, HTML or plain text files.")
    ],
    out: Annotated[Path, typer.Option(help="The pack's folder; drafts go into its folder drafts/.")],
    force: Annotated[bool, typer.Option("--force", help="Write over drafts that are there already.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Turn spreadsheets and documents into drafts of matters, for a person to check and approve."""
    from models.errors import KnowledgeError
    from models.knowledge.importing import import_files

    try:
        with progress_bar(as_json) as progress:
            report = import_files(files, out, force, progress)
    except KnowledgeError as error:
        fail(error, as_json)
    if as_json:
        print_json(_import_json(report))
    else:
        _tell_import(report, out)
    if report.problems or not (report.drafts or report.unchanged):
        raise typer.Exit(1)


def _import_json(report: ImportReport) -> dict[str, Any]:
    return {
        "ok": not report.problems and bool(report.drafts or report.unchanged),
        "problems": [plain_problem(problem) for problem in report.problems],
        "drafts": [
            {
                "id": item.draft.id,
                "path": str(item.path),
                "kept": item.kept,
                "from": item.draft.origins,
                "gaps": item.draft.gaps,
                "changes": item.draft.changes,
                "unplaced": item.draft.unplaced,
            }
            for item in report.drafts
        ],
        "unchanged": list(report.unchanged),
        "remarks": list(report.remarks),
    }


def _tell_import(report: ImportReport, out: Path) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True)
    for item in report.drafts:
        title = next((text for text in item.draft.data.get("title", {}).values() if text), "")
        console.print(Text(f"{item.path}  {title}", style="bold"))
        if item.kept:
            console.print(
                Text("  a draft is there already and was left alone; --force writes over it", "yellow")
            )
            continue
        for style, lines in (("yellow", item.draft.gaps), ("green", item.draft.changes)):
            for line in lines:
                console.print(Text(f"  {line}", style=style))
        if item.draft.unplaced:
            console.print(
                Text(f"  {len(item.draft.unplaced)} texts found no place, they stand under `unplaced`")
            )
    for remark in report.remarks:
        console.print(Text(remark, style="yellow"))
    for problem in report.problems:
        typer.echo(f"error: {problem.message}", err=True)
    written = sum(not item.kept for item in report.drafts)
    told = f"{written} drafts written" + (f", {len(report.unchanged)} unchanged" if report.unchanged else "")
    console.print(f"{told}; check them, then: kiosk pack approve {out} ID" if written else told)


def approve(
    pack: Annotated[str, typer.Argument(help="The pack's folder.")],
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Drafts to approve; a list of all without it."),
    ] = None,
    as_id: Annotated[str | None, typer.Option("--as", help="Approve the one draft under this id.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Approve all drafts that are complete.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make checked drafts part of their pack, or list the drafts that wait."""
    from models.errors import KnowledgeError
    from models.knowledge.importing.draft_files import approve as approve_draft
    from models.knowledge.importing.draft_files import list_drafts
    from models.knowledge.problems import Problem

    folder = place_of(pack)
    if not (folder / "pack.yaml").is_file():
        raise typer.BadParameter(f"{folder} holds no pack.yaml: give the pack's folder", param_hint="PACK")
    if as_id and len(ids or ()) != 1:
        raise typer.BadParameter("--as takes exactly one draft", param_hint="--as")
    drafts = list_drafts(folder)
    if everything:
        ids = [draft.stem for draft in drafts]
    if not ids and not everything:
        if as_json:
            print_json({"ok": True, "problems": [], "drafts": [draft.stem for draft in drafts]})
            return
        for draft in drafts:
            print(draft)
        print(f"{len(drafts)} drafts wait" if drafts else "no drafts wait")
        return
    problems: list[Problem] = []
    approved: list[Path] = []
    for id_ in ids or ():
        try:
            file, found = approve_draft(folder, id_, as_id)
        except KnowledgeError as error:
            fail(error, as_json)
        problems += found
        approved += [file] if file else []
    if as_json:
        told = [str(file) for file in approved]
        print_json({"ok": not problems, "problems": [plain_problem(p) for p in problems], "approved": told})
    else:
        for problem in problems:
            print(problem)
        for file in approved:
            print(f"{file} is part of the pack now; the next `kiosk pack build` takes it in")
    if problems:
        raise typer.Exit(1)


def export(
    pack: Annotated[str, typer.Argument(help="A pack folder, or the name of a shipped pack.")],
    xlsx: Annotated[Path, typer.Option(help="The workbook to write.")],
    as_json: JsonOption = False,
) -> None:
    """Write a pack's matters to a workbook; after editing, `kiosk pack import` takes the changes back."""
    from models.errors import KnowledgeError
    from models.knowledge.importing import export_pack

    folder = place_of(pack)
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder: give the pack's folder", param_hint="PACK")
    try:
        count = export_pack(folder, xlsx)
    except KnowledgeError as error:
        fail(error, as_json)
    if as_json:
        print_json({"ok": True, "problems": [], "path": str(xlsx), "matters": count})
    else:
        print(f"{xlsx}: {count} matters; after editing: kiosk pack import {xlsx} --out {pack}")


def schema(
    part: Annotated[
        str | None, typer.Argument(help="pack, matter, smalltalk, hall or lexicon; all without it.")
    ] = None,
    json_schema: Annotated[
        bool, typer.Option("--json-schema", help="The part's JSON schema, by which an editor completes keys.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Explain every file of a pack and every key in it."""
    from models.knowledge.guide import FILES, explain_schema, json_schema_of

    if part is not None and part not in FILES:
        raise typer.BadParameter(f"{part!r} is none of {', '.join(FILES)}", param_hint="PART")
    if json_schema:
        if part is None:
            raise typer.BadParameter("name one part, such as matter", param_hint="PART")
        print_json(json_schema_of(part))
        return
    names = [part] if part else list(FILES)
    if as_json:
        files = {FILES[name].file: [entry.plain() for entry in explain_schema(name)] for name in names}
        print_json({"ok": True, "problems": [], "files": files})
        return
    from kiosk_app.cli.pack_view import print_schema

    for name in names:
        print_schema(FILES[name], explain_schema(name))
