"""The staff corner's page of maintenance. What cannot be taken back is asked once more, with what exactly it does."""

from __future__ import annotations

from kiosk_app.staff.events import StaffTaskChosen, StaffTaskConfirmed, StaffTaskDropped
from kiosk_app.staff.reports import HoldingsReport, StaffTask, TaskReport
from kiosk_app.staff.view import CornerView
from kiosk_app.ui.parts.block import Block, Column, Grid
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.staff_parts import Heading, StaffButton, TaskCard
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.screens.page import Page
from kiosk_app.ui.stage import EventFactory, stage


def _begins(task: StaffTask) -> EventFactory:
    return lambda at: StaffTaskChosen(at, task)


class MaintenancePage(Page):
    """Four cards, or the question that one of them asks."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        _, theme = stage()._, stage().theme
        self.cards: dict[StaffTask, TaskCard] = {
            "export": TaskCard(
                _("Logs to a USB stick"),
                "stick",
                StaffButton(_("Write to the stick"), "down", _begins("export"), "strong"),
            ),
            "restart": TaskCard(
                _("Restart the program"),
                "repeat",
                StaffButton(_("Restart the program"), "repeat", _begins("restart")),
            ),
            "reboot": TaskCard(
                _("Restart the device"),
                "power",
                StaffButton(_("Restart the device"), "power", _begins("reboot")),
            ),
            "wipe": TaskCard(
                _("Wipe the data of this kiosk"),
                "erase",
                StaffButton(_("See what is wiped"), "erase", _begins("wipe")),
            ),
        }
        self.grid = Grid(columns=2 if not theme.portrait and theme.roomy else 1, gap=theme.gap)
        self.grid.hold(list(self.cards.values()))
        self.content = Column(gap=theme.gap)
        self.pane = Pane(self.content)
        self.add_widget(self.pane)
        self._asked: tuple[object, ...] = ()
        self._question: Block | None = None

    def show(self, corner: CornerView) -> None:
        holdings = corner.report(HoldingsReport)
        if corner.asking is not None:
            key = (corner.asking, _wiped(holdings))
            if key != self._asked or self._question is None:
                self._asked, self._question = key, _question(corner.asking, holdings)
            self.content.hold([self._question])
            return
        idle = corner.busy is None
        for task, card in self.cards.items():
            said, colour = _said(corner.task(task), holdings)
            possible = task != "reboot" or (holdings is not None and holdings.may_reboot)
            card.tell(said, colour, offered=idle and possible)
        self.content.hold([self.grid])

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        self.pane.place(left, top, width, height)


def _said(task: TaskReport, holdings: HoldingsReport | None) -> tuple[str, str]:
    """What a card says and in which colour: how far it is, what became of it, or what it would do."""
    if task.state == "failed":
        return _failed(task), "accent"
    if task.state == "busy":
        return _busy(task), "primary"
    if task.state == "done":
        return _done(task), "ok"
    _ = stage()._
    if task.task == "export":
        stick = holdings.stick if holdings is not None else ""
        plugged = _("Stick: {place}").format(place=stick) if stick else _("Plug a USB stick in first")
        return _("Log, self-test, versions, timings; redacted, no words of citizens. {stick}").format(
            stick=plugged
        ), "muted"
    if task.task == "restart":
        return _("Takes about half a minute; the device stays on"), "muted"
    if task.task == "reboot":
        if holdings is not None and not holdings.may_reboot:
            return _("The system does not permit this to the kiosk: switch it off and on"), "muted"
        return _("Takes about two minutes"), "muted"
    return _("Learnt questions, rendered speech, log: {size}").format(size=_total(holdings)), "muted"


def _busy(task: TaskReport) -> str:
    _ = stage()._
    if task.task == "export" and task.code == "checking":
        return _("Self-test {detail}; leave the stick where it is").format(detail=task.detail)
    if task.task == "export":
        return _("Writing; leave the stick where it is")
    if task.task == "wipe":
        return _("Wiping …")
    return _("Restarting …")


def _done(task: TaskReport) -> str:
    _ = stage()._
    if task.task == "export":
        return _("You can pull the stick out. Written: {name}").format(name=task.detail)
    return _("Done")


def _failed(task: TaskReport) -> str:
    _ = stage()._
    known = {
        "stick.none": _("There is no USB stick: plug one in and try again"),
        "stick.unmounted": _("A stick is there, but the system does not mount it"),
        "stick.read_only": _("The stick is write-protected: use another"),
        "stick.full": _("The stick is full: {detail}"),
        "stick.exists": _("Such a file is on the stick already: try again"),
        "stick.lost": _("The stick does not answer, or gives back other data: use another"),
        "reboot.refused": _("The system does not permit this to the kiosk: switch it off and on"),
        "still_busy": _("Something else is still being done: wait a moment"),
    }
    return known.get(task.code, _("It did not work: {detail}")).format(detail=task.detail)


def _question(task: StaffTask, holdings: HoldingsReport | None) -> Card:
    """What will be done, in so many words, with yes and no far enough apart to be meant."""
    _, theme = stage()._, stage().theme
    title, icon, lines, yes = {
        "restart": (
            _("Restart the program?"),
            "repeat",
            [_("The kiosk stops in good order and comes back by itself.")],
            _("Restart"),
        ),
        "reboot": (
            _("Restart the device?"),
            "power",
            [_("Everything on this device stops and starts again.")],
            _("Restart"),
        ),
        "wipe": (_("Wipe this for good?"), "erase", _wiped(holdings), _("Wipe")),
    }[task]
    card = Card(gap=theme.space(3))
    card.add_widget(Heading(title, icon, "accent"))
    for line in lines:
        card.add_widget(Text(source=line, role="small"))
    buttons = Grid(columns=2, gap=theme.gap)
    buttons.add_widget(StaffButton(_("No, go back"), "back", StaffTaskDropped))
    buttons.add_widget(StaffButton(yes, icon, StaffTaskConfirmed, "danger"))
    card.add_widget(buttons)
    return card


def _wiped(holdings: HoldingsReport | None) -> list[str]:
    """Exactly what goes, and what stays."""
    _ = stage()._
    if holdings is None:
        return [_("Looking …")]
    return [
        _("Questions that were learnt here: {size}").format(size=_size(holdings.learnt)),
        _("Speech that was rendered ahead: {size}").format(size=_size(holdings.cache)),
        _("The kiosk's log: {size}").format(size=_size(holdings.log)),
        _("Kept: PIN, volume, configuration, identity, knowledge, models."),
        _("Kept until the centre has them: {count} records.").format(count=holdings.waiting),
    ]


def _total(holdings: HoldingsReport | None) -> str:
    return "…" if holdings is None else _size(holdings.learnt + holdings.cache + holdings.log)


def _size(size: int) -> str:
    """Coarse, so that a line of the log more changes nothing on the screen."""
    return f"{size / 1e6:.1f} MB" if size >= 50_000 else f"{-(-size // 10_000) * 10} kB"
