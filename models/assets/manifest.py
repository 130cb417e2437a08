"""The list of official model files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.assets.errors import AssetError

_SHIPPED = Path(__file__).with_name("manifest.toml")
_PlainName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]


class Asset(BaseModel):
    """One model file: where it comes from and what it must be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _PlainName = Field(description="What lies in the store: a file or an unpacked folder")
    alias: _PlainName = Field(description="Short name for people who type")
    kind: Literal["file", "vosk-zip"]
    file: _PlainName = Field(description="Name on every mirror, and at the source unless `url` says another")
    url: str = Field(pattern=r"^(https|http|file)://")
    size: int = Field(gt=0, description="Bytes of the file at the source")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    licence: str
    use: str = Field(description="What it is for, in a few words")


class Manifest(BaseModel):
    """All model files this release knows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    assets: tuple[Asset, ...]

    def get(self, name: str) -> Asset:
        """Find an asset by name, alias or file name. Raises ``AssetError`` when there is none."""
        for asset in self.assets:
            if name in (asset.name, asset.alias, asset.file):
                return asset
        known = ", ".join(asset.alias for asset in self.assets)
        raise AssetError("assets.unknown", f"there is no model called {name!r}: use one of {known}")


def load_manifest(path: Path = _SHIPPED) -> Manifest:
    """Read a manifest. Raises ``AssetError`` when it is malformed."""
    try:
        return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise AssetError("assets.bad_manifest", f"{path}: {error}") from error
