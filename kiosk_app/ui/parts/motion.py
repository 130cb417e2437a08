"""Things that move, and cost nothing while they rest."""

from __future__ import annotations

import math

from kivy.clock import Clock
from kivy.graphics import Color, SmoothEllipse, SmoothLine, SmoothRoundedRectangle
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty

from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.stage import stage
from kiosk_app.ui.theme import BREATH_S, WAIT_S

_RIPPLE_S = 1.2
_SINKING = 0.85
_MOST_SWELL = 0.04
"""In parts of the ring's side; with the breath it stays inside the ripples."""
HALO = 0.42
"""Radius of the resting ring in parts of its side."""


class Moving(Block):
    """Calls ``step`` at the theme's frame rate while ``moving`` and on the screen; draws no frame otherwise."""

    moving = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        self.seconds = 0.0
        self._beat = None
        super().__init__(**kwargs)
        self.bind(moving=self._start_or_stop, parent=self._start_or_stop)

    def step(self) -> None:
        """Draw the moment ``seconds``."""

    def _start_or_stop(self, *_: object) -> None:
        wanted = self.moving and self.parent is not None
        if wanted and self._beat is None:
            self._beat = Clock.schedule_interval(self._tick, 1 / stage().theme.frame_rate)
        elif not wanted and self._beat is not None:
            self._beat.cancel()
            self._beat = None

    def _tick(self, passed: float) -> bool:
        if not self.attached:
            self._beat = None
            return False
        self.seconds += passed
        self.step()
        return True


class Ring(Moving):
    """The ear of the kiosk: a disc with a sign, a ring that breathes and swells with the voice, ripples at every word.

    ``mood``: ``rest`` (still), ``listen`` (breathes), ``wait`` (calls: one slow ripple after the other).
    """

    mood = OptionProperty("rest", options=["rest", "listen", "wait"])
    icon = StringProperty("mic")
    flex = NumericProperty(1)
    largest = NumericProperty(0)
    extent = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        self._ripple_from = -_RIPPLE_S
        self._swell = 0.0
        super().__init__(**kwargs)
        theme = stage().theme
        with self.drawing:
            self._ripple_colour = Color(*theme.colour("primary", 0))
            self._ripple = SmoothLine(circle=(0, 0, 1), width=1)
            Color(*theme.colour("soft"))
            self._halo = SmoothEllipse(size=(1, 1))
            self.disc_colour = Color(*theme.colour("primary"))
            self._disc = SmoothEllipse(size=(1, 1))
        self._sign = Icon(name=self.icon, colour="on_primary")
        self.add_widget(self._sign)
        self.fbind("icon", self.redraw)
        self.fbind("mood", self._change)
        self._change()

    def measure(self, width: float) -> float:
        return self.extent

    def hear(self) -> None:
        """A new word was heard: one ripple."""
        self._ripple_from = self.seconds

    def _change(self, *_: object) -> None:
        self.moving = self.mood != "rest"
        self.redraw()

    def draw(self) -> None:
        self._sign.name = self.icon
        self.step()

    def step(self) -> None:
        side = min(self.width, self.height, self.largest or self.width)
        x, y = self.center
        listening = self.mood == "listen"
        breath = math.sin(2 * math.pi * self.seconds / BREATH_S) if listening else 0.0
        # Up at once, down slowly: a voice that swells between two frames is seen, one that pauses does not flicker.
        self._swell = max(stage().loudness(), self._swell * _SINKING) if listening else 0.0
        disc, halo = side * 0.32, side * (HALO + 0.02 * breath + _MOST_SWELL * self._swell)
        self._disc.pos, self._disc.size = (x - disc, y - disc), (2 * disc, 2 * disc)
        self._halo.pos, self._halo.size = (x - halo, y - halo), (2 * halo, 2 * halo)
        self._sign.place(x - disc * 0.525, y + disc * 0.525, disc * 1.05, disc * 1.05)
        age = self._ripple_age()
        self._ripple_colour.a = 0.5 * (1 - age) ** 2
        self._ripple.width = max(1.2, stage().theme.mm(0.5))
        self._ripple.circle = (x, y, side * (HALO + 0.07 * age), 0, 360, 60)

    def _ripple_age(self) -> float:
        """How far the ripple has come: 0 at the ring, 1 where it is gone."""
        if self.mood == "wait":
            return self.seconds % WAIT_S / WAIT_S
        age = (self.seconds - self._ripple_from) / _RIPPLE_S
        return age if self.mood == "listen" and 0 <= age < 1 else 1.0


class Wave(Moving):
    """Five bars that move while the kiosk speaks and rest flat when it does not."""

    colour = StringProperty("primary")
    extent = NumericProperty(0)
    share = NumericProperty(0)

    _SHAPE = (0.38, 0.72, 0.55, 1.0, 0.48)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        with self.drawing:
            Color(*stage().theme.colour(self.colour))
            self._bars = [SmoothRoundedRectangle(size=(1, 1), radius=[1]) for _ in self._SHAPE]
        self.fbind("moving", self.redraw)

    def measure(self, width: float) -> float:
        return self.extent

    def natural_width(self) -> float:
        return self.extent

    def draw(self) -> None:
        self.step()

    def step(self) -> None:
        pitch = self.extent / len(self._SHAPE)
        wide = pitch * 0.52
        for index, (bar, shape) in enumerate(zip(self._bars, self._SHAPE, strict=True)):
            sway = (
                0.7 + 0.3 * math.sin(2 * math.pi * (self.seconds * 1.1 + index * 0.23))
                if self.moving
                else 0.45
            )
            tall = max(wide, self.extent * shape * sway)
            bar.size = (wide, tall)
            bar.pos = (self.x + index * pitch + (pitch - wide) / 2, self.center_y - tall / 2)
            bar.radius = [wide / 2]
