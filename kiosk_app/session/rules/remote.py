"""What the centre does from afar: notices, the kiosk's name for who looks for it, the site's volume."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app import events as ev
from kiosk_app.remote.notices import Identity
from kiosk_app.session.effects import Announce, KeepVolume
from kiosk_app.session.step import Rules, Step
from kiosk_app.volumes import LOUDEST, QUIETEST


def _notices(step: Step, event: ev.NoticesChanged) -> None:
    step.state = replace(step.state, notices=event.notices)


def _identity(step: Step, event: ev.IdentityWanted) -> None:
    """Whoever is served is not disturbed. It is said as a call is: while nothing else sounds, outside quiet hours."""
    state = step.state
    if state.visit is not None or state.corner is not None:
        return
    step.state = replace(state, identity=Identity(event.name, step.at + event.seconds))
    text = event.speech.get(state.site_lang, "")
    if text and state.may_speak_to_hall:
        number = state.utterances + 1
        step.state = step.state.announcing(number, step.at + state.timing.speaking(text))
        step.effects.append(Announce(number, text, state.site_lang, state.volume))


def _volume(step: Step, event: ev.SiteVolumeSet) -> None:
    volume = round(min(LOUDEST, max(QUIETEST, event.volume)), 2)
    if volume != step.state.volume:
        step.state = replace(step.state, volume=volume)
        step.effects.append(KeepVolume(volume, by_staff=False))


RULES: Rules = {
    ev.NoticesChanged: _notices,
    ev.IdentityWanted: _identity,
    ev.SiteVolumeSet: _volume,
}
