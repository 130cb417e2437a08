"""Counts the turns: beside what is usual while the knowledge is proven, for the trial while it is new."""

from __future__ import annotations

from kiosk_app.runtime.shelf import Volume
from kiosk_app.trace import TurnTrace
from kiosk_app.updating.installer import Installer
from kiosk_app.updating.judgement import TURNS_OF_A_VISIT, Judgement, judge
from kiosk_app.updating.machine import TRIAL_TURNS, Trial
from kiosk_app.updating.usual import UsualFile

NO_TRIAL = Trial(open=False)

_MISSED = frozenset({"reject", "handoff"})


class Probation:
    """For one thread. A visit counts with its first turns only: one citizen is one opinion."""

    def __init__(self, installer: Installer[Volume], usual: UsualFile) -> None:
        self._installer = installer
        self._usual = usual
        self._proven = ""
        self._visit = 0
        self._counted = 0

    def tries(self, sha256: str) -> bool:
        """Whether this is on trial."""
        state = self._installer.state
        return state.trial is not None and state.in_use is not None and state.in_use.sha256 == sha256

    def opened(self, sha256: str) -> None:
        """This has been opened; unless it is on trial, what is usual is counted with it."""
        self._proven = "" if self.tries(sha256) else sha256

    def count(self, turn: TurnTrace, sha256: str) -> tuple[Trial, Judgement]:
        """Somebody was answered from ``sha256``: how the trial stands after it, ``go_on`` where it is none of it."""
        trial = self._installer.state.trial
        if trial is None or not self.tries(sha256):
            if sha256 == self._proven and self._counts(turn):
                self._usual.count(1, _missed(turn), _times(turn))
            return NO_TRIAL, "go_on"
        if trial.turns < TRIAL_TURNS and self._counts(turn):
            changes = {
                "turns": trial.turns + 1,
                "missed": trial.missed + _missed(turn),
                "understand_ms": (*trial.understand_ms, *_times(turn)),
            }
            trial = trial.model_copy(update=changes)
            self._installer.note(trial)
        usual = self._usual.usual
        return trial, judge(trial, usual.turns, usual.missed, usual.median_ms)

    def passed(self, sha256: str, trial: Trial) -> None:
        """It is proven: what was counted for its trial is usual from now on."""
        self._proven = sha256
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
