"""The staff corner's page of the network: the way to the centre, and the board's addresses. It changes nothing."""

from __future__ import annotations

from hardware.network import Interface
from kiosk_app.staff.events import StaffTaskChosen
from kiosk_app.staff.reports import BrokerReport, NetworkReport
from kiosk_app.staff.view import CornerView
from kiosk_app.ui.parts.block import Column, Grid, Row
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.staff_parts import Fact, Facts, Heading, StaffButton
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.screens.page import Page
from kiosk_app.ui.stage import stage


def _again(at: float) -> StaffTaskChosen:
    return StaffTaskChosen(at, "network")


class NetworkPage(Page):
    """The centre first, then the default route and the interfaces."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        _, theme = stage()._, stage().theme
        self.waiting = Text(source=_("Looking …"), role="body", colour="muted")
        self.button = StaffButton(_("Try again"), "repeat", _again, "strong")
        self.content = Column(gap=theme.gap)
        self.pane = Pane(self.content)
        self.content.hold([self.waiting])
        self.add_widget(self.pane)
        self._shown: NetworkReport | None = None

    def show(self, corner: CornerView) -> None:
        report = corner.report(NetworkReport)
        if report is None or report == self._shown:
            return
        self._shown = report
        _, theme = stage()._, stage().theme
        grid = Grid(columns=2 if not theme.portrait and theme.roomy else 1, gap=theme.tight)
        grid.add_widget(_centre(report.broker))
        grid.add_widget(_route(report.route))
        for interface in report.interfaces:
            grid.add_widget(_interface(interface))
        self.content.hold([grid, self.button])

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        self.pane.place(left, top, width, height)


def _centre(broker: BrokerReport | None) -> Card:
    _, theme = stage()._, stage().theme
    card = Card(gap=theme.space(2))
    if broker is None:
        card.add_widget(Heading(_("The centre"), "slash", "muted"))
        card.add_widget(Text(source=_("This kiosk works alone"), role="small", colour="muted"))
        return card
    works = broker.reach_ms is not None and broker.connected
    card.add_widget(
        _titled(_("The centre"), works, _("Connected") if broker.connected else _("Not connected"))
    )
    card.add_widget(Text(source=broker.address, role="small"))
    facts = Facts()
    reached = (
        _("{ms} ms").format(ms=round(broker.reach_ms)) if broker.reach_ms is not None else _("Not reached")
    )
    for name, value in (
        (_("Answers in"), reached),
        (_("Last heard"), _heard(broker.contact_ago_s)),
        (_("Records waiting"), str(broker.waiting)),
    ):
        fact = Fact(name)
        fact.tell(value)
        facts.add_widget(fact)
    card.add_widget(facts)
    if broker.reason:
        card.add_widget(Text(source=broker.reason, role="small", colour="accent"))
    return card


def _route(route: str) -> Card:
    _ = stage()._
    card = Card(gap=stage().theme.space(1.5))
    card.add_widget(_titled(_("Default route"), bool(route), ""))
    card.add_widget(
        Text(source=route or _("None: only the own network is reached"), role="small", colour="muted")
    )
    return card


def _interface(interface: Interface) -> Card:
    _ = stage()._
    card = Card(gap=stage().theme.space(1.5))
    up = interface.up and bool(interface.addresses)
    state = _("Up") if interface.up else _("Down")
    if interface.up and interface.speed:
        state = _("Up, {speed} Mbit/s").format(speed=interface.speed)
    card.add_widget(_titled(interface.name, up, state, quiet=not interface.up))
    said = "\n".join(interface.addresses) or _("No address")
    card.add_widget(Text(source=said, role="small", colour="muted"))
    return card


def _titled(words: str, good: bool, state: str, *, quiet: bool = False) -> Row:
    colour = "ok" if good else "muted" if quiet else "accent"
    row = Row(gap=stage().theme.space(2))
    row.add_widget(Heading(words, "check" if good else "slash" if quiet else "alert", colour))
    if state:
        row.add_widget(Text(source=state, role="small", bold=True, colour=colour, align="right", share=0))
    return row


def _heard(ago_s: float | None) -> str:
    _ = stage()._
    if ago_s is None:
        return _("Never")
    if ago_s < 100:
        return _("{seconds} s ago").format(seconds=round(ago_s))
    return _("{minutes} min ago").format(minutes=round(ago_s / 60))
