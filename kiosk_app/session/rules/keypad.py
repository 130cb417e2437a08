"""The audio route: keys of the numeric keypad, and headphones that come and go.

A key silences what is being said, answers a time-out's warning, and does what a touch would do, by the touch's own
rule. The first key of a visit only turns the route on and says which keys there are, unless it calls a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kiosk_app import events as ev
from kiosk_app.guide.keys import COMMANDS, Command
from kiosk_app.rates import following
from kiosk_app.session.effects import Phrase
from kiosk_app.session.state import Phase
from kiosk_app.session.step import Rules, Step
from kiosk_app.volumes import HEADPHONES_BEGIN

_SEEN_ONLY = (ev.ElderToggled, ev.ContrastToggled, ev.LoweredToggled, ev.MuteToggled, ev.UncoverPressed)
"""What changes the screen and says nothing of it."""
_WELCOMED = ("welcome",)
"""The place of who has heard the welcome and pressed nothing since."""


def _key_pressed(step: Step, event: ev.KeyPressed) -> None:
    command = COMMANDS.get(event.key)
    if command is None or step.state.corner is not None:
        return
    if step.phase is Phase.OUT_OF_SERVICE:
        step.tell(Phrase.OUT_OF_SERVICE)
        return
    guided = step.visit is not None and step.visit.guided
    if step.phase is Phase.FAREWELL and not guided:
        step.end("goodbye")
    if step.phase is Phase.IDLE:
        step.begin("keypad")
    warned = step.visit is not None and step.visit.warned
    step.hush()
    _guide(step)
    if command is Command.PERSON:
        _act(step, ev.PersonRequested(event.at))
    elif not guided:
        _welcome(step)
    elif warned:
        step.speak(Phrase.GUIDE_STAYED)
    else:
        _DO[command](step, event)


def _guide(step: Step) -> None:
    """From here on by ear. Somebody is here, and has the time that elder mode gives."""
    step.state = step.state.with_visit(guided=True, greet_at=None)
    step.attend()
    if step.phase is Phase.FAREWELL:
        step.extend(step.goodbye(step.state.timing.farewell))


def _welcome(step: Step) -> None:
    """The three keys that matter most; whoever asks again is told the others, on any screen."""
    step.state = step.state.with_visit(place=_WELCOMED, cursor=-1)
    step.speak(Phrase.GUIDE_WELCOME)


def _act(step: Step, touch: ev.Touch) -> None:
    """What a touch would do; it may have ended one visit and begun another, which is by ear too."""
    from kiosk_app.session.rules import RULES  # which holds these rules as well

    RULES[type(touch)](step, touch)
    if step.visit is not None and not step.visit.guided:
        _guide(step)
    if isinstance(touch, _SEEN_ONLY) and step.state.speaking is None:
        step.speak(Phrase.GUIDE_CHANGED)
    elif isinstance(touch, ev.PrintPressed):
        printing = step.visit.printing if step.visit is not None else None
        step.speak(Phrase.GUIDE_PRINTING if printing is not None else Phrase.GUIDE_NOT_PRINTED)
    else:
        _say_where(step)


def _say_where(step: Step) -> None:
    """Say what there is on the screen, unless it is being said."""
    visit = step.visit
    if visit is None or step.state.speaking is not None or step.phase is Phase.THINKING:
        return
    if step.phase in (Phase.ANSWERING, Phase.CLARIFYING, Phase.TICKET):
        step.say_again()
    elif step.phase is Phase.LISTENING:
        step.speak(Phrase.GUIDE_LISTENING)
    elif step.phase is Phase.GREETING:
        browsing = Phrase.GUIDE_TOPICS if visit.search is None else Phrase.GUIDE_SEARCH
        step.speak(browsing if visit.browsing else Phrase.GUIDE_HOME)
    elif step.phase is Phase.HANDOVER and not visit.handover_accepted:
        step.speak(Phrase.STAFF_BUSY if visit.handover_failed else Phrase.CALLING_STAFF)
    elif step.phase is Phase.HANDOVER:
        step.speak(visit.staff_text or Phrase.STAFF_COMING)
    elif step.phase is Phase.FAREWELL and visit.rating:
        step.speak(Phrase.FAREWELL)
    if step.state.speaking is None:
        step.speak(Phrase.GUIDE_NEXT)


def _cursor(step: Step, event: ev.KeyPressed) -> int:
    """Where on this screen the visitor is; -1 before its first item.

    The item that was heard, wherever it is now: what is chosen is never another one that has taken its place.
    """
    visit = step.visit
    if visit is None or visit.place != event.page.place or visit.cursor < 0:
        return -1
    keys = [item.key for item in event.page.items]
    if visit.cursor < len(keys) and keys[visit.cursor] == visit.item:
        return visit.cursor
    return keys.index(visit.item) if visit.item in keys else -1


def _walk(step: Step, event: ev.KeyPressed, by: int) -> None:
    """One item on, or back; after the last comes the first."""
    count = len(event.page.items)
    if not count:
        _say_where(step)
        return
    here = _cursor(step, event)
    there = (here + by) % count if here >= 0 or by > 0 else count - 1
    item = event.page.items[there]
    step.state = step.state.with_visit(place=event.page.place, cursor=there, item=item.key)
    step.speak(item.words)


def _choose(step: Step, event: ev.KeyPressed) -> None:
    here = _cursor(step, event)
    does = event.page.items[here].does if here >= 0 else None
    if does is not None:
        _act(step, does)
    else:
        _repeat(step, event)


def _repeat(step: Step, event: ev.KeyPressed) -> None:
    """The item, or what the screen began with; after the welcome and on the home screen the keys."""
    here, visit = _cursor(step, event), step.visit
    home = step.phase is Phase.GREETING and visit is not None and not visit.browsing
    if here >= 0:
        step.speak(event.page.items[here].words)
    elif home or (visit is not None and visit.place == _WELCOMED):
        step.state = step.state.with_visit(place=())
        step.speak(Phrase.GUIDE_KEYS)
    else:
        _say_where(step)


def _other_rate(step: Step, event: ev.KeyPressed) -> None:
    if step.visit is not None:
        _act(step, ev.RateChosen(event.at, following(step.visit.rate)))


def _other_language(step: Step, event: ev.KeyPressed) -> None:
    if step.visit is not None:
        _act(step, ev.LanguageChosen(event.at, "en" if step.visit.lang == "zh" else "zh"))


def _let_speak(step: Step, event: ev.KeyPressed) -> None:
    if step.state.is_down("microphone") or step.state.is_down("recognition"):
        step.speak(Phrase.GUIDE_CANNOT_HEAR)
    else:
        _act(step, ev.SpeakPressed(event.at))


_DO: Mapping[Command, Callable[[Step, ev.KeyPressed], None]] = {
    Command.NEXT: lambda step, event: _walk(step, event, 1),
    Command.PREVIOUS: lambda step, event: _walk(step, event, -1),
    Command.CHOOSE: _choose,
    Command.REPEAT: _repeat,
    Command.BACK: lambda step, event: _act(step, ev.BackPressed(event.at)),
    Command.HOME: lambda step, event: _act(step, ev.HomePressed(event.at)),
    Command.LOUDER: lambda step, event: _act(step, ev.VolumeStepped(event.at, up=True)),
    Command.SOFTER: lambda step, event: _act(step, ev.VolumeStepped(event.at, up=False)),
    Command.RATE: _other_rate,
    Command.SPEAK: _let_speak,
    Command.LANGUAGE: _other_language,
}


def _headphones_in(step: Step, event: ev.HeadphonesIn) -> None:
    """A visit by ear begins, or the one that is on goes on by ear; softly, whatever was set before."""
    if step.state.headphones:
        return
    step.state = replace(step.state, headphones=True)
    if step.state.corner is not None or step.phase is Phase.OUT_OF_SERVICE:
        return
    if step.phase is Phase.FAREWELL:
        step.end("goodbye")
    if step.phase is Phase.IDLE:
        step.begin("headphones")
    step.hush()
    step.state = step.state.with_visit(volume=HEADPHONES_BEGIN)
    _guide(step)
    _welcome(step)


def _headphones_out(step: Step, event: ev.HeadphonesOut) -> None:
    """Silence at once, for the loudspeaker would go on with it; who presses nothing more has gone."""
    if not step.state.headphones:
        return
    step.state = replace(step.state, headphones=False)
    if step.state.corner is None:
        step.hush()
    visit = step.visit
    if visit is not None:
        step.state = step.state.with_visit(
            volume=step.state.volume, unplugged_at=event.at if visit.guided else None
        )


RULES: Rules = {
    ev.KeyPressed: _key_pressed,
    ev.HeadphonesIn: _headphones_in,
    ev.HeadphonesOut: _headphones_out,
}
