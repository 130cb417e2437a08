"""Figures: judged by their budgets, gathered from real traces, printed, and the command around them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from kiosk_app.bench import run as bench_run
from kiosk_app.bench.figure import BUDGETS, Figure, percentile
from kiosk_app.bench.machine import machine
from kiosk_app.bench.presence_figures import presence_figures
from kiosk_app.bench.run import Bench, Step
from kiosk_app.bench.table import NAMES, show, show_turns
from kiosk_app.bench.talk_figures import Asked, talk_figures
from kiosk_app.cli.root import run
from kiosk_app.config import CameraConfig, KioskConfig
from kiosk_app.errors import BenchError
from kiosk_app.trace import TurnTrace


def turn(
    started: float, caption: float, ended: float, sure: float, sound: float, matter: str = "a"
) -> TurnTrace:
    return TurnTrace(
        1,
        1,
        "voice",
        "zh",
        speech_started=started,
        first_partial=caption,
        speech_ended=ended,
        endpoint_decided=sure,
        first_audio=sound,
        matter=matter,
    )


def test_a_figure_is_judged_by_its_budget() -> None:
    assert Figure("idle_listening_cpu", 6.0, "%").state == "ok"
    assert Figure("idle_listening_cpu", 6.1, "%").state == "over"
    assert Figure("memory_mb", 1e6, "MB").state == "none"
    assert Figure("idle_listening_cpu", None, "%", "gone").state == "missing"
    assert Figure("idle_listening_cpu", 1.0, "%", "n").document() == {
        "value": 1.0,
        "unit": "%",
        "budget": 6.0,
        "state": "ok",
        "note": "n",
    }


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(number) for number in range(20, 0, -1)]
    assert [percentile(values, share) for share in (0.05, 0.5, 0.95, 1.0)] == [1, 10, 19, 20]
    assert percentile([7.0], 0.5) == 7


def test_the_talks_figures_come_from_the_turns() -> None:
    new = [turn(0, 0.2, 2.0, 2.4, 2.9), turn(10, 10.1, 12.0, 12.3, 12.7, "b")]
    known = [turn(0, 0.15, 2.0, 2.4, 2.5), turn(0, 0.25, 2.0, 2.4, 2.6, "wrong")]
    questions = [Asked("a", b"", ""), Asked("b", b"", "")]
    figures = {figure.name: figure.value for figure in talk_figures(new, known, questions)}
    assert figures == pytest.approx(
        {
            "first_caption_ms": 150,
            "endpoint_p50_ms": 400,
            "endpoint_p95_ms": 400,
            "answer_p50_ms": 700,
            "cached_answer_p50_ms": 500,
            "cached_answer_p95_ms": 600,
            "right_answers": 75,
        }
    )


def test_a_turn_that_was_never_heard_has_no_figure_instead_of_a_wrong_one() -> None:
    figures = talk_figures([TurnTrace(1, 1, "voice", "zh")], [], [Asked("a", b"", "")])
    assert {figure.name for figure in figures if figure.value is None} == {
        "first_caption_ms",
        "endpoint_p50_ms",
        "endpoint_p95_ms",
        "answer_p50_ms",
        "cached_answer_p50_ms",
        "cached_answer_p95_ms",
    }


def test_every_budget_has_a_row_and_the_table_says_what_is_over() -> None:
    assert set(BUDGETS) <= set(NAMES)
    out = io.StringIO()
    figures = [
        Figure("idle_listening_cpu", 7.25, "%"),
        Figure("recogniser_rtf", 0.0321, "x"),
        Figure("memory_mb", 251.2, "MB"),
        Figure("opening", None, "", "no pack [here]"),
    ]
    show(figures, "a board", "it was busy", Console(file=out, width=120))
    text = out.getvalue()
    for said in (
        "a board",
        "✗",
        "7.25 %",
        "≤ 6.00 %",
        "✓",
        "0.032 ×",
        "251 MB",
        "no pack [here]",
        "it was busy",
    ):
        assert said in text


def test_the_turns_are_shown_stage_by_stage_without_those_that_no_turn_had() -> None:
    out = io.StringIO()
    unheard = TurnTrace(1, 2, "voice", "zh", understood=30.0)
    show_turns([turn(10, 10.2, 12, 12.4, 12.9, "gov.passport.apply"), unheard], Console(file=out, width=160))
    _title, head, spoken, other = out.getvalue().splitlines()
    assert "first caption" not in head
    assert spoken.split() == ["gov.passport.apply", "0", "200", "2000", "2400", "–", "2900"]
    assert other.split() == ["–", "–", "–", "–", "–", "0", "–"]


def fails(_passed: object) -> list[Figure]:
    raise BenchError("the kiosk did not open")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[Step]:
    """The steps that the command takes instead of its own."""
    taken = [Step("listening to nobody", lambda _: [Figure("idle_listening_cpu", 3.0, "%")])]
    monkeypatch.setattr(bench_run.Bench, "steps", lambda _: taken)
    return taken


def test_the_command_prints_one_document(steps: list[Step], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["machine"] == machine()
    assert document["figures"]["idle_listening_cpu"]["state"] == "ok"
    assert document["turns"] == []


def test_what_could_not_be_measured_or_is_over_is_a_problem(
    steps: list[Step], capsys: pytest.CaptureFixture[str]
) -> None:
    steps.append(Step("answering aloud", fails))
    assert run(["bench", "--json"]) == 1
    figure = json.loads(capsys.readouterr().out)["figures"]["answering_aloud"]
    assert (figure["state"], figure["note"]) == ("missing", "the kiosk did not open")
    steps[:] = [Step("listening to nobody", lambda _: [Figure("idle_listening_cpu", 9.0, "%")])]
    assert run(["bench"]) == 1
    assert "9.00 %" in capsys.readouterr().out


def test_a_mistake_of_ours_is_not_taken_for_a_missing_figure() -> None:
    def broken(_passed: object) -> list[Figure]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Bench.run(Step("x", broken), lambda _: None)


def test_watching_an_empty_hall_costs_less_than_watching_one_in_which_something_moves(tmp_path: Path) -> None:
    config = KioskConfig(data_dir=tmp_path, camera=CameraConfig(detector="haar"))
    shares: list[float] = []
    figures = {figure.name: figure for figure in presence_figures(config, shares.append, duty_s=2.0)}
    assert set(figures) == {"presence_p50_ms", "presence_empty_cpu", "presence_attentive_cpu"} <= set(NAMES)
    empty, attentive = figures["presence_empty_cpu"].value, figures["presence_attentive_cpu"].value
    assert empty is not None and attentive is not None and 0 < empty < attentive
    assert shares == sorted(shares)
