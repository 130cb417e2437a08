"""What all sections of the configuration have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of the file; a key that is not known is an error, never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)
