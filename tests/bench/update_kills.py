"""Kills the process at every moment of an installation and writes the table: ``python -m tests.bench.update_kills``.

What is killed, started again and installed is what the kiosk runs; knowledge and recogniser are small ones.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from models.knowledge import build_knowledge
from tests.kiosk_app.updating.killing import Moment, kill_everywhere
from tests.kiosk_app.updating.stock import NEW, OLD, OTHER, Stock
from tests.kiosk_app.updating.stories import Outcome, Story
from tests.models.knowledge.tiny import write_pack

_NAMES = {OLD: "old", NEW: "new", OTHER: "the one between"}
_MEANING = {
    "fetched": "the verified file is there; its slot counts as empty",
    "staged": "copied and synced into the idle slot, or under examination",
    "examined": "loads and answers its check questions; waits until nobody is here",
    "trial": "in service; fewer than ten turns counted",
    "proven": "in service for good; the one before lies in the other slot",
    "returned": "the one before is in service again",
    "refused": "never came into service",
}


def main() -> None:
    """Carry the whole programme out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="write the table there instead of printing it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        (scratch / "stock").mkdir()
        artefact = scratch / "shipped.zip"
        build_knowledge([write_pack(scratch / "pack")], artefact)
        began = time.monotonic()
        results = list(kill_everywhere(Stock.of(artefact, scratch / "stock"), scratch / "kills", whole=True))
        seconds = time.monotonic() - began
    text = "\n".join(_page(results, seconds))
    if options.out is None:
        print(text)  # noqa: T201
    else:
        options.out.write_text(text, encoding="utf-8")


Result = tuple[Story, Moment, Outcome]


def _page(results: list[Result], seconds: float) -> Iterable[str]:
    good = sum(story.is_good(outcome) for story, _, outcome in results)
    yield "# Updates killed in every state\n"
    yield (
        f"{date.today()}, {os.cpu_count()} cores of {_processor()}, {platform.freedesktop_os_release()['PRETTY_NAME']},"
        f" Python {platform.python_version()}, {seconds:.0f} s.\n"
    )
    yield "```\npython -m tests.bench.update_kills --out docs/measurements/updates.md\n```\n"
    yield (
        "A process installs with the kiosk's own code on a real disk and sends itself SIGKILL at one of the moments\n"
        "that the code names: around each write, sync and rename, each block of a copy, the examination, the switch.\n"
        "A fresh process starts, uses what it finds, and is sent the same update again. A rehearsal of each story\n"
        "collects its moments: none can be forgotten ([ADR 35](../adr/0035-two-slots-and-a-trial.md)).\n"
    )
    yield f"**{good} of {len(results)} kills: a whole one served and worked, and the next attempt was proven.**\n"
    yield "## By the state in which the kill left the installation\n"
    yield "| state | what it means | kills | served at the next start | it worked | next attempt proven |"
    yield "|---|---|---|---|---|---|"
    for phase, meaning in _MEANING.items():
        yield _row(phase, meaning, [result for result in results if result[2].phase == phase])
    yield "\n## Every moment\n"
    yield "| story | killed at | state on the disk | served | next attempt |"
    yield "|---|---|---|---|---|"
    for story, moment, outcome in results:
        served = _NAMES.get(outcome.served, outcome.served)
        again = "proven" if story.is_good(outcome) else f"**{outcome}**"
        yield f"| {story.name} | {moment} | {outcome.phase} | {served} | {again} |"
    yield ""


def _row(phase: str, meaning: str, results: list[Result]) -> str:
    served: dict[str, int] = defaultdict(int)
    for _, _, outcome in results:
        served[_NAMES.get(outcome.served, outcome.served)] += 1
    counts = ", ".join(f"{name} {count}" for name, count in sorted(served.items()))
    works = sum(outcome.works for _, _, outcome in results)
    again = sum(outcome.proven == NEW for _, _, outcome in results)
    return f"| {phase} | {meaning} | {len(results)} | {counts} | {works} | {again} |"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
