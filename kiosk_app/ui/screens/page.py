"""What the pages of the staff corner have in common."""

from __future__ import annotations

from kiosk_app.staff.view import CornerView
from kiosk_app.ui.parts.block import Block


class Page(Block):
    """One page. It is made when it is opened, and closed when another is or the corner is left."""

    def show(self, corner: CornerView) -> None:
        """Take over what the session says. Called on the toolkit's thread, before placing."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go what must not outlive the page."""
