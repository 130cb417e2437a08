"""A kiosk of the chaos suite: the real agent, in a process that may be killed at any moment.

``python -m tests.chaos.kiosk_process SETTINGS FOLDER FIRST``: writes numbered records from FIRST on, about fifty a
second. What the outbox has taken is noted in ``FOLDER/journal``, one number a line, written at once; the wall clock
is wrong by the seconds in ``FOLDER/clock``; while ``FOLDER/hush`` exists nothing is written.
"""

import os
import sys
import threading
import time
from pathlib import Path

EVERY_S = 0.02
ALARM_EVERY = 20


def jumping_clock(folder: Path) -> None:
    """Let ``time.time`` be wrong by what the file says; before anything that keeps a reference is imported."""
    right, offset = time.time, folder / "clock"

    def wrong() -> float:
        try:
            return right() + float(offset.read_text())
        except (OSError, ValueError):
            return right()

    time.time = wrong


def main() -> None:
    """Write until killed."""
    folder, number = Path(sys.argv[2]), int(sys.argv[3])
    jumping_clock(folder)
    from fleet.device.agent import Agent
    from fleet.device.settings import AgentSettings

    agent = Agent(AgentSettings.model_validate_json(sys.argv[1]), lambda event: None)
    agent.start()
    journal = os.open(folder / "journal", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    pause = threading.Event()
    while not pause.wait(EVERY_S):
        (folder / "depth").write_text(str(agent.depth))
        if (folder / "hush").exists():
            continue
        before = agent.lost
        if number % ALARM_EVERY:
            agent.record("turn", {"visit": str(number), "turn": 0, "channel": "touch", "act": "answer"})
        else:
            agent.alarm("part", {"part": "chaos", "state": "degraded", "reason": str(number)})
        if agent.lost == before:
            os.write(journal, f"{number}\n".encode())
        number += 1


if __name__ == "__main__":
    main()
