"""The doctor's look at what the centre sent: in use, on trial, behind it, and what came to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hardware.doctor import Finding
from kiosk_app.updating.machine import TRIAL_TURNS, Installation, Target
from kiosk_app.updating.model_kind import MODELS
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.state_file import read_state

_FIX = "the last good one is in use; correct it and publish it again"


def check_updates(home: Path) -> Finding:
    """One line for each kind of thing that was ever installed here."""
    lines: list[str] = []
    worried = False
    for name, folder in _folders(home):
        if not folder.is_dir():
            continue
        state = read_state(folder)
        lines.append(f"{name}: {_told(state)}")
        worried = worried or state.phase in ("returned", "refused")
    if not lines:
        return Finding("skip", "the centre has sent nothing yet")
    return Finding("warn" if worried else "ok", "; ".join(lines), _FIX if worried else "")


def _folders(home: Path) -> Iterator[tuple[str, Path]]:
    yield "knowledge", folder_of(home, "knowledge")
    yield from ((f"model {name}", folder_of(home, "model", name)) for name in MODELS)
    yield "settings", folder_of(home, "config")


def _told(state: Installation) -> str:
    parts = [_named(state.in_use)]
    if state.trial is not None:
        parts.append(f"on trial {state.trial.turns}/{TRIAL_TURNS}, {state.trial.deaths} restarts unasked")
    elif state.candidate is not None:
        parts.append(f"{state.phase}: {_named(state.candidate.target)}")
    if state.serving is not None:
        parts.append(f"behind it {_named(state.held.get(state.fallback) if state.fallback else None)}")
    if state.verdicts:
        last = state.verdicts[-1]
        parts.append(f"last refused {_named(last.target)} ({last.reason})")
    return ", ".join(parts)


def _named(target: Target | None) -> str:
    return f"{target.name} {target.version}" if target is not None else "what was shipped"
