"""The dialogue's answer, and a member of staff's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk_app import events as ev
from kiosk_app.rates import slower
from kiosk_app.reply import Language, Reply
from kiosk_app.session.effects import Phrase
from kiosk_app.session.rules.tickets import open_tickets
from kiosk_app.session.state import Phase
from kiosk_app.session.step import Rules, Step
from kiosk_app.volumes import LOUDEST, QUIETEST

_VOLUME_STEPS = {"command.louder": 0.2, "command.quieter": -0.2}
_LANGUAGES: Mapping[str, Language] = {"command.english": "en", "command.chinese": "zh"}


def _replied(step: Step, event: ev.Replied) -> None:
    visit = step.visit
    if step.phase is not Phase.THINKING or visit is None or visit.turn != event.turn:
        return
    reply = event.reply
    step.state = step.state.with_visit(memory=event.memory)
    if reply.ticket is not None and open_tickets(step, reply.ticket):
        return
    if reply.act == "handoff" and not reply.choices:  # with choices a person is only offered
        step.call_staff()
    elif reply.act == "goodbye":
        step.farewell()
    elif reply.act == "repeat":
        step.resume()
        step.say_again()
    elif reply.act == "command":
        _obey(step, reply)
    else:
        _present(step, reply)


def _present(step: Step, reply: Reply) -> None:
    visit = step.visit
    if visit is None:
        return
    matters = visit.matters if reply.matter in (None, *visit.matters) else (*visit.matters, reply.matter)
    if reply.called and step.summon_staff(matters):
        reply = replace(reply, speech=reply.called)
    step.state = step.state.with_visit(
        reply=reply,
        printing=None,
        desk=None,
        hint=reply.missed,
        matters=matters,
        answered=visit.answered or reply.act == "answer",
        caption="",
        caption_final=False,
    )
    step.enter(Phase.CLARIFYING if reply.asks_back else Phase.ANSWERING, step.allowance())
    step.speak_of(reply)


def _obey(step: Step, reply: Reply) -> None:
    command = reply.command or ""
    step.resume()
    visit = step.visit
    if visit is None:
        return
    if command in _LANGUAGES:
        step.switch_language(_LANGUAGES[command])
        return
    if command == "command.home":
        step.home()
        return
    if command == "command.slower":
        step.state = step.state.with_visit(rate=slower(visit.rate))
    elif command in _VOLUME_STEPS:
        volume = min(LOUDEST, max(QUIETEST, visit.volume + _VOLUME_STEPS[command]))
        step.state = step.state.with_visit(volume=volume)
    step.speak(reply.speech)


def _handover_accepted(step: Step, event: ev.HandoverAccepted) -> None:
    visit = step.visit
    if (
        visit is None
        or visit.handover != event.handover
        or step.phase not in (Phase.HANDOVER, Phase.ANSWERING)
    ):
        return
    step.state = step.state.with_visit(handover_accepted=True, handover_failed=False, staff_text=event.text)
    if step.phase is Phase.HANDOVER:
        step.extend(step.state.timing.handover)
    step.speak(event.text or Phrase.STAFF_COMING)


RULES: Rules = {
    ev.Replied: _replied,
    ev.HandoverAccepted: _handover_accepted,
}
