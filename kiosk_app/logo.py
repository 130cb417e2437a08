"""The site's own logo in the head of the screen: a PNG file that is trusted as little as any other."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from kiosk_app.errors import KioskError

MAX_BYTES = 2_000_000
MAX_SIDE = 2048
_KEPT_SIDE = 512
"""Pixels of the longer side that are kept; more cannot be seen in the head."""
WIDEST = 4.0
"""Parts of its height that it may be wide: more would leave no room for the name."""


class LogoError(KioskError):
    """The file cannot be shown; the message says why, and what would do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "bad_logo")


@dataclass(frozen=True, slots=True)
class Logo:
    """The picture as RGBA, 8 bits each, the upper row first."""

    width: int
    height: int
    pixels: bytes = field(repr=False)
    luminance: float = 0.0
    """Of what is not see-through, on average, 0 to 1."""


def read_logo(path: Path) -> Logo:
    """Read and decode the file. Raises LogoError for anything but a PNG picture of a sensible size."""
    from PIL import Image, UnidentifiedImageError

    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise LogoError(f"{path} cannot be read: {error.strerror}") from error
    if len(raw) > MAX_BYTES:
        raise LogoError(f"{path} has more than {MAX_BYTES} bytes; a logo of 512 pixels is plenty")
    try:
        with Image.open(io.BytesIO(raw), formats=["PNG"]) as picture:
            width, height = picture.size
            if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
                raise LogoError(f"{path} has {width} by {height} pixels; at most {MAX_SIDE} on a side")
            if width > WIDEST * height or height > width * 2:
                raise LogoError(
                    f"{path} has {width} by {height} pixels; at most {WIDEST:g} times as wide as high, "
                    "at most twice as high as wide"
                )
            picture.load()
            shown = picture.convert("RGBA")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        struct.error,
        zlib.error,
        MemoryError,
    ) as error:
        raise LogoError(f"{path} is no PNG picture that can be decoded: save it as PNG again") from error
    shown.thumbnail((_KEPT_SIDE, _KEPT_SIDE))
    return Logo(shown.width, shown.height, shown.tobytes(), _luminance(shown.tobytes(), path))


def _luminance(pixels: bytes, path: Path) -> float:
    """Of the opaque part, weighted by how opaque it is (sRGB, WCAG 2.2)."""
    import numpy as np

    rgba = np.frombuffer(pixels, np.uint8).reshape(-1, 4).astype(np.float32) / 255
    weight = rgba[:, 3]
    if float(weight.max(initial=0.0)) < 0.5 or float(weight.sum()) < 1:
        raise LogoError(f"{path} is see-through everywhere")
    linear = np.where(rgba[:, :3] <= 0.04045, rgba[:, :3] / 12.92, ((rgba[:, :3] + 0.055) / 1.055) ** 2.4)
    return float(((linear @ np.array([0.2126, 0.7152, 0.0722])) * weight).sum() / weight.sum())
