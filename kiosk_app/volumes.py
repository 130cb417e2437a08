"""How loud the kiosk speaks, 0 to 1: the bounds that visits and the site keep to."""

from __future__ import annotations

USUAL_VOLUME = 0.8
QUIETEST, LOUDEST = 0.2, 1.0
_SITE_STEP = 0.1

HEADPHONES_BEGIN = 0.3
"""So soft does every visit with headphones begin: whoever plugs them in cannot know how loud they are."""
VISIT_STEP = 0.1
"""Of a key."""
HEADPHONES_QUIETEST = 0.1


def stepped(volume: float, *, up: bool) -> float:
    """The site's volume one step louder or quieter, within the bounds."""
    wanted = volume + (_SITE_STEP if up else -_SITE_STEP)
    return round(min(LOUDEST, max(QUIETEST, wanted)), 2)


def stepped_in_visit(volume: float, *, up: bool, headphones: bool) -> float:
    """A visit's volume one step louder or softer; headphones may be softer than the site's loudspeaker."""
    least = HEADPHONES_QUIETEST if headphones else QUIETEST
    return round(min(LOUDEST, max(least, volume + (VISIT_STEP if up else -VISIT_STEP))), 2)
