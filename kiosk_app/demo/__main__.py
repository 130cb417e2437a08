"""``python -m kiosk_app.demo``: a whole system on one machine, and a visit to it. ``scripts/demo`` sets it up."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import shutil
import sys
import threading
import time
from pathlib import Path

from rich.console import Console

from kiosk_app.config import (
    CameraConfig,
    KioskConfig,
    KnowledgeConfig,
    MicrophoneConfig,
    RecognitionConfig,
    home_folder,
)
from kiosk_app.demo import report
from kiosk_app.demo.audio_server import AudioServer, AudioServerError
from kiosk_app.demo.centre import DemoCentre
from kiosk_app.demo.citizen import Citizen
from kiosk_app.demo.ears import choose_ears
from kiosk_app.demo.tour import Tour
from kiosk_app.demo.visitor_clip import VisitorPlan, write_visitor_clip
from kiosk_app.errors import DemoError, KioskError
from kiosk_app.reply import Language
from kiosk_app.runtime.kiosk import Kiosk
from models.errors import ModelsError

KIOSK = "kiosk-demo"
_NOTICE: dict[Language, str] = {
    "zh": "演示：一段录像代替摄像头，不拍任何人。",
    "en": "Demonstration: a recording takes the camera's place, nobody is filmed.",
}
SOUND_LATENCY_MS = 60
"""Of the citizen's voice and the recording: twice the default, for everything here shares one machine."""

_STAY_S = 150.0
_SETTLE_S = 10.0
_CLIP = VisitorPlan(empty_s=3.0, stay_s=_STAY_S, width=320, height=240, fps=8.0)


class Demo:
    """Starts the centre and the kiosk, sends a citizen through the tour, and keeps what was seen and heard."""

    def __init__(self, folder: Path, console: Console, *, stay: bool) -> None:
        self.folder = folder
        self.console = console
        self.stay = stay
        self.failure = ""
        self._ears = ""
        self._began = time.monotonic()

    def run(self) -> int:
        """The whole demonstration; the exit status. Raises DemoError, ModelsError, AudioServerError, UiError."""
        home = self._fresh_home()
        with contextlib.ExitStack() as stack:
            audio = stack.enter_context(AudioServer(SOUND_LATENCY_MS))
            os.environ.update(audio.devices)
            centre = stack.enter_context(DemoCentre(self.folder / "centre"))
            self._tell(f"centre ready: {centre.page}")
            centre.provision(KIOSK, home / "identity")
            stack.enter_context(audio.recording(self.folder / "loudspeaker.wav"))
            self._serve(self._config(home), audio, centre)
        if self.failure:
            self.console.print(f"[red]failed:[/red] {self.failure}")
            return 1
        return 0

    def _serve(self, config: KioskConfig, audio: AudioServer, centre: DemoCentre) -> None:
        from kiosk_app.cli.run_kiosk import serve

        visits: list[threading.Thread] = []

        def ready(kiosk: Kiosk) -> None:
            thread = threading.Thread(target=self._visit, args=(kiosk, audio, centre), name="citizen")
            visits.append(thread)
            thread.start()

        serve(config, ready=ready)
        for thread in visits:
            thread.join()

    def _visit(self, kiosk: Kiosk, audio: AudioServer, centre: DemoCentre) -> None:
        citizen = Citizen(kiosk, audio, self.folder / "spoken")
        tour = Tour(kiosk, citizen, centre, self.folder / "screens")
        try:
            tour.take(self._tell)
            citizen.poll("the visit to reach the centre", lambda: _told(centre, len(tour.answers)), _SETTLE_S)
            centre.picture(self.folder / "fleet.png")
            wrong = [answer.question.said for answer in tour.answers if not answer.right]
            if wrong:
                self.failure = f"answered wrongly: {'; '.join(wrong)}"
        except (DemoError, OSError) as error:
            self.failure = str(error)
        except Exception as error:
            logging.getLogger(__name__).debug("the visit broke", exc_info=True)
            self.failure = f"unexpected {type(error).__name__}: {error}"
        finally:
            report.show(tour.answers, self._ears, self.console)
            report.keep(tour.answers, self._ears, self.folder, {"failure": self.failure or None})
            self._tell(f"pictures, sound, transcript and report: {self.folder}")
            if self.stay and not self.failure:
                self.console.print(f"the kiosk stays; fleet page {centre.page}; Ctrl-C ends it")
            elif kiosk.screen is not None:
                kiosk.screen.request_stop()

    def _fresh_home(self) -> Path:
        """A data folder of the demonstration's own: nothing of an earlier run, the model files shared."""
        home = home_folder() / "demo"
        for name in ("link", "knowledge", "identity"):
            shutil.rmtree(home / name, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        assets = home / "assets"
        if not assets.is_symlink():
            assets.symlink_to(home_folder() / "assets")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return home

    def _config(self, home: Path) -> KioskConfig:
        from models.knowledge import load_knowledge, resolve_knowledge

        artefact = resolve_knowledge(None, "gov", home_folder() / "packs")
        model, self._ears = choose_ears(load_knowledge(artefact), home)
        self._tell(f"ears: {self._ears}")
        clip = home / "visitor.avi"
        if not clip.exists():
            self._tell("drawing the visitor's clip")
            write_visitor_clip(clip, _CLIP)
        return KioskConfig(
            data_dir=home,
            microphone=MicrophoneConfig(silent_after_s=0),  # nobody speaks: the private device gives zeros
            camera=CameraConfig(enabled=True, notice=_NOTICE, source=str(clip), loop=True),
            knowledge=KnowledgeConfig(venue=None, pack=artefact),
            recognition=RecognitionConfig(model="embedded" if model.embedded else "auto"),
        )

    def _tell(self, line: str) -> None:
        self.console.print(f"[dim]{time.monotonic() - self._began:6.1f} s[/dim]  {line}")


def _told(centre: DemoCentre, turns: int) -> bool | None:
    visits = centre.get("/api/visits")
    return True if any(visit["outcome"] and visit["turns"] >= turns for visit in visits) else None


def main() -> int:
    """Parse the words of the command line and run."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description="The whole system on this machine.")
    parser.add_argument("--stay", action="store_true", help="keep everything running after the tour")
    parser.add_argument("--out", type=Path, default=Path("build/demo"), help="folder of pictures and report")
    parser.add_argument("--debug", action="store_true", help="log everything")
    words = parser.parse_args()
    logging.basicConfig(
        level=logging.DEBUG if words.debug else logging.ERROR, format="%(levelname)s %(name)s: %(message)s"
    )
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    try:
        return Demo(words.out.resolve(), console, stay=words.stay).run()
    except (KioskError, ModelsError, AudioServerError) as error:
        if words.debug:
            raise
        console.print(f"[red]error:[/red] {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
