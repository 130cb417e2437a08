"""Pieces one after another, on virtual time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.errors import SpeakerError
from voice.playlist import FADE_S, Piece, Playlist
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
