"""Fingers on the screen."""

from __future__ import annotations

from kiosk_app import events as ev
from kiosk_app.rates import RATES
from kiosk_app.request import ChoiceAsked, MatterAsked, TextAsked, TopicAsked
from kiosk_app.session.effects import Phrase, Rated
from kiosk_app.session.rules.staff import stay
from kiosk_app.session.state import Phase
from kiosk_app.session.step import Rules, Step
from kiosk_app.topic_search import LETTERS, MOST_LETTERS
from kiosk_app.volumes import stepped_in_visit

RATINGS = (1, 2, 3)
"""Not satisfied, so-so, satisfied."""


def awake(step: Step) -> bool:
    """A finger means a person. Starts a visit when none is on; False out of service and in the staff corner."""
    if step.phase is Phase.OUT_OF_SERVICE:
        return False
    if step.state.corner is not None:
        stay(step)
        return False
    if step.phase is Phase.FAREWELL:
        step.end("goodbye")
    if step.phase is Phase.IDLE:
        step.begin("touch")
    step.attend()
    return True


def _screen_touched(step: Step, event: ev.ScreenTouched) -> None:
    """While a rating may be given the touch may be for that; whoever wants something touches what it is."""
    if step.phase is Phase.FAREWELL and step.visit is not None and step.visit.answered:
        step.notice()
    else:
        awake(step)


def _speak_pressed(step: Step, event: ev.SpeakPressed) -> None:
    """Before the first word the citizen sees that the kiosk listens."""
    deaf = step.state.is_down("microphone") or step.state.is_down("recognition")
    if awake(step) and not deaf and step.enter(Phase.LISTENING, step.state.timing.listening):
        step.hush()
        step.state = step.state.with_visit(caption="", caption_final=False, hint=False, muted=False)


def _topics_opened(step: Step, event: ev.TopicsOpened) -> None:
    if awake(step):
        step.home()
        step.state = step.state.with_visit(browsing=True)


def _search_opened(step: Step, event: ev.SearchOpened) -> None:
    if awake(step):
        step.home()
        step.state = step.state.with_visit(browsing=True, search="")


def _search_key_pressed(step: Step, event: ev.SearchKeyPressed) -> None:
    """A key that comes too late, when the screen has changed already, types nothing."""
    if not awake(step) or step.visit is None or step.visit.search is None or step.phase is not Phase.GREETING:
        return
    typed = step.visit.search
    if event.key == "delete":
        typed = typed[:-1]
    elif event.key == "clear":
        typed = ""
    elif event.key in LETTERS and len(event.key) == 1 and len(typed) < MOST_LETTERS:
        typed += event.key
    step.state = step.state.with_visit(search=typed, hint=False)


def _topic_group_chosen(step: Step, event: ev.TopicGroupChosen) -> None:
    if awake(step):
        step.ask(TopicAsked(event.group))


def _matter_chosen(step: Step, event: ev.MatterChosen) -> None:
    if awake(step):
        step.ask(MatterAsked(event.matter, event.facet))


def _choice_taken(step: Step, event: ev.ChoiceTaken) -> None:
    if awake(step):
        step.ask(ChoiceAsked(event.target))


def _question_typed(step: Step, event: ev.QuestionTyped) -> None:
    if awake(step) and event.text.strip():
        step.ask(TextAsked(event.text), caption=event.text)


def _person_requested(step: Step, event: ev.PersonRequested) -> None:
    if awake(step):
        step.call_staff()


def _home_pressed(step: Step, event: ev.HomePressed) -> None:
    if awake(step):
        step.home()


def _back_pressed(step: Step, event: ev.BackPressed) -> None:
    if not awake(step):
        return
    visit = step.visit
    if step.phase is Phase.LISTENING:
        step.resume()
    elif step.phase is Phase.HANDOVER and visit is not None and visit.reply is not None:
        step.hush()  # the call goes on meanwhile
        step.resume()
    elif step.phase is Phase.TICKET:
        step.close_desk()
    elif step.phase is Phase.GREETING and visit is not None and visit.search is not None:
        step.home()
        step.state = step.state.with_visit(browsing=True)
    else:
        step.home()


def _repeat_pressed(step: Step, event: ev.RepeatPressed) -> None:
    if awake(step):
        step.say_again()


def _stop_pressed(step: Step, event: ev.StopPressed) -> None:
    if awake(step) and step.state.speaking is not None:
        step.hush()
        step.fell_silent()


def _finish_pressed(step: Step, event: ev.FinishPressed) -> None:
    if step.visit is not None:
        step.notice()
        step.farewell()


def _rating_given(step: Step, event: ev.RatingGiven) -> None:
    """Once for each visit that was answered, and only while goodbye is said; it makes the goodbye no longer."""
    visit = step.visit
    asked = step.phase is Phase.FAREWELL and visit is not None and visit.answered and not visit.rating
    if visit is None or not asked or event.rating not in RATINGS:
        return
    step.notice()
    step.state = step.state.with_visit(rating=event.rating)
    step.effects.append(Rated(event.rating, visit.turns))
    if step.state.speaking is None:
        step.extend(min(step.state.timing.thanks, max(0.0, step.state.until - step.at)))


def _language_chosen(step: Step, event: ev.LanguageChosen) -> None:
    if awake(step):
        step.switch_language(event.lang)


def _elder_toggled(step: Step, event: ev.ElderToggled) -> None:
    if awake(step) and step.visit is not None:
        step.state = step.state.with_visit(elder=not step.visit.elder)
        step.attend()  # once more: the time to act has just changed


def _rate_chosen(step: Step, event: ev.RateChosen) -> None:
    if event.rate in RATES and awake(step) and step.visit is not None:
        step.state = step.state.with_visit(rate=event.rate)
        step.speak(Phrase.RATE_CHANGED)


def _volume_stepped(step: Step, event: ev.VolumeStepped) -> None:
    """What is said of it is heard at the new volume."""
    if awake(step) and step.visit is not None:
        volume = stepped_in_visit(step.visit.volume, up=event.up, headphones=step.state.headphones)
        step.state = step.state.with_visit(volume=volume)
        step.speak(Phrase.VOLUME_CHANGED)


def _contrast_toggled(step: Step, event: ev.ContrastToggled) -> None:
    if awake(step) and step.visit is not None:
        step.state = step.state.with_visit(contrast=not step.visit.contrast)


def _lowered_toggled(step: Step, event: ev.LoweredToggled) -> None:
    if awake(step) and step.visit is not None:
        step.state = step.state.with_visit(lowered=not step.visit.lowered)


def _mute_toggled(step: Step, event: ev.MuteToggled) -> None:
    if awake(step) and step.visit is not None:
        step.state = step.state.with_visit(muted=not step.visit.muted)
        if step.phase is Phase.LISTENING:
            step.resume()


def _uncover_pressed(step: Step, event: ev.UncoverPressed) -> None:
    if awake(step):
        step.state = step.state.with_visit(uncovered=True)


RULES: Rules = {
    ev.ScreenTouched: _screen_touched,
    ev.SpeakPressed: _speak_pressed,
    ev.TopicsOpened: _topics_opened,
    ev.SearchOpened: _search_opened,
    ev.SearchKeyPressed: _search_key_pressed,
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
    ev.RatingGiven: _rating_given,
    ev.StayPressed: _screen_touched,
    ev.LanguageChosen: _language_chosen,
    ev.ElderToggled: _elder_toggled,
    ev.ContrastToggled: _contrast_toggled,
    ev.LoweredToggled: _lowered_toggled,
    ev.RateChosen: _rate_chosen,
    ev.VolumeStepped: _volume_stepped,
    ev.MuteToggled: _mute_toggled,
    ev.UncoverPressed: _uncover_pressed,
}
