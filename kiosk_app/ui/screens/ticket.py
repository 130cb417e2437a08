"""The number: huge, with what one has to know until it is called."""

from __future__ import annotations

from kiosk_app.taking import code_of
from kiosk_app.ticket_view import TicketView
from kiosk_app.ui.parts.bar import BACK, FINISH, HOME, PERSON, REPEAT, STOP, Action
from kiosk_app.ui.parts.block import Block, Column, Row
from kiosk_app.ui.parts.code_picture import CodePicture
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.screens.message import MessageScreen
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

_NUMBER_MM = (62.0, 42.0, 30.0)
"""The largest size of the number in millimetres per em: on a large panel, on half of one, on a small one."""
_PAPER_MM = (90.0, 60.0)
"""Least width, on a large panel and on others, of what stands beside the number where there is no code."""


class Number(Text):
    """One line, as large as the width lets it be."""

    def __init__(self, source: str) -> None:
        theme = stage().theme
        self._largest = theme.mm(_NUMBER_MM[0 if theme.ample else 1 if theme.roomy else 2])
        super().__init__(source=source, role="display", colour="primary", align="center", em=self._largest)

    def measure(self, width: float) -> float:
        self.em = self._largest
        natural = self.natural_width()
        if natural > width:
            self.em = int(self._largest * width / natural) - 1
        return super().measure(width)


class TicketScreen(MessageScreen):
    """Waits for the number, shows it, or says why there is none and where to go."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._slip: Pane | None = None
        self._picture: CodePicture | None = None

    def bar(self, view: ViewData) -> tuple[Action, ...]:
        given = view.ticket is not None and view.ticket.mood == "given"
        if not given:
            return (BACK, HOME, PERSON)
        return (BACK, HOME, STOP if view.speaking else REPEAT, FINISH, PERSON)

    def show(self, view: ViewData) -> None:
        ticket = view.ticket or TicketView()
        if ticket.mood == "given":
            self.once("ticket", ticket, lambda: self._build(ticket))
            return
        self.once("ticket", None, self._put_away)
        _ = stage()._
        desk = _("Please go to the service desk, or call a member of staff")
        if ticket.mood == "busy":
            self.say("ticket", _("Getting your number"), ticket.queue, waiting=True)
        elif ticket.mood == "full":
            self.say("ticket", _("All numbers for this are given away today"), desk)
        else:
            self.say("alert", _("No numbers can be given here right now"), desk)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        if self._slip is None:
            super().place(left, top, width, height)
            return
        Block.place(self, left, top, width, height)
        natural = min(height, self._slip.measure(width))
        self._slip.place(left, top - (height - natural) * 0.42, width, natural)

    def _put_away(self) -> None:
        if self._picture is not None:
            self._picture.blank()
            self._picture = None
        if self._slip is not None:
            self._slip = None
            self.clear_widgets()
            self.add_widget(self.pane)

    def _build(self, ticket: TicketView) -> None:
        self._put_away()
        self.clear_widgets()
        theme = stage().theme
        beside = not theme.portrait
        self._picture = CodePicture(code_of(ticket.take_along)) if ticket.take_along else None
        card, paper = self._card(ticket), self._paper(ticket, beside)
        body: Block
        if beside:
            row = Row(gap=theme.gap * (2 if theme.ample else 1))
            paper.share, paper.fixed = 0, theme.mm(_PAPER_MM[0 if theme.ample else 1])
            if self._picture is not None:
                paper.fixed = max(self._picture.side, paper.fixed)
            row.hold([card, paper])
            body = row
        else:
            body = Column(gap=theme.gap)
            body.hold([card, paper])
        self._slip = Pane(body)
        self.add_widget(self._slip)

    def _card(self, ticket: TicketView) -> Card:
        theme, _ = stage().theme, stage()._
        card = Card(gap=theme.space(1), edge="primary", edge_width=theme.outline)
        if ticket.called_to:
            turn = _("It is your turn: please go to window {window}").format(window=ticket.called_to)
        else:
            turn = _ahead(ticket.ahead)
        parts = [
            Text(source=_("Your number") if theme.ample else "", role="body", colour="muted", align="center"),
            Number(ticket.number),
            Text(
                source=turn,
                role="title" if theme.ample else "heading",
                colour="accent" if ticket.called_to else "ink",
                align="center",
            ),
            Text(source=ticket.queue, role="heading", align="center"),
            Text(source=_("Windows {windows}").format(windows=ticket.windows), align="center")
            if ticket.windows and not ticket.called_to
            else Text(),
            Text(
                source=_("Taken at {time}").format(time=ticket.taken) if theme.ample else "",
                role="small",
                colour="muted",
                align="center",
            ),
        ]
        card.hold([part for part in parts if part.source])
        return card

    def _paper(self, ticket: TicketView, beside: bool) -> Column:
        """The ticket on paper, or the code for who gets none."""
        theme, _ = stage().theme, stage()._
        column = Column(gap=theme.space(2.5))
        words, colour = {
            "none": (_("Scan the code with your phone"), "ink"),
            "busy": (_("Printing"), "primary"),
            "done": (_("Please take your ticket"), "ok"),
            "no_paper": (_("The printer is out of paper. Please scan the code"), "accent"),
            "failed": (_("The printer does not work now. Please scan the code"), "accent"),
        }[ticket.printing]
        said = Text(source=words, role="label", bold=colour != "ink", colour=colour, align="center")
        stay = Text(
            source=_("Please listen for your number, and watch the screens"),
            role="small",
            colour="muted",
            align="center",
        )
        parts: list[Block] = [said] if self._picture is None else [self._picture, said]
        column.hold([*parts, stay] if theme.ample or self._picture is None else parts)
        return column


def _ahead(count: int | None) -> str:
    _ = stage()._
    if count is None:
        return _("Please wait until it is called")
    if count == 0:
        return _("You are next")
    return _("1 person before you") if count == 1 else _("{count} people before you").format(count=count)
