"""The kiosk's configuration: one TOML file, every key with its meaning, every mistake with its line."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from hardware.printer import PaperWidth, parse_address
from kiosk_app.errors import ConfigError
from kiosk_app.queues.address import address_problem, listen_address
from kiosk_app.quiet_hours import QuietHoursPlan
from kiosk_app.taking import link_problem
from kiosk_app.ui.settings import ScreenSettings
from kiosk_app.volumes import LOUDEST, QUIETEST, USUAL_VOLUME
from vision.errors import CameraError
from vision.sources.boards import board_camera
from voice.sound_devices import ROLE_PREFIX, ROLES

Rectangle = tuple[float, float, float, float]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]


def _known_role(device: str) -> str:
    if device.startswith(ROLE_PREFIX) and device.removeprefix(ROLE_PREFIX) not in ROLES:
        raise ValueError(
            f"must be a part of a name or one of {', '.join(ROLE_PREFIX + role for role in ROLES)}"
        )
    return device


Device = Annotated[str, AfterValidator(_known_role)]


class Section(BaseModel):
    """A part of the file; a key that is not known is an error, never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StandConfig(Section):
    """A place on the hall's floor plan, in metres."""

    floor: int = Field(ge=-5, le=200, description="Floor as a number.")
    x: float = Field(ge=0, le=300, allow_inf_nan=False, description="Metres from the left of the plan.")
    y: float = Field(ge=0, le=300, allow_inf_nan=False, description="Metres from the top of the plan.")


class SiteConfig(Section):
    """The place the kiosk stands in."""

    lang: Literal["zh", "en"] = Field(default="zh", description="Language of the home screen.")
    greet_aloud: bool = Field(
        default=True, description="Say a greeting to who stands before the kiosk and looks."
    )
    quiet_hours: QuietHoursPlan | None = Field(
        default=None, description='When nobody is greeted aloud, by the clock on the wall: "21:30-07:00".'
    )

    stands_at: StandConfig | None = Field(
        default=None,
        description="Where this kiosk stands, { floor = 1, x = 12.5, y = 18 }; the plan's own kiosk without it.",
    )

    logo: Path | None = Field(
        default=None,
        description="A PNG file that is shown in the head of the screen; beside this file where no folder is named.",
    )

    @field_validator("logo")
    @classmethod
    def _beside(cls, given: Path | None, info: ValidationInfo) -> Path | None:
        folder = (info.context or {}).get("folder")
        return folder / given if given is not None and folder is not None else given

    @field_validator("quiet_hours", mode="before")
    @classmethod
    def _span(cls, given: object) -> object:
        if given is None or isinstance(given, QuietHoursPlan):
            return given
        if not isinstance(given, str):
            raise ValueError('must be two times of day in quotation marks, like "21:30-07:00"')  # noqa: TRY004
        return QuietHoursPlan.parse(given)


class MicrophoneConfig(Section):
    """Where the citizen's voice comes from."""

    backend: Literal["pyaudio", "none"] = "pyaudio"
    device: Device | None = Field(
        default=None,
        description="Part of the device's or its card's name, or role:usb, role:builtin, role:bluetooth;"
        " the system's default without it.",
    )
    silent_after_s: float = Field(
        default=30.0,
        ge=0,
        description="Digital silence for so long is a fault. 0 for a microphone whose noise gate is silent too.",
    )
    duplex: Literal["auto", "half", "full"] = Field(
        default="auto",
        description="half: deaf while it speaks. full: may be interrupted by voice. auto: full where the doctor's"
        " echo check has found it to be safe with these devices, half otherwise.",
    )


class SpeakerConfig(Section):
    """Where answers are heard."""

    backend: Literal["pyaudio", "none"] = "pyaudio"
    device: Device | None = Field(
        default=None,
        description="Part of the device's or its card's name, or role:usb, role:builtin, role:bluetooth, role:hdmi;"
        " the system's default without it.",
    )
    volume: float = Field(
        default=USUAL_VOLUME,
        ge=QUIETEST,
        le=LOUDEST,
        description="How loud visits begin; what is set in the staff corner comes before it.",
    )


class RecognitionConfig(Section):
    """Speech to text."""

    backend: Literal["vosk", "sherpa-onnx", "none"] = "vosk"
    model: Literal["auto", "official", "embedded"] | Path = Field(
        default="auto",
        description="auto: the official model if it was fetched, else the embedded one. sherpa-onnx needs a folder.",
    )
    decoding: Literal["model", "small-board"] = Field(
        default="model", description="small-board: Vosk searches less than its model asks for."
    )


class SpeechConfig(Section):
    """Text to speech."""

    backend: Literal["auto", "espeak-ng", "piper", "none"] = Field(
        default="auto",
        description="auto: piper for Chinese where its program and voice are, espeak-ng for everything else.",
    )
    cache_mb: int = Field(
        default=512,
        ge=0,
        le=16_384,
        description="Room on disk for answers that are rendered before they are asked for; 0 renders none.",
    )
    follow_room: bool = Field(
        default=True, description="Speak louder in a loud room and softer in a quiet one."
    )
    ordinary_room_dbfs: float = Field(
        default=-45.0,
        ge=-90.0,
        le=0.0,
        description="Noise of the room, at the microphone, in which the volume is right as it is.",
    )


class CameraConfig(Section):
    """Noticing a person. Off unless the site turns it on, beside the text of its privacy notice."""

    enabled: bool = False
    notice: dict[Literal["zh", "en"], Annotated[str, Field(min_length=4, max_length=100)]] = Field(
        default={},
        validate_default=True,
        description='What the notice in the hall says, as people read it on the screen: { zh = "…", en = "…" }.',
    )
    source: Annotated[int, Field(strict=True)] | str = Field(
        default=0,
        description="Device number or path; pi or jetson for the camera on the board's ribbon cable, pi:1 or jetson:1"
        " for its second one; or a video file.",
    )
    loop: bool = Field(default=False, description="Start a video file again at its end.")
    detector: Literal["auto", "yunet", "haar", "nanodet", "yunet+nanodet"] = Field(
        default="auto",
        description="yunet and haar see faces, nanodet whole people, also from behind. auto: the best there is.",
    )

    turned: Literal[0, 90, 180, 270] = Field(
        default=0, description="How far the camera is mounted turned, clockwise, in degrees."
    )
    field_of_view: float = Field(
        default=43.0,
        gt=5,
        lt=150,
        description="Degrees from the upper to the lower edge of its picture; distances are reckoned from it.",
    )
    near_m: float = Field(
        default=1.5, gt=0.2, le=5, description="Who is nearer, in metres, stands before the kiosk."
    )
    reach_m: float = Field(
        default=4.5,
        ge=1,
        le=10,
        description="From so far away faces are noticed; farther costs more computing.",
    )
    onlooker_m: float = Field(
        default=2.0,
        ge=0,
        le=5,
        description="Who looks at the screen from nearer, beside the customer, covers private text; 0 for nobody.",
    )
    ignored: tuple[Rectangle, ...] = Field(
        default=(),
        description="Where nobody counts (a poster, a desk): [left, top, right, bottom] as shares of the picture.",
    )

    @field_validator("source")
    @classmethod
    def _known_camera(cls, given: int | str) -> int | str:
        try:
            board_camera(str(given))
        except CameraError as error:
            raise ValueError(error.message) from error
        return given

    @field_validator("notice")
    @classmethod
    def _told(cls, given: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        if info.data.get("enabled") and not given:
            raise ValueError(
                "must say why there is a camera and who answers for it, before it is turned on:"
                ' notice = { zh = "本机用摄像头感知有人走近，不存照片。负责单位：…" }'
            )
        return given

    @field_validator("ignored")
    @classmethod
    def _rectangles(cls, given: tuple[Rectangle, ...]) -> tuple[Rectangle, ...]:
        for left, top, right, bottom in given:
            if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
                raise ValueError(
                    "must be [left, top, right, bottom] from 0 to 1, left before right and top before bottom"
                )
        return given


class ProximityConfig(Section):
    """A sensor that feels people, in place of a camera or beside one."""

    sensor: Literal["none", "pir", "mmwave"] = Field(
        default="none",
        description="pir feels warmth that moves, mmwave (radar) also who stands still.",
    )
    pin: int = Field(
        default=17, ge=0, le=27, description="The Raspberry Pi's pin of its output, as a BCM number."
    )
    active_low: bool = Field(default=False, description="Its output is low while it feels somebody.")
    dwell_s: float | None = Field(
        default=None, ge=0, le=30, description="Felt for so long begins a visit; 4 s (pir), 1.2 s (mmwave)."
    )
    hold_s: float | None = Field(
        default=None, gt=0, le=300, description="Not felt for so long ends it; 30 s (pir), 3 s (mmwave)."
    )


class KeypadConfig(Section):
    """A USB numeric keypad, by which blind visitors use everything here; docs/keypad.md."""

    enabled: bool = Field(default=False, description="Read its keys from the screen's window.")


class HeadphonesConfig(Section):
    """The jack for private listening; docs/keypad.md."""

    enabled: bool = Field(
        default=False,
        description="Begin a visit by ear when headphones are plugged in, where the sound card feels its jack.",
    )


class ScreenConfig(ScreenSettings):
    """The touchscreen, or none."""

    backend: Literal["kivy", "none"] = "kivy"


class PrinterConfig(Section):
    """A receipt printer, for who would rather have an answer on paper; docs/taking-along.md."""

    backend: Literal["none", "escpos"] = "none"
    device: str = Field(
        default="/dev/usb/lp0",
        description="usb:VENDOR:PRODUCT, /dev/usb/lp0, serial:/dev/ttyUSB0:38400 or tcp:HOST:9100.",
    )
    paper_mm: PaperWidth = Field(default=80, description="Width of the roll: 58 or 80.")

    @field_validator("device")
    @classmethod
    def _place(cls, given: str) -> str:
        parse_address(given)
        return given


class TakeAlongConfig(Section):
    """What the code on an answer leads to, for who takes the answer along."""

    url: str | None = Field(
        default=None,
        description="The web page of a matter, https://… with {matter}; without it the code says the answer itself.",
    )

    @field_validator("url")
    @classmethod
    def _page(cls, given: str | None) -> str | None:
        if given is not None and (problem := link_problem(given)):
            raise ValueError(problem)
        return given


class QueueConfig(Section):
    """Numbers for those who wait; docs/queue.md."""

    system: Literal["none", "own", "http"] = Field(
        default="none",
        description="own: this kiosk numbers the people who wait in its hall. http: it asks the hall's queue system, or"
        " the kiosk that numbers.",
    )
    url: str | None = Field(
        default=None,
        description="http: where that is, like http://192.168.1.20:8087.",
        validate_default=True,
    )
    token_file: Path | None = Field(
        default=None,
        description="A file, readable by the kiosk alone, with the secret that both sides know.",
    )
    listen: str | None = Field(
        default=None,
        description="own: where other kiosks of the hall may ask for numbers, like 192.168.1.20:8087.",
    )
    call_aloud: bool = Field(default=True, description="Say who is called while nobody is served.")

    @field_validator("url")
    @classmethod
    def _address(cls, given: str | None, info: ValidationInfo) -> str | None:
        if given is None and info.data.get("system") == "http":
            raise ValueError("must say where the queue system is, like http://192.168.1.20:8087")
        if given is not None and (problem := address_problem(given)):
            raise ValueError(problem)
        return given

    @field_validator("listen")
    @classmethod
    def _place(cls, given: str | None, info: ValidationInfo) -> str | None:
        if given is not None:
            listen_address(given)
            if info.data.get("token_file") is None:
                raise ValueError("needs token_file: only who knows its secret may ask for numbers")
        return given


class KnowledgeConfig(Section):
    """What the kiosk knows before the centre sends something newer."""

    venue: Literal["gov", "bank"] | None = Field(default="gov", description="The shipped pack to start with.")
    pack: Path | None = Field(default=None, description="A pack folder or artefact instead of a shipped one.")


class LearningConfig(Section):
    """What is kept of this hall, on this kiosk only; docs/learning.md says what that is."""

    unknown: bool = Field(
        default=True,
        description="Keep redacted questions that were not understood, for `kiosk unknown export`.",
    )
    max_clusters: int = Field(
        default=500, ge=1, le=5000, description="Groups of similar questions kept at most."
    )
    max_age_days: int = Field(
        default=90, ge=1, le=366, description="Days after which a question is forgotten."
    )
    frequent: bool = Field(
        default=True, description="Offer on the home screen what is asked here at this hour."
    )
    share_counts: bool = Field(
        default=False,
        description="Tell the centre how many questions were not understood, without their words.",
    )


class FleetConfig(Section):
    """The link to the centre; without it the kiosk works alone."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=1883, ge=1, le=65535)
    tenant: Identifier = "main"
    kiosk: Identifier = "kiosk-1"
    password_file: Path | None = Field(
        default=None, description="A file, readable by the kiosk alone, with the password."
    )


class StaffConfig(Section):
    """The staff corner. It exists once a PIN has been set with `kiosk staff pin`."""

    pin_file: Path | None = Field(
        default=None,
        description="A file, readable by the kiosk alone, with the PIN's hash; staff/pin in data_dir without it.",
    )


class KioskConfig(Section):
    """The whole file. Every section may be left out."""

    data_dir: Path | None = Field(
        default=None, description="Where state is kept; YINGBIN_HOME or the user's data folder."
    )
    site: SiteConfig = SiteConfig()
    microphone: MicrophoneConfig = MicrophoneConfig()
    speaker: SpeakerConfig = SpeakerConfig()
    recognition: RecognitionConfig = RecognitionConfig()
    speech: SpeechConfig = SpeechConfig()
    camera: CameraConfig = CameraConfig()
    proximity: ProximityConfig = ProximityConfig()
    screen: ScreenConfig = ScreenConfig()
    keypad: KeypadConfig = KeypadConfig()
    headphones: HeadphonesConfig = HeadphonesConfig()
    take_along: TakeAlongConfig = TakeAlongConfig()
    printer: PrinterConfig = PrinterConfig()
    queue: QueueConfig = QueueConfig()
    knowledge: KnowledgeConfig = KnowledgeConfig()
    learning: LearningConfig = LearningConfig()
    fleet: FleetConfig = FleetConfig()
    staff: StaffConfig = StaffConfig()

    @property
    def home(self) -> Path:
        """The folder of the kiosk's state."""
        return self.data_dir or home_folder()


def home_folder() -> Path:
    """``$YINGBIN_HOME``, or the user's data folder."""
    return Path(os.environ.get("YINGBIN_HOME") or platformdirs.user_data_dir("yingbin"))


def load_config(path: Path | None) -> KioskConfig:
    """Read the file; the defaults when ``path`` is None.

    Raises:
        ConfigError: one line per problem, each with file, line, key and what to do.
    """
    if path is None:
        return KioskConfig()
    text = _read(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    try:
        return KioskConfig.model_validate(document, context={"folder": path.absolute().parent})
    except ValidationError as error:
        problems = sorted({_describe(text, problem) for problem in error.errors(include_url=False)})
        raise ConfigError("\n".join(f"{path}:{line}: {what}" for line, what in problems)) from error


def salvage_config(path: Path | None) -> KioskConfig:
    """What is sound in a broken file, section by section, so that safe mode keeps its data and its centre."""
    try:
        text = _read(path) if path else ""
    except ConfigError:
        return KioskConfig()
    sound: dict[str, Any] = {}
    for section in re.split(r"(?m)^(?=\s*\[)", text):
        try:
            document = tomllib.loads(section)
        except tomllib.TOMLDecodeError:
            continue
        for key, value in document.items():
            try:
                KioskConfig.model_validate({key: value})
            except ValidationError:
                continue
            sound[key] = value
    return KioskConfig.model_validate(sound)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors put a byte order mark before the first key
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}; give --config an existing file"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error


_SECTION = "model_type"
_WANTED = {
    "camera.source": "a device number, or in quotation marks a device path, pi, pi:1, jetson, jetson:1 or a video file",
    "recognition.model": "auto, official, embedded or the path of a model folder, in quotation marks",
}
"""Keys that may hold several kinds of value."""
_KINDS = {
    "path_type": "a path in quotation marks",
    "string_type": "text in quotation marks",
    "int_type": "a whole number",
    "bool_type": "true or false",
}
"""What pydantic names in the terms of Python, in the terms of the file."""


def _describe(text: str, problem: Mapping[str, Any]) -> tuple[int, str]:
    """The line of a problem, and what is wrong there."""
    unknown = problem["type"] == "extra_forbidden"
    location = tuple(str(part) for part in problem["loc"])
    if not unknown:
        location = _as_written(location)
    key = ".".join(location)
    line = _line_of(text, location)
    if unknown:
        near = difflib.get_close_matches(location[-1], _keys_at(location[:-1]), n=1)
        advice = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(_keys_at(location[:-1]))}"
        return line, f"{key}: unknown key; {advice}"
    if problem["type"] == _SECTION:
        return line, f"{key}: is a section; write [{key}] and its keys below"
    wanted = _WANTED.get(key) or _KINDS.get(problem["type"])
    must = (
        f"must be {wanted}"
        if wanted
        else problem["msg"].replace("Input should be", "must be").replace("Value error, ", "")
    )
    return line, f"{key}: {must}, but it is {problem['input']!r}"


def _as_written(location: Sequence[str]) -> tuple[str, ...]:
    """The key as it stands in the file, without the alternatives that pydantic tried for its value."""
    known = 0
    while known < len(location) and location[known] in _keys_at(location[:known]):
        known += 1
    return tuple(location[:known])


def _keys_at(location: Sequence[str]) -> list[str]:
    model: type[BaseModel] = KioskConfig
    for part in location:
        field = model.model_fields.get(part)
        inner = field.annotation if field else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return sorted(model.model_fields)


def _line_of(text: str, location: Sequence[str]) -> int:
    """The line of a key, by its section's header; the header's line, or 1, when it cannot be found."""
    section, key = (location[0], location[1]) if len(location) > 1 else ("", location[0])
    current, header = "", 1
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[([^\]]+)\]", line):
            current = found[1].strip()
            if current in (section, key):
                header = number
        elif current == section and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return header
