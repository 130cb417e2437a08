"""The large microphone of the home screen: the primary way in, and a target like any other."""

from __future__ import annotations

from kivy.properties import NumericProperty

from kiosk_app.events import SpeakPressed, TopicsOpened
from kiosk_app.ui.parts.motion import HALO, Ring
from kiosk_app.ui.parts.tap import Tap
from kiosk_app.ui.stage import stage


class Microphone(Tap, Ring):
    """Opens the ears at once. A kiosk that cannot hear shows a finger instead, and opens the list of topics."""

    share = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(primary=True, **kwargs)
        self.bind(pressed=self._shade)

    def listen(self, able: bool, greeting: bool) -> None:
        """Whether the kiosk can hear, and whether it is inviting somebody to speak."""
        self.icon = "mic" if able else "touch"
        self.event = SpeakPressed if able else TopicsOpened
        self.mood = "listen" if greeting and able else "rest"

    def natural_width(self) -> float:
        return self.extent

    def collide_point(self, x: float, y: float) -> bool:
        """The round of the ring, not the corners of its square."""
        reach = min(self.width, self.height) * HALO
        return (x - self.center_x) ** 2 + (y - self.center_y) ** 2 <= reach**2

    def _shade(self, *_: object) -> None:
        token = "primary_pressed" if self.pressed else "primary"
        self.disc_colour.rgba = stage().theme.colour(token)
