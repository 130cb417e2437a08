"""The staff corner's page of the latest turns: how long each stage took, beside what a citizen may be made to wait."""

from __future__ import annotations

from kiosk_app.i18n import N_
from kiosk_app.staff.reports import TurnLine, TurnsReport
from kiosk_app.staff.turns import CAPTION_BUDGET_MS, SOUND_BUDGET_MS
from kiosk_app.staff.view import CornerView
from kiosk_app.ui.parts.block import Block, Column, Flow, Grid, Row
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.surface import Badge, Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.parts.value_bar import ValueBar
from kiosk_app.ui.screens.page import Page
from kiosk_app.ui.stage import stage

_LONGEST = 1.5
"""What the whole length of a bar is, in parts of the budget."""
_CHANNELS = {"voice": N_("By voice"), "touch": N_("By touch"), "text": N_("Typed")}
_STAGES = (
    ("endpoint", N_("End of speech"), "muted"),
    ("recognise", N_("Recognise"), "primary"),
    ("understand", N_("Understand"), "ink"),
    ("speak", N_("Voice begins"), "ok"),
)
"""Field of a turn, name, colour of its piece of the bar; in the order in which they come."""


class TurnCard(Card):
    """One turn."""

    def __init__(self, turn: TurnLine, **kwargs: object) -> None:
        _, theme = stage()._, stage().theme
        super().__init__(gap=theme.space(1), pad_y=theme.space(2.5), **kwargs)
        head = Row(gap=theme.space(2))
        head.add_widget(Text(source=_(_CHANNELS[turn.channel]), role="small", bold=True))
        head.add_widget(Text(source=_ago(turn.ago_s), role="small", colour="muted", align="right", share=0))
        self.add_widget(head)
        if turn.caption is not None:
            self._line(_("Caption"), turn.caption, CAPTION_BUDGET_MS, [(turn.caption, "primary")])
        pieces = [(value, colour) for name, _said, colour in _STAGES if (value := getattr(turn, name))]
        if turn.sound is not None:
            self._line(_("Answer"), turn.sound, SOUND_BUDGET_MS, pieces)
        else:
            self.add_widget(Text(source=_("The answer was not heard"), role="small", colour="muted"))
        said = [
            f"{_(name)} {value:.0f}"
            for field, name, _colour in _STAGES
            if (value := getattr(turn, field)) is not None
        ]
        self.add_widget(Text(source="  ".join(said), role="small", colour="muted"))

    def _line(self, name: str, value: float, budget: float, pieces: list[tuple[float, str]]) -> None:
        """What it is, its bar with the budget's mark, the figure, and a sign whether it keeps to the budget."""
        theme = stage().theme
        em = theme.em("small")
        kept = value <= budget
        row = Row(gap=theme.space(1.5))
        row.add_widget(
            Text(source=name, role="small", share=0, fixed=em * (2.4 if stage().lang == "zh" else 4.2))
        )
        bar = ValueBar(extent=theme.mm(5))
        bar.show([(length / (budget * _LONGEST), colour) for length, colour in pieces], 1 / _LONGEST)
        row.add_widget(bar)
        colour = "ok" if kept else "accent"
        row.add_widget(
            Text(
                source=f"{value:.0f}",
                role="small",
                bold=True,
                colour=colour,
                align="right",
                share=0,
                fixed=em * 2.6,
            )
        )
        row.add_widget(Icon(name="check" if kept else "alert", colour=colour, extent=round(em)))
        self.add_widget(row)


class TurnsPage(Page):
    """The newest turn first."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        _, theme = stage()._, stage().theme
        self.legend = Flow(gap=theme.space(3))
        for _field, name, colour in _STAGES:
            self.legend.add_widget(_swatch(_(name), colour))
        budget = _("The mark is the budget: caption {caption} ms, answer {sound} ms. All in milliseconds.")
        self.said = Text(
            source=budget.format(caption=round(CAPTION_BUDGET_MS), sound=round(SOUND_BUDGET_MS)),
            role="small",
            colour="muted",
        )
        self.nothing = Text(
            role="body", colour="muted", source=_("Nobody has asked anything since the start")
        )
        self.grid = Grid(columns=2 if not theme.portrait and theme.roomy else 1, gap=theme.tight)
        self.content = Column(gap=theme.gap)
        self.pane = Pane(self.content)
        self.add_widget(self.pane)
        self._shown: tuple[TurnLine, ...] | None = None

    def show(self, corner: CornerView) -> None:
        report = corner.report(TurnsReport) or TurnsReport()
        if report.turns == self._shown:
            return
        self._shown = report.turns
        self.grid.clear_widgets()
        for turn in report.turns:
            self.grid.add_widget(TurnCard(turn))
        self.content.hold([self.said, self.legend, self.grid] if report.turns else [self.nothing])

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        self.pane.place(left, top, width, height)


def _swatch(name: str, colour: str) -> Block:
    theme = stage().theme
    row = Row(gap=theme.space(1), share=0)
    side = theme.em("small") * 0.6
    row.add_widget(Swatch(colour, side))
    row.add_widget(Text(source=name, role="small", share=0))
    return row


class Swatch(Badge):
    """A piece of the bar's colour."""

    def __init__(self, colour: str, side: float) -> None:
        super().__init__("", fill=colour, extent=side, round=side * 0.2)


def _ago(seconds: float) -> str:
    _ = stage()._
    if seconds < 60:
        return _("less than a minute ago")
    if seconds < 5400:
        return _("{minutes} min ago").format(minutes=round(seconds / 60))
    return _("{hours} h ago").format(hours=round(seconds / 3600))
