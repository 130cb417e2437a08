"""How quickly a spoken question is answered, from the traces of real turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk_app.bench.figure import Figure, percentile
from kiosk_app.bench.visitor import Visitor
from kiosk_app.config import KioskConfig
from kiosk_app.trace import TurnTrace

_NOTE = "no sound card"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question aloud: the matter that is meant, its sound, and what is answered to it."""

    matter: str
    sound: bytes
    answer: str


def turns_of(
    config: KioskConfig, questions: Sequence[Asked], rounds: int, passed: Callable[[float], None]
) -> list[TurnTrace]:
    """Ask every question ``rounds`` times of one kiosk, each as if it were the first of the visit.

    Raises:
        BenchError: the kiosk does not get ready, or gives no answer.
    """
    turns: list[TurnTrace] = []
    with Visitor(config) as visitor:
        for asked in [*questions] * rounds:
            turns.append(visitor.ask(asked.sound))
            passed(len(turns) / (rounds * len(questions)))
    return turns


def talk_figures(
    new: Sequence[TurnTrace], known: Sequence[TurnTrace], questions: Sequence[Asked]
) -> list[Figure]:
    """The figures of turns whose answers had to be spoken, and of turns whose answers were rendered before."""
    turns = [*new, *known]
    captions = _between(turns, "speech_started", "first_partial")
    endpoints = _between(turns, "speech_ended", "endpoint_decided")
    news = _between(new, "speech_ended", "first_audio")
    knowns = _between(known, "speech_ended", "first_audio")
    wanted = [asked.matter for asked in questions]
    right = sum(turn.matter == wanted[number % len(wanted)] for number, turn in enumerate(turns))
    return [
        _figure("first_caption_ms", captions, 0.5, "speech to its first words"),
        _figure("endpoint_p50_ms", endpoints, 0.5, "to being sure of it"),
        _figure("endpoint_p95_ms", endpoints, 0.95, "to being sure of it"),
        _figure("answer_p50_ms", news, 0.5, f"speech end to first sample, {_NOTE}"),
        _figure("cached_answer_p50_ms", knowns, 0.5, "the same, rendered before"),
        _figure("cached_answer_p95_ms", knowns, 0.95, "the same, rendered before"),
        Figure("right_answers", round(100 * right / len(turns), 1), "%", f"of {len(turns)} spoken questions"),
    ]


def _between(turns: Sequence[TurnTrace], start: str, end: str) -> list[float]:
    found = (turn.milliseconds(getattr(turn, start), getattr(turn, end)) for turn in turns)
    return [value for value in found if value is not None]


def _figure(name: str, values: Sequence[float], share: float, note: str) -> Figure:
    if not values:
        return Figure(name, None, "ms", "no turn had it")
    return Figure(name, round(percentile(values, share), 1), "ms", f"{note}; {len(values)} turns")
