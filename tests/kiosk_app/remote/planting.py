"""Views full of a citizen's words."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from kiosk_app.view import ViewData

OF_THE_SITE = frozenset(
    {
        "screen",
        "lang",
        "site_name",
        "microphone",
        "camera",
        "camera_notice",
        "opening",
        "topics",
        "frequent",
        "departments",
        "queues",
        "closed_reason",
        "closed_where",
        "message",
        "identity",
        "corner",
        "plan",
        "printing",
    }
)
"""What a view has also without anybody; the way to a window, and how a printer feels, are no words of anybody."""

_KINDS = ("kind", "facet", "mood", "printing")
"""Texts inside of words that choose a look; no words themselves."""


def planted(view: ViewData, words: str) -> ViewData:
    """The view of a visit in which everything that was said, typed or answered says ``words``."""
    changes = {
        one.name: _filled(getattr(view, one.name), words)
        for one in fields(view)
        if one.name not in OF_THE_SITE
    }
    return replace(view, **{**changes, "visit": 7, "plan": None})


def _filled(value: Any, words: str) -> Any:
    if isinstance(value, str):
        return words if value else value
    if isinstance(value, tuple):
        return tuple(_filled(one, words) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        inner = {
            one.name: _filled(getattr(value, one.name), words)
            for one in fields(value)
            if one.name not in _KINDS
        }
        return replace(value, **inner)
    return value
