"""Line breaking: nothing lost, nothing too wide, punctuation and words where they belong."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.ui.wrap import whole_items, wrap


def measure(text: str) -> float:
    """One unit for a Latin character, two for a Chinese one."""
    return sum(2 if character > "\u2e7f" else 1 for character in text)


def test_chinese_breaks_anywhere_but_not_before_punctuation() -> None:
    assert wrap("带上户口簿，到窗口", 10, measure) == ["带上户口", "簿，到窗口"]


def test_an_opening_bracket_goes_with_what_it_opens() -> None:
    assert wrap("本人到场（采集指纹）", 10, measure) == ["本人到场", "（采集指", "纹）"]


def test_a_number_keeps_its_measure_word() -> None:
    assert wrap("工本费共计 40 元", 13, measure) == ["工本费共计", "40 元"]


def test_latin_words_stay_whole() -> None:
    assert wrap("Bring your register to window 3", 12, measure) == ["Bring your", "register to", "window 3"]


def test_a_word_wider_than_the_line_is_cut() -> None:
    assert wrap("incomprehensibilities", 8, measure) == ["incompre", "hensibil", "ities"]


def test_a_heading_is_balanced() -> None:
    assert wrap("您好请问办什么业务", 16, measure, balance=True) == ["您好请问办", "什么业务"]


def test_no_character_stays_alone_when_there_is_another_way() -> None:
    assert len(wrap("一二三四五六七八九", 16, measure)[-1]) > 1


def test_a_short_text_rather_breaks_after_a_comma() -> None:
    assert wrap("只在本机识别，不保存，不外传", 20, measure) == ["只在本机识别，", "不保存，不外传"]


def test_a_heading_breaks_after_its_first_words_when_a_comma_ends_them() -> None:
    assert wrap("您好，请问办什么业务？", 18, measure, balance=True) == ["您好，", "请问办什么业务？"]


def test_an_enumeration_ends_with_a_whole_item() -> None:
    assert whole_items("护照、通行证、驾驶证", lambda items: len(items) <= 7) == "护照、通行证"
    assert whole_items("Passport, permits", lambda items: len(items) <= 16) == "Passport"
    assert whole_items("护照", lambda items: True) == "护照"
    assert whole_items("护照、签证", lambda items: False) == ""


def test_line_ends_are_kept() -> None:
    assert wrap("一\n二", 10, measure) == ["一", "二"]


TEXT = st.text(alphabet="你好，。（）《》AZaz09 -/%“”：", max_size=60)


@given(TEXT, st.integers(min_value=2, max_value=40), st.booleans())
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, width: int, balance: bool) -> None:
    lines = wrap(text, width, measure, balance=balance)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(measure(line) <= width or len(line.strip()) <= 1 for line in lines)


def test_a_phrase_that_moves_down_takes_no_more_with_it_than_fits() -> None:
    for width in range(8, 40):
        for balance in (False, True):
            lines = wrap("Too many wrong PINs. Locked for 58 seconds", width, len, balance=balance)
            assert max(map(len, lines)) <= width, lines
