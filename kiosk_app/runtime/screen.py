"""What the kiosk asks of a screen beyond showing views."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Protocol


class Screen(Protocol):
    """What else than showing views a screen can do."""

    def save_screenshot(self, path: Path) -> Future[Path]:
        """Write the pixels of the next frame as PNG."""
        ...

    def masked_screenshot(self) -> Future[bytes]:
        """A PNG of what is shown, without anybody's words."""
        ...

    def request_stop(self) -> None:
        """Close the screen, and with it the kiosk."""
        ...
