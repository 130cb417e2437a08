"""What a site says about its screen."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Panel = Literal["1080x1920", "1920x1080", "1280x800"]
Skin = Literal["gov", "bank"]

# The usual diagonal of each panel, and how far from it people stand or sit: 21.5 inch floor stands and
# a 10.1 inch counter unit.
_PPI: dict[Panel, float] = {"1080x1920": 102.5, "1920x1080": 102.5, "1280x800": 149.5}
_DISTANCE_MM: dict[Panel, float] = {"1080x1920": 600.0, "1920x1080": 600.0, "1280x800": 400.0}


class ScreenSettings(BaseModel):
    """The panel, its density, how far away people stand, and the look.

    ``ppi`` is pixels per inch and ``viewing_distance_mm`` the distance of the eyes; both follow from the panel
    when left out. Every size on the screen is a length in millimetres that these two turn into pixels.
    ``frame_rate`` is how often a second moving things are redrawn; without a graphics processor a lower one
    leaves room for hearing and speaking.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    panel: Panel = "1080x1920"
    ppi: float | None = Field(default=None, ge=60, le=400)
    viewing_distance_mm: float | None = Field(default=None, ge=250, le=1000)
    skin: Skin = "gov"
    fullscreen: bool = True
    frame_rate: int = Field(default=30, ge=5, le=30)

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the panel in pixels."""
        width, height = self.panel.split("x")
        return int(width), int(height)

    @property
    def density(self) -> float:
        """Pixels per inch: the declared one, or the usual one of the panel."""
        return self.ppi or _PPI[self.panel]

    @property
    def distance_mm(self) -> float:
        """Viewing distance in millimetres: the declared one, or the usual one of the panel."""
        return self.viewing_distance_mm or _DISTANCE_MM[self.panel]
