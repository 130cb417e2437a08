"""Speech kept on disk: there after a restart, bounded, never damaged."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from voice.speech_cache import SpeechCache, speech_key

RATE = 22_050
ROOM = 10_000_000


def tone(hertz: float, seconds: float = 0.5) -> bytes:
    times = np.arange(int(seconds * RATE)) / RATE
    return (np.sin(2 * np.pi * hertz * times) * 8000).astype(np.int16).tobytes()


def main_pitch(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, np.int16).astype(np.float64)
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE / samples.size)


A, B, C = (speech_key(name) for name in "abc")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_is_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    assert SpeechCache(tmp_path, ROOM).put(A, tone(440), RATE)
    cache = SpeechCache(tmp_path, ROOM)
    sound = cache.get(A, RATE)
    assert sound is not None
    assert len(sound) == len(tone(440))
    assert main_pitch(sound) == pytest.approx(440, abs=5)
    assert (len(cache), cache.bytes) == (1, files(tmp_path)[0].stat().st_size)
    assert cache.get(B, RATE) is None


def test_it_is_much_smaller_than_the_sound(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, ROOM)
    cache.put(A, tone(440, 5.0), RATE)
    assert cache.bytes < len(tone(440, 5.0)) / 5


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other"])
def test_a_damaged_file_counts_as_absent_and_is_removed(tmp_path: Path, damage: str) -> None:
    SpeechCache(tmp_path, ROOM).put(A, tone(440), RATE)
    (path,) = files(tmp_path)
    data = path.read_bytes()
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 1
    path.write_bytes(
        {"cut": data[:-10], "flipped": bytes(flipped), "empty": b"", "other": b"OggS" * 9}[damage]
    )
    cache = SpeechCache(tmp_path, ROOM)
    assert cache.get(A, RATE) is None
    assert A not in cache
    assert not files(tmp_path)
    assert cache.put(A, tone(440), RATE)
    assert cache.get(A, RATE) is not None


def test_a_file_that_vanished_counts_as_absent(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, ROOM)
    cache.put(A, tone(440), RATE)
    files(tmp_path)[0].unlink()
    assert cache.get(A, RATE) is None


def test_half_a_file_of_a_power_cut_is_cleared_away(tmp_path: Path) -> None:
    SpeechCache(tmp_path, ROOM).put(A, tone(440), RATE)
    (tmp_path / A[:2] / "half.part").write_bytes(b"x" * 1000)
    cache = SpeechCache(tmp_path, ROOM)
    assert len(cache) == 1
    assert len(files(tmp_path)) == 1


def test_the_least_used_goes_when_there_is_no_room(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, ROOM)
    for key in (A, B):
        cache.put(key, tone(440), RATE)
    day_before = time.time() - 2 * 86_400
    os.utime(tmp_path / A[:2] / f"{A}.speech", (day_before, day_before))
    os.utime(tmp_path / B[:2] / f"{B}.speech", (day_before - 60, day_before - 60))
    cache = SpeechCache(tmp_path, cache.bytes + 100)
    cache.get(B, RATE)  # used today; A was not
    assert cache.put(C, tone(440), RATE)
    assert (A in cache, B in cache, C in cache) == (False, True, True)
    assert cache.bytes <= cache.bytes + 100


def test_what_is_wanted_stays_and_nothing_is_written_beyond_the_bound(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, ROOM)
    cache.put(A, tone(440), RATE)
    cache = SpeechCache(tmp_path, cache.bytes + 100)
    cache.keep({A, B})
    assert not cache.put(B, tone(440), RATE)
    assert cache.get(A, RATE) is not None
    cache.keep({B})
    assert cache.put(B, tone(440), RATE)
    assert A not in cache


def test_a_disk_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / A[:2]).write_text("a file where a folder has to be")
    cache = SpeechCache(tmp_path, ROOM)
    assert not cache.put(A, tone(440), RATE)
    assert cache.get(A, RATE) is None


def test_a_key_is_a_hash(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="speech_key"):
        SpeechCache(tmp_path, ROOM).put("../../etc", tone(440), RATE)


def test_a_cleared_cache_holds_nothing_and_takes_new_sound(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, ROOM)
    assert cache.put(A, tone(440), RATE) and cache.put(B, tone(220), RATE)
    cache.clear()
    assert (len(cache), cache.bytes, files(tmp_path)) == (0, 0, [])
    assert cache.put(A, tone(440), RATE)
