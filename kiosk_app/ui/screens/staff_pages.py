"""The pages of the staff corner: what the camera sees now, and which parts work."""

from __future__ import annotations

from kivy.clock import Clock

from kiosk_app.ui.parts.block import Block, Column, Grid, Row
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.live_picture import LivePicture
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage
from kiosk_app.view import CornerView, PartLine
from vision.live import LiveLook, Told

_POLL_S = 0.1
_LEAST_FACTS_MM = 84.0
"""Width of what stands beside the picture on a landscape panel."""
_LEAST_FACTS_SHARE = 0.3


class Page(Block):
    """One page. It is made when it is opened, and closed when another is or the corner is left."""

    def show(self, corner: CornerView) -> None:
        """Take over what the session says. Called on the toolkit's thread, before placing."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go what must not outlive the page."""


class Fact(Column):
    """A small line that says what it is, and the value under it."""

    def __init__(self, name: str, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.add_widget(Text(source=name, role="small", colour="muted"))
        self.value = Text(source="–", role="label")
        self.add_widget(self.value)

    def tell(self, value: str) -> bool:
        """Show ``value``; whether it takes more or fewer lines than the one before."""
        if value == self.value.source:
            return False
        wide = self.value.width
        before = self.value.measure(wide)
        self.value.source = value
        if self.value.measure(wide) != before:
            return True
        self.value.place(self.value.x, self.value.top, wide, self.value.height)
        return False


class LivePage(Page):
    """Asks for the newest look ten times a second, while it is on the screen; a look is five times a second at most."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        _ = stage()._
        theme = stage().theme
        self.picture = LivePicture()
        self.promise = Text(
            source=_("Shown here only. Nothing of it is kept or sent."), role="small", colour="muted"
        )
        self.now = Fact(_("Now"))
        self.told = Fact(_("Last event"))
        self.near = Fact(_("Near is within"))
        self.eyes = Fact(_("Detector, looks per second"))
        self.facts = Grid(columns=2 if theme.portrait else 1, gap=theme.space(4 if theme.roomy else 1.5))
        for fact in (self.now, self.told, self.near, self.eyes):
            self.facts.add_widget(fact)
        self.card = Card()
        self.card.add_widget(self.facts)
        self.pane = Pane(self.card)
        for child in (self.picture, self.promise, self.pane):
            self.add_widget(child)
        self._works = False
        self._poll = Clock.schedule_interval(self._newest, _POLL_S)

    def show(self, corner: CornerView) -> None:
        _ = stage()._
        camera = next((line for line in corner.parts if line.part == "camera"), None)
        self._works = camera is None or camera.light == "on"
        if camera is not None and not self._works:
            self.picture.say(_no_picture(camera))
        elif not stage().live.lit:
            self.picture.say(_("Waiting for a picture"))

    def close(self) -> None:
        """No more pictures, and the last one is overwritten."""
        self._poll.cancel()
        self._works = False
        self.picture.say("")

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        theme = stage().theme
        gap = theme.gap
        if theme.portrait:
            promise = self.promise.measure(width)
            tall = min(self.picture.measure(width), height * 0.6)
            wide = tall * self.picture.shape
            self.picture.place(left + (width - wide) / 2, top, wide, tall)
            self.promise.place(left, top - tall - theme.space(1.5), width, promise)
            facts = top - tall - theme.space(1.5) - promise - gap
            room = facts - (top - height)
            self.pane.place(left, facts, width, min(room, self.pane.measure(width)))
            return
        least = max(theme.mm(_LEAST_FACTS_MM), width * _LEAST_FACTS_SHARE)
        room = min(width - gap - least, height * self.picture.shape)
        promise = self.promise.measure(room)
        tall = min(room / self.picture.shape, height - promise - theme.space(1))
        wide = tall * self.picture.shape
        self.picture.place(left, top, wide, tall)
        self.promise.place(left, top - tall - theme.space(1), room, promise)
        beside = left + wide + gap
        self.pane.place(
            beside, top, left + width - beside, min(height, self.pane.measure(left + width - beside))
        )

    def _newest(self, _passed: float) -> bool:
        """Draw the newest look; a page that has been taken off the screen draws none."""
        if not self.attached:
            self.picture.say("")
            return False
        look = stage().live.refresh()
        if look is not None and self._works:
            self._draw(look)
        elif look is not None:
            stage().live.blank()
        return True

    def _draw(self, look: LiveLook) -> None:
        _ = stage()._
        here = _("Somebody is here, {count} in view").format(count=look.count)
        rate = f"{look.looks_a_second:.1f}" if look.looks_a_second else "–"
        moved = [
            self.picture.show(look),
            self.now.tell(here if look.present else _("Nobody is here")),
            self.told.tell(_told(look)),
            self.near.tell(_("{metres} m").format(metres=f"{look.near_m:g}")),
            self.eyes.tell(_("{detector}, {rate}").format(detector=look.detector, rate=rate)),
        ]
        if any(moved):
            stage().relayout()


class PartCard(Card):
    """A part, its state, and why it does not work."""

    def __init__(self, line: PartLine, **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(**kwargs)
        icon, colour, state = _state(line)
        head = Row(gap=theme.space(2.5))
        head.add_widget(Icon(name=icon, colour=colour, extent=round(theme.em("label") * 1.1)))
        head.add_widget(Text(source=_part(line.part), role="label"))
        head.add_widget(Text(source=state, role="label", colour=colour, align="right", share=0))
        self.add_widget(head)
        if line.reason:
            self.add_widget(Text(source=line.reason, role="small", colour="muted"))


class PartGrid(Grid):
    """One column, or two where there is room."""

    def _rows(self, width: float) -> list[tuple[list[Block], float, float]]:
        theme = stage().theme
        self.columns = 1 if theme.portrait or not theme.roomy else 2
        return super()._rows(width)


class PartsPage(Page):
    """Everything that can be down, and the reason of what is."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.pane: Pane | None = None
        self._lines: tuple[PartLine, ...] = ()

    def show(self, corner: CornerView) -> None:
        if corner.parts == self._lines and self.pane is not None:
            return
        self._lines = corner.parts
        grid = PartGrid(gap=stage().theme.tight)
        for line in corner.parts:
            grid.add_widget(PartCard(line))
        self.clear_widgets()
        self.pane = Pane(grid)
        self.add_widget(self.pane)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        if self.pane is not None:
            self.pane.place(left, top, width, height)


def _no_picture(camera: PartLine) -> str:
    _ = stage()._
    if camera.light == "starting":
        return _("Waiting for a picture")
    said = _("The camera is not in use") if camera.light == "off" else _("The camera gives no picture")
    return f"{said}\n{camera.reason}" if camera.reason else said


def _told(look: LiveLook) -> str:
    _ = stage()._
    words: dict[Told, str] = {
        "arrived": _("Somebody came into view"),
        "approaching": _("Somebody approached"),
        "near": _("Somebody came near"),
        "engaged": _("A customer stopped here"),
        "waiting": _("Somebody is waiting behind"),
        "customer_left": _("The customer left"),
        "left": _("All have left"),
    }
    if look.told is None:
        return _("Nothing yet")
    ago = _("{seconds} s ago").format(seconds=round(look.told_ago))
    if look.told_ago >= 100:
        ago = _("{minutes} min ago").format(minutes=round(look.told_ago / 60))
    return f"{words[look.told]}, {ago}" if stage().lang == "en" else f"{words[look.told]}，{ago}"


def _state(line: PartLine) -> tuple[str, str, str]:
    """Sign, colour and word of a part's state."""
    _ = stage()._
    return {
        "on": ("check", "ok", _("Works")),
        "off": ("slash", "muted", _("Not in use")),
        "fault": ("alert", "accent", _("Fault")),
        "starting": ("pause", "muted", _("Starting")),
    }[line.light]


def _part(name: str) -> str:
    _ = stage()._
    return {
        "config": _("Configuration"),
        "knowledge": _("Knowledge"),
        "microphone": _("Microphone"),
        "recognition": _("Speech recognition"),
        "speech": _("Speech"),
        "camera": _("Camera"),
        "link": _("Link to the centre"),
    }.get(name, name)
