"""Where the kiosk stands, and how the people there queue."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from kiosk_app.config.section import Section
from kiosk_app.queues.address import address_problem, listen_address
from kiosk_app.quiet_hours import QuietHoursPlan


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
