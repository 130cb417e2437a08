"""One answer as the JSON that ``ask`` and ``chat`` print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk_app.reply import Reply


def answer_json(
    heard: str, reply: Reply, timings: Mapping[str, float | None] | None = None
) -> dict[str, Any]:
    """The keys of the commands' contract; what was heard is redacted, for output is kept in files."""
    from kiosk_app.redaction import redact

    document: dict[str, Any] = {
        "heard": redact(heard),
        "matter": reply.matter,
        "facet": reply.facet if reply.matter else None,
        "act": reply.act,
        "confidence": round(reply.confidence, 4),
        "speech": reply.speech,
        "cards": [
            {"kind": card.kind, "facet": card.facet, "title": card.title, "items": list(card.items)}
            for card in reply.cards
        ],
        "alternatives": list(reply.alternatives),
    }
    if timings is not None:
        document["timings_ms"] = dict(timings)
    return document
