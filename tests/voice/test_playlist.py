"""Pieces one after another, on virtual time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.errors import SpeakerError
from voice.playlist import FADE_S, MOST_HELD_S, STEP_BACK_S, Piece, Playlist
from voice.ports import PlaybackEnd

RATE = 1000


class Player:
    """A playlist with what it played and told."""

    def __init__(self) -> None:
        self.notices: list[tuple[float, Callable[[], None]]] = []
        self.started: dict[int, float] = {}
        self.ended: dict[int, PlaybackEnd] = {}
        self.playlist = Playlist(lambda at, call: self.notices.append((at, call)))
        self.sound = b""

    def add(self, number: int, pcm: bytes) -> None:
        def finished(end: PlaybackEnd) -> None:
            assert number not in self.ended, "ended twice"
            self.ended[number] = end

        self.playlist.add(Piece(pcm, lambda at: self.started.__setitem__(number, at), finished))

    def play(self, frames: int) -> int:
        samples, sounding = self.playlist.fill(frames, len(self.sound) / 2 / RATE, RATE)
        assert len(samples) == frames * 2
        self.sound += samples
        return sounding

    def tell(self) -> None:
        """Call everything due, in the order of time."""
        for _, call in sorted(self.notices, key=lambda notice: notice[0]):
            call()
        self.notices.clear()


@given(
    lengths=st.lists(st.integers(0, 300), max_size=8),
    demands=st.lists(st.integers(1, 200), min_size=1, max_size=40),
)
def test_every_sample_once_in_order_with_true_times(lengths: list[int], demands: list[int]) -> None:
    player = Player()
    pieces = [np.full(length, number + 1, np.int16).tobytes() for number, length in enumerate(lengths)]
    for number, pcm in enumerate(pieces):
        player.add(number, pcm)
    sounding = sum(player.play(frames) for frames in [*demands, 3000])
    player.tell()
    whole = b"".join(pieces)
    assert player.sound.startswith(whole)
    assert not any(player.sound[len(whole) :])
    assert sounding == len(whole) // 2
    begins = 0.0
    for number, length in enumerate(lengths):
        assert player.started[number] == pytest.approx(begins)
        begins += length / RATE
        assert player.ended[number].at == pytest.approx(begins)
        assert player.ended[number].completed
    assert not player.playlist


def test_cancel_fades_what_plays_and_forgets_what_waits() -> None:
    player = Player()
    loud = np.full(500, 1000, np.int16).tobytes()
    player.add(0, loud)
    player.add(1, loud)
    player.play(100)
    player.playlist.cancel(0.1, RATE)
    player.playlist.cancel(0.1, RATE)
    player.add(2, loud)
    player.play(1000)
    player.tell()
    fade = np.frombuffer(player.sound, np.int16)[100 : 100 + int(FADE_S * RATE)]
    assert np.all(np.diff(fade) < 0)
    assert fade[-1] == 0
    assert [player.ended[number].completed for number in range(3)] == [False, False, True]
    assert player.ended[0].at == pytest.approx(0.1 + FADE_S)
    assert 1 not in player.started
    assert player.started[2] == pytest.approx(0.1 + FADE_S), "the next begins after the fade, never within"


def test_cancelling_before_the_first_sample_plays_nothing() -> None:
    player = Player()
    player.add(0, b"\1\0" * 100)
    player.playlist.cancel(0.0, RATE)
    assert player.play(100) == 0
    player.tell()
    assert (player.started, player.ended[0].completed) == ({}, False)


def test_a_failed_device_ends_all_with_its_error() -> None:
    player = Player()
    for number in range(3):
        player.add(number, b"\1\0" * 100)
    player.play(50)
    error = SpeakerError("speaker_lost", "gone")
    player.playlist.drop_all(0.05, error)
    player.tell()
    assert [end.error for end in player.ended.values()] == [error] * 3


def syllables(count: int, rate: int = RATE) -> bytes:
    """Loud for 100 ms, silent for 50 ms, again and again; every sample tells where it stands."""
    one = np.concatenate([np.full(rate // 10, 1000, np.int16), np.zeros(rate // 20, np.int16)])
    return np.tile(one, count).tobytes()


def test_a_hold_fades_within_its_time_and_keeps_the_place() -> None:
    player = Player()
    player.add(0, np.arange(1000, dtype=np.int16).tobytes())
    player.add(1, np.full(100, -7, np.int16).tobytes())
    player.play(500)
    player.playlist.hold(0.5, RATE)
    assert player.play(200) == int(FADE_S * RATE)
    held = np.frombuffer(player.sound, np.int16)[500:]
    assert 0 < held[0] < 500
    assert not held[int(FADE_S * RATE) :].any()
    assert player.play(100) == 0
    player.playlist.carry_on(RATE)
    player.play(2000)
    player.tell()
    again = np.frombuffer(player.sound, np.int16)[800:]
    first = int(again[int(FADE_S * RATE)])  # after the fade every sample is its own position
    stopped_at = 500 + int(FADE_S * RATE)
    assert stopped_at - (STEP_BACK_S + 0.2) * RATE <= first <= stopped_at - 0.1 * RATE
    assert [player.ended[number].completed for number in (0, 1)] == [True, True]
    assert again[again == -7].size == 100
    assert player.started[0] == 0.0, "a piece begins once"


def test_it_goes_on_between_two_syllables() -> None:
    player = Player()
    player.add(0, syllables(20))
    player.play(1060)  # in the middle of a syllable
    player.playlist.hold(1.06, RATE)
    player.play(100)
    player.playlist.carry_on(RATE)
    piece = player.playlist._pieces[0]
    place = piece.position // 2 % 150
    assert 100 <= place < 150, "goes on in the silence"


def test_a_sentence_that_has_hardly_begun_is_said_again() -> None:
    player = Player()
    player.add(0, np.full(1000, 5, np.int16).tobytes())
    player.play(150)
    player.playlist.hold(0.15, RATE)
    player.play(50)
    player.playlist.carry_on(RATE)
    assert player.play(1000) == 1000
    player.tell()
    assert player.ended[0].completed


def test_what_is_given_during_a_hold_waits_and_its_start_is_told_when_it_sounds() -> None:
    player = Player()
    player.playlist.hold(0.0, RATE)
    player.add(0, np.full(100, 9, np.int16).tobytes())
    assert player.play(300) == 0
    player.playlist.carry_on(RATE)
    assert player.play(300) == 100
    player.tell()
    assert player.started[0] == pytest.approx(0.3)
    assert player.ended[0].completed


def test_a_cancel_ends_a_hold_and_what_comes_next_is_loud_from_its_first_sample() -> None:
    player = Player()
    player.add(0, np.full(500, 1000, np.int16).tobytes())
    player.play(100)
    player.playlist.duck(0.3, RATE)
    player.playlist.hold(0.1, RATE)
    player.play(100)
    player.playlist.cancel(0.2, RATE)
    player.add(1, np.full(100, 1000, np.int16).tobytes())
    assert player.play(100) == 100
    player.tell()
    assert np.all(np.frombuffer(player.sound, np.int16)[200:] == 1000)
    assert [player.ended[number].completed for number in (0, 1)] == [False, True]


def test_a_hold_that_nobody_ends_is_a_cancel_in_the_end() -> None:
    player = Player()
    player.add(0, np.full(500, 1000, np.int16).tobytes())
    player.play(100)
    player.playlist.hold(0.1, RATE)
    while len(player.sound) / 2 / RATE < MOST_HELD_S + 0.5:
        player.play(100)
    player.tell()
    assert not player.ended[0].completed
    assert not player.playlist


def test_a_duck_changes_the_loudness_without_a_jump() -> None:
    player = Player()
    player.add(0, np.full(3000, 1000, np.int16).tobytes())
    player.play(100)
    player.playlist.duck(0.3, RATE)
    player.play(500)
    player.playlist.duck(1.0, RATE)
    player.play(500)
    sound = np.frombuffer(player.sound, np.int16).astype(int)
    assert np.abs(np.diff(sound)).max() <= 10
    assert sound[599] == 300
    assert sound[-1] == 1000


@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("play"), st.integers(1, 400)),
            st.tuples(st.sampled_from(["add", "hold", "carry_on", "cancel", "duck", "drop"]), st.just(0)),
        ),
        max_size=40,
    )
)
def test_whatever_is_done_every_piece_ends_once(steps: list[tuple[str, int]]) -> None:
    player, added = Player(), 0
    for step, frames in steps:
        now = len(player.sound) / 2 / RATE
        if step == "play":
            player.play(frames)
        elif step == "add":
            player.add(added, np.full(150, 500, np.int16).tobytes())
            added += 1
        elif step == "drop":
            player.playlist.drop_all(now, None)
        elif step == "cancel":
            player.playlist.cancel(now, RATE)
        elif step == "hold":
            player.playlist.hold(now, RATE)
        elif step == "carry_on":
            player.playlist.carry_on(RATE)
        else:
            player.playlist.duck(0.5, RATE)
    for _ in range(3):  # longer than a hold lasts, and then the rest
        player.play(int((MOST_HELD_S + 1) * RATE))
    player.tell()
    assert sorted(player.ended) == list(range(added))
    assert set(player.started) >= {number for number, end in player.ended.items() if end.completed}
