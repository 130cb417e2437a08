"""An answer as text: everything while there is room, whole cards and whole lines when there is not."""

from __future__ import annotations

import pytest

from kiosk_app.reply import Card
from kiosk_app.taking import words_of
from kiosk_app.taking.code import MOST_BYTES

TITLE = "身份证补领"
CARDS = (
    Card("checklist", "materials", "要带什么", ("户口簿，或居住证", "本人到场")),
    Card("steps", "steps", "怎么办", ("取号", "采集指纹")),
    Card("fact", "fee", "费用", ("40 元",)),
    Card("fact", "window", "窗口", ("一楼 3 号",)),
    Card("text", "legal_basis", "依据", ("居民身份证法",)),
)
MORE = "…详见窗口"


def size(text: str) -> int:
    return len(text.encode())


def test_everything_is_told_in_the_order_of_the_screen() -> None:
    assert words_of(TITLE, CARDS, "zh") == (
        "身份证补领\n【要带什么】\n- 户口簿，或居住证\n- 本人到场\n【怎么办】\n1. 取号\n2. 采集指纹\n"
        "费用：40 元\n窗口：一楼 3 号\n【依据】\n居民身份证法"
    )


def test_english_has_english_signs() -> None:
    cards = (
        Card("checklist", "materials", "What to bring", ("Register",)),
        Card("fact", "fee", "Fee", ("40 yuan",)),
    )
    assert words_of("Replace it", cards, "en") == "Replace it\n[What to bring]\n- Register\nFee: 40 yuan"


def test_with_less_and_less_room_the_least_important_goes_first() -> None:
    gone: list[str] = []
    for most in range(size(words_of(TITLE, CARDS, "zh")), size(f"{TITLE}\n{MORE}") - 1, -1):
        text = words_of(TITLE, CARDS, "zh", most)
        assert size(text) <= most
        gone += [card.facet for card in CARDS if card.items[0] not in text and card.facet not in gone]
    assert gone == ["legal_basis", "steps", "fee", "window", "materials"]


def test_nothing_is_cut_within_a_line() -> None:
    lines = {TITLE, MORE, *words_of(TITLE, CARDS, "zh").split("\n")}
    for most in range(size(f"{TITLE}\n{MORE}"), size(words_of(TITLE, CARDS, "zh"))):
        told = words_of(TITLE, CARDS, "zh", most).split("\n")
        assert set(told) <= lines, most
        assert told[-1] == MORE
        assert told[0] == TITLE


def test_the_card_that_was_asked_for_stays_longest() -> None:
    cards = (Card("text", "legal_basis", "依据", ("居民身份证法",), asked=True), *CARDS[:4])
    text = words_of(TITLE, cards, "zh", 80)
    assert "依据" in text
    assert "要带什么" not in text


def test_a_list_that_is_too_long_alone_ends_after_a_whole_line() -> None:
    items = tuple(f"第 {number} 样：本人身份证和户口簿原件" for number in range(40))
    text = words_of(TITLE, (Card("checklist", "materials", "要带什么", items),), "zh")
    told = text.split("\n")
    assert told[-1] == MORE
    assert len(told) > 10
    assert told[2:-1] == [f"- {item}" for item in items[: len(told) - 3]]
    assert size(text) <= MOST_BYTES < size(text) + size(told[-2]) + 1


@pytest.mark.parametrize(("most", "told"), [(size(f"{TITLE}\n{MORE}"), f"{TITLE}\n{MORE}"), (20, "")])
def test_a_title_alone_or_nothing(most: int, told: str) -> None:
    assert words_of(TITLE, CARDS, "zh", most) == told
