"""What the kiosk knows and learns, and who looks after it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from kiosk_app.config.section import Section

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]


class KnowledgeConfig(Section):
    """What the kiosk knows before the centre sends something newer."""

    venue: Literal["gov", "bank"] | None = Field(default="gov", description="The shipped pack to start with.")
    pack: Path | None = Field(default=None, description="A pack folder or artefact instead of a shipped one.")


class LearningConfig(Section):
    """What is kept of this hall, on this kiosk only; docs/learning.md says what that is."""

    unknown: bool = Field(
        default=True,
        description="Keep redacted questions that were not understood, for `kiosk unknown export`.",
    )
    max_clusters: int = Field(
        default=500, ge=1, le=5000, description="Groups of similar questions kept at most."
    )
    max_age_days: int = Field(
        default=90, ge=1, le=366, description="Days after which a question is forgotten."
    )
    frequent: bool = Field(
        default=True, description="Offer on the home screen what is asked here at this hour."
    )
    share_counts: bool = Field(
        default=False,
        description="Tell the centre how many questions were not understood, without their words.",
    )


class FleetConfig(Section):
    """The link to the centre; without it the kiosk works alone."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=1883, ge=1, le=65535)
    tenant: Identifier = "main"
    kiosk: Identifier = "kiosk-1"
    password_file: Path | None = Field(
        default=None, description="A file, readable by the kiosk alone, with the password."
    )


class StaffConfig(Section):
    """The staff corner. It exists once a PIN has been set with `kiosk staff pin`."""

    pin_file: Path | None = Field(
        default=None,
        description="A file, readable by the kiosk alone, with the PIN's hash; staff/pin in data_dir without it.",
    )
