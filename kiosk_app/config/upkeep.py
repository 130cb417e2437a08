"""What the kiosk knows and learns, and who looks after it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from kiosk_app.config.section import Section


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
    """The link to the centre. It exists once `kiosk provision` has been run; until then the kiosk works alone."""

    enabled: bool = Field(default=True, description="Turn the link off, whoever this kiosk is.")
    identity: Path | None = Field(
        default=None,
        description="The folder that `kiosk provision` fills; identity in data_dir without it.",
    )


class StaffConfig(Section):
    """The staff corner. It exists once a PIN has been set with `kiosk staff pin`."""

    pin_file: Path | None = Field(
        default=None,
        description="A file, readable by the kiosk alone, with the PIN's hash; staff/pin in data_dir without it.",
    )
