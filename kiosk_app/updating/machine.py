"""How an installation goes on, step by step; pure, and small enough to be written down whole at each step.

There are two slots, ``a`` and ``b``, and behind them what was shipped with the software. The slot in service is never
written to: what arrives is put into the other one, examined there, put in service when nobody is here, and tried.
``serving`` is what a start opens first, so that the process may end at any step: the old or the new serves, whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk_app.errors import KioskError

Slot = Literal["a", "b"]
Phase = Literal["idle", "fetched", "staged", "examined", "trial", "proven", "returned", "refused"]

LEGAL: Mapping[Phase, frozenset[Phase]] = {
    "idle": frozenset({"fetched"}),
    "fetched": frozenset({"fetched", "staged", "refused"}),
    "staged": frozenset({"fetched", "staged", "examined", "refused"}),
    "examined": frozenset({"fetched", "staged", "trial", "refused"}),
    "trial": frozenset({"trial", "proven", "returned"}),
    "proven": frozenset({"fetched"}),
    "returned": frozenset({"fetched"}),
    "refused": frozenset({"fetched"}),
}
"""From each phase, which may follow. What is under way may be overtaken by something newer, but for a trial: that is
returned first."""

UNDER_WAY: frozenset[Phase] = frozenset({"fetched", "staged", "examined"})

MOST_DEATHS = 3
"""So many times in a row may the program die soon after its start, and so often while it examines the same thing."""

TRIAL_TURNS = 10

_REFUSALS_KEPT = 8

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, Field(max_length=500)]


class IllegalStepError(KioskError):
    """A step that does not follow from the phase; nothing was changed."""

    code = "update.step"


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Target(_Value):
    """What can be installed: its name, its version, the hash of the file that carried it."""

    name: Annotated[str, Field(min_length=1, max_length=128)]
    version: Annotated[str, Field(min_length=1, max_length=128)]
    sha256: Sha256


class Candidate(_Value):
    """What is being installed: asked for by revision ``rev``, from the verified file ``source``, into ``slot``."""

    target: Target
    rev: Annotated[int, Field(ge=0)]
    source: Annotated[str, Field(min_length=1, max_length=4096)]
    slot: Slot
    examinations: Annotated[int, Field(ge=0)] = 0
    """How often its examination was begun and not passed; one that kills the program is not begun for ever."""


class Trial(_Value):
    """How the new one does. ``open``: the program runs with it, or has ended without being told to."""

    open: bool
    deaths: Annotated[int, Field(ge=0)] = 0
    """How often in a row the program ended so, soon after its start."""
    turns: Annotated[int, Field(ge=0, le=TRIAL_TURNS)] = 0
    missed: Annotated[int, Field(ge=0, le=TRIAL_TURNS)] = 0
    understand_ms: Annotated[tuple[float, ...], Field(max_length=TRIAL_TURNS)] = ()


class Verdict(_Value):
    """Why something was refused or returned; ``code`` is stable, ``reason`` a sentence for technicians."""

    target: Target
    rev: Annotated[int, Field(ge=0)]
    code: Annotated[str, Field(pattern=r"^[a-z0-9_.]{1,40}$")]
    reason: Text
    bad: bool
    """It lies with the thing itself: it is not tried again unless a higher revision asks for it."""


class Installation(_Value):
    """All that is remembered of one kind of thing; see the module."""

    format: Literal[1] = 1
    phase: Phase = "idle"
    serving: Slot | None = None
    """None: what was shipped."""
    held: dict[Slot, Target] = {}
    """What lies whole in the slots: proven, or on trial. The slot of a candidate is not among them."""
    proofs: Annotated[int, Field(ge=0)] = 0
    """How many trials went well; the marks in the slots count with it."""
    candidate: Candidate | None = None
    trial: Trial | None = None
    verdicts: Annotated[tuple[Verdict, ...], Field(max_length=_REFUSALS_KEPT)] = ()
    """The latest refusals and returns, newest last."""

    @model_validator(mode="after")
    def _consistent(self) -> Installation:
        """A state that no step leads to was not written by this program."""
        on_trial = self.phase == "trial"
        busy = on_trial or self.phase in UNDER_WAY
        if self.serving is not None and self.serving not in self.held:
            raise ValueError("the slot in service holds nothing")
        if busy != (self.candidate is not None) or on_trial != (self.trial is not None):
            raise ValueError("the phase is not that of its candidate")
        if self.candidate is not None and (self.candidate.slot == self.serving) != on_trial:
            raise ValueError("the candidate is in the wrong slot")
        return self

    @property
    def in_use(self) -> Target | None:
        """What the slot in service holds; None for what was shipped."""
        return self.held.get(self.serving) if self.serving else None

    @property
    def fallback(self) -> Slot | None:
        """Where to go back to: the other slot when it holds something good, else what was shipped."""
        other = other_slot(self.serving)
        return other if self.serving and other in self.held else None

    def refusal_of(self, sha256: str, rev: int) -> Verdict | None:
        """Why this is not tried again for revision ``rev``."""
        told = (v for v in reversed(self.verdicts) if v.bad and v.target.sha256 == sha256 and v.rev >= rev)
        return next(told, None)


def other_slot(slot: Slot | None) -> Slot:
    """The slot that is not in service."""
    return "b" if slot == "a" else "a"


def fetched(state: Installation, target: Target, rev: int, source: str) -> Installation:
    """A verified file is there. From now on its slot holds nothing, whatever it held before."""
    slot = other_slot(state.serving)
    candidate = Candidate(target=target, rev=rev, source=source, slot=slot)
    return _step(state, "fetched", candidate=candidate, held=_without(state, slot))


def staged(state: Installation) -> Installation:
    """Its content lies in the slot, on the disk."""
    return _step(state, "staged")


def examining(state: Installation) -> Installation:
    """Its examination begins; noted before, for it may not be survived."""
    candidate = _candidate(state)
    counted = candidate.model_copy(update={"examinations": candidate.examinations + 1})
    return _step(state, "staged", candidate=counted)


def examined(state: Installation) -> Installation:
    """It loads and does what it should; it waits for a moment in which nobody is here."""
    candidate = _candidate(state).model_copy(update={"examinations": 0})
    return _step(state, "examined", candidate=candidate)


def asked_again(state: Installation, rev: int) -> Installation:
    """A higher revision wants what is being installed, or tried, already."""
    candidate = _candidate(state)
    return state.model_copy(
        update={"candidate": candidate.model_copy(update={"rev": max(rev, candidate.rev)})}
    )


def switched(state: Installation, *, running: bool) -> Installation:
    """It is in service, on trial; ``running``: in this very process, otherwise from the next start on."""
    candidate = _candidate(state)
    held = {**state.held, candidate.slot: candidate.target}
    return _step(state, "trial", serving=candidate.slot, held=held, trial=Trial(open=running))


def tried(state: Installation, trial: Trial) -> Installation:
    """The trial goes on."""
    return _step(state, "trial", trial=trial)


def proven(state: Installation) -> Installation:
    """It is good; the one before stays in the other slot, to go back to."""
    return _step(state, "proven", candidate=None, trial=None, proofs=state.proofs + 1)


def returned(state: Installation, code: str, reason: str, *, bad: bool = True) -> Installation:
    """The one before is in service again."""
    candidate = _candidate(state)
    changes = {"serving": state.fallback, "held": _without(state, candidate.slot)}
    return _concluded(state, "returned", code, reason, bad=bad, **changes)


def refused(state: Installation, code: str, reason: str, *, bad: bool = True) -> Installation:
    """It never came into service."""
    return _concluded(state, "refused", code, reason, bad=bad)


def lost(state: Installation) -> Installation:
    """What is in service cannot be opened any more and is no trial: from now on, what is behind it."""
    if state.serving is None or state.phase == "trial":
        raise IllegalStepError(f"an installation in phase {state.phase} has nothing to lose")
    changes = {"serving": state.fallback, "held": _without(state, state.serving)}
    return state.model_copy(update=changes)


def started(state: Installation) -> Installation:
    """The program has started: a trial whose last run did not end in order has one death more."""
    trial = state.trial
    if trial is None:
        return state
    deaths = trial.deaths + 1 if trial.open else trial.deaths
    return tried(state, trial.model_copy(update={"open": True, "deaths": deaths}))


def steady(state: Installation) -> Installation:
    """The program has been up for long: whatever ended it before did not come back soon."""
    return _on_trial(state, deaths=0)


def stopped(state: Installation) -> Installation:
    """The program ends in order."""
    return _on_trial(state, open=False)


def _on_trial(state: Installation, **changes: object) -> Installation:
    return tried(state, state.trial.model_copy(update=changes)) if state.trial is not None else state


def _concluded(
    state: Installation, phase: Phase, code: str, reason: str, *, bad: bool, **changes: object
) -> Installation:
    candidate = _candidate(state)
    line = " ".join(reason.split())[:500]
    verdict = Verdict(target=candidate.target, rev=candidate.rev, code=code, reason=line, bad=bad)
    verdicts = (*state.verdicts, verdict)[-_REFUSALS_KEPT:]
    return _step(state, phase, candidate=None, trial=None, verdicts=verdicts, **changes)


def _step(state: Installation, phase: Phase, **changes: object) -> Installation:
    if phase not in LEGAL[state.phase]:
        raise IllegalStepError(f"an installation in phase {state.phase} cannot become {phase}")
    return state.model_copy(update={"phase": phase, **changes})


def _candidate(state: Installation) -> Candidate:
    if state.candidate is None:
        raise IllegalStepError(f"an installation in phase {state.phase} has no candidate")
    return state.candidate


def _without(state: Installation, slot: Slot) -> dict[Slot, Target]:
    return {name: target for name, target in state.held.items() if name != slot}
