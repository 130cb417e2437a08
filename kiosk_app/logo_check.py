"""The site's logo on this kiosk: the screen does without it when it is broken, the technician is told."""

from __future__ import annotations

import logging

from hardware.doctor import Finding
from kiosk_app.config import SiteConfig
from kiosk_app.logo import Logo, LogoError, read_logo

logger = logging.getLogger(__name__)


def logo_of(site: SiteConfig) -> Logo | None:
    """The logo to show; None without one, and where it cannot be read: the log says why."""
    if site.logo is None:
        return None
    try:
        return read_logo(site.logo)
    except LogoError as error:
        logger.warning("the logo is left out: %s", str(error))
        return None


def check_logo(site: SiteConfig) -> Finding:
    """Whether it can be shown."""
    if site.logo is None:
        return Finding("skip", "none is configured")
    try:
        logo = read_logo(site.logo)
    except LogoError as error:
        return Finding("warn", str(error), "correct [site] logo; the product's own mark is shown meanwhile")
    return Finding("ok", f"{site.logo.name}, {logo.width} by {logo.height} pixels")
