"""The home screen of today's packs, read from their files."""

from __future__ import annotations

from functools import cache
from typing import cast

from kiosk_app.home import site_of
from kiosk_app.presenter import Site
from models.intent.run import IntentModel
from models.knowledge import Knowledge
from models.knowledge.assemble import assemble
from models.knowledge.source import read_packs
from models.knowledge.validate import SHIPPED


@cache
def site(*packs: str) -> Site:
    """What a kiosk with these packs offers; without their intent model, which takes minutes to train."""
    content = assemble(read_packs([SHIPPED / pack for pack in packs], (SHIPPED,)))
    return site_of(Knowledge(content, cast("IntentModel", None), "", {}), camera_enabled=True)
