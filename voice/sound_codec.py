"""Speech as small files and back: Ogg Vorbis for what is kept, anything that libsndfile reads for recordings."""

from __future__ import annotations

import io

import numpy as np
import soundfile
import soxr

from voice.errors import SoundFileError
from voice.ports import SAMPLE_BYTES

_COMPRESSION = 0.8
"""libsndfile's measure, Vorbis quality 2: about 6 KB a second of espeak-ng, a quarter of FLAC (docs/adr/0015)."""
_BLOCK = 22_050
"""Samples given to the encoder at once; its stack grows with what it gets."""


def encoded(pcm: bytes, rate: int) -> bytes:
    """Mono s16le PCM as Ogg Vorbis; as long as before, to the sample. Raises SoundFileError."""
    samples = np.frombuffer(pcm, np.int16)
    target = io.BytesIO()
    try:
        with soundfile.SoundFile(
            target, "w", rate, 1, "VORBIS", format="OGG", compression_level=_COMPRESSION
        ) as file:
            for at in range(0, samples.size, _BLOCK):
                file.write(samples[at : at + _BLOCK])
    except soundfile.LibsndfileError as error:
        raise SoundFileError("sound_not_written", f"speech cannot be packed: {error}") from error
    return target.getvalue()


def decoded(data: bytes, rate: int) -> bytes:
    """A sound file as mono s16le PCM at ``rate`` Hz. Raises SoundFileError when it is none."""
    try:
        samples, own_rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, ValueError) as error:
        raise SoundFileError("sound_not_read", f"this is no sound file: {error}") from error
    mono = samples.mean(axis=1) if samples.shape[1] > 1 else samples[:, 0]
    if own_rate != rate and mono.size:
        mono = soxr.resample(mono, own_rate, rate)
    return np.clip(mono * 32768.0, -32768, 32767).astype("<i2").tobytes()


def without_leading_silence(pcm: bytes, rate: int) -> bytes:
    """PCM that begins ``_LEAD_S`` before its first audible sample, so that an answer starts when it is told to."""
    samples = np.frombuffer(pcm, np.int16)
    audible = np.flatnonzero(np.abs(samples.astype(np.int32)) > _AUDIBLE)
    if not audible.size:
        return pcm
    return pcm[max(0, int(audible[0]) - int(_LEAD_S * rate)) * SAMPLE_BYTES :]


_AUDIBLE = 60
"""Steps of 16 bit, -55 dBFS; a fricative begins louder."""
_LEAD_S = 0.005
