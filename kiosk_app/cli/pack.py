"""``kiosk pack``: look after knowledge packs: validate, build, show, compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk_app.cli import pack_editing
from kiosk_app.cli.intent import progress_bar
from kiosk_app.cli.pack_output import (
    PATH,
    JsonOption,
    fail,
    place_of,
    print_json,
    read_content_of,
    show_problems,
)
from kiosk_app.cli.pack_suggest import suggest
from kiosk_app.cli.pack_view import print_card, print_changes, print_list

app = typer.Typer(
    help="Knowledge packs: validate, build, show, compare, import, export.", no_args_is_help=True
)
app.command("import", epilog="Example: kiosk pack import 办事指南.docx 事项.xlsx --out packs/gov")(
    pack_editing.import_
)
app.command("approve", epilog="Example: kiosk pack approve packs/gov gov.passport.apply")(
    pack_editing.approve
)
app.command("export", epilog="Example: kiosk pack export packs/gov --xlsx gov.xlsx")(pack_editing.export)
app.command("suggest", epilog="Example: kiosk pack suggest unknown.yaml packs/gov --out review")(suggest)
app.command("schema", epilog="Example: kiosk pack schema matter")(pack_editing.schema)

_Folders = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Pack folders, or names of shipped packs.")
]


@app.command(epilog="Example: kiosk pack validate packs/gov")
def validate(paths: _Folders, as_json: JsonOption = False) -> None:
    """Check packs and the packs they require; every problem with its file and line."""
    from models.errors import KnowledgeError
    from models.knowledge import load_knowledge
    from models.knowledge.validate import examine_packs

    places = [place_of(path) for path in paths]
    problems, notes = examine_packs([place for place in places if place.is_dir()])
    try:
        for place in places:
            if place.is_file():
                load_knowledge(place)
    except KnowledgeError as error:
        fail(error, as_json)
    show_problems(problems, as_json, notes)
    if problems:
        raise typer.Exit(1)


@app.command(epilog="Example: kiosk pack build packs/gov --out gov.zip")
def build(
    paths: _Folders,
    out: Annotated[
        Path | None, typer.Option(help="The artefact; NAME.zip in this folder without it.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Build packs, with what they require, into one artefact that kiosks load."""
    import dataclasses

    from models.errors import KnowledgeError
    from models.knowledge import build_knowledge

    places = [place_of(path) for path in paths]
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
        fail(error, as_json)
    if as_json:
        print_json({"ok": True, "problems": [], **dataclasses.asdict(report) | {"path": str(report.path)}})
        return
    figures = report.evaluation
    print(
        f"{report.path}: {report.id} {report.version}, {report.matters} matters, {report.size / 1e6:.1f} MB "
        f"({report.speech / 1e6:.1f} MB unpacked for the recogniser)\n"
        f"cross-validated: {figures.accuracy:.1%} right, {figures.wrong:.1%} answered wrongly, "
        f"{figures.foreign_rejected:.1%} of foreign sentences refused\nsha256 {report.sha256}"
    )


@app.command(epilog="Example: kiosk pack show gov gov.residence_permit.apply --lang zh")
def show(
    path: Annotated[str, typer.Argument(help=PATH)],
    matter: Annotated[str | None, typer.Argument(help="Id of a matter; a list of all without it.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    as_json: JsonOption = False,
) -> None:
    """Show a pack's matters, or one of them as the citizen gets it."""
    from models.knowledge.content import CONTENT

    content = read_content_of(path, as_json)
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
        print_json({"ok": True, "problems": [], "pack" if matter is None else "matter": shown})
    elif matter is None:
        print_list(content, lang)
    else:
        print_card(matters[matter], "zh" if lang == "zh" else "en")


@app.command(epilog="Example: kiosk pack diff gov-old.zip packs/gov")
def diff(
    before: Annotated[str, typer.Argument(help=PATH)],
    after: Annotated[str, typer.Argument(help=PATH)],
    as_json: JsonOption = False,
) -> None:
    """Show what changed from one pack to another: matters, facets, examples."""
    import dataclasses

    from models.knowledge.compare import compare

    changes = compare(read_content_of(before, as_json), read_content_of(after, as_json))
    if as_json:
        print_json(
            {"ok": True, "problems": [], "changes": [dataclasses.asdict(change) for change in changes]}
        )
        return
    print_changes(changes)
