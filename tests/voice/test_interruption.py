"""Who interrupts, on virtual time."""

from __future__ import annotations

import pytest

from voice.interjections import Interjection, interjection
from voice.interruption import Confirmed, Decision, Dismissed, Interruption, InterruptionSettings, Suspected
from voice.level import FLOOR_DBFS
from voice.loud_moments import LoudMoments
from voice.nearness import USUAL_DBFS, Nearness

FRAME_S = 0.032
HALL_DBFS = -45.0
NEAR_DBFS = USUAL_DBFS
FAR_DBFS = NEAR_DBFS - 12


class Heard:
    """An interruption machine in a hall, fed frame by frame."""

    def __init__(self, hall_dbfs: float = HALL_DBFS) -> None:
        self.machine = Interruption()
        self.decisions: list[Decision] = []
        self.time = 0.0
        for _ in range(400):
            self.machine.learn(hall_dbfs)

    def hear(
        self,
        seconds: float,
        level: float = NEAR_DBFS,
        probability: float = 0.9,
        echo: float = FLOOR_DBFS,
        text: str = "",
    ) -> Decision | None:
        """The first decision in so much of the same sound; stops there."""
        for _ in range(round(seconds / FRAME_S)):
            self.time += FRAME_S
            decision = self.machine.feed(FRAME_S, probability, level, echo, text)
            if decision is not None:
                self.decisions.append(decision)
                return decision
        return None

    def quiet(self, seconds: float, text: str = "") -> Decision | None:
        return self.hear(seconds, HALL_DBFS, 0.05, text=text)


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_who_stands_in_front_and_speaks_is_suspected_within_four_frames(heard: Heard) -> None:
    decision = heard.hear(1.0)
    assert isinstance(decision, Suspected)
    assert heard.time <= 4 * FRAME_S + 1e-9
    assert decision.ago == pytest.approx(heard.time)


@pytest.mark.parametrize(
    ("level", "probability", "echo"),
    [
        (FAR_DBFS, 1.0, FLOOR_DBFS),  # somebody talks behind
        (NEAR_DBFS, 0.05, FLOOR_DBFS),  # a suitcase falls over and goes on falling
        (NEAR_DBFS, 1.0, NEAR_DBFS - 5),  # the kiosk itself
    ],
)
def test_what_does_not_stand_out_is_never_suspected(
    heard: Heard, level: float, probability: float, echo: float
) -> None:
    assert heard.hear(20.0, level, probability, echo) is None


def test_a_bang_is_not_enough_however_loud(heard: Heard) -> None:
    for _ in range(20):
        assert heard.hear(FRAME_S, 0.0, 1.0) is None
        assert heard.quiet(0.3) is None


def test_a_loud_crowd_raises_the_bar() -> None:
    assert Heard(NEAR_DBFS - 4).hear(5.0, NEAR_DBFS - 5, 1.0) is None
    assert isinstance(Heard().hear(5.0, NEAR_DBFS - 4, 1.0), Suspected)


def test_nothing_is_known_of_a_hall_that_was_not_heard() -> None:
    machine = Interruption()
    assert machine.feed(FRAME_S, 1.0, 0.0, FLOOR_DBFS) is None
    assert machine.feed(FRAME_S, 1.0, 0.0, FLOOR_DBFS) is None


def test_who_asked_softly_interrupts_softly() -> None:
    soft = Heard(-60.0)
    assert soft.hear(1.0, FAR_DBFS, 1.0) is None
    soft.machine.near_dbfs = FAR_DBFS
    assert isinstance(soft.hear(2.0, FAR_DBFS, 1.0), Suspected)


def test_a_voice_the_detector_doubts_is_suspected_later(heard: Heard) -> None:
    assert isinstance(heard.hear(0.5, NEAR_DBFS, 0.3), Suspected)
    assert heard.time > 4 * FRAME_S


def test_a_cough_is_dismissed(heard: Heard) -> None:
    assert isinstance(heard.hear(0.2), Suspected)
    assert heard.hear(0.15) is None
    began = heard.time
    assert isinstance(heard.quiet(2.0), Dismissed)
    assert heard.time - began <= InterruptionSettings().quiet_s + FRAME_S
    assert not heard.machine.suspecting


@pytest.mark.parametrize("said", ["嗯", "好的", "嗯 好的", "uh huh", "okay", "知道了"])
def test_a_nod_in_words_is_dismissed(heard: Heard, said: str) -> None:
    heard.hear(0.2)
    assert heard.hear(0.6, text=said) is None
    assert isinstance(heard.quiet(1.0, text=said), Dismissed)


@pytest.mark.parametrize("said", ["停", "停 一下", "别说了", "stop", "Be quiet!"])
def test_a_wish_for_silence_confirms_at_once(heard: Heard, said: str) -> None:
    heard.hear(0.2)
    assert heard.hear(FRAME_S, text=said) == Confirmed(stop=True)


def test_words_confirm_before_speech_alone_would(heard: Heard) -> None:
    heard.hear(0.2)
    began = heard.time
    assert heard.hear(1.0, text="营业 时间") == Confirmed(stop=False)
    assert heard.time - began < InterruptionSettings().words_s


def test_speech_that_goes_on_confirms_without_words(heard: Heard) -> None:
    heard.hear(0.2)
    assert heard.hear(1.0) == Confirmed(stop=False)


def test_even_fillers_confirm_when_they_have_no_end(heard: Heard) -> None:
    heard.hear(0.2)
    assert heard.hear(2.0, text="嗯 嗯 嗯") == Confirmed(stop=False)


def test_every_suspicion_ends_within_its_time(heard: Heard) -> None:
    """Bursts that neither confirm nor leave enough silence."""
    heard.hear(0.2)
    for _ in range(100):
        if heard.quiet(0.45) or heard.hear(FRAME_S, text="嗯"):
            break
    assert isinstance(heard.decisions[-1], Dismissed)
    assert heard.time <= InterruptionSettings().undecided_s + 0.2


def test_what_was_dismissed_is_learnt() -> None:
    """A hall that has become loud holds the kiosk at most for a while."""
    loud = Heard(-45.0)
    loud.machine.near_dbfs = -20.0
    holds = 0
    for _ in range(120):  # a burst of talk every second, just above the bar, for two minutes
        holds += isinstance(loud.hear(0.25, -25.0, 1.0), Suspected)
        while loud.machine.suspecting:
            loud.quiet(0.1)
        loud.hear(0.5, -25.0, 0.0)
    assert holds < 60


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("", Interjection.NOTHING),
        ("[unk]", Interjection.NOTHING),
        ("嗯", Interjection.FILLER),
        ("嗯 嗯 好 的", Interjection.FILLER),
        ("好的 谢谢", Interjection.WORDS),
        ("银", Interjection.FILLER),
        ("银行卡", Interjection.WORDS),
        ("停", Interjection.STOP),
        ("停，停一下，好吧", Interjection.STOP),
        ("stop it", Interjection.STOP),
        ("别说", Interjection.FILLER),
        ("停车场在哪", Interjection.WORDS),
        ("yeah okay", Interjection.FILLER),
        ("where is", Interjection.WORDS),
    ],
)
def test_what_a_few_words_are_worth(text: str, worth: Interjection) -> None:
    assert interjection(text) is worth


def test_loud_moments_follow_the_last_half_minute() -> None:
    hall = LoudMoments()
    assert hall.level == float("inf")
    for number in range(2000):
        hall.add(-50.0 if number % 20 else -30.0)
    assert hall.level == -50.0
    for _ in range(200):
        hall.add(-30.0)
    assert hall.level == -30.0
    for _ in range(1000):
        hall.add(-60.0)
    assert hall.level == -60.0


def test_nearness_learns_from_what_was_understood_only() -> None:
    near = Nearness()
    for _ in range(50):
        near.add(-10.0)
    near.drop()
    near.understood()
    assert near.dbfs == USUAL_DBFS
    for _ in range(5):
        for level in (-40.0, -32.0) * 20:
            near.add(level)
        near.understood()
    assert near.dbfs == pytest.approx(-32.0, abs=0.3)
