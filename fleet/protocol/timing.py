"""Signed time: the kiosk asks with a nonce on ``up/req``, the centre answers on ``dn/res/{corr}``, signed."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from fleet.protocol.messages import Message, Millis, Reference, Token

Nonce = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class TimeRequest(Message):
    """``up/req``: what time is it? ``nonce`` is used once, so that no older answer passes for this one's."""

    op: Literal["time"] = "time"
    corr: Reference
    nonce: Nonce


class TimeAnswer(Message):
    """``dn/res/{corr}``, signed with purpose "time": ``at`` was between the question and its answer."""

    nonce: Nonce
    tenant: Token
    kiosk: Token
    at: Millis
