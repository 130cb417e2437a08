"""The home screen of today's packs, read from their files."""

from __future__ import annotations

from functools import cache
from typing import cast

from kiosk_app.config import CameraConfig
from kiosk_app.home import site_of
from kiosk_app.plan import Wayfinder
from kiosk_app.presenter import Site
from models.intent.run import IntentModel
from models.knowledge import Knowledge
from models.knowledge.assemble import assemble
from models.knowledge.source import read_packs
from models.knowledge.validate import SHIPPED

NOTICE = (
    "本厅装有摄像头，只用来感知有人走近本机，以便及时为您服务；不保存、不传送图像，不识别身份。"
    "负责单位：临江市政务服务中心信息科，电话 12345，意见可交一层总服务台，我们三日内答复您。"
)
"""As long as a site's notice of its camera may be."""


@cache
def knowledge(*packs: str) -> Knowledge:
    """What is in these packs; without their intent model, which takes minutes to train."""
    content = assemble(read_packs([SHIPPED / pack for pack in packs], (SHIPPED,)))
    return Knowledge(content, cast("IntentModel", None), "", {})


@cache
def site(*packs: str) -> Site:
    """What a kiosk with these packs offers."""
    return site_of(knowledge(*packs), CameraConfig(enabled=True, notice={"zh": NOTICE}))


@cache
def wayfinder(pack: str) -> Wayfinder:
    """Shows the way in the hall of a pack, from where its kiosk stands."""
    return Wayfinder(knowledge(pack).hall)
