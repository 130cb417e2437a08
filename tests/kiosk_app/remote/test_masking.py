"""What a picture is drawn from holds nobody's words, whatever was said and whatever a view will have one day."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.remote.masking import masked
from kiosk_app.view import ViewData
from tests.kiosk_app.remote.planting import OF_THE_SITE, planted
from tests.kiosk_app.ui.samples import long_views, views

SECRET = "欧阳震华18765432109"
EVERY = views() | long_views()


@pytest.mark.parametrize("name", sorted(name for name in EVERY if EVERY[name].corner is None))
def test_nothing_of_a_visit_is_in_it(name: str) -> None:
    view = planted(EVERY[name], SECRET)
    assert SECRET not in repr(masked(view))
    assert masked(view) == masked(planted(EVERY[name], "别的话")), "it is the same whatever was said"
    assert masked(view).screen == view.screen


def test_words_are_planted_in_every_place_that_a_screen_has() -> None:
    full = "".join(repr(planted(view, SECRET)) for view in EVERY.values())
    for place in (
        "caption",
        "title",
        "speech",
        "note",
        "staff_text",
        "label",
        "items",
        "letters",
        "number",
        "take_along",
    ):
        assert f"{place}='{SECRET}'" in full or f"{place}=('{SECRET}'" in full, place


words = st.text(alphabet="欧阳震华鱼缸漏水", min_size=4, max_size=12)


@given(words, st.sampled_from([one.name for one in fields(ViewData) if isinstance(one.default, str)]))
def test_no_text_of_a_view_passes_but_the_sites_own(text: str, name: str) -> None:
    """Held for fields to come: a new one is no word of the site's until somebody says so in both places."""
    if name in OF_THE_SITE:
        return
    for screen in ("attract", "topics", "answer", "clarify", "handover", "listening", "farewell", "ticket"):
        view = replace(ViewData(screen), visit=3, **{name: text})  # type: ignore[arg-type]
        assert text not in repr(masked(view))


def test_without_a_visit_the_calls_of_the_hall_are_shown_and_with_one_they_are_not() -> None:
    home = views()["tickets_called"]
    assert masked(home).calls == home.calls != ()
    assert masked(replace(home, visit=1)).calls == ()
