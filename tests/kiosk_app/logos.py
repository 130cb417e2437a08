"""Logos to test with, drawn here."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

BLUE, WHITE = (15, 76, 129, 255), (255, 255, 255, 255)


def draw_logo(path: Path, width: int = 300, height: int = 100, ink: tuple[int, int, int, int] = BLUE) -> Path:
    """A ring on nothing, as wide as it is asked to be."""
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((2, 2, width - 3, height - 3), fill=ink)
    ImageDraw.Draw(picture).ellipse((width * 0.3, height * 0.3, width * 0.7, height * 0.7), fill=(0, 0, 0, 0))
    picture.save(path)
    return path
