"""What the kiosk asks of a printer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PIL.Image import Image


class Printer(Protocol):
    """One receipt at a time. Both methods block; neither is called from a thread that serves anybody."""

    def check(self) -> bool:
        """Whether it tells its state; one that does not is taken for ready. Raises PrinterError."""
        ...

    def print(self, picture: Image) -> None:
        """Print a picture, one dot a pixel, as wide as the paper's printable width, and cut. Raises PrinterError."""
        ...
