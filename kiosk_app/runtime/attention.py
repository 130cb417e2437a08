"""Listens to each visitor as that visitor speaks: with more patience in elder mode, anew for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kiosk_app.session import Effect, SessionState, VisitEnded
from voice.patience import Patience


class Ears(Protocol):
    """What of the listener belongs to the visitor."""

    @property
    def patience(self) -> Patience:
        """How much time the visitor gets to finish a sentence."""
        ...

    @patience.setter
    def patience(self, patience: Patience) -> None: ...

    def forget(self) -> None:
        """The visitor is gone."""
        ...


def attend(ears: Ears, state: SessionState, effects: Sequence[Effect]) -> None:
    """After each transition of the session; returns at once."""
    if any(isinstance(effect, VisitEnded) for effect in effects):
        ears.forget()
    unhurried = state.visit is not None and (state.visit.elder or state.visit.guided)
    wanted = Patience.SLOW if unhurried else Patience.NORMAL
    if ears.patience is not wanted:
        ears.patience = wanted
