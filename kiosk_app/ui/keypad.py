"""The keys of the numeric keypad, as the window gets them: the kiosk's only keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from kiosk_app.events import KeyPressed
from kiosk_app.guide.keys import KeyGate, key_of


class Keypad:
    """Posts ``KeyPressed`` for the keys that mean something, once each time they go down; no key does anything else."""

    def __init__(self, send: Callable[[KeyPressed], None]) -> None:
        self._send = send
        self._gate = KeyGate()

    def attach(self) -> None:
        """Read the keys of the toolkit's window."""
        from kivy.core.window import Window

        Window.bind(on_key_down=self._down, on_key_up=self._up)

    def _down(
        self, _window: object, code: int, _scancode: int, _text: str | None, modifiers: Sequence[str]
    ) -> bool:
        at = time.monotonic()
        key = key_of(code, modifiers)
        if key is not None and self._gate.down(code, at):
            self._send(KeyPressed(at, key))
        return True

    def _up(self, _window: object, code: int, *_: object) -> bool:
        self._gate.up(code)
        return True
