"""The endless training stream: clips joined to rows of speech, as many different microphones would hear them."""

# pyright: reportMissingImports=false
# torch is installed for training only.

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.random import default_rng
from numpy.typing import NDArray

from models.speech.training.clips import ClipStore
from models.speech.training.log_mel import BIN_HZ, BINS, SAMPLE_RATE, SHIFT, WINDOW, log_mel, power_spectrum
from models.speech.training.surroundings import Rooms, Sound, breath, coloured_noise, knock

SUBSAMPLING = 3  # feature frames per network output

_SPEECH_LEVEL = 2000.0  # standard deviation of a clip, int16 scale, before the row's own level
_SLOWEST_SHIFT, _FASTEST_SHIFT = 110, 240
_SHORTEST_SAMPLES = 400
_BABBLES, _BABBLE_S = 10, 12


@dataclass(frozen=True, slots=True)
class Shape:
    """``outputs`` of a row; ``left`` and ``right`` are the feature frames of context around the network's own."""

    outputs: int
    left: int
    right: int

    @property
    def frames(self) -> int:
        """Feature frames of a row."""
        return SUBSAMPLING * (self.outputs - 1) + 1 + self.left + self.right


@dataclass(frozen=True, slots=True)
class Diet:
    """What rows are made of: shares of the kinds of clips.

    ``citation`` kinds are single words read slowly; ``field`` kinds keep at times the room that they were recorded in.
    """

    shares: Mapping[str, float]
    citation: frozenset[str] = frozenset()
    field: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Row:
    sound: Sound
    bounds: list[float] = field(default_factory=lambda: [0.0])
    phones: list[int] = field(default_factory=lambda: [0])


class Stream:
    """Makes batches of (features, labels): (rows, frames, 40) float32 and (rows, outputs) int64."""

    def __init__(self, clips: ClipStore, diet: Diet, shape: Shape, rows: int, seed: int) -> None:
        self._clips, self._diet, self._shape, self._rows = clips, diet, shape, rows
        self._rng = default_rng(seed)
        self._kinds = [kind for kind in diet.shares if kind in clips.kinds]
        total = sum(diet.shares[kind] for kind in self._kinds)
        self._weights = [diet.shares[kind] / total for kind in self._kinds]
        self._speakers = {kind: list(clips.kinds[kind].values()) for kind in self._kinds}
        self._rooms = Rooms(self._rng, WINDOW + _FASTEST_SHIFT * shape.frames)
        self._babbles = [self._babble() for _ in range(_BABBLES)]
        self._room_tones = [tone for kind in diet.field for tone in self._tones(kind)]

    def batch(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The next batch."""
        rows = [self._row() for _ in range(self._rows)]
        return torch.stack([row for row, _ in rows]), torch.from_numpy(
            np.stack([labels for _, labels in rows])
        )

    # --- speech --------------------------------------------------------------------------------------------

    def _speaker(self) -> tuple[str, list[int]]:
        kind = self._kinds[self._rng.choice(len(self._kinds), p=self._weights)]
        speakers = self._speakers[kind]
        return kind, speakers[self._rng.integers(len(speakers))]

    def _row(self) -> tuple[torch.Tensor, NDArray[np.int64]]:
        rng = self._rng
        kind, clips = self._speaker()
        shift = round(SHIFT * np.exp(rng.uniform(-0.22, 0.22)))
        citation = kind in self._diet.citation
        # Below 1 lowers pitch and formants; words read in citation form are a woman's and a man's only.
        speed = float(np.exp(rng.uniform(-0.36, 0.16) if citation else rng.uniform(-0.2, 0.2)))
        if citation:
            shift = int(shift * rng.uniform(0.95, 1.3) * (1 / speed) ** 0.7)
        shift = min(max(shift, _SLOWEST_SHIFT), _FASTEST_SHIFT)
        row = self._speech(kind, clips, WINDOW + shift * (self._shape.frames - 1), speed)
        labels = self._labels(row, shift)
        sound = self._heard(row)
        power = power_spectrum(torch.from_numpy(np.ascontiguousarray(sound)), shift) * self._channel()
        features = log_mel(power, float(np.clip(np.exp(rng.normal(0, 0.075)), 0.8, 1.25)))
        return self._masked(features), labels

    def _speech(self, kind: str, clips: list[int], count: int, speed: float) -> _Row:
        rng = self._rng
        row = _Row(np.zeros(count, np.float32))
        position = int(rng.uniform(0, 0.5) * SAMPLE_RATE)
        tight = rng.random() < 0.55
        if rng.random() < 0.5:
            position = -int(rng.uniform(0, SAMPLE_RATE))  # begins in the middle of a clip
        while position < count:
            clip = self._clips[clips[rng.integers(len(clips))]]
            begin, end = self._cut(kind, clip.starts, len(clip.samples), tight)
            pace = speed * float(np.exp(rng.uniform(-0.04, 0.04)))
            length = int((end - begin) / pace)
            if length < _SHORTEST_SAMPLES:
                continue
            self._place(row, _resampled(clip.samples, begin, length, pace), position)
            row.bounds += [position + (start - begin) / pace for start in clip.starts.tolist()]
            row.phones += clip.phones.tolist()
            row.bounds.append(position + length)
            row.phones.append(0)
            position += length + self._gap(tight)
        return row

    def _cut(self, kind: str, starts: NDArray[np.int32], length: int, tight: bool) -> tuple[int, int]:
        """Where a clip begins and ends: recordings lose most of the silence around them."""
        rng = self._rng
        if kind not in self._diet.citation and kind not in self._diet.field:
            return 0, length
        if kind in self._diet.field and rng.random() < 0.3:
            return 0, length
        low, high = (0.0, 0.05) if tight else (0.02, 0.3)
        begin = max(0, int(starts[0]) - int(rng.uniform(low, high) * SAMPLE_RATE))
        end = min(length, int(starts[-1]) + int(rng.uniform(low, high) * SAMPLE_RATE))
        return begin, end

    def _gap(self, tight: bool) -> int:
        rng = self._rng
        if tight and rng.random() < 0.8:
            seconds = rng.uniform(0, 0.02)
        elif rng.random() < 0.15:
            seconds = rng.uniform(0.3, 2.5)
        else:
            seconds = rng.uniform(0, 0.6)
        return int(SAMPLE_RATE * seconds)

    def _place(self, row: _Row, piece: Sound, position: int) -> None:
        piece *= _SPEECH_LEVEL / (piece.std() + 30) * 10 ** self._rng.uniform(-0.15, 0.15)
        edge = min(64, len(piece) // 4)
        ramp = np.linspace(0, 1, edge, dtype=np.float32)
        piece[:edge] *= ramp
        piece[-edge:] *= ramp[::-1]
        skip = max(0, -position)
        room = min(len(piece) - skip, len(row.sound) - max(position, 0))
        if room > 0:
            row.sound[max(position, 0) : max(position, 0) + room] += piece[skip : skip + room]

    def _labels(self, row: _Row, shift: int) -> NDArray[np.int64]:
        """One phone per output; every phone begins at least one output after the one before."""
        outputs = self._shape.outputs
        labels = np.zeros(outputs, np.int64)
        centre = self._shape.left * shift + WINDOW / 2
        begins: list[int] = []
        for bound, phone in zip(row.bounds, row.phones, strict=True):
            nearest = round((bound - centre) / (SUBSAMPLING * shift))
            before = begins[-1] if begins else -outputs
            begins.append(max(nearest, before + 1 if phone else before))
        for begin, end, phone in zip(begins, [*begins[1:], outputs], row.phones, strict=True):
            if end > 0 and begin < outputs:
                labels[max(0, begin) : max(0, min(end, outputs))] = phone
        return labels

    # --- what the microphone makes of it -------------------------------------------------------------------

    def _heard(self, row: _Row) -> Sound:
        rng = self._rng
        sound = row.sound
        self._events(row)
        if rng.random() < 0.5:
            sound = self._rooms.apply(sound, rng)
        sound *= _SPEECH_LEVEL / (sound.std() + 1) * 10 ** rng.uniform(-1.3, 0.35)
        if rng.random() < 0.8:
            sound = sound + self._noise(len(sound)) * (sound.std() * 10 ** (-rng.uniform(3, 40) / 20))
        if rng.random() < 0.9:
            sound = sound + rng.standard_normal(len(sound), np.float32) * np.float32(
                10 ** rng.uniform(-0.3, 1.2)
            )
        if rng.random() < 0.04:
            sound = _telephone(sound)
        if rng.random() < 0.25:
            self._gate(row, sound)
        return np.clip(np.rint(sound), -32768, 32767).astype(np.float32)

    def _events(self, row: _Row) -> None:
        """Knocks and breaths, mostly in the pauses, so that they are learnt as silence."""
        rng = self._rng
        if rng.random() < 0.5:
            return
        pauses = [bound for bound, phone in zip(row.bounds, row.phones, strict=True) if phone == 0]
        for _ in range(rng.integers(1, 5)):
            piece = knock(rng) if rng.random() < 0.6 else breath(rng)
            piece = piece * _SPEECH_LEVEL * np.float32(10 ** rng.uniform(-1.5, 0.6))
            at = int(rng.choice(pauses) + rng.uniform(0, 0.4) * SAMPLE_RATE)
            at = max(0, min(at, len(row.sound) - len(piece)))
            row.sound[at : at + len(piece)] += piece[: len(row.sound)]

    def _noise(self, count: int) -> Sound:
        kind = self._rng.random()
        if kind < 0.4 or (kind > 0.75 and not self._room_tones):
            return coloured_noise(count, self._rng)
        pool = self._babbles if kind < 0.75 else self._room_tones
        sound = pool[self._rng.integers(len(pool))]
        turned = np.roll(sound, int(self._rng.integers(len(sound))))
        return np.tile(turned, count // len(turned) + 1)[:count]

    def _babble(self) -> Sound:
        """Two to seven people talking at once; deviation 1."""
        rng = self._rng
        count = _BABBLE_S * SAMPLE_RATE
        mixed = np.zeros(count, np.float32)
        for _ in range(rng.integers(2, 8)):
            _, clips = self._speaker()
            position = 0
            while position < count:
                samples = self._clips[clips[rng.integers(len(clips))]].samples.astype(np.float32)
                room = min(len(samples), count - position)
                mixed[position : position + room] += samples[:room] / (samples.std() + 1)
                position += room
        return mixed / (mixed.std() + 1e-9)

    def _tones(self, kind: str) -> list[Sound]:
        """The quiet stretches of recordings, joined by speaker: the noise of their rooms; deviation 1."""
        tones: list[Sound] = []
        for clips in self._speakers.get(kind, []):
            parts: list[NDArray[np.int16]] = []
            for number in clips[:80]:
                clip = self._clips[number]
                parts += [
                    clip.samples[800 : max(800, int(clip.starts[0]) - 2400)],
                    clip.samples[int(clip.starts[-1]) + 4000 : -400],
                ]
            joined = np.concatenate(parts).astype(np.float32)
            blocks = joined[: len(joined) // 400 * 400].reshape(-1, 400)
            level = blocks.std(1)
            quiet = blocks[level < 2.5 * np.median(level)].ravel() if len(blocks) else joined
            if len(quiet) > 2 * SAMPLE_RATE:
                tones.append(quiet / (quiet.std() + 1e-9))
        return tones

    def _gate(self, row: _Row, sound: Sound) -> None:
        """A microphone that closes in pauses: digital zeros."""
        ends = [*row.bounds[1:], float(len(sound))]
        for begin, end, phone in zip(row.bounds, ends, row.phones, strict=True):
            if phone == 0:
                first = int(max(0, begin) + self._rng.uniform(0, 0.12) * SAMPLE_RATE)
                last = int(min(len(sound), end) - self._rng.uniform(0, 0.12) * SAMPLE_RATE)
                sound[first : max(first, last)] = 0

    def _channel(self) -> torch.Tensor:
        """A random microphone's response as power factors of the spectrum's bins."""
        rng = self._rng
        hertz = np.arange(BINS) * BIN_HZ
        level = rng.uniform(-6, 6) * np.log2(np.maximum(hertz, 125) / 1000) / 2
        for _ in range(rng.integers(0, 4)):
            octaves = np.log2(np.maximum(hertz, 60)) - np.log2(rng.uniform(100, 6500))
            level = level + rng.uniform(-8, 8) * np.exp(-0.5 * (octaves / rng.uniform(0.25, 1.0)) ** 2)
        if rng.random() < 0.5:  # small capsules and high-pass filters
            level = level - 12 * np.maximum(0, np.log2(rng.uniform(60, 320) / np.maximum(hertz, 20)))
        if rng.random() < 0.15:  # narrow bands
            level = level - np.minimum(
                60, np.maximum(0, hertz - rng.uniform(3300, 6500)) * rng.uniform(0.02, 0.3)
            )
        return torch.from_numpy((10 ** (level / 10)).astype(np.float32))

    def _masked(self, features: torch.Tensor) -> torch.Tensor:
        """Short times and narrow bands blanked (Park and others 2019, SpecAugment)."""
        rng = self._rng
        if rng.random() < 0.5:
            return features
        mean = features.mean(0)
        for _ in range(rng.integers(1, 3)):
            begin = int(rng.integers(0, len(features) - 12))
            features[begin : begin + int(rng.integers(2, 10))] = mean
        for _ in range(rng.integers(0, 3)):
            band = int(rng.integers(0, 38))
            width = int(rng.integers(1, 6))
            features[:, band : band + width] = mean[band : band + width]
        return features


def _resampled(samples: NDArray[np.int16], begin: int, length: int, pace: float) -> Sound:
    whole = samples[begin : begin + int(length * pace) + 2].astype(np.float32)
    return np.interp(np.arange(length) * pace, np.arange(len(whole)), whole).astype(np.float32)


def _telephone(sound: Sound) -> Sound:
    """Companded to eight bits (ITU-T G.711, mu-law)."""
    scaled = np.log1p(255 * np.minimum(np.abs(sound) / 32768, 1)) / np.log(256)
    coarse = np.round(scaled * 127) / 127
    return np.sign(sound) * (np.expm1(coarse * np.log(256)) / 255 * 32768).astype(np.float32)
