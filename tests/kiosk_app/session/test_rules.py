"""The session's rules, one visit after another: deadlines, misses, settings, people, parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fleet.device.events import HandoverAccepted, LinkDown, LinkUp
from kiosk_app import events as ev
from kiosk_app.memory import Memory, Seen
from kiosk_app.reply import Choice, Reply
from kiosk_app.request import ChoiceAsked, MatterAsked, Request, TextAsked, TopicAsked
from kiosk_app.session import (
    Ask,
    CallStaff,
    Hush,
    Listen,
    Phase,
    Phrase,
    Refused,
    Speak,
    StartAgain,
    SwapKnowledge,
    Timing,
    VisitEnded,
)
from tests.kiosk_app.session.play import ANSWER, MISS, QUESTION, Play

TIMING = Timing()
CHAT = replace(ANSWER, act="smalltalk")
"""Nothing was answered, so nobody is asked how that was."""


# --- every phase's deadline --------------------------------------------------------------------------------


def test_idle_only_looks_around(play: Play) -> None:
    play.wait(10 * TIMING.housekeeping)
    assert play.phase is Phase.IDLE
    assert play.effects == []


def test_a_person_who_was_greeted_and_does_nothing_is_left_in_peace(play: Play) -> None:
    play.greet()
    play.fall_silent()
    play.wait(TIMING.greeting - 0.1)
    assert play.phase is Phase.GREETING
    play.wait(0.2)
    assert play.phase is Phase.IDLE
    assert [end.outcome for end in play.wanted(VisitEnded)] == ["no_request"]


def test_listening_that_never_ends_returns_with_a_hint(play: Play) -> None:
    play.greet()
    play.fall_silent()
    play.do(ev.SpeechStarted)
    play.wait(TIMING.listening - 0.1)
    assert play.phase is Phase.LISTENING
    play.wait(0.2)
    assert play.phase is Phase.GREETING
    assert play.visit.hint


def test_a_recogniser_that_says_nothing_after_the_end_returns_with_a_hint(play: Play) -> None:
    play.greet()
    play.fall_silent()
    play.do(ev.SpeechStarted)
    play.do(ev.SpeechEnded, play.now)
    play.wait(TIMING.thinking + 0.1)
    assert play.phase is Phase.GREETING
    assert play.visit.hint


def test_the_recogniser_has_its_time_from_the_decision_not_from_the_last_sound(play: Play) -> None:
    play.greet()
    play.fall_silent()
    play.do(ev.SpeechStarted)
    play.wait(4.0)
    play.happen(ev.SpeechEnded(play.now - 1.5, decided_at=play.now))
    play.wait(TIMING.thinking - 0.1)
    play.do(ev.UtteranceHeard, "办居住证", 0.9, play.now, play.now, play.now)
    assert play.phase is Phase.THINKING


def test_thinking_that_takes_too_long_apologises(play: Play) -> None:
    play.do(ev.QuestionTyped, "办居住证")
    play.wait(TIMING.thinking + 0.1)
    assert play.phase is Phase.GREETING
    assert play.visit.hint
    assert play.said() == [Phrase.NOT_UNDERSTOOD]


@pytest.mark.parametrize("reply", [ANSWER, QUESTION])
def test_an_answer_that_nobody_reacts_to_is_warned_of_and_then_wiped(play: Play, reply: Reply) -> None:
    play.answer(reply)
    play.wait(TIMING.inactivity - 0.1)
    assert not play.visit.warned
    play.wait(0.2)
    assert play.visit.warned
    assert play.said()[-1] == Phrase.STILL_THERE
    play.fall_silent()
    play.wait(TIMING.warning - 0.1)
    assert play.state.visit is not None
    play.wait(0.2)
    assert play.phase is Phase.IDLE
    assert [end.outcome for end in play.wanted(VisitEnded)] == ["timeout"]


def test_staying_answers_the_warning(play: Play) -> None:
    play.answer()
    play.wait(TIMING.inactivity + 0.1)
    play.fall_silent()
    play.do(ev.StayPressed)
    assert not play.visit.warned
    play.wait(TIMING.inactivity - 0.1)
    assert play.visit.reply == ANSWER


def test_a_hand_over_that_nobody_takes_names_the_service_desk_and_ends(play: Play) -> None:
    play.do(ev.PersonRequested)
    play.fall_silent()
    play.wait(TIMING.handover + TIMING.speaking(Phrase.CALLING_STAFF))
    assert play.visit.handover_failed
    assert play.said()[-1] == Phrase.STAFF_BUSY
    play.fall_silent()
    play.wait(TIMING.inactivity + TIMING.speaking(Phrase.STAFF_BUSY))
    assert [end.outcome for end in play.wanted(VisitEnded)] == ["handover"]


def test_the_goodbye_ends_soon_after_it_was_said(play: Play) -> None:
    play.answer(CHAT)
    play.do(ev.FinishPressed)
    assert (play.phase, play.said()[-1]) == (Phase.FAREWELL, Phrase.FAREWELL)
    play.fall_silent()
    play.wait(1.1)
    assert [end.outcome for end in play.wanted(VisitEnded)] == ["goodbye"]


def test_the_goodbye_after_a_warning_is_as_short(play: Play) -> None:
    play.answer(CHAT)
    play.wait(TIMING.inactivity + 0.1)
    assert play.visit.warned
    play.do(ev.FinishPressed)
    play.fall_silent()
    play.wait(1.1)
    assert play.phase is Phase.IDLE


def test_without_a_voice_the_goodbye_still_ends(play: Play) -> None:
    play.do(ev.PartDown, "speech", "no loudspeaker")
    play.answer(CHAT)
    play.do(ev.FinishPressed)
    play.wait(TIMING.farewell + 0.1)
    assert play.phase is Phase.IDLE
    assert play.wanted(Speak) == []


def test_a_sound_that_never_ends_is_taken_for_lost(play: Play) -> None:
    play.do(ev.MatterChosen, "gov.a")
    play.reply(ANSWER)
    play.wait(TIMING.speaking(ANSWER.speech) + 0.1)
    assert play.state.speaking is None
    assert Hush() in play.effects
    assert play.phase is Phase.ANSWERING


def test_a_touch_during_a_long_answer_does_not_cut_it_short(play: Play) -> None:
    long = replace(ANSWER, speech="请带身份证。" * 40)
    play.do(ev.MatterChosen, "gov.a")
    play.reply(long)
    play.wait(1.0)
    play.do(ev.ScreenTouched)
    play.wait(TIMING.inactivity + 10)
    assert play.said() == [long.speech], "the warning spoke into the answer"
    assert play.state.speaking is not None


def test_a_citizen_who_acted_during_the_greeting_has_the_full_time_after_it(play: Play) -> None:
    play.greet()
    play.do(ev.ContrastToggled)
    play.fall_silent()
    play.wait(TIMING.inactivity - 0.1)
    assert play.state.visit is not None
    play.wait(0.2)
    assert play.state.visit is None


# --- asking ------------------------------------------------------------------------------------------------


def test_touch_speech_and_typing_ask_the_same_dialogue(play: Play) -> None:
    play.greet()
    play.fall_silent()
    play.hear("办居住证")
    play.reply(MISS)
    play.do(ev.QuestionTyped, "办居住证")
    play.reply(MISS)
    play.do(ev.MatterChosen, "gov.a", "fee")
    play.reply(MISS)
    play.do(ev.ChoiceTaken, "gov.b")
    play.reply(MISS)
    play.do(ev.TopicGroupChosen, "identity")
    requests: list[Request] = [ask.request for ask in play.wanted(Ask)]
    assert requests == [
        TextAsked("办居住证", 0.9),
        TextAsked("办居住证"),
        MatterAsked("gov.a", "fee"),
        ChoiceAsked("gov.b"),
        TopicAsked("identity"),
    ]
    assert play.visit.turns == 5


@pytest.mark.parametrize("words", ["", "  ", "\n"])
def test_nothing_said_is_no_question(play: Play, words: str) -> None:
    play.greet()
    play.fall_silent()
    play.hear(words)
    play.do(ev.QuestionTyped, words)
    assert play.wanted(Ask) == []
    assert play.phase is Phase.GREETING


def test_the_memory_of_the_talk_goes_from_turn_to_turn_and_ends_with_the_visit(play: Play) -> None:
    first, second = Memory(said="一"), Memory(said="二")
    for memory in (first, second):
        play.do(ev.QuestionTyped, "什么")
        play.do(ev.Replied, play.wanted(Ask)[-1].turn, ANSWER, memory)
    play.do(ev.QuestionTyped, "什么")
    assert [ask.memory for ask in play.wanted(Ask)] == [Memory(), first, second]
    play.do(ev.FinishPressed)
    play.wait(60)
    play.do(ev.QuestionTyped, "什么")
    assert play.wanted(Ask)[-1].memory == Memory()


def test_home_leaves_nothing_open_and_something_to_come_back_to(play: Play) -> None:
    play.do(ev.QuestionTyped, "什么")
    seen = Seen("gov.a", ("fee",))
    play.do(ev.Replied, play.wanted(Ask)[-1].turn, QUESTION, Memory(now=seen, offered=("gov.b",), misses=1))
    play.do(ev.HomePressed)
    assert play.visit.memory == Memory(past=(seen,))


def test_a_person_who_is_only_offered_is_not_called_yet(play: Play) -> None:
    offer = Reply("handoff", "zh", "要不要请人来？", choices=(Choice("smalltalk.handoff", "请人来"),))
    play.do(ev.QuestionTyped, "什么")
    play.reply(offer)
    assert play.phase is Phase.CLARIFYING
    assert play.wanted(CallStaff) == []
    play.do(ev.ChoiceTaken, "smalltalk.handoff")
    play.reply(replace(offer, choices=()))
    assert play.phase is Phase.HANDOVER
    assert len(play.wanted(CallStaff)) == 1


def test_a_next_step_on_offer_leaves_the_answer_on_the_screen(play: Play) -> None:
    play.do(ev.QuestionTyped, "什么")
    play.reply(replace(ANSWER, choices=(Choice("hall.take_number", "取号"),)))
    assert play.phase is Phase.ANSWERING
    assert not play.visit.hint


def test_a_late_reply_to_an_earlier_question_is_ignored(play: Play) -> None:
    play.do(ev.QuestionTyped, "第一个")
    first = play.wanted(Ask)[-1].turn
    play.wait(TIMING.thinking + 0.1)
    play.do(ev.QuestionTyped, "第二个")
    play.do(ev.Replied, first, MISS)
    assert (play.phase, play.visit.reply) == (Phase.THINKING, None)
    play.reply(ANSWER)
    assert play.visit.reply == ANSWER


def test_the_ears_close_before_the_question_is_asked(play: Play) -> None:
    """The answer comes back at once; what the ears had still told by then must stand before it."""
    play.greet()
    play.fall_silent()
    effects = play.do(ev.MatterChosen, "gov.a")
    kinds = [type(effect) for effect in effects]
    assert kinds.index(Listen) < kinds.index(Ask)
    assert Listen(False) in effects


def test_the_ears_are_closed_while_the_kiosk_speaks_and_open_after_it(play: Play) -> None:
    play.greet()
    assert play.wanted(Listen) == [Listen(True), Listen(False)]
    play.fall_silent()
    assert play.wanted(Listen)[-1] == Listen(True)
    play.hear("办居住证")
    play.reply(ANSWER)
    assert play.wanted(Listen)[-1] == Listen(False)
    play.do(ev.StopPressed)
    assert play.wanted(Listen)[-1] == Listen(True)


def test_back_from_listening_keeps_the_answer_and_ignores_the_rest_of_the_sentence(play: Play) -> None:
    play.answer()
    play.do(ev.SpeechStarted)
    play.do(ev.PartialHeard, "我想")
    play.do(ev.BackPressed)
    play.do(ev.PartialHeard, "我想办")
    play.do(ev.UtteranceHeard, "我想办", 0.9, play.now, play.now, play.now)
    assert (play.phase, play.visit.caption, play.visit.reply) == (Phase.ANSWERING, "", ANSWER)


def test_repeat_says_the_answer_again_by_touch_and_by_voice(play: Play) -> None:
    play.answer()
    play.do(ev.RepeatPressed)
    play.fall_silent()
    play.hear("再说一遍")
    play.reply(Reply("repeat", "zh", "好的，再说一遍。"))
    assert play.said() == [ANSWER.speech] * 3
    assert play.phase is Phase.ANSWERING


def test_home_forgets_the_answer_and_keeps_the_citizen(play: Play) -> None:
    play.answer()
    play.do(ev.HomePressed)
    assert (play.phase, play.visit.reply, play.visit.number) == (Phase.GREETING, None, 1)


def test_a_touch_during_the_goodbye_begins_a_new_visit(play: Play) -> None:
    play.answer()
    play.do(ev.FinishPressed)
    play.do(ev.MatterChosen, "gov.b")
    assert play.visit.number == 2
    assert [end.visit for end in play.wanted(VisitEnded)] == [1]


# --- settings of a visit -----------------------------------------------------------------------------------


def test_another_language_asks_for_the_same_answer_again(play: Play) -> None:
    play.answer()
    play.do(ev.LanguageChosen, "en")
    again = play.wanted(Ask)[-1]
    assert (again.request, again.lang) == (MatterAsked("gov.residence_permit.apply", "materials"), "en")
    play.do(ev.LanguageChosen, "en")
    assert len(play.wanted(Ask)) == 2, "the language it has already is asked for again"


def test_another_language_on_a_question_back_returns_home(play: Play) -> None:
    play.answer(QUESTION)
    play.do(ev.LanguageChosen, "en")
    assert (play.phase, play.visit.reply, play.visit.lang) == (Phase.GREETING, None, "en")


def test_the_language_is_changed_by_voice_too(play: Play) -> None:
    play.answer()
    play.hear("说英文")
    play.reply(Reply("command", "zh", "OK.", command="command.english"))
    assert play.wanted(Ask)[-1].lang == "en"


def test_the_large_microphone_falls_silent_and_listens(play: Play) -> None:
    play.greet()
    assert play.state.speaking is not None
    play.do(ev.SpeakPressed)
    assert (play.phase, play.state.speaking, play.state.listening) == (Phase.LISTENING, None, True)
    play.wait(TIMING.listening + 0.1)
    assert (play.phase, play.visit.hint) == (Phase.GREETING, True)


def test_a_kiosk_that_cannot_hear_does_not_pretend_to_listen(play: Play) -> None:
    play.do(ev.PartDown, "microphone", "gone")
    play.do(ev.SpeakPressed)
    assert play.phase is Phase.GREETING


def test_a_citizen_turns_the_microphone_off_and_everything_else_goes_on(play: Play) -> None:
    play.answer()
    assert play.state.listening
    effects = play.do(ev.MuteToggled)
    assert (play.state.listening, play.visit.muted) == (False, True)
    assert effects == (Listen(False),)
    play.do(ev.SpeechStarted)
    assert play.phase is Phase.ANSWERING
    play.do(ev.RepeatPressed)
    play.fall_silent()
    assert not play.state.listening, "what is said aloud must not open the ears again"
    play.do(ev.MuteToggled)
    assert play.state.listening


def test_a_sentence_under_way_is_dropped_when_the_microphone_is_turned_off(play: Play) -> None:
    play.answer()
    play.do(ev.SpeechStarted)
    play.do(ev.PartialHeard, "我想")
    play.do(ev.MuteToggled)
    assert (play.phase, play.visit.caption) == (Phase.ANSWERING, "")
    play.do(ev.UtteranceHeard, "我想办证", 0.9, play.now, play.now, play.now)
    assert play.phase is Phase.ANSWERING


def test_the_next_visitor_finds_the_microphone_on(play: Play) -> None:
    play.do(ev.MuteToggled)
    assert play.visit.muted
    play.do(ev.FinishPressed)
    play.wait(TIMING.farewell + TIMING.playback_margin + 10)
    assert play.state.visit is None
    play.do(ev.ScreenTouched)
    assert (play.visit.muted, play.state.listening) == (False, True)


def test_the_large_microphone_turns_it_on_again(play: Play) -> None:
    play.do(ev.MuteToggled)
    play.do(ev.SpeakPressed)
    assert (play.phase, play.visit.muted, play.state.listening) == (Phase.LISTENING, False, True)


def test_a_microphone_that_delivers_silence_keeps_the_ears_open(play: Play) -> None:
    play.answer()
    play.do(ev.MicrophoneImpaired, "silent", "zeros")
    assert (play.state.microphone_fault, play.state.listening) == ("silent", True)
    play.do(ev.SpeechStarted)
    assert play.phase is Phase.LISTENING
    play.do(ev.MicrophoneClear)
    assert play.state.microphone_fault is None


def test_the_list_of_topics_stays_until_something_is_chosen_or_left(play: Play) -> None:
    play.do(ev.TopicsOpened)
    assert (play.phase, play.visit.browsing) == (Phase.GREETING, True)
    play.do(ev.BackPressed)
    assert (play.phase, play.visit.browsing) == (Phase.GREETING, False)
    play.do(ev.TopicsOpened)
    play.do(ev.TopicGroupChosen, "identity")
    assert play.wanted(Ask)[-1].request == TopicAsked("identity")


def test_elder_mode_doubles_the_time_and_slows_the_voice(play: Play) -> None:
    play.do(ev.ScreenTouched)
    play.do(ev.ElderToggled)
    play.answer()
    assert play.wanted(Speak)[-1].rate == pytest.approx(0.7)
    play.wait(2 * TIMING.inactivity - 0.1)
    assert not play.visit.warned
    play.wait(0.2)
    assert play.visit.warned


def test_a_touch_chooses_between_three_rates(play: Play) -> None:
    play.do(ev.ScreenTouched)
    for rate in (0.7, 1.3, 1.0):
        play.do(ev.RateChosen, rate)
        said = play.wanted(Speak)[-1]
        assert (said.rate, said.text) == (rate, Phrase.RATE_CHANGED)
        assert play.visit.rate == rate


def test_a_rate_that_is_not_offered_changes_nothing(play: Play) -> None:
    play.do(ev.ScreenTouched)
    play.do(ev.RateChosen, 2.0)
    assert play.visit.rate == 1.0


def test_each_step_of_the_volume_is_heard_and_ends_with_the_visit(play: Play) -> None:
    play.do(ev.ScreenTouched)
    begun = play.visit.volume
    for up, volume in ((True, begun + 0.1), (False, begun), (False, begun - 0.1)):
        play.do(ev.VolumeStepped, up)
        said = play.wanted(Speak)[-1]
        assert (said.text, said.volume) == (Phrase.VOLUME_CHANGED, pytest.approx(volume))
    for _ in range(20):
        play.do(ev.VolumeStepped, False)
    assert play.visit.volume == pytest.approx(0.2), "never so soft that nobody hears what changed"
    play.do(ev.FinishPressed)
    play.wait(60)
    play.do(ev.ScreenTouched)
    assert play.visit.volume == begun


def test_slower_is_one_step_slower(play: Play) -> None:
    play.do(ev.ScreenTouched)
    play.do(ev.RateChosen, 1.3)
    for rate in (1.0, 0.7, 0.7):
        play.do(ev.QuestionTyped, "说慢一点")
        play.reply(Reply("command", "zh", "好的。", command="command.slower"))
        assert play.visit.rate == rate


def test_elder_mode_gives_its_longer_time_at_once(play: Play) -> None:
    play.answer()
    play.do(ev.ElderToggled)
    play.wait(2 * TIMING.inactivity - 0.1)
    assert not play.visit.warned
    play.do(ev.ElderToggled)
    play.wait(TIMING.inactivity + 0.1)
    assert play.visit.warned


def test_loudness_speed_size_and_contrast_end_with_the_visit(play: Play) -> None:
    play.do(ev.ElderToggled)
    play.do(ev.ContrastToggled)
    play.do(ev.LoweredToggled)
    assert play.visit.lowered
    play.do(ev.LanguageChosen, "en")
    for command in ("command.louder", "command.slower"):
        play.do(ev.QuestionTyped, "…")
        play.reply(Reply("command", "en", "OK.", command=command))
        play.fall_silent()
    assert (play.visit.volume, play.visit.rate) == (pytest.approx(1.0), pytest.approx(0.7))
    play.do(ev.FinishPressed)
    play.fall_silent()
    play.wait(2.0)
    play.answer()
    speak = play.wanted(Speak)[-1]
    assert (speak.volume, speak.rate, speak.lang) == (pytest.approx(0.8), pytest.approx(1.0), "zh")
    assert not (play.visit.elder or play.visit.contrast or play.visit.lowered)


@pytest.mark.parametrize(("command", "limit"), [("command.louder", 1.0), ("command.quieter", 0.2)])
def test_loudness_stays_within_its_limits(play: Play, command: str, limit: float) -> None:
    for _ in range(8):
        play.do(ev.QuestionTyped, "…")
        play.reply(Reply("command", "zh", "好。", command=command))
    assert play.visit.volume == pytest.approx(limit)


# --- staff -------------------------------------------------------------------------------------------------


def test_with_a_link_the_centre_is_called_with_the_matters_so_far(play: Play) -> None:
    play.answer()
    play.do(ev.PersonRequested)
    call = play.wanted(CallStaff)[0]
    assert (call.visit, call.lang, call.matters) == (1, "zh", ("gov.residence_permit.apply",))
    assert call.handover.startswith("r1-1-")
    assert play.said()[-1] == Phrase.CALLING_STAFF
    play.happen(HandoverAccepted(play.now, call.handover, "请到三号窗口"))
    assert (play.visit.staff_text, play.visit.handover_accepted) == ("请到三号窗口", True)
    assert play.said()[-1] == "请到三号窗口"


def test_without_a_link_the_service_desk_is_named_at_once(play: Play) -> None:
    play.happen(LinkDown(play.now, "no route"))
    play.do(ev.PersonRequested)
    assert play.wanted(CallStaff) == []
    assert play.visit.handover_failed
    assert play.said() == [Phrase.STAFF_BUSY]
    play.happen(LinkUp(play.now))
    play.do(ev.HomePressed)
    play.do(ev.PersonRequested)
    assert len(play.wanted(CallStaff)) == 1
    assert not play.visit.handover_failed


def test_a_second_call_of_a_visit_is_a_call_of_its_own(play: Play) -> None:
    play.do(ev.PersonRequested)
    first = play.wanted(CallStaff)[0].handover
    play.happen(HandoverAccepted(play.now, first, "马上来"))
    play.do(ev.HomePressed)
    play.do(ev.PersonRequested)
    second = play.wanted(CallStaff)[1].handover
    assert second != first
    assert not play.visit.handover_accepted, "the first call's promise is shown for the second"
    assert play.visit.staff_text == ""
    play.happen(HandoverAccepted(play.now, first, "马上来"))
    assert not play.visit.handover_accepted


def test_an_answer_for_somebody_who_has_gone_is_not_shown_to_the_next(play: Play) -> None:
    play.do(ev.PersonRequested)
    call = play.wanted(CallStaff)[0]
    play.do(ev.PersonLeft)
    play.wait(TIMING.absence + 0.1)
    play.do(ev.PersonRequested)
    play.happen(HandoverAccepted(play.now, call.handover, "张先生请稍等"))
    assert play.visit.staff_text == ""


URGENT = Reply(
    "answer", "zh", "请马上喊人。", "急救", matter="hall.emergency", called="正在呼叫。请马上喊人。"
)


def test_an_emergency_calls_staff_and_its_answer_stays(play: Play) -> None:
    play.do(ev.QuestionTyped, "有人晕倒了")
    play.reply(URGENT)
    (call,) = play.wanted(CallStaff)
    assert call.matters == ("hall.emergency",)
    assert play.phase is Phase.ANSWERING and play.visit.reply is not None
    assert play.visit.reply.speech == play.said()[-1] == "正在呼叫。请马上喊人。"
    play.do(ev.QuestionTyped, "救命")
    play.reply(URGENT)
    assert len(play.wanted(CallStaff)) == 1, "the call is still out"
    play.happen(HandoverAccepted(play.now, call.handover, "马上到"))
    assert play.said()[-1] == "马上到" and play.phase is Phase.ANSWERING
    play.do(ev.QuestionTyped, "又有人晕倒了")
    play.reply(URGENT)
    assert len({call.handover for call in play.wanted(CallStaff)}) == 2


def test_an_emergency_without_a_link_promises_nobody(play: Play) -> None:
    play.happen(LinkDown(play.now, "no route"))
    play.do(ev.QuestionTyped, "有人晕倒了")
    play.reply(URGENT)
    assert play.wanted(CallStaff) == [] and play.said()[-1] == "请马上喊人。"


def test_asking_for_a_person_twice_calls_once(play: Play) -> None:
    play.do(ev.PersonRequested)
    play.do(ev.PersonRequested)
    assert len(play.wanted(CallStaff)) == 1


# --- parts -------------------------------------------------------------------------------------------------


def test_out_of_service_without_knowledge_and_back_with_it(play: Play) -> None:
    play.answer()
    play.do(ev.PartDown, "knowledge", "damaged")
    assert (play.phase, play.state.visit) == (Phase.OUT_OF_SERVICE, None)
    play.do(ev.MatterChosen, "gov.a")
    play.greet()
    play.wait(10 * TIMING.housekeeping)
    assert play.phase is Phase.OUT_OF_SERVICE
    play.do(ev.PartUp, "knowledge")
    assert play.phase is Phase.IDLE
    play.greet()
    assert play.phase is Phase.GREETING


def test_a_broken_configuration_keeps_it_out_of_service_although_knowledge_comes(play: Play) -> None:
    play.do(ev.PartDown, "knowledge", "starting")
    play.do(ev.PartDown, "config", "kiosk.toml:4: …")
    play.do(ev.PartUp, "knowledge")
    assert play.phase is Phase.OUT_OF_SERVICE
    assert play.state.essential_missing == (("config", "kiosk.toml:4: …"),)


def test_without_a_loudspeaker_the_answer_is_shown_and_heard_questions_go_on(play: Play) -> None:
    play.do(ev.PartDown, "speech", "unplugged")
    play.answer()
    assert (play.phase, play.wanted(Speak)) == (Phase.ANSWERING, [])
    assert play.state.listening


def test_a_loudspeaker_that_fails_while_speaking_leaves_the_answer(play: Play) -> None:
    play.do(ev.MatterChosen, "gov.a")
    play.reply(ANSWER)
    assert play.state.speaking is not None
    play.do(ev.PlaybackFailed, play.state.speaking.utterance, "unplugged")
    play.do(ev.PartDown, "speech", "unplugged")
    assert (play.phase, play.state.speaking, play.visit.reply) == (Phase.ANSWERING, None, ANSWER)


def test_a_microphone_that_is_lost_in_a_sentence_returns_to_the_screen_before(play: Play) -> None:
    play.answer()
    play.do(ev.SpeechStarted)
    play.do(ev.MicrophoneLost, "unplugged")
    assert (play.phase, play.visit.reply) == (Phase.ANSWERING, ANSWER)
    assert not play.state.listening
    play.do(ev.MicrophoneBack)
    assert play.state.listening


def test_without_a_camera_the_ears_are_open_for_whoever_comes(play: Play) -> None:
    assert not play.state.listening
    play.do(ev.CameraLost, "unplugged")
    assert play.wanted(Listen) == [Listen(True)]
    play.do(ev.CameraBack)
    assert play.wanted(Listen) == [Listen(True), Listen(False)]


def test_a_camera_that_fails_does_not_end_a_visit(play: Play) -> None:
    play.answer()
    play.do(ev.PersonLeft)
    play.do(ev.CameraLost, "unplugged")
    play.wait(TIMING.absence + 1)
    assert play.state.visit is not None


def test_a_sensor_goes_on_noticing_people_when_the_camera_fails() -> None:
    play = Play(senses={"camera", "proximity"})
    play.answer()
    play.do(ev.CameraLost, "unplugged")
    assert play.state.watched
    play.do(ev.CustomerLeft)
    play.wait(TIMING.absence + 1)
    assert play.state.visit is None and not play.state.listening
    play.do(ev.PartDown, "proximity", "no pin")
    assert play.state.listening, "nobody is noticed any more, so that a voice begins a visit"


def test_new_knowledge_waits_for_the_visit_to_end(play: Play) -> None:
    play.answer()
    play.do(ev.KnowledgeReady, "2")
    assert play.wanted(SwapKnowledge) == []
    play.do(ev.PersonLeft)
    play.wait(TIMING.absence + 0.1)
    assert play.wanted(SwapKnowledge) == [SwapKnowledge("2")]
    play.wait(TIMING.housekeeping * 3)
    assert len(play.wanted(SwapKnowledge)) == 1


def test_new_knowledge_is_taken_at_once_by_a_kiosk_out_of_service(play: Play) -> None:
    play.do(ev.PartDown, "knowledge", "damaged")
    play.do(ev.KnowledgeReady, "2")
    assert play.wanted(SwapKnowledge) == [SwapKnowledge("2")]


def test_a_new_start_waits_until_nobody_is_here(play: Play) -> None:
    play.answer()
    play.do(ev.RestartWanted)
    assert play.wanted(StartAgain) == []
    play.do(ev.PersonLeft)
    play.wait(TIMING.absence + 0.1)
    assert play.wanted(StartAgain) == [StartAgain()]
    play.wait(TIMING.housekeeping * 3)
    assert len(play.wanted(StartAgain)) == 1


def test_a_new_start_waits_for_who_stands_there_and_has_done_nothing_yet() -> None:
    play = Play(senses={"camera"}, greet_aloud=False)
    play.answer()
    play.do(ev.FinishPressed)
    play.wait(TIMING.farewell + 60)
    assert play.state.visit is None
    play.state = replace(play.state, customer=True)
    play.do(ev.RestartWanted)
    assert play.wanted(StartAgain) == []
    play.do(ev.CustomerLeft)
    assert play.wanted(StartAgain) == [StartAgain()]


def test_a_kiosk_out_of_service_starts_again_at_once(play: Play) -> None:
    play.do(ev.PartDown, "knowledge", "damaged")
    play.do(ev.RestartWanted)
    assert play.wanted(StartAgain) == [StartAgain()]


def test_an_illegal_move_is_refused_and_told(play: Play) -> None:
    play.do(ev.PersonRequested)
    play.do(ev.MatterChosen, "gov.a")
    assert play.wanted(Refused) == [Refused("handover", "thinking", "MatterChosen")]
    assert play.phase is Phase.HANDOVER


def test_back_from_the_call_for_a_person_is_the_answer_and_the_person_still_comes(play: Play) -> None:
    play.answer()
    play.do(ev.PersonRequested)
    play.do(ev.BackPressed)
    assert (play.phase, play.visit.reply) == (Phase.ANSWERING, ANSWER)
    assert play.state.speaking is None
    play.happen(HandoverAccepted(play.now, play.visit.handover, "马上来"))
    assert play.visit.handover_accepted and play.said()[-1] == "马上来"


def test_back_from_a_call_without_an_answer_is_the_home_screen(play: Play) -> None:
    play.do(ev.PersonRequested)
    play.do(ev.BackPressed)
    assert (play.phase, play.visit.reply) == (Phase.GREETING, None)
