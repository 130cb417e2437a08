"""Random numbers of people in random spoken forms, and harmless sentences, by the thousand."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from kiosk_app.redaction import PLACEHOLDERS, redact
from kiosk_app.redaction.checks import is_luhn, is_resident_id, resident_check

FORMS = {
    digit: (digit, chr(0xFF10 + int(digit)), *spoken)
    for digit, spoken in zip(
        "0123456789", ("零〇", "一幺壹", "二两", "三叁", "四", "五", "六", "七", "八", "九"), strict=True
    )
}
GAPS = (
    "",
    " ",
    "  ",
    "-",
    "，",
    "、",
    "。",
    "…",
    "嗯",
    "那个",
    "，然后",
    "\u3000",
    "\n",
    "呃 ",
    "就是",
    "对，",
)
BEFORE = ("", "我的身份证号是", "号码", "你记一下，", "居住证怎么办，", "我叫一下你，", "id ")
AFTER = ("", "能办吗", "，谢谢", "这个号码对不对", "办居住证", " please")
CHECKS = ("X", "x", "叉", "Ｘ", " 叉", "，X")


def _digits(text: str) -> str:
    """The figures in a text, by other means than the code under test."""
    spoken = {form: digit for digit, forms in FORMS.items() for form in forms}
    return "".join(spoken.get(c) or str(unicodedata.digit(c, "")) for c in text)


@st.composite
def spoken(draw: st.DrawFn, number: str) -> str:
    """``number`` as somebody may say, write or have it recognised."""
    pieces = [draw(st.sampled_from(BEFORE))]
    for place, digit in enumerate(number):
        if place:
            pieces.append(draw(st.sampled_from(GAPS)) if draw(st.integers(0, 3)) == 0 else "")
        pieces.append(draw(st.sampled_from(CHECKS if digit == "X" else FORMS[digit])))
    return "".join((*pieces, draw(st.sampled_from(AFTER))))


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    """A number of the shape of a resident ID's; every other one with the right check character."""
    body = draw(
        st.from_regex(
            r"[1-8][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}", fullmatch=True
        )
    )
    return body + (resident_check(body) if draw(st.booleans()) else draw(st.sampled_from("0123456789X")))


NUMBERS = st.one_of(
    resident_ids(),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"[3-6][0-9]{12,18}", fullmatch=True),
    st.from_regex(r"0[1-9][0-9]{9,10}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{10,18}", fullmatch=True),
)


@given(NUMBERS.flatmap(lambda number: st.tuples(st.just(number), spoken(number))))
@example(("110105194912310029", "11010519491231002九"))
def test_no_number_of_eleven_digits_or_more_survives(case: tuple[str, str]) -> None:
    number, said = case
    kept = redact(said)
    assert _digits(kept.replace("一下", "")) == "", f"{number} as {said!r} leaves {kept!r}"
    assert any(mask in kept for mask in PLACEHOLDERS.values())


@given(st.text(max_size=300))
def test_any_text_is_taken_and_masking_twice_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


WORDS = (
    "办",
    "居住证",
    "要带什么",
    "在哪里",
    "窗口",
    "请问",
    "一下",
    "能不能",
    "周末",
    "开门吗",
    "passport",
    " the ",
    "，",
)
SHORT = st.one_of(
    st.integers(1, 99).map(lambda n: f"{n}号窗口"),
    st.integers(1, 100_000).map(lambda n: f"{n}元"),
    st.integers(1990, 2050).map(lambda n: f"{n}年"),
    st.integers(1, 12).map(lambda n: f"{n}月15日"),
    st.integers(1, 23).map(lambda n: f"{n}点30分"),
    st.integers(1, 30).map(lambda n: f"{n}楼"),
)


@given(st.lists(st.one_of(st.sampled_from(WORDS), SHORT), max_size=14).map("".join))
def test_harmless_sentences_are_unchanged(said: str) -> None:
    assert redact(said) == said


@given(st.from_regex(r"[1-9][0-9]{16}", fullmatch=True), st.integers(0, 16), st.integers(1, 9))
def test_the_check_character_notices_one_wrong_digit(body: str, place: int, shift: int) -> None:
    number = body + resident_check(body)
    assert is_resident_id(number)
    wrong = str((int(body[place]) + shift) % 10)
    assert not is_resident_id(f"{number[:place]}{wrong}{number[place + 1 :]}")


def test_published_examples_of_check_digits() -> None:
    assert is_resident_id("11010519491231002X")  # GB 11643-1999, annex
    assert is_resident_id("440524188001010014")
    assert is_luhn("4111111111111111")
    assert not is_luhn("4111111111111112")


def test_placeholders_are_plain_ascii_and_hold_no_digits() -> None:
    assert all(re.fullmatch(r"\[[a-z]+\]", mask) for mask in PLACEHOLDERS.values())
