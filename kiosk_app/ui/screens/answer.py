"""The answer: a title, the spoken words, and cards; the card that was asked for comes first."""

from __future__ import annotations

from kiosk_app.opening_words import opening_words
from kiosk_app.ticket_view import TAKE_NUMBER
from kiosk_app.ui.offer import offered
from kiosk_app.ui.parts.bar import BACK, FINISH, HOME, PERSON, REPEAT, STOP, Action
from kiosk_app.ui.parts.block import Block, Column, Row
from kiosk_app.ui.parts.cards import FactGrid, Masonry, Spoken, list_card, text_card
from kiosk_app.ui.parts.choice import ChoiceGrid, OfferButton, choice_tile, numbered
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.plan_button import PlanButton
from kiosk_app.ui.parts.take_button import TakeButton
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.parts.tickets import TicketButton
from kiosk_app.ui.screens.base import Screen, in_the_head
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

_BESIDE_LIMIT_LINES = 3


class AnswerScreen(Screen):
    """Rebuilt only when the answer itself changes; ticks and scroll position stay while it is spoken."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.pane: Pane | None = None
        self.spoken: Spoken | None = None
        self.ticket: TicketButton | None = None

    def bar(self, view: ViewData) -> tuple[Action, ...]:
        return (BACK, HOME, STOP if view.speaking else REPEAT, FINISH, PERSON)

    def title(self, view: ViewData) -> str:
        return in_the_head(view.title)

    def show(self, view: ViewData) -> None:
        said = (
            view.title,
            view.speech,
            view.volume is None,
            view.cards,
            view.note,
            view.choices,
            _of_today(view),
        )
        queue = view.ticket_offer.queue if view.ticket_offer is not None else None
        answer = (*said, view.not_understood, bool(view.take_along), view.plan, queue)
        self.once("answer", answer, lambda: self._build(view))
        if self.ticket is not None and view.ticket_offer is not None:
            self.ticket.show(view.ticket_offer)
        if self.spoken is not None:
            self.spoken.wave.moving = view.speaking

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        if self.pane is not None:
            self.pane.place(left, top, width, height)

    def _build(self, view: ViewData) -> None:
        self.clear_widgets()
        theme = stage().theme
        body = Column(gap=theme.gap)
        speech, question = offered(view.speech, view.choices)
        self.spoken = Spoken(speech, adjustable=view.volume is not None) if speech else None
        title = Text(source="" if in_the_head(view.title) else view.title, role="title")
        if view.not_understood:
            sorry = stage()._("Sorry, I did not understand that. Here is the last answer")
            body.add_widget(Text(source=sorry, colour="accent"))
        self.ticket = TicketButton(view.ticket_offer) if view.ticket_offer is not None else None
        offer: Block | None = OfferButton(view.choices[0], question) if len(view.choices) == 1 else None
        if self.ticket is not None and (offer is None or view.choices[0].target == TAKE_NUMBER):
            offer = self.ticket
        for part in self._head(title, self.spoken, offer):
            body.add_widget(part)
        if len(view.choices) > 1:  # what the spoken words end with: above the cards, seen when it is heard
            grid = ChoiceGrid(gap=theme.tight)
            for number, choice in numbered(view.choices):
                grid.add_widget(choice_tile(number, choice, theme.target))
            body.add_widget(grid)
        if view.cards:
            body.add_widget(_cards(view))
        else:
            for button in _buttons(view):
                body.add_widget(button)
        if self.ticket is not None and self.ticket is not offer:
            body.add_widget(self.ticket)
        if view.note:
            body.add_widget(Text(source=view.note, role="small", colour="muted"))
        self.pane = Pane(body)
        self.add_widget(self.pane)

    @staticmethod
    def _head(title: Text, spoken: Spoken | None, offer: Block | None) -> list[Block]:
        """Title, spoken words and offer; the words beside the others on a wide panel while they are few."""
        theme = stage().theme
        titled: list[Block] = [title] if title.source else []
        offers = [offer] if offer is not None else []
        if spoken is None:
            return [*titled, *offers]
        width = theme.width - 2 * theme.margin - theme.rail - 1.5 * theme.gap
        column = (width - theme.gap) / 2
        inner = column - 2 * theme.inset - theme.space(14) - theme.target_small
        short = len(spoken.words.wrapped(inner)) <= _BESIDE_LIMIT_LINES
        if not (titled and short and theme.columns(width) == 2):
            return [*titled, spoken, *offers]
        beside = Column(gap=theme.gap)
        beside.hold([*titled, *offers])
        spoken.centred = True
        row = Row(gap=theme.gap, cross="fill")
        row.hold([beside, spoken])
        return [row]


def _cards(view: ViewData) -> Masonry:
    """Cards in the order of the answer, the asked one first, single facts together; then what can be done with it."""
    ordered = sorted(view.cards, key=lambda card: not card.asked)
    facts = [card for card in ordered if card.kind == "fact"]
    masonry = Masonry(gap=stage().theme.gap)
    for card in ordered:
        if card.kind == "fact":
            if card is facts[0]:
                masonry.add_widget(FactGrid(facts))
        elif card.kind == "text":
            masonry.add_widget(text_card(card, _of_today(view) if card.facet == "hours" else ""))
        else:
            masonry.add_widget(list_card(card))
    for button in _buttons(view):
        masonry.add_widget(button)
    return masonry


def _of_today(view: ViewData) -> str:
    """Whether it is open now, for an answer that tells the hours."""
    return opening_words(view.opening, stage()._) if any(card.facet == "hours" for card in view.cards) else ""


def _buttons(view: ViewData) -> list[Block]:
    """Where the window is, and the way to take the answer along."""
    plan = [PlanButton(view.plan)] if view.plan is not None else []
    return [*plan, *([TakeButton()] if view.take_along else [])]
