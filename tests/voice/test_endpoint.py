"""The endpoint machine on virtual time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.completeness import Completeness
from voice.endpoint import Ended, Endpoint, EndpointSettings, Started
from voice.patience import Patience

FRAME = 0.032
Decision = Started | Ended


def run(probabilities: list[float], settings: EndpointSettings | None = None) -> list[tuple[int, Decision]]:
    """Decisions with the number of the frame that caused them."""
    endpoint = Endpoint(settings)
    made = [(number, endpoint.feed(FRAME, p)) for number, p in enumerate(probabilities)]
    return [(number, decision) for number, decision in made if decision is not None]


def test_speech_starts_at_its_first_voiced_frame_and_ends_at_its_last() -> None:
    (at, started), (over, ended) = run([0.0] * 10 + [0.9] * 20 + [0.0] * 30)
    assert isinstance(started, Started)
    assert isinstance(ended, Ended)
    assert (at + 1) * FRAME - started.ago == pytest.approx(10 * FRAME)
    assert (over + 1) * FRAME - ended.ago == pytest.approx(30 * FRAME)
    assert ended.reason == "silence"
    assert ended.ago == pytest.approx(0.48)


@pytest.mark.parametrize("frames", [1, 2])
def test_a_click_is_not_speech(frames: int) -> None:
    assert run([0.0] * 5 + [1.0] * frames + [0.0] * 50) == []


def test_clicks_far_apart_do_not_add_up() -> None:
    assert run(([1.0, 1.0] + [0.0] * 6) * 20) == []


def test_a_short_gap_in_the_first_syllable_does_not_delay_the_start() -> None:
    (at, started), *_ = run([0.0] * 5 + [0.9, 0.9, 0.2, 0.9, 0.9])
    assert isinstance(started, Started)
    assert (at + 1) * FRAME - started.ago == pytest.approx(5 * FRAME)


def test_a_pause_between_words_does_not_end_the_utterance() -> None:
    decisions = run([0.9] * 20 + [0.0] * 9 + [0.9] * 20 + [0.0] * 20)
    assert [type(decision) for _, decision in decisions] == [Started, Ended]


def test_a_soft_ending_is_not_cut() -> None:
    decisions = run([0.9] * 20 + [0.4] * 20 + [0.0] * 20)
    assert decisions[-1][0] == 39 + 15


def test_endless_sound_ends_at_the_cap() -> None:
    decisions = run([0.9] * 320)
    assert decisions[1][0] + 1 == round(10 / FRAME + 0.5)
    ended = decisions[1][1]
    assert isinstance(ended, Ended)
    assert ended.reason == "cap"


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_probability": 0.3, "end_probability": 0.5},
        {"stale_complete_s": 5.0},
        {"noisy_db": 40.0},
        {"min_speech_s": 11.0},
        {"pre_roll_s": -0.1},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        EndpointSettings(**wrong)


Step = tuple[float, float, Completeness | None]
steps = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.2, 0.4, 0.9]) | st.floats(0, 1),
        st.floats(-90, 0),
        st.sampled_from([*[None] * 9, *Completeness]),
    ),
    max_size=600,
)


def follow(endpoint: Endpoint, sound: Sequence[Step]) -> Iterator[tuple[float, Decision]]:
    """Decisions with the time at which they were made; a text counts only while somebody speaks."""
    for number, (probability, level, text) in enumerate(sound):
        decision = endpoint.feed(FRAME, probability, level)
        if decision is not None:
            yield (number + 1) * FRAME, decision
        if text is not None and endpoint.speaking:
            endpoint.said(text)


SILENCE: list[Step] = [(0.0, -90.0, None)] * 400


@given(sound=steps, cap=st.floats(0.5, 12.0), patience=st.sampled_from(Patience))
def test_starts_and_ends_alternate_and_no_utterance_outlives_the_cap(
    sound: list[Step], cap: float, patience: Patience
) -> None:
    endpoint = Endpoint(EndpointSettings(max_speech_s=cap))
    endpoint.pauses.patience = patience
    onset = 0.0
    expected: type[Decision] = Started
    for now, decision in follow(endpoint, [*sound, *SILENCE]):
        assert type(decision) is expected
        moment = now - decision.ago
        if isinstance(decision, Started):
            onset, expected = moment, Ended
            assert moment >= -1e-9
        else:
            expected = Started
            assert onset - 1e-9 <= moment
            assert now <= onset + max(cap, 0.6) + FRAME + 1e-9, "0.6 s: the longest rise before a start"
    assert expected is Started, "silence always ends an utterance"


@given(sound=steps)
def test_more_patience_never_ends_an_utterance_sooner(sound: list[Step]) -> None:
    def first_end(patience: Patience) -> float:
        endpoint = Endpoint()
        endpoint.pauses.patience = patience
        ends = (now for now, made in follow(endpoint, [*sound, *SILENCE]) if isinstance(made, Ended))
        return next(ends, 0.0)

    assert first_end(Patience.NORMAL) <= first_end(Patience.SLOW)


@given(steps)
def test_a_machine_that_was_reset_decides_what_it_heard_after(sound: list[Step]) -> None:
    used = Endpoint()
    list(follow(used, sound))
    used.reset()
    assert not used.speaking
    made = [type(decision) for _, decision in follow(used, [(0.9, -20.0, None)] * 20 + SILENCE)]
    assert made == [Started, Ended]


def ends_after(text: Completeness | None, settings: EndpointSettings | None = None) -> float:
    """Seconds from the last voiced frame to the end of an utterance with such a text."""
    endpoint = Endpoint(settings)
    for _ in range(20):
        endpoint.feed(FRAME, 0.9)
    if text is not None:
        endpoint.said(text)
    for _ in range(10):
        endpoint.feed(FRAME, 0.9)
    for number in range(1, 100):
        if isinstance(endpoint.feed(FRAME, 0.0), Ended):
            return number * FRAME
    pytest.fail("it never ended")


def test_what_the_text_says_decides_how_long_a_silence_is_waited_for() -> None:
    waits = [
        ends_after(text)
        for text in (Completeness.COMPLETE, Completeness.NOTHING, Completeness.OPEN, Completeness.DIGITS)
    ]
    assert waits == sorted(set(waits)), (
        "complete, nothing known, open, digits: each longer than the one before"
    )
    assert waits[0] == pytest.approx(0.32)
    assert waits[-1] == pytest.approx(0.928)
    assert ends_after(None) == ends_after(Completeness.NOTHING), "a word that is not recognised is a word"


def test_a_text_that_has_just_become_complete_may_change_again() -> None:
    endpoint = Endpoint()
    for probability in [0.9] * 20 + [0.0] * 9:
        endpoint.feed(FRAME, probability)
    endpoint.said(Completeness.COMPLETE)
    decisions = [endpoint.feed(FRAME, 0.0) for _ in range(4)]
    assert decisions[:3] == [None] * 3, "not before it was stable for 0.12 s"
    assert isinstance(decisions[3], Ended)


def test_a_pause_that_was_waited_out_makes_the_next_wait_longer_until_the_visitor_is_gone() -> None:
    endpoint = Endpoint()

    def utterance(pause: int) -> int:
        """Frames of silence after which it ended; its text is open, and silent for ``pause`` frames inside."""
        for probability in [0.9] * 10 + [0.0] * pause + [0.9] * 10:
            endpoint.feed(FRAME, probability)
            if endpoint.speaking:
                endpoint.said(Completeness.OPEN)
        endpoint.said(Completeness.NOTHING)
        return next(n for n in range(1, 100) if isinstance(endpoint.feed(FRAME, 0.0), Ended))

    fluent = utterance(4)
    slow = utterance(20)
    assert slow * FRAME >= 20 * FRAME + 0.08 > fluent * FRAME
    endpoint.reset()
    assert utterance(4) == slow, "still the same visitor"
    endpoint.forget()
    assert utterance(4) == fluent


def test_who_goes_on_right_after_an_end_had_only_paused() -> None:
    endpoint = Endpoint()
    for probability in [0.9] * 10 + [0.0] * 20 + [0.9] * 10:
        endpoint.feed(FRAME, probability)
    assert endpoint.pauses.extra_s == pytest.approx(20 * FRAME + 0.08 - 0.48)


def noisy(levels: Sequence[float], probability: float = 0.9) -> list[tuple[int, Decision]]:
    """Decisions in a hall at -40 dBFS that was heard for two seconds; all of ``levels`` sounds like speech."""
    endpoint = Endpoint()
    for _ in range(60):
        endpoint.feed(FRAME, 0.0, -40.0)
    made = [(number, endpoint.feed(FRAME, probability, level)) for number, level in enumerate(levels)]
    return [(number, decision) for number, decision in made if decision is not None]


def test_babble_behind_the_citizen_does_not_hold_the_utterance_open() -> None:
    (_, started), (over, ended) = noisy([-25.0] * 40 + [-40.0] * 100)
    assert isinstance(started, Started)
    assert isinstance(ended, Ended)
    assert ended.reason == "faint"
    assert (over - 39) * FRAME < 1.5


def test_babble_as_loud_as_the_citizen_ends_with_the_text() -> None:
    endpoint = Endpoint()
    for _ in range(60):
        endpoint.feed(FRAME, 0.9, -30.0)
    endpoint.said(Completeness.COMPLETE)
    decisions = [endpoint.feed(FRAME, 0.9, -30.0) for _ in range(40)]
    (number,) = [number for number, decision in enumerate(decisions) if decision is not None]
    ended = decisions[number]
    assert isinstance(ended, Ended)
    assert ended.reason == "text"
    assert (number + 1) * FRAME == pytest.approx(1.216)


def test_endless_babble_without_a_word_ends_at_the_cap() -> None:
    decisions = [made for _, made in noisy([-30.0] * 330) if isinstance(made, Ended)]
    assert [ended.reason for ended in decisions] == ["cap"]


def after_a_word(hall_db: float, rest: Sequence[tuple[float, float]], text: Completeness) -> list[Decision]:
    """Decisions on ``rest`` (probability, level) after a word at -25 dBFS in a hall that was heard for two seconds."""
    endpoint = Endpoint()
    for probability, level in [(0.0, hall_db)] * 60 + [(0.9, -25.0)] * 20:
        endpoint.feed(FRAME, probability, level)
    endpoint.said(text)
    made = [endpoint.feed(FRAME, probability, level) for probability, level in rest]
    return [decision for decision in made if decision is not None]


def test_in_a_quiet_hall_a_voice_the_detector_does_not_know_is_the_citizens() -> None:
    hardly_speech = [(0.15, -27.0)] * 40
    assert not after_a_word(-70.0, hardly_speech, Completeness.NOTHING)
    assert after_a_word(-45.0, hardly_speech, Completeness.NOTHING), "in a loud one it may be anybody"
    assert after_a_word(-70.0, [(0.15, -50.0)] * 40, Completeness.NOTHING), "a breath is none"
    assert after_a_word(-70.0, [(0.0, -27.0)] * 40, Completeness.NOTHING), "a vacuum cleaner is none"


def test_in_a_quiet_hall_a_long_word_after_a_whole_question_is_waited_for() -> None:
    long_word = [(0.9, -25.0)] * 50
    assert not after_a_word(-70.0, long_word, Completeness.COMPLETE)
    (ended,) = after_a_word(-45.0, long_word, Completeness.COMPLETE)
    assert isinstance(ended, Ended)
    assert ended.reason == "text"


def test_a_hissed_consonant_after_a_pause_stops_the_clock() -> None:
    endpoint = Endpoint()
    for _ in range(60):
        endpoint.feed(FRAME, 0.0, -70.0)
    sound = [(0.9, -25.0)] * 20 + [(0.0, -70.0)] * 8 + [(0.0, -45.0)] * 6 + [(0.9, -25.0)] * 10
    assert not any(isinstance(endpoint.feed(FRAME, *frame), Ended) for frame in sound)


def test_a_fan_that_starts_does_not_stop_the_clock_for_ever() -> None:
    endpoint = Endpoint()
    for _ in range(60):
        endpoint.feed(FRAME, 0.0, -70.0)
    sound = [(0.9, -25.0)] * 20 + [(0.0, -40.0)] * 25
    assert any(isinstance(endpoint.feed(FRAME, *frame), Ended) for frame in sound)
