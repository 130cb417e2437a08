"""Days as people say them, seen from a Saturday in November."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.dialogue.days import day_of
from kiosk_app.dialogue.numerals import with_digits

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("明天上午", date(2026, 11, 22)),
        ("后天", date(2026, 11, 23)),
        ("大后天", date(2026, 11, 24)),
        ("前天", date(2026, 11, 19)),
        ("下周三", date(2026, 11, 25)),
        ("下个星期三", date(2026, 11, 25)),
        ("周五", date(2026, 11, 27)),
        ("上礼拜天", date(2026, 11, 15)),
        ("月底", date(2026, 11, 30)),
        ("下个月初", date(2026, 12, 1)),
        ("下个月五号", date(2026, 12, 5)),
        ("年底", date(2026, 12, 31)),
        ("明年三月", date(2027, 3, 1)),
        ("十二月三号", date(2026, 12, 3)),
        ("去年", date(2025, 7, 1)),
        ("三天后", date(2026, 11, 24)),
        ("两周以前", date(2026, 11, 7)),
        ("二零一五年", date(2015, 7, 1)),
        ("三号窗口", None),
        ("二月三十号", None),
        ("九万九千年后", None),
        ("tomorrow", date(2026, 11, 22)),
        ("next wednesday", date(2026, 11, 25)),
        ("in three days", date(2026, 11, 24)),
        ("two weeks ago", date(2026, 11, 7)),
        ("the end of the month", date(2026, 11, 30)),
        ("next month", date(2026, 12, 1)),
        ("a passport", None),
    ],
)
def test_a_day_is_found(words: str, day: date | None) -> None:
    assert day_of(with_digits(words), TODAY) == day


@given(st.text(max_size=60), st.dates())
def test_any_text_on_any_day_has_a_day_or_none(text: str, today: date) -> None:
    assert day_of(with_digits(text), today) is None or isinstance(day_of(with_digits(text), today), date)


@given(st.text(alphabet="0123456789.年月日号周天下上个前后底初 ", max_size=20), st.dates())
def test_any_row_of_dates_is_read(text: str, today: date) -> None:
    day_of(text, today)
