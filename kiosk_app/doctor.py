"""The checks of the field self-test that need the kiosk's own parts; every fault comes with its fix."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from hardware.checks import hardware_checks
from hardware.doctor import Check, Finding
from kiosk_app.broker_check import check_broker
from kiosk_app.camera_check import check_camera
from kiosk_app.config import KioskConfig, load_config
from kiosk_app.echo_check import check_echo
from kiosk_app.errors import ConfigError, KioskError
from kiosk_app.keypad_check import check_headphones, check_keypad
from kiosk_app.logo_check import check_logo
from kiosk_app.plan_check import check_opening, check_plan
from kiosk_app.printer_check import check_printer
from kiosk_app.proximity_check import check_proximity
from kiosk_app.queue_check import check_queue
from kiosk_app.recognizers import open_recognizer, other_languages
from kiosk_app.runtime.voices import choose_voice
from kiosk_app.sound_checks import devices_check, loudspeaker_check, microphone_check
from kiosk_app.speech_model import OFFICIAL, speech_model
from kiosk_app.staff.door import PIN_FILE
from kiosk_app.staff.pin import PinFile
from kiosk_app.staff.private_file import StaffError
from kiosk_app.staff.site_settings import SiteSettingsFile
from kiosk_app.updates_check import check_updates
from kiosk_app.updating.model_kind import find_model
from kiosk_app.updating.start import with_centre
from models.assets import AssetStore
from models.errors import ModelsError
from models.knowledge import Knowledge, load_knowledge, resolve_knowledge
from models.knowledge.content import Hall
from models.speech import SpeechModelError
from voice.errors import VoiceError
from voice.fallback_synthesizer import FallbackSynthesizer

_SPOKEN = "居住证要带什么材料"


def checks(config_file: Path | None) -> list[Check]:
    """Every check, in the order in which a technician would look."""
    try:
        config, problem = with_centre(load_config(config_file), config_file), ""
    except ConfigError as error:
        config, problem = KioskConfig(), str(error)
    return checks_of(config, str(config_file) if config_file else "", problem)


def checks_of(
    config: KioskConfig, source: str, problem: str, knowledge: Knowledge | None = None
) -> list[Check]:
    """The same for a configuration that has been read from ``source``; with the ``knowledge`` that is open already."""
    library = _Library(config, knowledge)
    return [
        Check("config", lambda: _config(source, problem)),
        Check("knowledge", library.check),
        Check("updates", lambda: check_updates(config.home)),
        Check("floor_plan", lambda: library.of_hall(lambda hall: check_plan(hall, config.site))),
        Check("opening", lambda: library.of_hall(lambda hall: check_opening(hall, date.today()))),
        Check("speech_model", lambda: _speech_model(config, library)),
        Check("first_words", lambda: _first_words(config, library)),
        Check("voice", lambda: _voice(config, library)),
        Check("sound_devices", lambda: devices_check(config)),
        Check("microphone", lambda: microphone_check(config)),
        Check("loudspeaker", lambda: loudspeaker_check(config)),
        Check("echo", lambda: check_echo(config)),
        Check("camera", lambda: check_camera(config)),
        Check("proximity", lambda: check_proximity(config)),
        Check("printer", lambda: check_printer(config)),
        Check("queue", lambda: check_queue(config)),
        Check("keypad", lambda: check_keypad(config)),
        Check("headphones", lambda: check_headphones(config)),
        Check("screen_type", _fonts),
        Check("logo", lambda: check_logo(config.site)),
        Check("staff_corner", lambda: _staff_corner(config)),
        Check("volume", lambda: _volume(config)),
        Check("model_files", lambda: _assets(config)),
        Check("broker", lambda: check_broker(config)),
        *hardware_checks(config.home, camera_enabled=config.camera.enabled),
    ]


def _config(source: str, problem: str) -> Finding:
    if problem:
        lines = problem.splitlines()
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        return Finding("fail", lines[0] + more, "correct the file; the kiosk stays in safe mode until then")
    return Finding("ok", source or "defaults")


class _Library:
    """The knowledge, opened once for the checks that need it."""

    def __init__(self, config: KioskConfig, knowledge: Knowledge | None) -> None:
        self._config = config
        self._knowledge = knowledge

    def open(self) -> Knowledge:
        """Load it. Raises ModelsError."""
        if self._knowledge is None:
            wanted = self._config.knowledge
            path = resolve_knowledge(wanted.pack, wanted.venue, self._config.home / "packs")
            self._knowledge = load_knowledge(path)
        return self._knowledge

    def check(self) -> Finding:
        """It loads, and answers its own questions."""
        try:
            knowledge = self.open()
        except ModelsError as error:
            return Finding("fail", str(error), "publish the pack again, or set [knowledge] to a shipped one")
        if complaints := knowledge.check():
            return Finding("fail", complaints[0], "correct the pack's examples and publish it again")
        figure = f"{knowledge.id} {knowledge.version}: {len(knowledge.matters)} matters"
        return Finding("ok", figure)

    def of_hall(self, check: Callable[[Hall], Finding]) -> Finding:
        """A check of the place itself."""
        try:
            return check(self.open().hall)
        except ModelsError:
            return Finding("skip", "there is no knowledge, so nothing is known of the hall")


def _speech_model(config: KioskConfig, library: _Library) -> Finding:
    if config.recognition.backend == "none":
        return Finding("skip", "recognition is turned off")
    try:
        knowledge = library.open()
    except ModelsError:
        return Finding("skip", "there is no knowledge, so there are no words to listen for")
    choice = config.recognition.model
    try:
        open_recognizer(config.recognition, config.site.lang, knowledge, config.home)
        if config.recognition.backend == "sherpa-onnx":
            return Finding("ok", f"sherpa-onnx, {Path(choice).name}")
        model = speech_model(choice, config.site.lang, knowledge, config.home)
    except (KioskError, ModelsError, SpeechModelError, VoiceError) as error:
        own = isinstance(choice, Path)
        return Finding("fail", str(error), "correct recognition.model" if own else "run: kiosk models fetch")
    return Finding("ok", model.label)


def _first_words(config: KioskConfig, library: _Library) -> Finding:
    """In which other languages a visit can begin by speaking."""
    if config.recognition.backend == "none":
        return Finding("skip", "recognition is turned off")
    try:
        others = other_languages(config, library.open())
    except ModelsError:
        return Finding("skip", "there is no knowledge, so there are no words to listen for")
    missing = [OFFICIAL[lang] for lang in others if find_model(config.home, OFFICIAL[lang]) is None]
    if missing:
        names = " ".join(missing)
        return Finding(
            "warn",
            f"other languages are chosen by touch only: {names} is not here",
            f"run: kiosk models fetch {names}",
        )
    return Finding("ok", ", ".join((config.site.lang, *others)))


def _voice(config: KioskConfig, library: _Library) -> Finding:
    """What the kiosk says, its own recogniser must hear."""
    if config.speech.backend == "none":
        return Finding("skip", "speech is turned off")
    from kiosk_app.spoken import spoken
    from voice.synthesizer import EspeakSynthesizer
    from voice.vosk_recognizer import VoskRecognizer

    try:
        synthesizer = EspeakSynthesizer()
        began = time.perf_counter()
        heard = spoken(synthesizer, _SPOKEN)
        milliseconds = (time.perf_counter() - began) * 1000
    except VoiceError as error:
        return Finding("fail", str(error), "apt-get install espeak-ng")
    try:
        model = speech_model("embedded", "zh", library.open(), config.home)
        recognizer = VoskRecognizer(model.path)
    except (ModelsError, SpeechModelError, VoiceError) as error:
        return Finding("warn", f"speaks, but nobody can listen: {error}", "see knowledge and speech_model")
    recognizer.accept(heard)
    text = recognizer.finish().text
    if text != _SPOKEN:
        return Finding(
            "fail", f"said {_SPOKEN}, heard {text or 'nothing'}", "reinstall espeak-ng and its data"
        )
    return _chosen_voice(config, f"heard its own words; {milliseconds:.0f} ms to speak")


def _chosen_voice(config: KioskConfig, figure: str) -> Finding:
    """The voice that citizens hear, where it is another than espeak-ng: it has to speak once."""
    try:
        voice = choose_voice(config)
    except VoiceError as error:
        return Finding("fail", str(error), "install what is missing, or set speech.backend to auto")
    if not isinstance(voice, FallbackSynthesizer):
        return Finding("ok", f"{figure}; espeak-ng")
    try:
        voice.prepare()
        _, spoken = voice.speak(_SPOKEN, "zh", 1.0)
        as_wanted = spoken == voice.fingerprint(_SPOKEN, "zh", 1.0)
    except VoiceError as error:
        return Finding("fail", str(error), "apt-get install espeak-ng")
    finally:
        voice.stop()
    if not as_wanted:
        return Finding(
            "warn", "piper is there and does not speak; espeak-ng stands in", "run: pipx reinstall piper-tts"
        )
    return Finding("ok", f"{figure}; piper for Chinese")


def _staff_corner(config: KioskConfig) -> Finding:
    """Whether the technician's PIN can be asked for."""
    path = config.staff.pin_file or config.home / PIN_FILE
    try:
        known = PinFile(path).hash() is not None
    except StaffError as error:
        return Finding("fail", str(error), "run: kiosk staff pin")
    return Finding("ok", "a PIN is set") if known else Finding("skip", "no PIN is set; run: kiosk staff pin")


def _volume(config: KioskConfig) -> Finding:
    """How loud visits begin, and who said so."""
    configured = config.speaker.volume
    file = SiteSettingsFile(config.home)
    try:
        kept = file.read().volume
    except StaffError as error:
        return Finding("warn", f"{configured:.0%}, from the configuration: {error}", f"delete {file.path}")
    if kept is None:
        return Finding("ok", f"{configured:.0%}, from the configuration")
    return Finding("ok", f"{kept:.0%}, set in the staff corner ({file.path})")


def _fonts() -> Finding:
    from kiosk_app.ui.errors import UiError
    from kiosk_app.ui.fonts import font_files

    try:
        font_files()
    except UiError as error:
        return Finding("fail", str(error), "apt-get install fonts-noto-cjk")
    return Finding("ok", "Noto Sans CJK, simplified Chinese")


def _assets(config: KioskConfig) -> Finding:
    statuses = list(AssetStore(config.home / "assets").list())
    damaged = [status.name for status in statuses if status.state == "damaged"]
    present = [status.name for status in statuses if status.state == "present"]
    if damaged:
        names = " ".join(damaged)
        return Finding("fail", f"damaged: {names}", f"run: kiosk models fetch {names}")
    return Finding("ok", f"{len(present)} of {len(statuses)} present")
