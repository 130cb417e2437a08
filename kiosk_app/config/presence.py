"""What notices that somebody has come."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from kiosk_app.config.section import Section
from vision.errors import CameraError
from vision.sources.boards import board_camera

Rectangle = tuple[float, float, float, float]


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
