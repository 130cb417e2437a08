"""The staff corner's page of the self-test: each of the doctor's checks as it finishes, with its figure and its fix."""

from __future__ import annotations

from hardware.doctor import CheckResult
from kiosk_app.i18n import N_
from kiosk_app.staff.events import StaffTaskChosen
from kiosk_app.staff.reports import DoctorReport
from kiosk_app.staff.view import CornerView
from kiosk_app.ui.parts.block import Block, Column, Grid, Row
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.staff_parts import StaffButton
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.parts.value_bar import ValueBar
from kiosk_app.ui.screens.page import Page
from kiosk_app.ui.stage import stage

_ORDER = ("fail", "warn", "ok", "skip")
_STATES: dict[str, tuple[str, str, str]] = {
    "ok": ("check", "ok", N_("In order")),
    "warn": ("alert", "ink", N_("See to it")),
    "fail": ("alert", "accent", N_("Fault")),
    "skip": ("slash", "muted", N_("Not checked")),
}
"""Sign, colour and word of a check's state."""
_NAMES: dict[str, str] = {
    "config": N_("Configuration"),
    "knowledge": N_("Knowledge"),
    "updates": N_("Updates"),
    "speech_model": N_("Speech model"),
    "first_words": N_("First words"),
    "voice": N_("Voice"),
    "sound_devices": N_("Sound devices"),
    "microphone": N_("Microphone"),
    "loudspeaker": N_("Loudspeaker"),
    "echo": N_("Echo"),
    "camera": N_("Camera"),
    "proximity": N_("Proximity sensor"),
    "printer": N_("Printer"),
    "keypad": N_("Keypad"),
    "headphones": N_("Headphones"),
    "screen_type": N_("Type on the screen"),
    "queue": N_("Queue numbers"),
    "staff_corner": N_("Staff corner"),
    "volume": N_("Site volume"),
    "model_files": N_("Model files"),
    "broker": N_("Broker"),
    "board": N_("Board"),
    "disk": N_("Disk"),
    "memory": N_("Memory"),
    "clock": N_("Clock"),
    "temperature": N_("Temperature"),
    "power": N_("Power supply"),
    "camera_device": N_("Camera device"),
    "display": N_("Display"),
}


def _start(at: float) -> StaffTaskChosen:
    return StaffTaskChosen(at, "doctor")


class CheckCard(Card):
    """A check: its name and state, what it found, what to do."""

    def __init__(self, result: CheckResult, **kwargs: object) -> None:
        _, theme = stage()._, stage().theme
        super().__init__(gap=theme.space(1), pad_y=theme.space(2.5), **kwargs)
        icon, colour, state = _STATES[result.state]
        row = Row(gap=theme.space(2))
        row.add_widget(Icon(name=icon, colour=colour, extent=theme.em("small")))
        row.add_widget(Text(source=name_of(result.name), role="small", bold=True))
        row.add_widget(Text(source=_(state), role="small", bold=True, colour=colour, align="right", share=0))
        self.add_widget(row)
        if result.figure:
            self.add_widget(Text(source=result.figure, role="small", colour="muted"))
        if result.fix and result.state in ("warn", "fail"):
            self.add_widget(Text(source=_("To do: {fix}").format(fix=result.fix), role="small"))


class DoctorPage(Page):
    """What has to be looked after stands first."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        _, theme = stage()._, stage().theme
        explained = _("About a minute. What the kiosk uses itself is told by the part that uses it.")
        self.said = Text(role="label", source=explained)
        self._explained = explained
        self.bar = ValueBar()
        self.button = StaffButton(_("Begin"), "pulse", _start, "strong")
        self.grid = Grid(columns=2 if not theme.portrait and theme.roomy else 1, gap=theme.tight)
        self.head = Column(gap=theme.space(2))
        self.content = Column(gap=theme.gap)
        self.pane = Pane(self.content)
        self.content.hold([self.head, self.grid])
        self.add_widget(self.pane)
        self._cards: dict[CheckResult, CheckCard] = {}

    def show(self, corner: CornerView) -> None:
        _ = stage()._
        report = corner.report(DoctorReport) or DoctorReport()
        task = corner.task("doctor")
        busy = task.state == "busy"
        self.said.source = _said(report, busy=busy) or self._explained
        if task.state == "failed":
            self.said.source = _("The self-test broke off: {reason}").format(reason=task.detail or task.code)
        self.bar.show([(len(report.done) / report.total, "primary")] if report.total else [])
        idle = corner.busy is None
        self.head.hold([self.said, *([self.bar] if busy else []), *([self.button] if idle else [])])
        ordered = sorted(report.done, key=lambda result: _ORDER.index(result.state))
        self._cards = {result: self._cards.get(result) or CheckCard(result) for result in ordered}
        cards: list[Block] = [self._cards[result] for result in ordered]
        self.grid.hold(cards)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        self.pane.place(left, top, width, height)


def name_of(check: str) -> str:
    """A check's name as people read it; the doctor's own name for one that is new."""
    return stage()._(_NAMES[check]) if check in _NAMES else check


def _said(report: DoctorReport, *, busy: bool) -> str:
    _ = stage()._
    done, total = len(report.done), report.total
    if busy:
        now = name_of(report.doing) if report.doing else "…"
        return _("{done} of {total}: {name}").format(done=done + 1, total=total or "…", name=now)
    if not total or done < total:
        return ""
    faults = sum(result.state == "fail" for result in report.done)
    warnings = sum(result.state == "warn" for result in report.done)
    if not faults and not warnings:
        return _("Everything that was checked is good")
    return _("Faults: {faults}, to see to: {warnings}").format(faults=faults, warnings=warnings)
