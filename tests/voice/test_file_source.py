"""Recordings as a microphone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice.errors import SoundFileError
from voice.file_source import FileMicrophone, load_sound


def tone(rate: int, seconds: float = 1.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg"])
@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 48_000])
def test_any_rate_and_format_becomes_16_khz_mono(tmp_path: Path, rate: int, suffix: str) -> None:
    path = tmp_path / f"tone.{suffix}"
    soundfile.write(path, np.stack([tone(rate), tone(rate)], axis=1), rate)
    sound = load_sound(path)
    assert sound.dtype == np.int16
    assert abs(sound.size - 16_000) <= 2
    crossings = np.count_nonzero(np.diff(np.signbit(sound[1000:-1000])))
    assert crossings == pytest.approx(880 * 14 / 16, abs=4)


def test_channels_are_averaged(tmp_path: Path) -> None:
    path = tmp_path / "opposite.wav"
    soundfile.write(path, np.stack([tone(16_000), -tone(16_000)], axis=1), 16_000)
    assert np.abs(load_sound(path)).max() <= 1


def test_full_scale_does_not_wrap(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    soundfile.write(path, np.ones(100), 16_000, subtype="FLOAT")
    assert load_sound(path).min() == 32767


def test_virtual_time_advances_by_samples(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(16_000, 0.1), 16_000)
    source = FileMicrophone(path, began=50.0, tail_s=0.5)
    chunks = []
    while (chunk := source.read(0)) is not None:
        chunks.append(chunk)
    assert source.exhausted
    assert chunks[0].at == 50.0
    assert all(after.at == pytest.approx(before.end) for before, after in pairwise(chunks))
    assert chunks[-1].end == pytest.approx(50.6)
    assert source.now() == pytest.approx(50.6)


def test_a_missing_and_a_wrong_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(SoundFileError, match=r"gone\.wav") as missing:
        load_sound(tmp_path / "gone.wav")
    assert missing.value.code == "sound_missing"
    (tmp_path / "text.wav").write_text("not sound")
    with pytest.raises(SoundFileError, match=r"text\.wav") as wrong:
        load_sound(tmp_path / "text.wav")
    assert wrong.value.code == "sound_unreadable"
