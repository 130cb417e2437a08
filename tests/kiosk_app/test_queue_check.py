"""The doctor's look at the queue tickets."""

from __future__ import annotations

from pathlib import Path

from hardware.doctor import Finding
from kiosk_app.config import KioskConfig, QueueConfig
from kiosk_app.queue_check import check_queue
from kiosk_app.queues.numbering import FILE, FOLDER, Numbering


def config(home: Path, **queue: object) -> KioskConfig:
    """A kiosk that gives numbers."""
    return KioskConfig(data_dir=home, queue=QueueConfig.model_validate(queue))


def test_a_kiosk_without_numbers_skips_it(tmp_path: Path) -> None:
    assert check_queue(config(tmp_path)) == Finding("skip", "off by configuration")


def test_one_that_numbers_tells_how_many_wait(tmp_path: Path) -> None:
    assert check_queue(config(tmp_path, system="own")).state == "ok"
    service = Numbering(tmp_path / FOLDER / FILE)
    service.take("A", "r1")
    found = check_queue(config(tmp_path, system="own"))
    assert found.state == "ok" and "1 waiting" in found.figure


def test_a_damaged_file_is_told_with_what_it_costs(tmp_path: Path) -> None:
    path = tmp_path / FOLDER / FILE
    path.parent.mkdir()
    path.write_bytes(b"nothing that SQLite could read" * 99)
    found = check_queue(config(tmp_path, system="own"))
    assert found.state == "fail" and "begin again" in found.fix


def test_a_system_that_is_away_is_told(tmp_path: Path) -> None:
    found = check_queue(config(tmp_path, system="http", url="http://127.0.0.1:9"))
    assert (found.state, found.figure) == ("fail", "127.0.0.1:9 does not answer (ConnectionRefusedError)")
    assert "see that the queue system runs" in found.fix
