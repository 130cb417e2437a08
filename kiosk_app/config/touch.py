"""What people look at, press, plug in and take along."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from hardware.printer import PaperWidth, parse_address
from kiosk_app.config.section import Section
from kiosk_app.taking import link_problem
from kiosk_app.ui.settings import ScreenSettings


class ScreenConfig(ScreenSettings):
    """The touchscreen, or none."""

    backend: Literal["kivy", "none"] = "kivy"


class KeypadConfig(Section):
    """A USB numeric keypad, by which blind visitors use everything here; docs/keypad.md."""

    enabled: bool = Field(default=False, description="Read its keys from the screen's window.")


class HeadphonesConfig(Section):
    """The jack for private listening; docs/keypad.md."""

    enabled: bool = Field(
        default=False,
        description="Begin a visit by ear when headphones are plugged in, where the sound card feels its jack.",
    )


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
