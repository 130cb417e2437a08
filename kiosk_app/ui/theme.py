"""The one place for colours, sizes, distances and motion. Lengths are millimetres on the glass; no toolkit here.

The size of type follows from the viewing distance: the cap height must subtend 0.7 degrees (EN 301 549,
clause 5.1.4), which is 0.0122 of the distance, and is never under 4.8 mm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kiosk_app.ui.settings import ScreenSettings, Skin

Rgba = tuple[float, float, float, float]
Role = Literal["display", "title", "heading", "body", "label", "small"]

CAP_HEIGHT = 0.733
"""Cap height of Noto Sans CJK SC in em (OS/2 table, sCapHeight 733 of 1000)."""

CAP_ANGLE = 0.0122
"""Cap height in parts of the viewing distance: the tangent of 0.7 degrees."""

MIN_CAP_MM = 4.8
PRIMARY_TARGET_MM = 20.0
SECONDARY_TARGET_MM = 15.0
MIN_GAP_MM = 3.0

FRAME_RATE = 30
"""How often a second what moves is drawn anew."""
LOOK_RATE = 60
"""How often a second the screen looks for fingers and for something new to show."""
BREATH_S = 4.0
"""One breath of the listening ring: slower than a pulse, so that it calms."""
WAIT_S = 2.4
"""From ripple to ripple while somebody is being called."""
GLOW_S = 2.0
"""One glow of the empty cards while an answer is being looked up."""
SETTLE_S = 0.25
"""How long something that was touched takes to arrive."""

_ELDER = 1.3
_SHORT_SIDE_MM = 267.0  # of the 21.5 inch panel, for which the distances below were drawn


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a skin as ``#RRGGBB``. ``on_x`` is for text and signs on ``x``."""

    ground: str
    surface: str
    ink: str
    muted: str
    line: str
    primary: str
    on_primary: str
    primary_pressed: str
    soft: str
    on_soft: str
    accent: str
    on_accent: str
    accent_pressed: str
    ok: str
    on_ok: str
    pressed: str
    scrim: str


GOV = Palette(
    ground="#F5F3EE",
    surface="#FFFFFF",
    ink="#17232E",
    muted="#526070",
    line="#E2DED5",
    primary="#0F4C81",
    on_primary="#FFFFFF",
    primary_pressed="#0A365D",
    soft="#E4EDF5",
    on_soft="#17232E",
    accent="#B93E28",
    on_accent="#FFFFFF",
    accent_pressed="#8E2D1C",
    ok="#27705A",
    on_ok="#FFFFFF",
    pressed="#EDE9E0",
    scrim="#17232E",
)

BANK = Palette(
    ground="#F3F3F1",
    surface="#FFFFFF",
    ink="#17232E",
    muted="#526070",
    line="#DFDED8",
    primary="#14553F",
    on_primary="#FFFFFF",
    primary_pressed="#0C3A2B",
    soft="#E2EFE8",
    on_soft="#17232E",
    accent="#8F5F10",
    on_accent="#FFFFFF",
    accent_pressed="#6B460A",
    ok="#27705A",
    on_ok="#FFFFFF",
    pressed="#EAEAE5",
    scrim="#17232E",
)

CONTRAST = Palette(
    ground="#000000",
    surface="#111111",
    ink="#FFFFFF",
    muted="#E0E0E0",
    line="#FFFFFF",
    primary="#FFD400",
    on_primary="#000000",
    primary_pressed="#FFF0A0",
    soft="#222222",
    on_soft="#FFFFFF",
    accent="#FFD400",
    on_accent="#000000",
    accent_pressed="#FFF0A0",
    ok="#7CFFB2",
    on_ok="#000000",
    pressed="#3A3A3A",
    scrim="#000000",
)

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "pressed"),
    ("muted", "ground"),
    ("muted", "surface"),
    ("primary", "surface"),
    ("primary", "ground"),
    ("primary", "soft"),
    ("primary", "pressed"),
    ("on_primary", "primary"),
    ("on_primary", "primary_pressed"),
    ("on_soft", "soft"),
    ("muted", "soft"),
    ("muted", "pressed"),
    ("ground", "ink"),
    ("accent", "surface"),
    ("accent", "ground"),
    ("on_accent", "accent"),
    ("on_accent", "accent_pressed"),
    ("ok", "ground"),
    ("ok", "surface"),
    ("on_ok", "ok"),
)
"""Every (foreground, background) in which text or a sign is drawn."""


def rgba(colour: str, alpha: float = 1.0) -> Rgba:
    """``#RRGGBB`` as four floats from 0 to 1."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue, alpha


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB``, 0 to 1 (WCAG 2.2)."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgba(colour)[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast_ratio(first: str, second: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@dataclass(frozen=True, slots=True)
class Theme:
    """The tokens for one panel, skin and mode. All public lengths are pixels.

    ``width`` and ``height`` are of what the screens are drawn on: the whole panel, or the lower half of it with
    ``above`` pixels left over.
    """

    width: int
    height: int
    ppi: float
    distance_mm: float
    palette: Palette
    contrast: bool
    elder: bool
    frame_rate: int = FRAME_RATE
    above: int = 0
    _ems: dict[Role, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def build(
        cls,
        settings: ScreenSettings,
        *,
        elder: bool,
        contrast: bool,
        lowered: bool = False,
        size: tuple[int, int] | None = None,
    ) -> Theme:
        """The theme for ``settings``; ``size`` is the window's real size in pixels when it is known.

        ``lowered`` draws everything on the lower half of a portrait panel; a landscape one is low as it is.
        """
        width, height = size or settings.pixels
        above = height - height // 2 if lowered and height > width else 0
        return cls(
            width=width,
            height=height - above,
            above=above,
            ppi=settings.density,
            distance_mm=settings.distance_mm,
            palette=_palette(settings.skin, contrast),
            contrast=contrast,
            elder=elder,
            frame_rate=settings.frame_rate,
        )

    # --- lengths ---------------------------------------------------------------------------------------

    def mm(self, millimetres: float) -> int:
        """Millimetres in whole pixels, rounded up so that a minimum stays a minimum."""
        return -int(-millimetres * self.ppi // 25.4)

    def space(self, steps: float) -> int:
        """Steps of the 2 mm grid in pixels; the grid is closer on a small panel."""
        short_mm = min(self.width, self.height) * 25.4 / self.ppi
        return self.mm(2.0 * steps * min(1.0, max(0.55, short_mm / _SHORT_SIDE_MM)))

    @property
    def smallest(self) -> int:
        """The smallest type there is, in pixels per em."""
        return self.mm(MIN_CAP_MM / CAP_HEIGHT)

    @property
    def portrait(self) -> bool:
        return self.height > self.width

    @property
    def lowers(self) -> bool:
        """Whether the panel is so tall that its controls can be lowered, or they have been."""
        return self.portrait or self.above > 0

    @property
    def roomy(self) -> bool:
        """A panel at least 200 mm on its short side."""
        return min(self.width, self.height) * 25.4 / self.ppi >= 200

    @property
    def ample(self) -> bool:
        """A roomy panel of which the screens have all."""
        return self.roomy and not self.above

    @property
    def margin(self) -> int:
        return self.space(7)

    @property
    def gap(self) -> int:
        """Between cards."""
        return max(self.space(4), self.tight)

    @property
    def tight(self) -> int:
        """Between neighbouring targets."""
        return max(self.space(2.5), self.mm(MIN_GAP_MM))

    @property
    def inset(self) -> int:
        """From the edge of a card to its text."""
        return self.space(4.5)

    @property
    def radius(self) -> int:
        return self.space(3.5)

    @property
    def hairline(self) -> int:
        return max(1, self.mm(0.6 if self.contrast else 0.35))

    @property
    def outline(self) -> int:
        return max(2, self.mm(0.7))

    @property
    def target(self) -> int:
        return self.mm(PRIMARY_TARGET_MM)

    @property
    def target_small(self) -> int:
        return self.mm(SECONDARY_TARGET_MM)

    @property
    def rail(self) -> int:
        """Width of the column of buttons on a landscape panel."""
        return self.mm(54 if self.roomy else 42)

    def columns(self, width: float) -> int:
        """How many columns of running text ``width`` pixels hold: two only when each has 16 characters a line."""
        return 2 if not self.portrait and (width - self.gap) / 2 >= 16 * self.em("body") else 1

    # --- type and colour --------------------------------------------------------------------------------

    def em_mm(self, role: Role) -> float:
        """Size of type in millimetres per em."""
        smallest = MIN_CAP_MM / CAP_HEIGHT
        body = max(CAP_ANGLE * self.distance_mm / CAP_HEIGHT, smallest)
        big = _ELDER if self.elder else 1.0
        factor = {
            "display": (2.1 if self.roomy else 1.7) * (1 + (big - 1) / 2),
            "title": (1.7 if self.roomy else 1.45) * (1 + (big - 1) / 2),
            "heading": big,
            "body": big,
            "label": 0.86 * big,
            "small": 0.68 * big,
        }[role]
        return max(body * factor, smallest)

    def em(self, role: Role) -> int:
        """Size of type in pixels per em; asked thousands of times a screen."""
        if role not in self._ems:
            self._ems[role] = self.mm(self.em_mm(role))
        return self._ems[role]

    def colour(self, token: str, alpha: float = 1.0) -> Rgba:
        """The colour of a palette token as four floats."""
        return rgba(getattr(self.palette, token), alpha)


def _palette(skin: Skin, contrast: bool) -> Palette:
    if contrast:
        return CONTRAST
    return BANK if skin == "bank" else GOV
