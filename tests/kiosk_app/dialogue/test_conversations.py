"""Whole talks, turn by turn, from ``conversations.yaml``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from kiosk_app.dialogue import Dialogue, Memory, language_of
from kiosk_app.reply import Reply
from kiosk_app.request import TextAsked
from kiosk_app.wording.figures import in_figures
from models.knowledge import Knowledge

TODAY = date(2026, 11, 21)
CONVERSATIONS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("conversations.yaml").read_text("utf-8")
)
KEYS = {"said", "act", "matter", "facet", "speech", "alternatives", "choices", "not_matter"}


def test_there_are_enough_and_every_expectation_is_read() -> None:
    names = [talk["name"] for talk in CONVERSATIONS]
    assert len(names) >= 40
    assert len(set(names)) == len(names)
    for talk in CONVERSATIONS:
        for turn in talk["turns"]:
            assert set(turn) <= KEYS, (talk["name"], turn)
            assert len(turn) > 1, (talk["name"], turn)


IN_FIGURES = [
    talk for talk in CONVERSATIONS if any(in_figures(turn["said"]) != turn["said"] for turn in talk["turns"])
]
"""Talks in which what is heard is written in other words than it is said."""


@pytest.mark.parametrize("talk", CONVERSATIONS, ids=[talk["name"] for talk in CONVERSATIONS])
def test_a_conversation(request: pytest.FixtureRequest, talk: dict[str, Any]) -> None:
    _hold(talk, request.getfixturevalue(talk["pack"]), str)


@pytest.mark.parametrize("talk", IN_FIGURES, ids=[talk["name"] for talk in IN_FIGURES])
def test_a_conversation_with_its_numerals_in_figures(
    request: pytest.FixtureRequest, talk: dict[str, Any]
) -> None:
    _hold(talk, request.getfixturevalue(talk["pack"]), in_figures)


def _hold(talk: dict[str, Any], knowledge: Knowledge, heard: Callable[[str], str]) -> None:
    dialogue, memory = Dialogue(knowledge, lambda: TODAY), Memory()
    for number, turn in enumerate(talk["turns"], 1):
        said = heard(turn["said"])
        memory, reply = dialogue.take(memory, TextAsked(said), language_of(said))
        complaints = list(_complaints(turn, reply))
        assert not complaints, f"turn {number}, {said!r}: {complaints}; said: {reply.speech}"


def _complaints(turn: dict[str, Any], reply: Reply) -> list[str]:
    acts = turn.get("act", reply.act)
    checks = {
        f"act {reply.act}": reply.act in (acts if isinstance(acts, list) else [acts]),
        f"matter {reply.matter}": turn.get("matter", reply.matter) == reply.matter
        and turn.get("not_matter", "") != reply.matter,
        f"facet {reply.facet}": turn.get("facet", reply.facet) == reply.facet,
        f"alternatives {reply.alternatives}": set(turn.get("alternatives", ())) <= set(reply.alternatives),
        f"choices {[choice.target for choice in reply.choices]}": turn.get("choices") is None
        or turn["choices"] == [choice.target for choice in reply.choices],
    }
    missing = [f"without {piece}" for piece in turn.get("speech", ()) if piece not in reply.speech]
    return [name for name, right in checks.items() if not right] + missing
