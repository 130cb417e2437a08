"""The staff corner's page of the sound: what the microphone hears now, the loudspeaker, and the site's volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.clock import Clock

from kiosk_app.staff.events import SiteVolumeStepped, StaffTaskChosen
from kiosk_app.staff.reports import SoundReport
from kiosk_app.staff.view import CornerView, PartLine
from kiosk_app.ui.parts.block import Grid, Row
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.staff_parts import Fact, Facts, Heading, StaffButton
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.parts.value_bar import ValueBar
from kiosk_app.ui.screens.page import Page
from kiosk_app.ui.stage import stage
from kiosk_app.volumes import LOUDEST, QUIETEST

if TYPE_CHECKING:
    from kiosk_app.staff.reports import SoundLook

_POLL_S = 0.1
_QUIET_DBFS, _LOUD_DBFS = -80.0, 0.0
_TOO_LOUD_DBFS = -6.0
_FALL = 0.8
"""Of its length the bar keeps each time: up at once, down slowly, or nobody could read it."""


def _louder(at: float) -> SiteVolumeStepped:
    return SiteVolumeStepped(at, up=True)


def _quieter(at: float) -> SiteVolumeStepped:
    return SiteVolumeStepped(at, up=False)


def _test(at: float) -> StaffTaskChosen:
    return StaffTaskChosen(at, "speaker")


class SoundPage(Page):
    """Asks for the level ten times a second, while it is on the screen."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        _, theme = stage()._, stage().theme
        self._length = 0.0
        self.meter = ValueBar(extent=theme.mm(7))
        self.level, self.room, self.speech = (
            Fact(_("Level now")),
            Fact(_("Noise of the room")),
            Fact(_("Somebody speaks")),
        )
        figures = Facts()
        for fact in (self.level, self.room, self.speech):
            figures.add_widget(fact)
        self.heard = Text(role="small", colour="muted")
        self.microphone = Card(gap=theme.space(2))
        for child in (Heading(_("Microphone"), "mic"), self.meter, figures, self.heard):
            self.microphone.add_widget(child)

        self.volume, self.volume_bar = Text(role="heading", bold=True, share=0), ValueBar(extent=theme.mm(7))
        self.origin = Text(role="small", colour="muted")
        self.fault = Text(role="small", colour="accent")
        quieter = StaffButton(_("Quieter"), "minus", _quieter)
        louder = StaffButton(_("Louder"), "plus", _louder)
        self._head = Row(gap=theme.space(2))
        self._head.add_widget(Heading(_("Site volume"), "sound"))
        self._head.add_widget(self.volume)
        self._steps = Grid(columns=2, gap=theme.tight)
        self._steps.add_widget(quieter)
        self._steps.add_widget(louder)
        self._test = StaffButton(_("Test the loudspeaker"), "sound", _test, "strong")
        self.speaker = Card(gap=theme.tight)
        self.cards = Grid(columns=1 if theme.portrait or not theme.roomy else 2, gap=theme.gap)
        self.cards.add_widget(self.microphone)
        self.cards.add_widget(self.speaker)
        self.pane = Pane(self.cards)
        self.add_widget(self.pane)
        self._poll = Clock.schedule_interval(self._newest, _POLL_S)

    def show(self, corner: CornerView) -> None:
        _ = stage()._
        report = corner.report(SoundReport)
        line = corner.light_of("microphone")
        self.heard.source, self.heard.colour = _heard(line, report)
        self.volume.source = f"{corner.volume:.0%}"
        self.volume_bar.show([((corner.volume - QUIETEST + 0.1) / (LOUDEST - QUIETEST + 0.1), "primary")])
        failed = corner.task("speaker")
        origin = ""
        if failed.code == "not_kept":
            origin = _("The volume cannot be kept: {reason}").format(reason=failed.detail)
        elif report is not None:
            origin = (
                _("Set here; kept after a restart") if report.volume_kept else _("From the configuration")
            )
        self.origin.source = origin or "–"
        speech = corner.light_of("speech")
        works = speech.light == "on"
        name = report.speaker if report is not None else ""
        self.fault.source = name if works else _reason(speech)
        self.fault.colour = "muted" if works else "accent"
        said = [self.fault] if self.fault.source else []
        self.speaker.hold(
            [self._head, self.volume_bar, self.origin, self._steps, *([self._test] if works else []), *said]
        )
        self._draw(stage().sound())

    def close(self) -> None:
        self._poll.cancel()

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        self.pane.place(left, top, width, height)

    def _newest(self, _passed: float) -> bool:
        if not self.attached:
            return False
        if self._draw(stage().sound()):
            stage().relayout()
        return True

    def _draw(self, look: SoundLook | None) -> bool:
        """Whether something takes another number of lines."""
        _ = stage()._
        if look is None:
            self._length = 0.0
            self.meter.show([])
            return any([self.level.tell("–"), self.room.tell("–"), self.speech.tell("–")])
        self._length = max(_share(look.level_dbfs), self._length * _FALL)
        loud = look.level_dbfs > _TOO_LOUD_DBFS
        room = None if look.room_dbfs is None else _share(look.room_dbfs)
        self.meter.show([(self._length, "accent" if loud else "ok")], room)
        spoken = {True: _("Heard"), False: _("Not heard"), None: "–"}[look.speech]
        return any(
            [
                self.level.tell(_decibels(look.level_dbfs), "accent" if loud else "ink"),
                self.room.tell("–" if look.room_dbfs is None else _decibels(look.room_dbfs)),
                self.speech.tell(spoken, "ok" if look.speech else "ink"),
            ]
        )


def _share(dbfs: float) -> float:
    return min(max((dbfs - _QUIET_DBFS) / (_LOUD_DBFS - _QUIET_DBFS), 0.0), 1.0)


def _decibels(dbfs: float) -> str:
    return f"{dbfs:.0f} dB".replace("-", "−")


def _heard(line: PartLine, report: SoundReport | None) -> tuple[str, str]:
    """The device, or why nothing is heard; and its colour."""
    _ = stage()._
    if line.light != "on":
        return _reason(line), "accent" if line.light == "fault" else "muted"
    if report is None or not report.microphone:
        return _("Nobody listens to it yet"), "muted"
    if report.overruns:
        lost = _("{name}; sound was lost {count} times")
        return lost.format(name=report.microphone, count=report.overruns), "accent"
    return report.microphone, "muted"


def _reason(line: PartLine) -> str:
    _ = stage()._
    return line.reason or {"off": _("Not in use"), "starting": _("Starting")}.get(line.light, _("Fault"))
