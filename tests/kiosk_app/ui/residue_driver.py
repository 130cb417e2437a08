"""A visit full of planted words at a whole kiosk with a window, then a search for them: prints JSON.

``python -m tests.kiosk_app.ui.residue_driver FOLDER ARTEFACT``
"""

from __future__ import annotations

import json
import logging
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fleet.device.events import HandoverAccepted
from kiosk_app import events as ev
from kiosk_app.cli.run_kiosk import serve
from kiosk_app.config import (
    FleetConfig,
    KioskConfig,
    KnowledgeConfig,
    LearningConfig,
    MicrophoneConfig,
    ScreenConfig,
    SpeakerConfig,
)
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.session import Phase
from tests.fleet.identities import nobodys_identity
from tests.kiosk_app.ui.residue import in_files, in_memory

WAIT_S = 40.0
CLEAN_WITHIN_S = 10.0
"""Writers may still be busy when a visit ends."""

# Written backwards, so that this program itself holds none of them.
_BACKWARDS = {
    "caption": "华震阳欧",
    "heard": "18765432199031102033",
    "typed": "87654321931",
    "search": "jvkzxq",
    "staff": "梅红祝",
    "slot": "鹏洪潘",
}


def _mark(name: str) -> str:
    return _BACKWARDS[name][::-1]


class Log(logging.Handler):
    """Everything that is logged, as lines."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def _until(what: str, condition: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for {what}")
        threading.Event().wait(0.01)


def _visit(kiosk: Kiosk) -> None:
    """Say, type, search and call, with a planted word in each."""

    def post(kind: type, *values: object) -> None:
        kiosk.post(kind(time.monotonic(), *values))

    def answered() -> bool:
        return kiosk.state.phase in (Phase.ANSWERING, Phase.CLARIFYING)

    _until("the kiosk to open", lambda: kiosk.state.phase is Phase.IDLE)
    for part in ("microphone", "recognition"):  # what they hear is told below
        post(ev.PartUp, part)
    post(ev.SearchOpened)
    for letter in _mark("search"):
        post(ev.SearchKeyPressed, letter)
    now = time.monotonic()
    _until("the letters", lambda: kiosk.state.visit and kiosk.state.visit.search == _mark("search"))
    time.sleep(0.2)  # a frame with them
    _ask(kiosk, f"电话{_mark('typed')}居住证要带什么材料")
    _ask(kiosk, f"我叫{_mark('slot')}，营业执照注销怎么办")
    _ask(kiosk, f"我叫{_mark('slot')}，不知道")
    post(ev.HomePressed)
    post(ev.SpeechStarted)
    post(ev.PartialHeard, f"我叫{_mark('caption')}")
    time.sleep(0.2)
    now = time.monotonic()
    post(ev.SpeechEnded, now)
    post(ev.UtteranceHeard, f"我叫{_mark('caption')}身份证{_mark('heard')}鱼缸漏水", 0.9, now, now, now)
    _until("an answer", answered)
    time.sleep(0.2)
    post(ev.PersonRequested)
    _until("a call", lambda: kiosk.state.visit and kiosk.state.visit.handover)
    visit = kiosk.state.visit
    assert visit is not None
    post(HandoverAccepted, visit.handover, f"请{_mark('staff')}女士稍等")
    _until("a person", lambda: kiosk.state.visit and kiosk.state.visit.staff_text)
    time.sleep(0.2)


def _ask(kiosk: Kiosk, question: str) -> None:
    """Type a question and wait for what comes of it."""
    turn = kiosk.state.turns
    kiosk.post(ev.QuestionTyped(time.monotonic(), question))
    _until("an answer", lambda: kiosk.state.turns > turn and kiosk.state.phase is not Phase.THINKING)


def _leave(kiosk: Kiosk) -> None:
    kiosk.post(ev.FinishPressed(time.monotonic()))
    _until("the goodbye", lambda: kiosk.state.phase is Phase.FAREWELL)
    kiosk.post(ev.HomePressed(time.monotonic()))
    kiosk.post(ev.PersonLeft(time.monotonic()))
    kiosk.post(ev.Tick(kiosk.state.deadline + 60))
    _until("the end of the visit", lambda: kiosk.state.visit is None)
    time.sleep(0.5)  # frames of the home screen


def _search(kiosk: Kiosk, folder: Path, log: Log, since: float) -> dict[str, Any]:
    marks = [_mark(name) for name in _BACKWARDS]
    folders = (folder, Path(tempfile.gettempdir()), Path.home() / ".kivy", Path("/dev/shm"))
    logged = "\n".join(log.lines)
    found = {
        "memory": in_memory(marks),
        "files": in_files(marks, dict.fromkeys(path for path in folders if path.is_dir()), since),
        "log": [mark for mark in marks if mark in logged],
    }
    del marks
    return found


def _work(kiosk: Kiosk, folder: Path, log: Log, report: dict[str, Any]) -> None:
    since = time.time()
    try:
        _visit(kiosk)
        during = in_memory([_mark(name) for name in _BACKWARDS], running=False)
        report["seen_during"] = {mark[::-1]: len(holders) for mark, holders in during.items()}
        del during
        _leave(kiosk)
        end = time.monotonic() + CLEAN_WITHIN_S
        while True:
            found = _search(kiosk, folder, log, since)
            if not any(found.values()) or time.monotonic() > end:
                break
        report["found"] = found
        report["logged"] = len(log.lines)
    except Exception:  # noqa: BLE001  the test prints it
        report["error"] = traceback.format_exc()
    finally:
        assert kiosk.screen is not None
        kiosk.screen.request_stop()


def main() -> None:
    """Run the kiosk, the visit and the search."""
    folder, artefact = Path(sys.argv[1]), Path(sys.argv[2])
    log = Log()
    logging.getLogger().addHandler(log)
    logging.getLogger().setLevel(logging.DEBUG)
    with socket.socket() as unused:  # nobody answers there, so what is for the centre stays on the disk
        unused.bind(("127.0.0.1", 0))
        config = KioskConfig(
            data_dir=folder / "home",
            screen=ScreenConfig(panel="1280x800", fullscreen=False),
            microphone=MicrophoneConfig(backend="none"),
            speaker=SpeakerConfig(backend="none"),
            knowledge=KnowledgeConfig(venue=None, pack=artefact),
            learning=LearningConfig(share_counts=True),
            fleet=FleetConfig(identity=nobodys_identity(folder / "identity", unused.getsockname()[1])),
        )
        report: dict[str, Any] = {}

        def ready(kiosk: Kiosk) -> None:
            worker = threading.Thread(target=_work, args=(kiosk, folder, log, report), daemon=True)
            worker.start()

        serve(config, ready=ready)
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
