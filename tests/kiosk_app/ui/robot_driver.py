"""Lets random visitors in at a real window: ``python -m tests.kiosk_app.ui.robot_driver PANEL VISITORS``.

The real session, dialogue and knowledge run on virtual time; hypothesis makes up the visitors. Prints what was seen as
JSON.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import traceback
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kiosk_app.config import home_folder
from kiosk_app.ui.settings import ScreenSettings
from models.knowledge import load_knowledge, resolve_knowledge
from tests.kiosk_app.ui.driver import Driver, look_seldom


def run(driver: Driver, visitors: int) -> dict[str, Any]:
    """Let ``visitors`` in, one after the other."""
    from tests.kiosk_app.ui.robot import PAUSES, Robot, Step
    from tests.kiosk_app.ui.virtual_kiosk import VirtualKiosk

    knowledge = load_knowledge(resolve_knowledge(None, "gov", home_folder() / "packs"))
    seen: Counter[str] = Counter()
    figures = {"visitors": 0, "touches": 0, "virtual_s": 0.0, "furthest_home": 0}
    steps = st.lists(
        st.tuples(st.integers(0, len(PAUSES) - 1), st.integers(0, 9_999)), min_size=60, max_size=400
    )

    @settings(
        max_examples=visitors,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=(
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ),
    )
    @given(steps, st.integers(0, 2**32))
    def visit(steps: list[Step], seed: int) -> None:
        with TemporaryDirectory() as folder:
            robot = Robot(
                driver, VirtualKiosk(knowledge, random.Random(seed), Path(folder) / "numbers.sqlite")
            )
            try:
                robot.visit(steps)
            except Exception as error:
                if not isinstance(error, AssertionError):
                    error.add_note(robot.told("an exception"))
                raise
        seen.update(robot.screens)
        figures["visitors"] += 1
        figures["touches"] += robot.touches
        figures["virtual_s"] += robot.kiosk.now
        figures["furthest_home"] = max(figures["furthest_home"], robot.furthest)

    visit()
    return {**figures, "screens": dict(seen.most_common())}


def main() -> None:
    """Open the window, let the visitors in, print what was seen."""
    panel, visitors = sys.argv[1], int(sys.argv[2])
    driver = Driver(ScreenSettings.model_validate({"panel": panel, "fullscreen": False}))
    report: dict[str, Any] = {"panel": panel}
    look_seldom()

    def work() -> None:
        from kivy.clock import Clock

        Clock._max_fps = 1000.0  # the robot waits for frames, not for the clock
        try:
            report.update(run(driver, visitors))
        except Exception:  # noqa: BLE001  the test prints it
            report["error"] = traceback.format_exc()
        finally:
            driver.screen.request_stop()

    threading.Thread(target=work, name="robot", daemon=True).start()
    driver.screen.run()
    json.dump(report, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
