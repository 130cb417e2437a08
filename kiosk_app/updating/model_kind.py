"""Model files as a kind of thing that is installed: recognisers as archives, detectors as single files."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk_app.updating.disk import Disk
from kiosk_app.updating.errors import UpdateError
from kiosk_app.updating.machine import Installation, Target
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.state_file import read_state
from models.assets import NANODET, VOSK_EN, VOSK_ZH, YUNET, AssetError, AssetStore
from models.assets.stamp import make_stamp, read_stamp, sha256_of

logger = logging.getLogger(__name__)

STAMP = "stamp.json"
"""In the slot, what the disk was given. The model beside it has its asset's name, for OpenCV goes by how that ends."""

_EXAMINATION_S = 300.0


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What a model is for: the asset in whose place it comes, how it is packed, and who examines it."""

    asset: str
    packed: bool
    examiner: Literal["vosk-zh", "vosk-en", "yunet", "nanodet"]


MODELS: Mapping[str, ModelUse] = {
    "vosk-zh": ModelUse(VOSK_ZH, True, "vosk-zh"),
    "vosk-en": ModelUse(VOSK_EN, True, "vosk-en"),
    "yunet": ModelUse(YUNET, False, "yunet"),
    "nanodet": ModelUse(NANODET, False, "nanodet"),
}
"""What the centre may send, by the short names of ``kiosk models``. The intent model comes with its knowledge."""


class ModelFiles:
    """One of MODELS."""

    def __init__(self, use: ModelUse) -> None:
        self._use = use

    def stage(self, source: Path, slot: Path, target: Target, disk: Disk) -> None:
        """Unpack or copy it. Raises UpdateError, OSError."""
        model = slot / self._use.asset
        if self._use.packed:
            if sha256_of(source) != target.sha256:
                raise UpdateError(
                    "hash", f"{source} is not what was announced; it is fetched again", bad=False
                )
            try:
                hashes = disk.unpack(source, model, "model")
            except AssetError as error:
                raise UpdateError(
                    error.code, error.message, bad=error.code == "assets.bad_archive"
                ) from error
        else:
            if disk.copy(source, model, "model") != target.sha256:
                raise UpdateError(
                    "hash", f"{source} is not what was announced; it is fetched again", bad=False
                )
            hashes = {"": target.sha256}
        stamp = make_stamp(model, target.sha256, hashes)
        disk.write(slot / STAMP, stamp.model_dump_json().encode(), "stamp")

    def examine(self, slot: Path, target: Target) -> Path:
        """Let a process of its own open and use it: whatever the file does, it does it there. Raises UpdateError."""
        model = slot / self._use.asset
        if not _is_whole(model, target):
            raise UpdateError("damaged", f"{model} was damaged on the disk; send it again", bad=False)
        command = [
            sys.executable,
            "-m",
            "kiosk_app.updating.model_examination",
            self._use.examiner,
            str(model),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_EXAMINATION_S, check=False)
        except subprocess.TimeoutExpired:
            raise UpdateError(
                "examination.hangs", f"opening it takes more than {_EXAMINATION_S:.0f} s"
            ) from None
        if done.returncode < 0:
            raise UpdateError("examination.died", f"opening it ended the program (signal {-done.returncode})")
        if done.returncode != 0:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise UpdateError("examination.failed", lines[-1] if lines else "it cannot be used")
        return model


def find_model(home: Path, asset: str) -> Path | None:
    """Where a model lies: what the centre sent, else what the asset store has; None when neither has a sound one."""
    for name, use in MODELS.items():
        if use.asset == asset and (found := _installed(folder_of(home, "model", name), asset)) is not None:
            return found
    return AssetStore(home / "assets").find(asset)


def _installed(folder: Path, asset: str) -> Path | None:
    if not folder.is_dir():
        return None
    state: Installation = read_state(folder)
    for slot in (state.serving, state.fallback):
        if slot is None:
            continue
        model = folder / slot / asset
        if _is_whole(model, state.held[slot]):
            return model
        logger.warning("the model in %s was damaged on the disk", folder / slot)
    return None


def _is_whole(model: Path, target: Target) -> bool:
    stamp = read_stamp(model.with_name(STAMP), target.sha256)
    if stamp is None:
        return False
    look = stamp.look(model)
    return look == "same" or (look == "touched" and stamp.matches(model))
