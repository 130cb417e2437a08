"""The kiosk's own log: private, bounded, wiped, and never in anybody's way."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app import log_file
from kiosk_app.log_file import LogFile

logger = logging.getLogger("tests.log")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[LogFile]:
    """A log that is being written."""
    log = LogFile(tmp_path)
    log.start()
    yield log
    log.stop()


def _text(log: LogFile) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in log.files())


def test_lines_are_written_for_the_kiosk_alone(log: LogFile) -> None:
    logger.warning("the camera %s", "is gone\ud800")
    log.stop()
    (file,) = log.files()
    assert "WARNING tests.log: the camera is gone\\ud800" in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_it_never_grows_beyond_its_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "MOST_BYTES", 2_000)
    log = LogFile(tmp_path)
    log.start()
    for number in range(400):
        logger.warning("line %04d", number)
    log.stop()
    files = log.files()
    assert len(files) == log_file.OLDER_FILES + 1
    assert all(path.stat().st_size <= 2_000 and path.stat().st_mode & 0o777 == 0o600 for path in files)
    numbers = [line.split()[-1] for line in _text(log).splitlines()]
    assert numbers == sorted(numbers)
    assert numbers[-1] == "0399"


def test_a_wiped_log_holds_nothing_and_goes_on(log: LogFile) -> None:
    logger.warning("before")
    while "before" not in _text(log):
        pass
    log.wipe()
    assert _text(log) == ""
    logger.warning("afterwards")
    log.stop()
    assert "afterwards" in _text(log) and "before" not in _text(log)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="ascii")
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "kiosk.log").symlink_to(victim)
    log = LogFile(tmp_path)
    log.start()
    logger.warning("a line")
    log.stop()
    assert victim.read_text(encoding="ascii") == "mine"
    assert log.files() == []


def test_a_folder_that_cannot_be_made_costs_the_log_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "log").write_text("", encoding="ascii")
    log = LogFile(tmp_path)
    log.start()
    assert "no log is kept" in caplog.text
    log.wipe()
    log.stop()
