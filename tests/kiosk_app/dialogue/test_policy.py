"""When the kiosk answers, when it asks back, and when it admits that it did not understand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.dialogue.policy import MOST_CHOICES, Decision, decide
from models.intent.run import Candidate, Thresholds, Understanding

THRESHOLDS = Thresholds(answer=0.7, clarify=0.2, margin=0.15)


def understood(*probabilities: float, known: bool = True) -> Understanding:
    """Candidates a, b, c … with these probabilities."""
    candidates = tuple(Candidate(chr(97 + n), p) for n, p in enumerate(probabilities))
    return Understanding(candidates, known, "summary", 1.0)


@pytest.mark.parametrize(
    ("probabilities", "act", "labels"),
    [
        ((0.9, 0.05), "answer", ("a",)),
        ((0.7, 0.1), "answer", ("a",)),
        ((0.7,), "answer", ("a",)),
        ((0.8, 0.7, 0.1), "clarify", ("a", "b")),
        ((0.69, 0.1), "confirm", ("a",)),
        ((0.4, 0.3, 0.25, 0.22), "clarify", ("a", "b", "c")),
        ((0.2,), "confirm", ("a",)),
        ((0.19, 0.1), "reject", ()),
        ((), "reject", ()),
    ],
)
def test_sure_and_ahead_answers_near_ones_ask_back_the_rest_is_a_miss(
    probabilities: tuple[float, ...], act: str, labels: tuple[str, ...]
) -> None:
    decision = decide(understood(*probabilities), THRESHOLDS)
    assert (decision.act, decision.labels) == (act, labels)
    assert decision.confidence == (probabilities[0] if probabilities else 0.0)


def test_near_ones_are_asked_about_even_by_a_model_that_was_calibrated_to_none() -> None:
    lenient = Thresholds(answer=0.4, clarify=0.1, margin=0.0)
    assert decide(understood(0.56, 0.4), lenient).act == "clarify"
    assert decide(understood(0.56, 0.3), lenient).act == "answer"


def test_what_is_outside_is_never_answered_however_sure_the_model_is() -> None:
    assert decide(understood(0.99, known=False), THRESHOLDS) == Decision("reject", (), 0.99)


@given(
    st.lists(st.floats(0, 1), max_size=5).map(lambda found: sorted(found, reverse=True)),
    st.booleans(),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_every_decision_offers_as_many_as_its_act_says(
    probabilities: list[float], known: bool, answer: float, clarify: float, margin: float
) -> None:
    decision = decide(understood(*probabilities, known=known), Thresholds(answer, clarify, margin))
    count = len(decision.labels)
    assert {"answer": count == 1, "confirm": count == 1, "reject": count == 0}.get(
        decision.act, 2 <= count <= MOST_CHOICES
    )
    if decision.act == "answer":
        assert known
        assert probabilities[0] >= answer
