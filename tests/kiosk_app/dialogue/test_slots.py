"""A slot's answers: by their words, by their sound, denied, and within a question."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.dialogue.slots import named_option, option_by_sound
from models.knowledge.content import Slot, SlotOption

TODAY = date(2026, 11, 21)
REASON = Slot(
    "reason",
    {"zh": "到期还是丢了？", "en": "Expiring or lost?"},
    (
        SlotOption(
            "expired", {"zh": "到期换领", "en": "Expiring"}, {"zh": ("到期", "过期"), "en": ("expired",)}
        ),
        SlotOption("lost", {"zh": "丢失补领", "en": "Lost"}, {"zh": ("丢了", "掉了"), "en": ("stolen",)}),
        SlotOption("damaged", {"zh": "损坏换领", "en": "Damaged"}, {"zh": ("坏了",), "en": ("broken",)}),
    ),
)
FIRST = Slot(
    "first",
    {"zh": "第一次办吗？", "en": "Is it the first time?"},
    (
        SlotOption("first", {"zh": "首次", "en": "First time"}, {"zh": ("第一次",), "en": ("first",)}),
        SlotOption("again", {"zh": "非首次", "en": "Not the first"}, {"zh": ("以前办过",), "en": ("again",)}),
    ),
)


@pytest.mark.parametrize(
    ("slot", "text", "option"),
    [
        (REASON, "到期", "expired"),
        (REASON, "我的身份证丢了要多少钱", "lost"),
        (REASON, "不是到期，是丢了", "lost"),
        (REASON, "到期还是丢了", None),
        (REASON, "没丢", None),
        (REASON, "it was stolen", "lost"),
        (REASON, "IT HAS EXPIRED", "expired"),
        (REASON, "gloster", None),
        (FIRST, "首次", "first"),
        (FIRST, "非首次", "again"),
        (FIRST, "不是第一次", "again"),
        (FIRST, "not the first", "again"),
        (FIRST, "", None),
    ],
)
def test_an_option_is_named(slot: Slot, text: str, option: str | None) -> None:
    found = named_option(slot, text, TODAY)
    assert (found.id if found else None) == option


@pytest.mark.parametrize(
    ("heard", "option"),
    [
        ("道期", "expired"),
        ("我是丢勒", None),
        ("刁了", "lost"),
        ("怀了", "damaged"),
        ("郭启", "expired"),
        ("国旗", "expired"),
    ],
)
def test_an_option_is_heard_by_its_sound(heard: str, option: str | None) -> None:
    found = option_by_sound(REASON, heard)
    assert (found.id if found else None) == option


@given(st.text(max_size=60))
def test_any_text_names_one_option_or_none(text: str) -> None:
    assert named_option(REASON, text, TODAY) in (*REASON.options, None)
    assert option_by_sound(REASON, text) in (*REASON.options, None)
