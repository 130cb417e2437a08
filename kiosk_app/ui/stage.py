"""What every widget may ask of the running screen: the theme, the translator, and a way to post a touch."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from kiosk_app.events import Touch
from kiosk_app.logo import Logo
from kiosk_app.reply import Language
from kiosk_app.ui.theme import Theme

if TYPE_CHECKING:
    from kiosk_app.staff.reports import SoundLook
    from kiosk_app.ui.live_glass import LiveGlass


class Stage(Protocol):
    """The part of ``KioskScreen`` that widgets use. In kv files it is ``app``."""

    theme: Theme
    lang: Language
    live: LiveGlass
    logo: Logo | None

    def _(self, message: str, /) -> str:
        """The text of a message id in the language of the screen."""
        ...

    def send(self, event: Touch) -> None:
        """Post what a finger did."""
        ...

    def loudness(self) -> float:
        """How loud the voice is that the kiosk listens to just now, 0 to 1."""
        ...

    def sound(self) -> SoundLook | None:
        """How loud it is at the microphone just now, while the staff corner's page of the sound is open."""
        ...

    def show_privacy(self) -> None:
        """Lay the privacy notice over the screen."""
        ...

    def show_take_along(self) -> None:
        """Lay the code of the answer over the screen."""
        ...

    def show_sound(self) -> None:
        """Lay over the screen how loud and how fast the kiosk speaks."""
        ...

    def show_plan(self) -> None:
        """Lay the way to the answer's window over the screen."""
        ...

    def close_overlay(self) -> None:
        """Take away again what a finger has laid over the screen."""
        ...

    def relayout(self) -> None:
        """Measure and place everything again after a local change of height."""
        ...


class _Current:
    stage: Stage | None = None


def enter(stage: Stage) -> None:
    """Make ``stage`` the one that widgets find."""
    _Current.stage = stage


def stage() -> Stage:
    """The running screen."""
    return cast("Stage", _Current.stage)


EventFactory = Callable[[float], Touch]
"""Makes the event of a touch from its monotonic time in seconds."""
