"""The site's volume on disk: over a restart, and what a damaged file does."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.staff.private_file import StaffError
from kiosk_app.staff.site_settings import SETTINGS_FILE, SiteSettingsFile


def test_without_a_file_the_configuration_counts(tmp_path: Path) -> None:
    assert SiteSettingsFile(tmp_path).volume(0.5) == 0.5


def test_what_was_set_here_comes_first_and_is_private(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    SiteSettingsFile(tmp_path).keep_volume(0.3)
    assert SiteSettingsFile(tmp_path).volume(0.5) == 0.3
    assert "volume 30 %, set in the staff corner" in caplog.text
    assert (tmp_path / SETTINGS_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    ['{"volume": 7}', '{"volume": "0.5"}', '{"volume": NaN}', '{"loud": 1}', "[]", "", '{"volume": 0.01}'],
)
def test_a_damaged_file_changes_nothing_and_is_told(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = SiteSettingsFile(tmp_path)
    file.keep_volume(0.3)
    file.path.write_text(text, encoding="ascii")
    assert file.volume(0.5) == 0.5
    assert str(file.path) in caplog.text
    with pytest.raises(StaffError, match="delete it"):
        file.read()
    file.keep_volume(0.9)
    assert file.volume(0.5) == 0.9
