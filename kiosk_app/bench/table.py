"""The figures and the turns as people like to read them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kiosk_app.bench.figure import Figure
from kiosk_app.trace import STAGES, TurnTrace

_MARKS = {"ok": "[green]✓[/green]", "over": "[red]✗[/red]", "none": "", "missing": "[yellow]–[/yellow]"}
NAMES = {
    "opening_s": "open and listening after",
    "memory_mb": "memory",
    "understand_p50_ms": "understanding, median",
    "understand_p95_ms": "understanding, 95 %",
    "reply_p95_ms": "whole reply, 95 %",
    "recogniser_load_s": "recogniser loads in",
    "recogniser_rtf": "recogniser",
    "activity_rtf": "voice activity",
    "synthesiser_rtf": "synthesiser",
    "first_sentence_p50_ms": "first sentence, median",
    "first_sentence_p95_ms": "first sentence, 95 %",
    "presence_p50_ms": "a look for people",
    "presence_empty_cpu": "watching an empty hall",
    "presence_attentive_cpu": "watching somebody",
    "idle_listening_cpu": "listening to nobody",
    "first_caption_ms": "first caption, median",
    "endpoint_p50_ms": "end of speech, median",
    "endpoint_p95_ms": "end of speech, 95 %",
    "answer_p50_ms": "new answer, median",
    "cached_answer_p50_ms": "known answer, median",
    "cached_answer_p95_ms": "known answer, 95 %",
    "right_answers": "right answers",
}


def show(figures: Sequence[Figure], machine: str, warning: str, console: Console) -> None:
    """Print every figure with its budget and what there is to know about it."""
    table = Table(title=machine, title_justify="left", header_style="bold", box=None, pad_edge=False)
    table.add_column("")
    table.add_column("figure")
    table.add_column("measured", justify="right")
    table.add_column("budget", justify="right")
    table.add_column("", style="dim", overflow="fold")
    for figure in figures:
        name = NAMES.get(figure.name, figure.name.replace("_", " "))
        budget = "" if figure.budget is None else f"≤ {_said(figure.budget, figure.unit)}"
        value = "–" if figure.value is None else _said(figure.value, figure.unit)
        table.add_row(_MARKS[figure.state], name, value, budget, escape(figure.note))
    console.print(table)
    if warning:
        console.print(f"[yellow]![/yellow] {escape(warning)}", soft_wrap=True)


def show_turns(turns: Sequence[TurnTrace], console: Console) -> None:
    """Print when each stage of each turn came, in milliseconds from the turn's first moment."""
    shown = [stage for stage in STAGES if any(getattr(turn, stage) is not None for turn in turns)]
    table = Table(title="each turn, ms", title_justify="left", header_style="bold", box=None, pad_edge=False)
    table.add_column("matter")
    for stage in shown:
        table.add_column(stage.replace("_", " "), justify="right")
    for turn in turns:
        times = turn.stages()
        cells = (f"{times[stage]:.0f}" if stage in times else "–" for stage in shown)
        table.add_row(turn.matter or "–", *cells)
    console.print(table)


def _said(value: float, unit: str) -> str:
    digits = 3 if unit == "x" else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f} {'×' if unit == 'x' else unit}".rstrip()
