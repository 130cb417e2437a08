"""``kiosk bench``: this board's own figures."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk_app.cli.run_kiosk import ConfigOption

if TYPE_CHECKING:
    from kiosk_app.bench.figure import Figure
    from kiosk_app.bench.run import Bench


def bench(
    config: ConfigOption = None,
    idle: Annotated[float, typer.Option(min=1, max=600, help="Seconds of listening to nobody.")] = 10.0,
    rounds: Annotated[int, typer.Option(min=2, max=50, help="How often each question is asked aloud.")] = 3,
    turns: Annotated[bool, typer.Option("--turns", help="Show every turn, stage by stage.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure this board: opening, memory, recognising, speaking, understanding, looking, answering aloud.

    The status is 1 when a figure is over its budget or could not be measured. Takes about two minutes.

    Example: kiosk bench --config /etc/yingbin/kiosk.toml
    """
    from kiosk_app.bench.machine import busy, machine
    from kiosk_app.bench.run import Bench

    taken = Bench(config, idle, rounds)
    figures = _measured(taken, quiet=as_json or not sys.stderr.isatty())
    described, warning = machine(), busy()
    if as_json:
        documents = {figure.name: figure.document() for figure in figures}
        stages = [{"matter": turn.matter, **turn.stages()} for turn in taken.turns]
        document = {"machine": described, "warning": warning, "figures": documents, "turns": stages}
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        from rich.console import Console

        from kiosk_app.bench.table import show, show_turns

        if turns:
            show_turns(taken.turns, Console())
        show(figures, described, warning, Console())
    if any(figure.state in ("over", "missing") for figure in figures):
        raise typer.Exit(1)


def _measured(bench: Bench, *, quiet: bool) -> list[Figure]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    figures: list[Figure] = []
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bars:
        steps = bench.steps()
        for number, step in enumerate(steps, start=1):
            task = bars.add_task(f"{number}/{len(steps)} {step.name}", total=1.0)
            figures += bench.run(step, lambda share, task=task: bars.update(task, completed=share))
            bars.update(task, completed=1.0)
    return figures
