"""The first thing a start does: count how the last run ended, and take what the centre has set.

Before anything is opened with it, for a file that ends the program would never let a later moment come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk_app.config import KioskConfig
from kiosk_app.updating.config_kind import CentreSettings
from kiosk_app.updating.disk import Disk
from kiosk_app.updating.errors import UpdateError
from kiosk_app.updating.installer import Installer
from kiosk_app.updating.machine import Trial, Verdict
from kiosk_app.updating.model_kind import MODELS, ModelFiles
from kiosk_app.updating.news import News, returned
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.state_file import read_state


@dataclass(frozen=True, slots=True)
class Beginning:
    """The configuration as it is now, and what came back because the runs before it ended badly."""

    config: KioskConfig
    news: tuple[News, ...] = ()


def config_installer(
    config: KioskConfig, local: Path | None, told: Callable[[News], None], disk: Disk | None = None
) -> Installer[KioskConfig]:
    """Of what the centre sets, over the device's own file ``local``."""

    def called_off(verdict: Verdict, trial: Trial) -> None:
        told(returned("config", verdict, trial))

    return Installer(folder_of(config.home, "config"), CentreSettings(local), called_off, disk)


def model_installer(
    config: KioskConfig, name: str, told: Callable[[News], None], disk: Disk | None = None
) -> Installer[Path]:
    """Of one of MODELS."""

    def called_off(verdict: Verdict, trial: Trial) -> None:
        told(returned("model", verdict, trial))

    return Installer(folder_of(config.home, "model", name), ModelFiles(MODELS[name]), called_off, disk)


def begin(config: KioskConfig, local: Path | None, disk: Disk | None = None) -> Beginning:
    """Once for each run of the kiosk, before anything of it; ``config`` is what ``local`` says."""
    news: list[News] = []
    for name in MODELS:
        if folder_of(config.home, "model", name).is_dir():
            model_installer(config, name, news.append, disk).begin()
    if not folder_of(config.home, "config").is_dir():
        return Beginning(config, tuple(news))
    settings = config_installer(config, local, news.append, disk)
    settings.begin()
    return Beginning(settings.open([]) or config, tuple(news))


def with_centre(config: KioskConfig, local: Path | None) -> KioskConfig:
    """The configuration as a kiosk would begin with it, for who only looks."""
    folder = folder_of(config.home, "config")
    state = read_state(folder)
    for slot in (state.serving, state.fallback):
        if slot is not None:
            try:
                return CentreSettings(local).examine(folder / slot, state.held[slot])
            except UpdateError:
                continue
    return config
