"""Counts the turns: beside what is usual while the knowledge is proven, for the trial while it is new."""

from __future__ import annotations

from kiosk_app.trace import TurnTrace
from kiosk_app.updating.judgement import TURNS_OF_A_VISIT, Judgement, judge
from kiosk_app.updating.machine import TRIAL_TURNS, Trial
from kiosk_app.updating.usual import UsualFile

_MISSED = frozenset({"reject", "handoff"})


class Probation:
    """For one thread. A visit counts with its first turns only: one citizen is one opinion."""

    def __init__(self, usual: UsualFile) -> None:
        self._usual = usual
        self._visit = 0
        self._counted = 0

    def on_trial(self, turn: TurnTrace, trial: Trial) -> tuple[Trial, Judgement]:
        """A turn of new knowledge: the trial after it, and how it stands."""
        if trial.turns < TRIAL_TURNS and self._counts(turn):
            trial = trial.model_copy(
                update={
                    "turns": trial.turns + 1,
                    "missed": trial.missed + _missed(turn),
                    "understand_ms": (*trial.understand_ms, *_times(turn)),
                }
            )
        usual = self._usual.usual
        return trial, judge(trial, usual.turns, usual.missed, usual.median_ms)

    def as_usual(self, turn: TurnTrace) -> None:
        """A turn of proven knowledge."""
        if self._counts(turn):
            self._usual.count(1, _missed(turn), _times(turn))

    def passed(self, trial: Trial) -> None:
        """What was counted for the trial is usual from now on."""
        self._usual.count(trial.turns, trial.missed, trial.understand_ms)

    def keep(self) -> None:
        """Remember what is usual over a restart."""
        self._usual.keep()

    def _counts(self, turn: TurnTrace) -> bool:
        if turn.visit != self._visit:
            self._visit, self._counted = turn.visit, 0
        self._counted += 1
        return self._counted <= TURNS_OF_A_VISIT


def _missed(turn: TurnTrace) -> int:
    return int(turn.act in _MISSED)


def _times(turn: TurnTrace) -> tuple[float, ...]:
    return () if turn.understand_ms is None else (turn.understand_ms,)
