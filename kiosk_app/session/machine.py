"""The rules: what each event does in each phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk_app import events as ev
from kiosk_app.reply import Reply
from kiosk_app.request import MatterAsked, TextAsked, TopicAsked
from kiosk_app.session.effects import Effect, Phrase
from kiosk_app.session.state import Phase, SessionState
from kiosk_app.session.step import Step


def transition(state: SessionState, event: ev.Event) -> tuple[SessionState, tuple[Effect, ...]]:
    """The next state and what is to be done, for any event in any state. Pure; raises nothing.

    An event that means nothing in the present phase changes nothing; a move that the table forbids is refused
    and reported as a ``Refused`` effect.
    """
    step = Step(state, event)
    rule = RULES.get(type(event))
    if rule is not None:
        rule(step, event)
    step.settle()
    return step.state, tuple(step.effects)


# --- time --------------------------------------------------------------------------------------------------


def _tick(step: Step, event: ev.Tick) -> None:
    state = step.state
    if state.speaking is not None and event.at >= state.speaking.lost_at:
        step.hush()
        step.fell_silent()
    absent = step.state.absent_since
    if absent is not None and step.visit is not None:
        if step.state.speaking is not None and event.at >= absent + state.timing.farewell:
            step.hush()
        if event.at >= absent + state.timing.absence:
            step.end("left")
            return
    if event.at >= step.state.until:
        _DEADLINES[step.phase](step)


def _look_around(step: Step) -> None:
    step.extend(step.state.timing.housekeeping)


def _nobody_answered(step: Step) -> None:
    visit = step.visit
    if visit is None or visit.warned:
        step.end("timeout")
        return
    step.state = step.state.with_visit(warned=True)
    step.extend(step.state.timing.warning)
    step.speak(Phrase.STILL_THERE)


def _no_answer_found(step: Step) -> None:
    step.resume(hint=True)
    step.speak(Phrase.NOT_UNDERSTOOD)


def _staff_did_not_come(step: Step) -> None:
    visit = step.visit
    if visit is None or visit.handover_failed or visit.handover_accepted:
        step.end("handover")
        return
    step.state = step.state.with_visit(handover_failed=True)
    step.extend(step.state.timing.inactivity)
    step.speak(Phrase.STAFF_BUSY)


_DEADLINES: Mapping[Phase, Callable[[Step], None]] = {
    Phase.IDLE: _look_around,
    Phase.OUT_OF_SERVICE: _look_around,
    Phase.GREETING: lambda step: step.end("no_request"),
    Phase.LISTENING: lambda step: step.resume(hint=True),
    Phase.THINKING: _no_answer_found,
    Phase.ANSWERING: _nobody_answered,
    Phase.CLARIFYING: _nobody_answered,
    Phase.HANDOVER: _staff_did_not_come,
    Phase.FAREWELL: lambda step: step.end("goodbye"),
}


# --- presence ----------------------------------------------------------------------------------------------


def _person_arrived(step: Step, event: ev.PersonArrived) -> None:
    step.notice()


def _person_near(step: Step, event: ev.PersonNear) -> None:
    step.notice()
    if step.phase is Phase.IDLE:
        step.begin("near")
        if step.state.greet_aloud:
            step.speak(Phrase.GREETING)


def _person_left(step: Step, event: ev.PersonLeft) -> None:
    """The camera last saw somebody at ``event.at``, some seconds ago; a touch since then was somebody too."""
    if step.visit is not None and step.state.absent_since is None:
        step.state = replace(step.state, absent_since=max(event.at, step.state.seen_at))


# --- hearing -----------------------------------------------------------------------------------------------


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
    if event.text.strip():
        step.ask(TextAsked(event.text, event.confidence), caption=event.text)
    else:
        step.resume(hint=True)


def _nothing_heard(step: Step, event: ev.NothingHeard | ev.ListeningFailed) -> None:
    if step.phase is Phase.LISTENING:
        step.resume(hint=True)


# --- speaking ----------------------------------------------------------------------------------------------


def _playback_over(step: Step, event: ev.PlaybackFinished | ev.PlaybackFailed) -> None:
    speaking = step.state.speaking
    if speaking is not None and speaking.utterance == event.utterance:
        step.fell_silent()


# --- touch -------------------------------------------------------------------------------------------------


def _awake(step: Step) -> bool:
    """A finger means a person. Starts a visit when none is on; False when the kiosk is out of service."""
    if step.phase is Phase.OUT_OF_SERVICE:
        return False
    if step.phase is Phase.FAREWELL:
        step.end("goodbye")
    if step.phase is Phase.IDLE:
        step.begin("touch")
    step.attend()
    return True


def _screen_touched(step: Step, event: ev.ScreenTouched) -> None:
    _awake(step)


def _topic_group_chosen(step: Step, event: ev.TopicGroupChosen) -> None:
    if _awake(step):
        step.ask(TopicAsked(event.group))


def _matter_chosen(step: Step, event: ev.MatterChosen) -> None:
    if _awake(step):
        step.ask(MatterAsked(event.matter, event.facet))


def _choice_taken(step: Step, event: ev.ChoiceTaken) -> None:
    if _awake(step):
        step.ask(MatterAsked(event.target))


def _question_typed(step: Step, event: ev.QuestionTyped) -> None:
    if _awake(step) and event.text.strip():
        step.ask(TextAsked(event.text), caption=event.text)


def _person_requested(step: Step, event: ev.PersonRequested) -> None:
    if _awake(step):
        step.call_staff()


def _home(step: Step) -> None:
    step.hush()
    step.state = step.state.with_visit(reply=None, caption="", caption_final=False, hint=False, handover="")
    step.enter(Phase.GREETING, step.allowance())


def _home_pressed(step: Step, event: ev.HomePressed) -> None:
    if _awake(step):
        _home(step)


def _back_pressed(step: Step, event: ev.BackPressed) -> None:
    if not _awake(step):
        return
    if step.phase is Phase.LISTENING:
        step.resume()
    else:
        _home(step)


def _repeat_pressed(step: Step, event: ev.RepeatPressed) -> None:
    if _awake(step):
        _say_again(step)


def _say_again(step: Step) -> None:
    if step.visit is not None and step.visit.reply is not None:
        step.speak(step.visit.reply.speech)


def _stop_pressed(step: Step, event: ev.StopPressed) -> None:
    if _awake(step) and step.state.speaking is not None:
        step.hush()
        step.fell_silent()


def _finish_pressed(step: Step, event: ev.FinishPressed) -> None:
    if step.visit is not None:
        step.notice()
        _farewell(step)


def _farewell(step: Step) -> None:
    if step.phase is not Phase.FAREWELL and step.enter(Phase.FAREWELL, step.state.timing.farewell):
        step.state = step.state.with_visit(reply=None, caption="", warned=False)
        step.speak(Phrase.FAREWELL)


def _language_chosen(step: Step, event: ev.LanguageChosen) -> None:
    if _awake(step):
        _switch_language(step, event.lang)


def _switch_language(step: Step, lang: ev.Language) -> None:
    """Change the visit's language; what is on the screen is asked for again in the new one."""
    visit = step.visit
    if visit is None or visit.lang == lang:
        return
    step.hush()
    step.state = step.state.with_visit(lang=lang, hint=False)
    if step.phase in (Phase.ANSWERING, Phase.CLARIFYING) and visit.reply is not None:
        if visit.reply.matter is not None:
            step.ask(MatterAsked(visit.reply.matter, visit.reply.facet))
        else:
            _home(step)


def _elder_toggled(step: Step, event: ev.ElderToggled) -> None:
    if _awake(step) and step.visit is not None:
        step.state = step.state.with_visit(elder=not step.visit.elder)
        step.attend()  # once more: the time to act has just changed


def _contrast_toggled(step: Step, event: ev.ContrastToggled) -> None:
    if _awake(step) and step.visit is not None:
        step.state = step.state.with_visit(contrast=not step.visit.contrast)


# --- the dialogue's answer ---------------------------------------------------------------------------------

_SLOW = 0.7
_VOLUME_STEPS = {"command.louder": 0.2, "command.quieter": -0.2}
_QUIETEST, _LOUDEST = 0.2, 1.0
_LANGUAGES: Mapping[str, ev.Language] = {"command.english": "en", "command.chinese": "zh"}


def _replied(step: Step, event: ev.Replied) -> None:
    visit = step.visit
    if step.phase is not Phase.THINKING or visit is None or visit.turn != event.turn:
        return
    reply = event.reply
    if reply.act == "handoff":
        step.call_staff()
    elif reply.act == "goodbye":
        _farewell(step)
    elif reply.act == "repeat":
        step.resume()
        _say_again(step)
    elif reply.act == "command":
        _obey(step, reply)
    else:
        _present(step, reply)


def _present(step: Step, reply: Reply) -> None:
    visit = step.visit
    if visit is None:
        return
    missed = reply.act == "reject"
    matters = visit.matters if reply.matter in (None, *visit.matters) else (*visit.matters, reply.matter)
    step.state = step.state.with_visit(
        reply=reply,
        hint=missed,
        misses=visit.misses + 1 if missed else 0,
        matters=matters,
        caption="",
        caption_final=False,
    )
    step.enter(Phase.CLARIFYING if reply.choices else Phase.ANSWERING, step.allowance())
    step.speak(reply.speech)


def _obey(step: Step, reply: Reply) -> None:
    command = reply.command or ""
    step.resume()
    visit = step.visit
    if visit is None:
        return
    if command in _LANGUAGES:
        _switch_language(step, _LANGUAGES[command])
        return
    if command == "command.home":
        _home(step)
        return
    if command == "command.slower":
        step.state = step.state.with_visit(rate=_SLOW)
    elif command in _VOLUME_STEPS:
        volume = min(_LOUDEST, max(_QUIETEST, visit.volume + _VOLUME_STEPS[command]))
        step.state = step.state.with_visit(volume=volume)
    step.speak(reply.speech)


# --- staff -------------------------------------------------------------------------------------------------


def _handover_accepted(step: Step, event: ev.HandoverAccepted) -> None:
    visit = step.visit
    if step.phase is not Phase.HANDOVER or visit is None or visit.handover != event.handover:
        return
    step.state = step.state.with_visit(handover_accepted=True, handover_failed=False, staff_text=event.text)
    step.extend(step.state.timing.handover)
    step.speak(event.text or Phrase.STAFF_COMING)


# --- the kiosk itself --------------------------------------------------------------------------------------


def _lose(step: Step, part: str, reason: str) -> None:
    others = tuple(item for item in step.state.down if item[0] != part)
    step.state = replace(step.state, down=(*others, (part, reason)))
    if part == "speech":
        step.hush()
    if part in ("microphone", "recognition") and step.phase is Phase.LISTENING:
        step.resume()
    if part == "camera":
        step.state = replace(step.state, camera=False, absent_since=None)
    if step.state.essential_missing and step.phase is not Phase.OUT_OF_SERVICE:
        step.end("out_of_service", Phase.OUT_OF_SERVICE)


def _regain(step: Step, part: str) -> None:
    step.state = replace(step.state, down=tuple(item for item in step.state.down if item[0] != part))
    if part == "camera":
        step.state = replace(step.state, camera=True)
    if step.phase is Phase.OUT_OF_SERVICE and not step.state.essential_missing:
        step.enter(Phase.IDLE, step.state.timing.housekeeping)


def _knowledge_ready(step: Step, event: ev.KnowledgeReady) -> None:
    step.state = replace(step.state, knowledge_ready=event.version)


RULES: Mapping[type, Callable[[Step, Any], None]] = {
    ev.Tick: _tick,
    ev.PersonArrived: _person_arrived,
    ev.PersonNear: _person_near,
    ev.PersonLeft: _person_left,
    ev.SpeechStarted: _speech_started,
    ev.PartialHeard: _partial_heard,
    ev.SpeechEnded: _speech_ended,
    ev.UtteranceHeard: _utterance_heard,
    ev.NothingHeard: _nothing_heard,
    ev.ListeningFailed: _nothing_heard,
    ev.PlaybackFinished: _playback_over,
    ev.PlaybackFailed: _playback_over,
    ev.ScreenTouched: _screen_touched,
    ev.TopicGroupChosen: _topic_group_chosen,
    ev.MatterChosen: _matter_chosen,
    ev.ChoiceTaken: _choice_taken,
    ev.QuestionTyped: _question_typed,
    ev.PersonRequested: _person_requested,
    ev.HomePressed: _home_pressed,
    ev.BackPressed: _back_pressed,
    ev.RepeatPressed: _repeat_pressed,
    ev.StopPressed: _stop_pressed,
    ev.FinishPressed: _finish_pressed,
    ev.StayPressed: _screen_touched,
    ev.LanguageChosen: _language_chosen,
    ev.ElderToggled: _elder_toggled,
    ev.ContrastToggled: _contrast_toggled,
    ev.Replied: _replied,
    ev.HandoverAccepted: _handover_accepted,
    ev.LinkDown: lambda step, event: _lose(step, "link", event.reason),
    ev.LinkUp: lambda step, event: _regain(step, "link"),
    ev.MicrophoneLost: lambda step, event: _lose(step, "microphone", event.reason),
    ev.MicrophoneBack: lambda step, event: _regain(step, "microphone"),
    ev.CameraLost: lambda step, event: _lose(step, "camera", event.reason),
    ev.CameraBack: lambda step, event: _regain(step, "camera"),
    ev.PartDown: lambda step, event: _lose(step, event.part, event.reason),
    ev.PartUp: lambda step, event: _regain(step, event.part),
    ev.KnowledgeReady: _knowledge_ready,
}
"""One rule per event; an event without a rule (such as PlaybackStarted) only passes through the trace."""
