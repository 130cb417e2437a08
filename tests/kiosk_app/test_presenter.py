"""What the screen is told in each state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk_app import events as ev
from kiosk_app.memory import Given, Memory
from kiosk_app.presenter import HomeContent, Site, view_of
from kiosk_app.reply import Card, Choice, Reply
from kiosk_app.session import Ask, Phase, PrintAnswer, Timing
from kiosk_app.session.state import STARTING
from kiosk_app.topic_search import Named, Readings, Search, index_of
from kiosk_app.view import QuickTopic, Screen, SearchView, TopicTile, ViewData
from tests.kiosk_app.session.play import ANSWER, MISS, QUESTION, Play

SITE = Site(
    {
        "zh": HomeContent(
            "政务大厅", (TopicTile("identity", "证", "身份户籍", ""),), (QuickTopic("gov.a", "居住证"),)
        ),
        "en": HomeContent("Service Centre"),
    },
    camera_enabled=True,
)


def see(play: Play, site: Site = SITE) -> ViewData:
    """What is on the screen now."""
    return view_of(play.state, site, play.now)


def _typed(play: Play) -> None:
    play.do(ev.QuestionTyped, "办居住证")


def _listening(play: Play) -> None:
    play.greet()
    play.fall_silent()
    play.do(ev.SpeechStarted)


@pytest.mark.parametrize(
    ("arrange", "screen"),
    [
        (lambda play: None, "attract"),
        (lambda play: play.greet(), "attract"),
        (_listening, "listening"),
        (_typed, "listening"),
        (lambda play: play.answer(), "answer"),
        (lambda play: play.answer(QUESTION), "clarify"),
        (lambda play: play.do(ev.PersonRequested), "handover"),
        (lambda play: (play.answer(), play.do(ev.FinishPressed)), "farewell"),
        (lambda play: play.do(ev.PartDown, "knowledge", "damaged"), "out_of_service"),
    ],
)
def test_every_phase_has_its_screen(arrange: Callable[[Play], object], screen: Screen) -> None:
    play = Play(senses={"camera"})
    arrange(play)
    assert see(play).screen == screen


def test_the_home_screen_is_in_the_language_of_the_visit() -> None:
    play = Play(senses={"camera"})
    assert (see(play).site_name, see(play).lang) == ("政务大厅", "zh")
    assert see(play).topics[0].group == "identity"
    assert see(play).frequent[0].matter == "gov.a"
    play.do(ev.LanguageChosen, "en")
    assert (see(play).site_name, see(play).lang) == ("Service Centre", "en")


def test_the_words_so_far_are_shown_and_then_marked_as_complete() -> None:
    play = Play(senses={"camera"})
    _listening(play)
    play.do(ev.PartialHeard, "我想办")
    view = see(play)
    assert (view.caption, view.caption_final, view.thinking) == ("我想办", False, False)
    play.do(ev.UtteranceHeard, "我想办居住证", 0.9, play.now, play.now, play.now)
    view = see(play)
    assert (view.caption, view.caption_final, view.thinking) == ("我想办居住证", True, True)


def test_an_answer_brings_its_texts_and_takes_the_words_away() -> None:
    play = Play(senses={"camera"})
    _typed(play)
    reply = replace(ANSWER, note="各地略有不同")
    play.reply(reply)
    view = see(play)
    assert (view.title, view.speech, view.note, view.cards) == (
        reply.title,
        reply.speech,
        reply.note,
        reply.cards,
    )
    assert (view.caption, view.speaking) == ("", True)
    play.fall_silent()
    assert not see(play).speaking


CARDS = (Card("checklist", "materials", "要带什么", ("身份证",)), Card("fact", "fee", "费用", ("免费",)))


def test_an_answer_can_be_taken_along_as_text() -> None:
    play = Play(senses={"camera"})
    play.answer(replace(ANSWER, cards=CARDS))
    assert see(play).take_along == "居住证\n【要带什么】\n- 身份证\n费用：免费"
    play.do(ev.SpeechStarted)
    assert see(play).take_along == "", "only while the answer is on the screen"


def test_a_site_with_pages_gives_their_address() -> None:
    play = Play(senses={"camera"})
    play.answer(replace(ANSWER, cards=CARDS))
    site = replace(SITE, pages="https://a.cn/{matter}")
    assert see(play, site).take_along == "https://a.cn/gov.residence_permit.apply"


@pytest.mark.parametrize(
    "reply",
    [
        ANSWER,
        QUESTION,
        MISS,
        replace(ANSWER, cards=CARDS, act="smalltalk"),
        replace(ANSWER, cards=CARDS, matter=None),
    ],
)
def test_what_is_no_answer_cannot_be_taken_along(reply: Reply) -> None:
    play = Play(senses={"camera"})
    play.answer(reply)
    assert see(play).take_along == ""


def test_nothing_that_was_said_is_taken_along() -> None:
    """Planted everywhere a citizen's words can be; only the pack's own title and cards may come through."""
    play = Play(senses={"camera"})
    play.do(ev.QuestionTyped, "我叫张三丰，想办居住证")
    told = replace(ANSWER, cards=CARDS, speech="张三丰", note="张三丰", choices=(Choice("gov.b", "张三丰"),))
    memory = Memory(said="张三丰", given=(Given("gov.a", "name", "张三丰"),), last=told)
    play.do(ev.Replied, play.wanted(Ask)[-1].turn, told, memory)
    for site in (SITE, replace(SITE, pages="https://a.cn/{matter}")):
        assert see(play, site).take_along
        assert "张三丰" not in see(play, site).take_along


def test_whether_an_answer_can_be_printed() -> None:
    with_printer = replace(SITE, printer=True)
    play = Play(senses={"camera"})
    play.answer(replace(ANSWER, cards=CARDS))
    assert see(play).printing == "none", "this site has no printer"
    assert see(play, with_printer).printing == "ready"
    play.do(ev.PartDown, "printer", STARTING)
    assert see(play, with_printer).printing == "none"
    play.do(ev.PartDown, "printer", "out of paper: put in a new roll")
    assert see(play, with_printer).printing == "no_paper"
    play.do(ev.PartDown, "printer", "the printer's cover is open: close it")
    assert see(play, with_printer).printing == "failed"
    play.do(ev.PartUp, "printer")
    play.do(ev.PrintPressed)
    assert see(play, with_printer).printing == "busy"
    play.do(ev.Printed, play.wanted(PrintAnswer)[-1].job)
    assert see(play, with_printer).printing == "done"
    play.answer(ANSWER)
    assert see(play, with_printer).printing == "none", "nothing is in it to print"


def test_a_question_back_brings_its_choices_and_a_miss_says_so() -> None:
    play = Play(senses={"camera"})
    play.answer(QUESTION)
    assert (see(play).choices, see(play).not_understood) == (QUESTION.choices, False)
    play.answer(MISS)
    assert (see(play).choices, see(play).not_understood) == (MISS.choices, True)


def test_the_list_of_topics_is_a_screen_of_its_own() -> None:
    play = Play(senses={"camera"})
    play.do(ev.TopicsOpened)
    assert see(play).screen == "topics"
    play.hear("居住证")
    assert see(play).screen == "listening"
    play.do(ev.HomePressed)
    assert see(play).screen == "attract"


def test_nothing_of_a_visit_is_left_on_the_screen_after_it() -> None:
    play = Play(senses={"camera"})
    before = see(play)
    play.do(ev.ElderToggled)
    play.do(ev.ContrastToggled)
    play.answer(replace(ANSWER, note="机密"))
    play.do(ev.PersonLeft)
    play.wait(Timing().absence + 0.1)
    assert play.phase is Phase.IDLE
    assert see(play) == before


def test_the_countdown_begins_when_the_warning_has_been_spoken() -> None:
    play = Play(senses={"camera"})
    play.answer()
    assert see(play).warning_seconds == 0
    play.wait(Timing().inactivity + 0.1)
    assert see(play).warning_seconds == Timing().warning, "it counts the time of the sound"
    play.wait(3.0)
    assert see(play).warning_seconds == Timing().warning
    play.fall_silent()
    play.wait(4.5)
    assert see(play).warning_seconds == 16
    play.now = play.state.until + 3  # the tick is late
    assert see(play).warning_seconds == 1


def test_the_lights_show_what_hears_and_sees() -> None:
    play = Play(senses={"camera"})
    assert (see(play).microphone, see(play).camera, see(play).can_speak) == ("off", "on", True)
    play.greet()
    play.fall_silent()
    assert see(play).microphone == "on"
    for part in ("microphone", "recognition"):
        play.do(ev.PartDown, part, "broken")
        assert (see(play).microphone, see(play).can_speak) == ("fault", False)
        play.do(ev.PartUp, part)
    play.do(ev.CameraLost, "unplugged")
    assert see(play).camera == "fault"
    assert see(play, replace(SITE, camera_enabled=False)).camera == "off"


def test_the_site_s_words_about_its_camera_are_in_the_visitor_s_language_or_in_the_other() -> None:
    play = Play()
    site = replace(SITE, camera_notice={"zh": "本厅装有摄像头"})
    assert see(play, site).camera_notice == "本厅装有摄像头"
    play.do(ev.LanguageChosen, "en")
    assert see(play, site).camera_notice == "本厅装有摄像头"
    assert (
        see(play, replace(SITE, camera_notice={"en": "A camera", "zh": "摄像头"})).camera_notice == "A camera"
    )
    assert see(play, SITE).camera_notice == ""


def test_a_microphone_that_is_turned_off_or_silent_invites_to_touch() -> None:
    play = Play(senses={"camera"})
    play.greet()
    play.fall_silent()
    play.do(ev.MuteToggled)
    assert (see(play).microphone, see(play).can_speak, see(play).muted) == ("off", False, True)
    play.do(ev.MuteToggled)
    assert (see(play).microphone, see(play).can_speak, see(play).muted) == ("on", True, False)
    play.do(ev.MicrophoneImpaired, "silent", "zeros")
    assert (see(play).microphone, see(play).can_speak) == ("fault", False)
    play.do(ev.MicrophoneImpaired, "clipped", "too loud")
    assert (see(play).microphone, see(play).can_speak) == ("on", True), "the voice may still get through"


def test_switching_on_looks_different_from_being_broken() -> None:
    play = Play()
    play.do(ev.PartDown, "knowledge", STARTING)
    assert see(play).starting
    play.do(ev.PartDown, "knowledge", "damaged")
    assert not see(play).starting


def test_a_hand_over_shows_who_comes_or_that_nobody_does() -> None:
    play = Play(senses={"camera"})
    play.do(ev.PersonRequested)
    assert (see(play).handover_accepted, see(play).handover_failed, see(play).staff_text) == (
        False,
        False,
        "",
    )
    play.do(ev.HandoverAccepted, play.visit.handover, "马上来")
    assert (see(play).handover_accepted, see(play).staff_text) == (True, "马上来")
    play.do(ev.HomePressed)
    play.do(ev.LinkDown, "no route")
    play.do(ev.PersonRequested)
    assert (see(play).handover_accepted, see(play).handover_failed, see(play).staff_text) == (False, True, "")


def test_the_rate_on_the_screen_is_that_of_the_visit() -> None:
    play = Play(senses={"camera"})
    play.greet()
    assert see(play).rate == 1.0
    play.do(ev.RateChosen, 0.7)
    assert see(play).rate == play.visit.rate == 0.7


def _searching(play: Play, letters: str) -> ViewData:
    index = index_of([Named("gov.b", "身份证补领"), Named("gov.a", "居住证办理")], Readings(), {})
    content = replace(SITE.home["zh"], search=Search(index, ("身份证", "sfz")))
    play.do(ev.SearchOpened)
    for letter in letters:
        play.do(ev.SearchKeyPressed, letter)
    return see(play, replace(SITE, home={"zh": content}))


def test_the_search_shows_what_is_asked_most_until_something_is_typed() -> None:
    play = Play()
    view = _searching(play, "")
    assert (view.screen, view.search) == (
        "search",
        SearchView("", (QuickTopic("gov.a", "居住证"),), ("身份证", "sfz")),
    )


def test_the_search_shows_what_the_letters_may_mean() -> None:
    play = Play()
    view = _searching(play, "sf")
    assert view.search == SearchView("sf", (QuickTopic("gov.b", "身份证补领"),), ("身份证", "sfz"))


def test_letters_without_knowledge_find_nothing() -> None:
    play = Play()
    play.do(ev.SearchOpened)
    play.do(ev.SearchKeyPressed, "s")
    assert see(play).search == SearchView("s")


def test_behind_the_search_are_the_topics() -> None:
    play = Play()
    _searching(play, "s")
    play.do(ev.BackPressed)
    assert (see(play).screen, see(play).search) == ("topics", None)


def test_who_was_answered_may_rate_and_is_thanked() -> None:
    play = Play()
    play.answer()
    assert not see(play).may_rate
    play.do(ev.FinishPressed)
    assert (see(play).may_rate, see(play).rated) == (True, False)
    play.do(ev.RatingGiven, 2)
    assert (see(play).may_rate, see(play).rated) == (False, True)


def test_who_was_not_answered_is_not_asked() -> None:
    play = Play()
    play.answer(MISS)
    play.do(ev.FinishPressed)
    assert (see(play).screen, see(play).may_rate) == ("farewell", False)
