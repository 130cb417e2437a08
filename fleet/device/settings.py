"""Settings of the agent, part of the kiosk's configuration."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fleet.protocol.messages import Token, Version

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]


class AgentSettings(BaseModel):
    """Where the broker is and who this kiosk is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(
        default="127.0.0.1", title="Broker", description="Host name or address of the MQTT broker."
    )
    port: int = Field(default=8883, ge=1, le=65535, title="Port", description="TLS port of the broker.")
    tenant: Name = Field(default="main", title="Tenant", description="The operator's name in the topics.")
    kiosk: Name = Field(..., title="Kiosk id", description="This kiosk's id, as its certificate has it.")
    identity: Path | None = Field(
        default=None,
        title="Identity",
        description="Folder of certificate and key, made by `kiosk provision`; without one there is no link.",
    )
    data_dir: Path = Field(..., title="Data folder", description="Holds the outbox and fetched updates.")
    keepalive_s: int = Field(
        default=30,
        ge=1,
        le=1200,
        title="Keep-alive",
        description="Seconds; after 1.5 times this the broker says we are gone.",
    )
    power_on_spread_s: float = Field(
        default=30.0,
        ge=0,
        le=600,
        title="Spread after power-on",
        description="Seconds over which kiosks that get their power back at one moment spread their first connection.",
    )
    outbox_rows: int = Field(
        default=200_000,
        ge=100,
        le=10_000_000,
        title="Outbox size",
        description="Records kept while the centre is away.",
    )
    outbox_mb: int = Field(
        default=64,
        ge=1,
        le=4096,
        title="Outbox room",
        description="Megabytes of records kept while the centre is away.",
    )
    outbox_days: int = Field(
        default=90,
        ge=1,
        le=3660,
        title="Outbox age",
        description="Days of running after which a record that nobody fetched is given up.",
    )
    versions: dict[Token, Version] = Field(
        default_factory=dict, title="Versions", description="Software versions reported to the centre."
    )
