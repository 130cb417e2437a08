"""The service is killed while it gives numbers: every number that was told is remembered, and none comes twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from kiosk_app.queues.numbering import FILE, Numbering

TAKER = """
import sys
from pathlib import Path
from kiosk_app.queues.numbering import Numbering
service = Numbering(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    print(service.take("A", f"{sys.argv[2]}-{number}")[0], flush=True)
    if number % 3 == 0:
        service.call_next("A", "1", f"{sys.argv[2]}-{number}")
"""


def test_a_killed_service_repeats_no_number(tmp_path: Path) -> None:
    path = tmp_path / FILE
    told: list[str] = []
    for run in range(4):
        taker = subprocess.Popen(
            [sys.executable, "-c", TAKER, str(path), str(run)], stdout=subprocess.PIPE, text=True
        )
        assert taker.stdout is not None
        told += [taker.stdout.readline().strip() for _ in range(5 + 3 * run)]
        os.kill(taker.pid, signal.SIGKILL)
        told += taker.stdout.read().split()
        taker.wait()
    service = Numbering(path)
    told.append(service.take("A", "after")[0])
    service.close()
    assert len(set(told)) == len(told) and told == sorted(told)
    kept = {f"A{number:03d}" for (number,) in sqlite3.connect(path).execute("SELECT number FROM ticket")}
    assert set(told) <= kept, "a number was told that is not on the disk"
