"""Recorded speech of a pack: checked file by file, brought to one loudness, carried in the artefact.

The words are those of `speech.yaml`, the sounds lie in the folder `speech` beside it. In the artefact all recordings
are one member, one FLAC after another; content.json says which words stand where.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.knowledge.content import Recording
from models.knowledge.document import Document, Location
from models.knowledge.explain import suggest
from models.knowledge.source import PackSource, recording_files

SUFFIXES = (".wav", ".flac", ".ogg")
MAX_BYTES = 20_000_000
LEAST_RATE = 16_000
"""Hz; below it speech sounds like a telephone."""
MOST_RATE = 24_000
"""Hz in the artefact: what a kiosk's loudspeaker can use, at half the size of a studio's."""
SECONDS = (0.3, 60.0)
_PER_SECOND = {"zh": (1.2, 12.0), "en": (3.0, 35.0)}
"""Characters a second that people speak at; outside of it the sound says something else than the words."""
_LOUDNESS_DBFS = -19.0
"""Of what is spoken, without the pauses: that of espeak-ng, so that both can follow each other."""
_PEAK = 0.89
"""-1 dBFS; nothing is made louder than this."""
_SOFTEST_DBFS = -45.0
_CLIPPED_SHARE = 0.001
_LEAD_S = 1.0
_FRAME_S = 0.05
_PAUSE_DB = 30.0
"""A frame that much softer than the loudest is a pause."""


@dataclass(frozen=True, slots=True)
class _Sound:
    samples: np.ndarray
    rate: int

    @property
    def seconds(self) -> float:
        return self.samples.size / self.rate

    def frames_dbfs(self) -> np.ndarray:
        """The level of each twentieth of a second."""
        size = max(1, int(_FRAME_S * self.rate))
        whole = self.samples[: self.samples.size // size * size].reshape(-1, size)
        return 20 * np.log10(np.sqrt(np.mean(whole**2, axis=1)) + 1e-6)

    def loudness_dbfs(self) -> float:
        """The level of what is spoken."""
        levels = self.frames_dbfs()
        spoken = levels[levels > levels.max(initial=-120.0) - _PAUSE_DB]
        return float(10 * np.log10(np.mean(10 ** (spoken / 10)))) if spoken.size else -120.0

    def lead_s(self) -> float:
        """Seconds before somebody speaks."""
        levels = self.frames_dbfs()
        loud = np.flatnonzero(levels > levels.max(initial=-120.0) - _PAUSE_DB)
        return float(loud[0]) * _FRAME_S if loud.size else self.seconds


def check_recordings(source: PackSource) -> None:
    """Note what is wrong with a pack's recordings, each with its line in speech.yaml."""
    part = source.speech
    names = recording_files(source.folder)
    if part is None:
        if names:
            source.pack.document.complain(
                (),
                "there is a folder `speech` and no speech.yaml: add it, it says which words each file speaks",
            )
        return
    if part.content is None:
        return
    document, entries = part.document, part.content.recordings
    said: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(entries):
        here: Location = ("recordings", number)
        first = said.setdefault((entry.lang, entry.text), number)
        if first != number:
            line = document.line(("recordings", first))
            document.complain(
                (*here, "text"), f"these words are recorded twice, also in line {line}: keep one"
            )
        if entry.file not in names:
            near = suggest(entry.file, names)
            document.complain((*here, "file"), f"`{entry.file}` is not in the folder `speech`{near}")
            continue
        for complaint in _complaints(source.folder, entry.file, entry.lang, entry.text):
            document.complain((*here, "file"), f"speech/{entry.file} {complaint}")
    _unnamed(document, names, {entry.file for entry in entries})


def pack_recordings(sources: Sequence[PackSource]) -> tuple[tuple[Recording, ...], bytes]:
    """The recordings of packs without problems: what each says and where it stands, and the sounds."""
    places: list[Recording] = []
    sounds = bytearray()
    for source in sources:
        content = source.speech.content if source.speech else None
        for entry in content.recordings if content else ():
            packed = _packed(_read(source.folder / "speech" / entry.file))
            places.append(
                Recording(entry.lang, entry.text, f"{source.id}/{entry.file}", len(sounds), len(packed))
            )
            sounds += packed
    return tuple(places), bytes(sounds)


def _unnamed(document: Document, names: Sequence[str], used: set[str]) -> None:
    for name in names:
        if name not in used:
            document.complain(
                (), f"speech/{name} is named by no recording: add its words here or move the file elsewhere"
            )


def _complaints(folder: Path, name: str, lang: str, text: str) -> Iterator[str]:
    path = folder / "speech" / name
    if path.suffix.lower() not in SUFFIXES:
        yield f"is no sound file that is read here: give {', '.join(SUFFIXES)}"
        return
    if not os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep):
        yield "is a link that leads out of the pack: put the file itself there"
        return
    if path.stat().st_size > MAX_BYTES:
        yield f"has more than {MAX_BYTES} bytes: cut it into sentences"
        return
    try:
        sound = _read(path)
    except ValueError as error:
        yield f"cannot be read as sound ({error}): save it again as WAV or FLAC"
        return
    if sound.rate < LEAST_RATE:
        yield f"has {sound.rate} samples a second: record with at least {LEAST_RATE}"
    if not SECONDS[0] <= sound.seconds <= SECONDS[1]:
        yield f"lasts {sound.seconds:.1f} s: it has to be between {SECONDS[0]} and {SECONDS[1]:.0f} s"
        return
    loudness = sound.loudness_dbfs()
    if loudness < _SOFTEST_DBFS:
        yield f"is almost silent ({loudness:.0f} dBFS): record it closer to the microphone"
        return
    if np.mean(np.abs(sound.samples) > 0.999) > _CLIPPED_SHARE:
        yield "is distorted, it was recorded too loud: record it again, softer"
    if sound.lead_s() > _LEAD_S:
        yield f"begins with {sound.lead_s():.1f} s of silence: cut it off"
    slow, fast = _PER_SECOND.get(lang, (0.0, 1e9))
    tempo = len(text) / max(sound.seconds - sound.lead_s(), _FRAME_S)
    if not slow <= tempo <= fast:
        yield f"lasts {sound.seconds:.1f} s for {len(text)} characters: does it say these words?"


def _read(path: Path) -> _Sound:
    """A sound file as one channel between -1 and 1. Raises ValueError."""
    import soundfile

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise ValueError(str(error)) from error
    return _Sound(samples.mean(axis=1), int(rate))


def _packed(sound: _Sound) -> bytes:
    """FLAC at the kiosk's rate and loudness; the same bytes for the same sound."""
    import soundfile
    import soxr

    samples: Any = sound.samples
    rate = sound.rate
    if rate > MOST_RATE:
        samples, rate = soxr.resample(samples, rate, MOST_RATE), MOST_RATE
    gain = 10 ** ((_LOUDNESS_DBFS - sound.loudness_dbfs()) / 20)
    gain = min(gain, _PEAK / max(float(np.abs(samples).max(initial=0.0)), 1e-6))
    target = io.BytesIO()
    soundfile.write(target, samples * gain, rate, format="FLAC", subtype="PCM_16")
    return target.getvalue()
