"""No window is opened on two cores, which would take minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scheduling import AT_WINDOWS, WINDOWS, group_of


@pytest.mark.parametrize(
    ("test", "group"),
    [
        ("tests/voice/test_ring.py::test_it", "tests/voice/test_ring.py"),
        ("tests/kiosk_app/ui/test_wrap.py::test_it[1280x800]", "tests/kiosk_app/ui/test_wrap.py"),
        ("tests/kiosk_app/ui/test_screens.py::test_it[1280x800-answer_zh]", "1280x800"),
        ("tests/kiosk_app/ui/test_home_screen.py::TestHome::test_it[1920x1080-zh]", "1920x1080"),
        ("tests/kiosk_app/ui/test_screens.py::test_it", "1080x1920"),
    ],
)
def test_what_looks_at_a_window_stays_together(test: str, group: str) -> None:
    assert group_of(test) == group


def test_every_file_that_looks_at_a_window_is_known() -> None:
    files = Path(WINDOWS).glob("test_*.py")
    assert {file.stem for file in files if "report_of" in file.read_text(encoding="utf-8")} == set(AT_WINDOWS)
