"""The offered next step is taken apart from the answer only where it is certain."""

from __future__ import annotations

import pytest

from kiosk_app.reply import Choice
from kiosk_app.ui.offer import offered

TICKET = Choice("hall.take_number", "取号排队")


def test_the_question_that_names_the_only_choice_stands_apart() -> None:
    assert offered("带上户口簿。接下来要不要取号排队？", [TICKET]) == (
        "带上户口簿。",
        "接下来要不要取号排队？",
    )
    english = Choice("hall.take_number", "Take a queue ticket")
    assert offered("Bring your card. Would you like this next: Take a queue ticket?", [english]) == (
        "Bring your card.",
        "Would you like this next: Take a queue ticket?",
    )


@pytest.mark.parametrize(
    ("speech", "choices"),
    [
        ("带上户口簿。", [TICKET]),
        ("带上户口簿。接下来要不要取号排队？", []),
        ("带上户口簿。接下来要不要取号排队？", [TICKET, TICKET]),
        ("带上户口簿。还要别的吗？", [TICKET]),
        ("带上户口簿。接下来取号排队。", [TICKET]),
        ("要不要取号排队？", [TICKET]),
        ("", [TICKET]),
    ],
)
def test_everything_else_stays_as_it_was_said(speech: str, choices: list[Choice]) -> None:
    assert offered(speech, choices) == (speech, "")
