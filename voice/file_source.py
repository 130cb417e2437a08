"""A recording as a microphone, on virtual time: it is heard as fast as the reader reads."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from voice.errors import SoundFileError
from voice.ports import FRAME_SAMPLES, SAMPLE_RATE, AudioChunk


def load_sound(path: Path) -> npt.NDArray[np.int16]:
    """A WAV, FLAC or OGG file as 16 kHz mono int16 samples; channels are averaged, any rate is converted.

    Raises:
        SoundFileError: the file is missing, or libsndfile cannot read it.
    """
    if not path.is_file():
        raise SoundFileError("sound_missing", f"no such sound file: {path}")
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise SoundFileError("sound_unreadable", f"{path} is not a WAV, FLAC or OGG file: {error}") from error
    mono = samples.mean(axis=1)
    if rate != SAMPLE_RATE and mono.size:
        mono = soxr.resample(mono, rate, SAMPLE_RATE)
    return np.clip(np.round(mono * 32768.0), -32768, 32767).astype(np.int16)


class FileMicrophone:
    """A Microphone that reads a recording; ``at`` advances by samples from ``began``.

    Silence follows the recording so that its last utterance is ended; afterwards read() gives None and
    ``exhausted`` is true.

    Args:
        path: WAV, FLAC or OGG, any rate and number of channels.
        began: virtual time of the first sample, in seconds.
        tail_s: seconds of silence after the end.

    Raises:
        SoundFileError: the file cannot be read.
    """

    def __init__(self, path: Path, *, began: float = 0.0, tail_s: float = 1.0) -> None:
        sound = load_sound(path)
        self._pcm = np.concatenate([sound, np.zeros(int(tail_s * SAMPLE_RATE), np.int16)]).tobytes()
        self._step = FRAME_SAMPLES * 2
        self._offset = 0
        self._began = began
        self.name = path.name
        self.overruns = 0

    @property
    def exhausted(self) -> bool:
        """Whether everything has been read."""
        return self._offset >= len(self._pcm)

    def now(self) -> float:
        """Virtual time: the end of what has been read."""
        return self._began + self._offset / (2 * SAMPLE_RATE)

    def start(self) -> None:
        """Nothing to open; reading goes on where it was."""

    def stop(self) -> None:
        """Nothing to close."""

    def read(self, timeout: float) -> AudioChunk | None:
        """The next 32 ms at once; at the end None, after ``timeout``: a loop must not spin."""
        if self.exhausted:
            time.sleep(timeout)
            return None
        at = self.now()
        piece = self._pcm[self._offset : self._offset + self._step]
        self._offset += len(piece)
        return AudioChunk(piece, at)
