"""A part of the kiosk and whether it works, in a line of signs and words."""

from __future__ import annotations

from kiosk_app.staff.view import PartLine
from kiosk_app.ui.parts.block import Row
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage
from kiosk_app.ui.theme import Role


class PartCard(Card):
    """A part, its state, and why it does not work."""

    def __init__(self, line: PartLine, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.add_widget(_row(line, "label"))
        if line.reason:
            self.add_widget(Text(source=line.reason, role="small", colour="muted"))


class Troubles(Card):
    """The parts that do not work, one line each; the reasons are on the page of the parts."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(gap=stage().theme.space(1.5), **kwargs)
        self._lines: tuple[PartLine, ...] | None = None

    def show(self, parts: tuple[PartLine, ...]) -> None:
        """Take over the state of the parts."""
        lines = tuple(line for line in parts if line.light in ("fault", "starting"))
        if lines == self._lines:
            return
        self._lines = lines
        self.clear_widgets()
        for line in lines:
            self.add_widget(_row(line, "small"))
        if not lines:
            self.add_widget(_sign_row("check", "ok", stage()._("All parts in use work"), "", "small"))


def _row(line: PartLine, role: Role) -> Row:
    icon, colour, state = _state(line)
    return _sign_row(icon, colour, _name(line.part), state, role)


def _sign_row(icon: str, colour: str, words: str, state: str, role: Role) -> Row:
    """A sign, what it is about, and how that is."""
    row = Row(gap=stage().theme.space(2.5))
    row.add_widget(Icon(name=icon, colour=colour, extent=round(stage().theme.em(role) * 1.1)))
    row.add_widget(Text(source=words, role=role, bold=True))
    if state:
        row.add_widget(Text(source=state, role=role, bold=True, colour=colour, align="right", share=0))
    return row


def _state(line: PartLine) -> tuple[str, str, str]:
    """Sign, colour and word of a part's state."""
    _ = stage()._
    return {
        "on": ("check", "ok", _("Works")),
        "off": ("slash", "muted", _("Not in use")),
        "fault": ("alert", "accent", _("Fault")),
        "starting": ("pause", "muted", _("Starting")),
    }[line.light]


def _name(part: str) -> str:
    _ = stage()._
    return {
        "config": _("Configuration"),
        "knowledge": _("Knowledge"),
        "microphone": _("Microphone"),
        "recognition": _("Speech recognition"),
        "speech": _("Speech"),
        "camera": _("Camera"),
        "printer": _("Printer"),
        "queue": _("Queue numbers"),
        "headphones": _("Headphones"),
        "proximity": _("Proximity sensor"),
        "link": _("Link to the centre"),
    }.get(part, part)
