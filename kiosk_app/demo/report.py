"""What the demonstration found: a table on the terminal, the same as files to keep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from kiosk_app.demo.tour import Answered
from kiosk_app.redaction import redact

CAPTION_BUDGET_MS = 250
AUDIO_BUDGET_MS = 900
_SPEECH_SHOWN = 44


def medians(answers: Sequence[Answered]) -> dict[str, float | None]:
    """The medians of the two times that a citizen feels, from the events' own time stamps."""
    return {key: _median(answers, key) for key in ("caption_ms", "first_audio_ms")}


def _median(answers: Sequence[Answered], key: str) -> float | None:
    values = [answer.trace[key] for answer in answers if answer.trace.get(key) is not None]
    return round(median(values), 1) if values else None


def show(answers: Sequence[Answered], ears: str, console: Console) -> None:
    """Print question → heard → matter → answer → milliseconds."""
    table = Table(title="问答 · what was asked and answered", title_justify="left", header_style="bold")
    for name in ("question", "heard", "matter · facet", "answer"):
        table.add_column(name, overflow="fold")
    for name in ("caption ms", "endpoint", "recognise", "understand", "first audio ms"):
        table.add_column(name, justify="right")
    for answer in answers:
        table.add_row(*_row(answer))
    console.print(table)
    figures = medians(answers)
    right = sum(answer.right for answer in answers)
    console.print(f"right answers {right}/{len(answers)} · ears: {ears}")
    console.print(
        f"median first caption {_figure(figures['caption_ms'], CAPTION_BUDGET_MS)} after speech starts · "
        f"median first answer audio {_figure(figures['first_audio_ms'], AUDIO_BUDGET_MS)} after speech ends"
    )


def _row(answer: Answered) -> list[str]:
    reply, trace = answer.reply, answer.trace
    mark = "[green]✓[/green]" if answer.right else "[red]✗[/red]"
    speech = reply.speech if reply else "–"
    shown = speech if len(speech) <= _SPEECH_SHOWN else f"{speech[:_SPEECH_SHOWN]}…"
    times = ("caption_ms", "endpoint_ms", "recognise_ms", "understand_ms", "first_audio_ms")
    return [
        answer.question.said,
        redact(answer.heard) or "–",
        f"{mark} {reply.matter} · {reply.facet}" if reply else mark,
        shown,
        *(
            "–" if trace.get(key) is None else f"{trace[key]:.0f}" if trace[key] >= 10 else f"{trace[key]}"
            for key in times
        ),
    ]


def _figure(value: float | None, budget: int) -> str:
    if value is None:
        return "[red]not measured[/red]"
    colour = "green" if value <= budget else "red"
    return f"[{colour}]{value:.0f} ms[/{colour}] (budget {budget})"


def keep(answers: Sequence[Answered], ears: str, folder: Path, extra: dict[str, Any]) -> None:
    """Write ``report.json`` and ``transcript.md``."""
    document = {
        "ears": ears,
        "medians_ms": medians(answers),
        "answers": [
            {
                "question": answer.question.said,
                "heard": redact(answer.heard),
                "right": answer.right,
                "matter": answer.reply.matter if answer.reply else None,
                "facet": answer.reply.facet if answer.reply else None,
                "speech": answer.reply.speech if answer.reply else None,
                "times": answer.trace,
            }
            for answer in answers
        ],
        **extra,
    }
    (folder / "report.json").write_text(json.dumps(document, ensure_ascii=False, indent=2), encoding="utf-8")
    lines = ["# 演示记录", "", f"耳朵 (ears): {ears}", ""]
    for answer in answers:
        speech = answer.reply.speech if answer.reply else "–"
        lines += [
            f"- 市民：{answer.question.said}",
            f"  - 听到：{redact(answer.heard)}",
            f"  - 回答：{speech}",
        ]
    (folder / "transcript.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
