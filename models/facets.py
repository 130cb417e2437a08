"""The facets of a matter: what a citizen can ask of it, and what a pack can tell of it."""

from __future__ import annotations

from typing import Literal, get_args

Facet = Literal[
    "summary",
    "materials",
    "steps",
    "fee",
    "time_limit",
    "window",
    "hours",
    "conditions",
    "online",
    "location",
]
"""What can be asked of a matter; `summary` is the matter itself."""
ToldFacet = Literal[Facet, "legal_basis"]
"""What a pack tells of a matter: the legal basis is shown with the rest, nobody asks for it."""

FACETS: tuple[Facet, ...] = get_args(Facet)
ASKABLE: tuple[str, ...] = FACETS[1:]
"""The facets that a citizen can ask for, beside the answer itself."""
TOLD_FACETS: tuple[str, ...] = (*ASKABLE, "legal_basis")
"""The facets that a matter has beside its answer, in the order in which they are written and shown."""
LIST_FACETS = ("materials", "steps")
"""The facets that are told in several lines."""
TEXT_FACETS = tuple(name for name in TOLD_FACETS if name not in LIST_FACETS)
"""The facets that are told in one text."""
