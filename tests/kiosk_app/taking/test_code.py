"""The code says what it was given, and refuses what a phone would not read from the screen."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk_app.taking import code_of
from kiosk_app.taking.code import LARGEST_VERSION, MOST_BYTES, QUIET, Code
from tests.kiosk_app.taking.reader import read_code


def read(code: Code, pixels: int = 4) -> str:
    """What a reader makes of it."""
    white = ~np.array(code.rows, dtype=bool)
    picture = np.kron(white, np.ones((pixels, pixels))).astype(np.uint8) * 255
    return read_code(picture)


@pytest.mark.parametrize(
    "text", ["https://example.gov.cn/m/gov.a", "身份证补领\n费用：40 元", "直骨关复返" * 44]
)
def test_a_reader_gets_the_very_text(text: str) -> None:
    assert read(code_of(text)) == text


def test_it_has_white_around_it() -> None:
    rows = np.array(code_of("带走").rows)
    assert not rows[:QUIET].any() and not rows[-QUIET:].any()
    assert not rows[:, :QUIET].any() and not rows[:, -QUIET:].any()
    assert rows[QUIET, QUIET : QUIET + 7].all(), "the finder begins right after it"


def test_the_longest_text_has_the_largest_version() -> None:
    assert code_of("a" * MOST_BYTES).side == 17 + 4 * LARGEST_VERSION + 2 * QUIET
    with pytest.raises(ValueError, match=f"{MOST_BYTES + 1} bytes are more than"):
        code_of("a" * (MOST_BYTES + 1))
    with pytest.raises(ValueError, match="do not go into a code"):
        code_of("a" * 4000)
