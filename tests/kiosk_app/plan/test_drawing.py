"""Shapes in millimetres: nothing over the edge, no word over another, the wanted number first of all."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest

from kiosk_app.plan.drawing import Drawing, Sizes, draw, fitting
from kiosk_app.plan.sheet import Sheet
from kiosk_app.ui.icons import ICONS
from models.knowledge.hall_schema import SpotKind
from tests.kiosk_app.ui.homes import knowledge, wayfinder

NAMES = {
    "join": "、",
    "here": "您在这里",
    "lift": "电梯",
    "toilet": "卫生间",
    "entrance": "大门",
    "stairs": "楼梯",
}
LARGE, SMALL = Sizes(13.1, 6.6, 9), Sizes(9.5, 6.6, 7)


def width_of(text: str, em: float) -> float:
    return sum(0.6 if character.isascii() else 1.0 for character in text) * em


def drawings(pack: str, width: float) -> list[tuple[Sheet, Drawing]]:
    """Every floor to every window of a hall, so many millimetres wide."""
    found = []
    for window in knowledge(pack).hall.windows:
        view = wayfinder(pack).shows(((pack, window.id),), "zh")
        assert view is not None
        found += [
            (sheet, draw(sheet, width, LARGE if width > 150 else SMALL, NAMES, width_of))
            for sheet in view.sheets
        ]
    return found


@pytest.mark.parametrize("pack", ["gov", "bank"])
@pytest.mark.parametrize("width", [70.0, 140.0, 220.0, 360.0])
def test_words_and_signs_keep_apart_and_on_the_floor(pack: str, width: float) -> None:
    for sheet, drawing in drawings(pack, width):
        rects = [(one.text, one.rect) for one in drawing.words] + [
            (one.kind, one.rect) for one in drawing.signs
        ]
        for (first, a), (second, b) in combinations(rects, 2):
            assert not a.meets(b, -0.01), (sheet.floor, first, second)
        for name, rect in rects:
            assert rect.x >= -0.01, name
            assert rect.y >= -0.01, name
            assert rect.x + rect.width <= drawing.width + 0.01, name
            assert rect.y + rect.height <= drawing.height + 0.01, name


def test_what_matters_is_never_left_out() -> None:
    for sheet, drawing in drawings("gov", 70.0):
        wanted = [window.id for window in sheet.windows if window.wanted]
        assert [words.text for words in drawing.words if words.kind == "badge"] == wanted
        if sheet.here is not None:
            assert drawing.here is not None
            assert "您在这里" in [words.text for words in drawing.words]
        used = [spot for spot in sheet.spots if spot.used]
        assert len([sign for sign in drawing.signs if sign.used]) == len(used)


def test_an_arrow_ends_before_the_number_and_never_under_it() -> None:
    for _, drawing in drawings("gov", 220.0):
        badges = [words.rect for words in drawing.words if words.kind == "badge"]
        for line in drawing.lines:
            assert len(line) >= 2
            x, y = line[-1]
            for badge in badges:
                inside = badge.x < x < badge.x + badge.width and badge.y < y < badge.y + badge.height
                assert not inside


def test_neighbours_that_would_touch_share_a_badge() -> None:
    view = wayfinder("bank").shows((("bank", "2"), ("bank", "3")), "zh")
    assert view is not None
    small, large = (draw(view.sheets[0], width, LARGE, NAMES, width_of) for width in (100.0, 400.0))
    assert [words.text for words in small.words if words.kind == "badge"] == ["2、3"]
    assert [words.text for words in large.words if words.kind == "badge"] == ["2", "3"]


def test_the_floor_keeps_its_shape() -> None:
    view = wayfinder("gov").shows((("gov", "5"),), "zh")
    assert view is not None
    assert fitting(view.sheets[0], 360, 110) == (180, 110)
    assert fitting(view.sheets[0], 180, 900) == (180, 110)


def test_every_kind_of_place_has_a_sign() -> None:
    assert set(get_args(SpotKind)) <= set(ICONS)
