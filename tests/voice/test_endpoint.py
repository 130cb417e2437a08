"""The endpoint machine on virtual time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.endpoint import Ended, Endpoint, EndpointSettings, Started

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
    decisions = run([0.9] * 20 + [0.0] * 14 + [0.9] * 20 + [0.0] * 20)
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
        {"end_silence_s": 0.0},
        {"min_speech_s": 11.0},
        {"pre_roll_s": -0.1},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        EndpointSettings(**wrong)


@given(
    probabilities=st.lists(st.floats(0, 1), max_size=600),
    silence=st.floats(0.1, 2.0),
    cap=st.floats(0.5, 12.0),
)
def test_starts_and_ends_alternate_and_no_utterance_outlives_the_cap(
    probabilities: list[float], silence: float, cap: float
) -> None:
    settings = EndpointSettings(end_silence_s=silence, max_speech_s=cap)
    onset = 0.0
    expected: type[Decision] = Started
    for number, decision in run([*probabilities, *[0.0] * 100], settings):
        assert type(decision) is expected
        moment = (number + 1) * FRAME - decision.ago
        if isinstance(decision, Started):
            onset, expected = moment, Ended
            assert moment >= -1e-9
        else:
            expected = Started
            assert onset <= moment <= onset + cap + FRAME
    assert expected is Started, "silence always ends an utterance"


@given(st.lists(st.floats(0, 1), max_size=100), st.lists(st.floats(0, 1), max_size=200))
def test_a_reset_machine_is_a_new_machine(before: list[float], after: list[float]) -> None:
    used, fresh = Endpoint(), Endpoint()
    for p in before:
        used.feed(FRAME, p)
    used.reset()
    assert [used.feed(FRAME, p) for p in after] == [fresh.feed(FRAME, p) for p in after]
