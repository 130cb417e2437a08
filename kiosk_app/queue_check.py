"""The doctor's look at the queue tickets."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from hardware.doctor import Finding
from kiosk_app.config import KioskConfig
from kiosk_app.queues.http_system import HttpQueues
from kiosk_app.queues.numbering import FILE, FOLDER
from kiosk_app.queues.port import QueueError


def check_queue(config: KioskConfig) -> Finding:
    """Whether numbers can be given; none is taken."""
    if config.queue.system == "none":
        return Finding("skip", "off by configuration")
    return _own(config.home / FOLDER / FILE) if config.queue.system == "own" else _http(config)


def _own(path: Path) -> Finding:
    if not path.exists():
        return Finding("ok", "this kiosk numbers; no number was given yet")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5.0)) as database:
            sound = database.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            day, waiting = database.execute(
                "SELECT round.day, count(ticket.number) FROM round LEFT JOIN ticket"
                " ON ticket.round = round.number AND ticket.state = 'waiting'"
            ).fetchone()
    except sqlite3.Error:
        sound, day, waiting = False, "", 0
    if not sound:
        return Finding(
            "fail",
            f"{path} is damaged",
            "move the file away before the hall opens: the numbers of the day begin again then",
        )
    return Finding("ok", f"this kiosk numbers; {waiting} waiting on {day}")


def _http(config: KioskConfig) -> Finding:
    began = time.perf_counter()
    try:
        system = HttpQueues(config.queue.url or "", config.queue.token_file)
        system.open()
        queues = len(system.standing().lines)
    except QueueError as error:
        what, _, fix = str(error).partition(": ")
        return Finding("fail", what, fix or "compare it with docs/queue.md")
    return Finding(
        "ok", f"{config.queue.url}: {queues} queues in {(time.perf_counter() - began) * 1000:.0f} ms"
    )
