"""What recognisers write, by its sound."""

from __future__ import annotations

import pytest

from kiosk_app.dialogue.sounds import like_sounding

PHRASES = ("多少钱", "几号窗口", "网上能办吗", "要")


@pytest.mark.parametrize(
    ("heard", "phrase"),
    [
        ("多少前", "多少钱"),
        ("那多少前", "多少钱"),
        ("网上能搬吗", "网上能办吗"),
        ("几好窗口", "几号窗口"),
        ("药", None),
        ("我想问火锅多少钱", None),
        ("how much", None),
        ("", None),
    ],
)
def test_a_phrase_is_heard_by_its_sound(heard: str, phrase: str | None) -> None:
    assert like_sounding(heard, PHRASES) == phrase
