"""The installation's steps: in whatever order, what serves is whole and its slot is never taken."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk_app.updating import machine
from kiosk_app.updating.machine import LEGAL, UNDER_WAY, IllegalStepError, Installation, Slot, Target

TARGETS = tuple(Target(name="gov", version=str(number), sha256=f"{number:064x}") for number in range(4))


def installed(target: Target, state: Installation | None = None, rev: int = 1) -> Installation:
    """On trial, after ``state``."""
    state = machine.fetched(state or Installation(), target, rev, "/incoming")
    return machine.switched(machine.examined(machine.examining(machine.staged(state))), running=True)


def test_each_phase_that_may_follow_another_is_reached_and_leads_on() -> None:
    assert set(LEGAL) == {phase for following in LEGAL.values() for phase in following} | {"idle"}
    assert all(LEGAL.values()), "a phase without a way out"


def test_the_one_before_stays_behind_the_one_that_is_proven() -> None:
    state = machine.proven(installed(TARGETS[0]))
    state = installed(TARGETS[1], state)
    assert (state.serving, state.fallback) == ("b", "a")
    state = machine.proven(state)
    assert state.held == {"a": TARGETS[0], "b": TARGETS[1]}
    assert machine.lost(state).in_use == TARGETS[0]
    assert machine.lost(machine.lost(state)).serving is None


def test_a_trial_that_goes_wrong_brings_back_the_one_before_and_is_remembered() -> None:
    state = installed(TARGETS[1], machine.proven(installed(TARGETS[0])), rev=5)
    state = machine.returned(state, "misses", "six of ten")
    assert (state.phase, state.in_use) == ("returned", TARGETS[0])
    assert state.refusal_of(TARGETS[1].sha256, 5) is not None
    assert state.refusal_of(TARGETS[1].sha256, 6) is None, "a higher revision may try it anew"
    assert state.refusal_of(TARGETS[2].sha256, 5) is None


def test_what_failed_by_a_fault_of_the_device_may_be_tried_again_at_once() -> None:
    state = machine.refused(machine.fetched(Installation(), TARGETS[0], 1, "/x"), "disk", "full", bad=False)
    assert state.refusal_of(TARGETS[0].sha256, 1) is None


def test_a_run_that_ends_in_order_is_no_death_and_one_that_stays_up_clears_them() -> None:
    state = machine.started(installed(TARGETS[0]))
    assert state.trial is not None and state.trial.deaths == 1
    state = machine.started(machine.stopped(state))
    assert state.trial is not None and state.trial.deaths == 1
    state = machine.steady(machine.started(state))
    assert state.trial is not None and (state.trial.deaths, state.trial.open) == (0, True)


def test_without_a_trial_nothing_of_a_run_is_noted() -> None:
    for state in (Installation(), machine.proven(installed(TARGETS[0]))):
        assert machine.started(state) == machine.stopped(state) == machine.steady(state) == state


@pytest.mark.parametrize(
    "damage",
    [
        {"serving": "a"},
        {"phase": "trial"},
        {"phase": "staged"},
        {"held": {"c": {}}},
        {"format": 2},
        {"proofs": -1},
        {"candidate": {"target": TARGETS[0].model_dump(), "rev": 1, "source": "/x", "slot": "a"}},
        {"more": 1},
    ],
)
def test_a_state_that_no_step_leads_to_is_not_read(damage: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Installation.model_validate(Installation().model_dump() | damage)


class Kiosk(RuleBasedStateMachine):
    """Events of all kinds in any order, beside what the slots really hold."""

    def __init__(self) -> None:
        super().__init__()
        self.state = Installation()
        self.slots: dict[Slot, Target | None] = {"a": None, "b": None}
        self.rev = 0

    @rule(what=st.sampled_from(TARGETS))
    def arrives(self, what: Target) -> None:
        self.rev += 1
        if self.state.trial is not None:
            self.state = machine.returned(self.state, "overtaken", "", bad=False)
        self.state = machine.fetched(self.state, what, self.rev, "/incoming")
        assert self.state.candidate is not None
        assert self.state.candidate.slot != self.state.serving
        self.slots[self.state.candidate.slot] = None

    @precondition(lambda self: self.state.phase == "fetched")
    @rule()
    def copied(self) -> None:
        candidate = self.state.candidate
        assert candidate is not None
        self.slots[candidate.slot] = candidate.target
        self.state = machine.staged(self.state)

    @precondition(lambda self: self.state.phase in ("staged", "examined"))
    @rule(well=st.booleans())
    def looked_at(self, well: bool) -> None:
        self.state = machine.examining(self.state)
        if well:
            self.state = machine.examined(self.state)

    @precondition(lambda self: self.state.phase == "examined")
    @rule(running=st.booleans())
    def nobody_is_here(self, running: bool) -> None:
        self.state = machine.switched(self.state, running=running)

    @precondition(lambda self: self.state.phase in UNDER_WAY)
    @rule()
    def refused(self) -> None:
        self.state = machine.refused(self.state, "bad", "it is bad")

    @precondition(lambda self: self.state.phase == "trial")
    @rule(good=st.booleans())
    def tried(self, good: bool) -> None:
        self.state = (
            machine.proven(self.state) if good else machine.returned(self.state, "misses", "too many")
        )

    @rule(orderly=st.booleans())
    def restarts(self, orderly: bool) -> None:
        self.state = machine.started(machine.stopped(self.state) if orderly else self.state)

    @precondition(lambda self: self.state.serving is not None and self.state.phase != "trial")
    @rule()
    def what_serves_is_damaged(self) -> None:
        assert self.state.serving is not None
        self.slots[self.state.serving] = None
        self.state = machine.lost(self.state)

    @invariant()
    def whatever_is_said_to_lie_in_a_slot_lies_there(self) -> None:
        assert {slot: self.slots[slot] for slot in self.state.held} == self.state.held
        assert self.state.serving is None or self.state.serving in self.state.held

    @invariant()
    def it_can_be_written_down_and_read_again(self) -> None:
        assert Installation.model_validate_json(self.state.model_dump_json()) == self.state

    @invariant()
    def no_step_that_is_not_in_the_table_is_made(self) -> None:
        for phase, step in {
            "staged": machine.staged,
            "examined": machine.examined,
            "proven": machine.proven,
        }.items():
            if phase not in LEGAL[self.state.phase]:
                with pytest.raises(IllegalStepError):
                    step(self.state)


TestAnyOrder = Kiosk.TestCase
