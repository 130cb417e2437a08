"""The doctor's checks in a kiosk that runs: what would fight its parts for a device is answered by those parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hardware.doctor import Check, Finding
from kiosk_app.doctor import checks_of
from kiosk_app.runtime.premises import Premises
from kiosk_app.session.state import NOT_CONFIGURED, STARTING, TURNED_OFF
from kiosk_app.sound_checks import heard

_ECHO = "not while the kiosk runs: it would play and listen; stop the kiosk and run: kiosk doctor"
_FIX = "see the log; a part is tried again by itself"


def running_checks(premises: Premises) -> list[Check]:
    """All checks, in the doctor's order."""
    answers: dict[str, Callable[[], Finding]] = {
        "speech_model": lambda: _part(premises, "recognition", "in use"),
        "sound_devices": lambda: _devices(premises),
        "microphone": lambda: _microphone(premises),
        "loudspeaker": lambda: _part(premises, "speech", _speaker(premises)),
        "echo": lambda: Finding("skip", _ECHO),
        "camera": lambda: _part(premises, "camera", "in use; the live view shows its picture"),
        "proximity": lambda: _part(premises, "proximity", "in use"),
        "printer": lambda: _part(premises, "printer", "in use"),
    }
    every = checks_of(premises.config, premises.config_source, premises.config_problem, premises.knowledge)
    return [replace(check, run=answers.get(check.name, check.run)) for check in every]


def _part(premises: Premises, name: str, figure: str) -> Finding:
    """What the running part says."""
    config = premises.config
    wanted = {
        "camera": config.camera.enabled,
        "proximity": config.proximity.sensor != "none",
        "printer": config.printer.backend != "none",
    }
    reason = dict(premises.state.down).get(name)
    if not wanted.get(name, True) or reason in (TURNED_OFF, NOT_CONFIGURED):
        return Finding("skip", TURNED_OFF)
    if reason == STARTING:
        return Finding("skip", "it is just starting")
    return Finding("ok", figure) if reason is None else Finding("fail", reason, _FIX)


def _devices(premises: Premises) -> Finding:
    """Those in use: to list all would disturb them."""
    microphone = premises.hearing.microphone
    hears = microphone.name if microphone is not None else "nothing"
    return Finding("ok", f"hears: {hears}; speaks: {_speaker(premises)}")


def _speaker(premises: Premises) -> str:
    return premises.voice.speaker if premises.voice is not None else "nothing"


def _microphone(premises: Premises) -> Finding:
    finding = _part(premises, "microphone", "")
    microphone = premises.hearing.microphone
    if finding.state != "ok" or microphone is None:
        return finding if finding.state != "ok" else Finding("skip", "nobody listens to it yet")
    return heard(premises.config.microphone, microphone.name, microphone.level)
