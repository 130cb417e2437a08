"""What is heard, and what became of what was said."""

from __future__ import annotations

from kiosk_app import events as ev
from kiosk_app.request import TextAsked
from kiosk_app.session.state import Phase
from kiosk_app.session.step import Rules, Step
from voice.interjections import Interjection, interjection


def _speech_started(step: Step, event: ev.SpeechStarted) -> None:
    if not step.state.listening:
        return
    if step.phase is Phase.IDLE:
        step.begin("voice")
    if step.enter(Phase.LISTENING, step.state.timing.listening):
        step.notice()
        step.state = step.state.with_visit(
            caption="", caption_final=False, hint=False, warned=False, acted=True
        )


def _partial_heard(step: Step, event: ev.PartialHeard) -> None:
    if step.phase is Phase.LISTENING:
        step.state = step.state.with_visit(caption=event.text)


def _speech_ended(step: Step, event: ev.SpeechEnded) -> None:
    if step.phase is Phase.LISTENING:
        step.extend(event.decided_at - event.at + step.state.timing.thinking)


def _utterance_heard(step: Step, event: ev.UtteranceHeard) -> None:
    if step.phase is not Phase.LISTENING:
        return
    if interjection(event.text) is Interjection.STOP:
        step.resume()  # it is quiet already, and there is nothing to answer
    elif event.text.strip():
        if event.language in ("zh", "en"):  # the first words of a visit choose its language
            step.switch_language(event.language)
        step.ask(TextAsked(event.text, event.confidence), caption=event.text)
    else:
        step.unheard()


def _nothing_heard(step: Step, event: ev.NothingHeard | ev.ListeningFailed) -> None:
    if step.phase is Phase.LISTENING:
        step.unheard()


def _suspected(step: Step, event: ev.InterruptionSuspected) -> None:
    if step.state.overhearing:
        step.hold()


def _confirmed(step: Step, event: ev.InterruptionConfirmed) -> None:
    """The same as a touch on "stop"; what the citizen says follows as speech of its own."""
    if step.state.overhearing and step.state.speaking is not None:
        step.attend()
        step.hush()
        step.fell_silent()


def _dismissed(step: Step, event: ev.InterruptionDismissed) -> None:
    step.carry_on()


def _playback_over(step: Step, event: ev.PlaybackFinished | ev.PlaybackFailed) -> None:
    speaking = step.state.speaking
    if speaking is not None and speaking.utterance == event.utterance:
        step.fell_silent()


RULES: Rules = {
    ev.SpeechStarted: _speech_started,
    ev.PartialHeard: _partial_heard,
    ev.SpeechEnded: _speech_ended,
    ev.UtteranceHeard: _utterance_heard,
    ev.NothingHeard: _nothing_heard,
    ev.ListeningFailed: _nothing_heard,
    ev.InterruptionSuspected: _suspected,
    ev.InterruptionConfirmed: _confirmed,
    ev.InterruptionDismissed: _dismissed,
    ev.PlaybackFinished: _playback_over,
    ev.PlaybackFailed: _playback_over,
}
