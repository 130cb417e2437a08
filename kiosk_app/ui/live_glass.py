"""The one texture in which the camera's picture is shown to a technician. Nothing of a picture is left beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vision.live import LiveLook
    from vision.ports import Frame


class LiveGlass:
    """Belongs to the toolkit's thread. ``source`` gives the newest look, once, from any thread."""

    def __init__(self) -> None:
        self.source: Callable[[], LiveLook | None] = lambda: None
        self.texture: Any = None
        self.lit = False
        """A picture may be on the screen."""

    def refresh(self) -> LiveLook | None:
        """Upload the newest look's picture and overwrite it; None when there is no new one."""
        look = self.source()
        if look is None:
            return None
        try:
            self._upload(look.picture)
        finally:
            look.wipe()
        return look

    def blank(self) -> None:
        """Overwrite the texture with black."""
        if self.texture is not None and self.lit:
            width, height = self.texture.size
            self._blit(bytes(int(width) * int(height) * 3))
        self.lit = False

    def _upload(self, picture: Frame) -> None:
        from kivy.graphics.texture import Texture

        height, width = picture.shape[:2]
        if self.texture is None or tuple(self.texture.size) != (width, height):
            self.blank()
            self.texture = Texture.create(size=(width, height), colorfmt="rgb", bufferfmt="ubyte")
            self.texture.flip_vertical()
        self.lit = True
        self._blit(picture.reshape(-1))

    def _blit(self, pixels: Frame | bytes) -> None:
        self.texture.blit_buffer(pixels, colorfmt="rgb", bufferfmt="ubyte")
