"""The sound of a hall, made from recordings: noise, babble, people who talk at a distance, coughs, the kiosk's echo.

Levels are root mean square against full scale. Who stands in front of the microphone gives CITIZEN_DBFS; a hall
"at 10 dB" is 10 dB softer on average.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import fftconvolve

from tests.bench.backdrop import load, read_noises
from voice.ports import SAMPLE_RATE
from voice.synthesizer import EspeakSynthesizer

Sound = npt.NDArray[np.float32]

CITIZEN_DBFS = -26.0
DISTANT_DB = -12.0
"""A talker four times as far away as the citizen, by the law of distance."""
KIOSK_DBFS = -20.0
"""What the kiosk plays, while it speaks."""
TALKERS = 8
ANSWER = (
    "办理居住证需要身份证、租房合同和照片。请到一楼三号窗口取号，工作人员会核对材料。"
    "一般五个工作日以后可以来取，办理不收费。还有什么可以帮您的吗？"
)


class Hall:
    """Makes sound out of the recordings under ``data``; ``seed`` decides everything that is random."""

    def __init__(self, data: Path, seed: int = 0) -> None:
        self.dice = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self._noises = list(read_noises(data).values())
        self._rooms = [room(path) for path in sorted((data / "noise").glob("*rir*.wav"))]
        words = sorted((data / "speech").glob("words_*/*.flac"))
        self.speakers = sorted({path.name[:5] for path in words})
        self._words = {name: [path for path in words if path.name.startswith(name)] for name in self.speakers}

    def noise(self, seconds: float, dbfs: float) -> Sound:
        """The noises one after another, each looped for half a minute, all equally loud."""
        parts: list[Sound] = []
        while sum(part.size for part in parts) < seconds * SAMPLE_RATE:
            part = at_level(self.dice.choice(self._noises), dbfs)
            parts.append(np.resize(part, 30 * SAMPLE_RATE))
        return np.concatenate(parts)[: int(seconds * SAMPLE_RATE)]

    def babble(self, seconds: float, dbfs: float) -> Sound:
        """Eight people who talk without end, each somewhere in a room."""
        mixed = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
        for _ in range(TALKERS):
            mixed += self.talker(seconds, CITIZEN_DBFS)
        return at_level(mixed, dbfs)

    def talker(self, seconds: float, dbfs: float) -> Sound:
        """One person saying word after word in a room."""
        name = self.dice.choice(self.speakers)
        parts: list[Sound] = []
        while sum(part.size for part in parts) < seconds * SAMPLE_RATE:
            parts.append(at_level(spoken(load(self.dice.choice(self._words[name]))), dbfs))
            parts.append(np.zeros(self.dice.randrange(800, 6400), np.float32))
        dry = np.concatenate(parts)[: int(seconds * SAMPLE_RATE)]
        wet = in_room(dry, self.dice.choice(self._rooms))
        return at_level(wet, dbfs, of=spoken(wet))

    def cough(self) -> Sound:
        """A burst of noise shaped as a cough: a sharp onset, a third of a second of decay."""
        length = int(0.35 * SAMPLE_RATE)
        shape = np.exp(-np.linspace(0, 5, length)) * np.minimum(1, np.linspace(0, 40, length))
        burst = np.convolve(self.numbers.standard_normal(length), np.ones(6) / 6, "same")
        return at_level((burst * shape).astype(np.float32), CITIZEN_DBFS)

    def person(self) -> Sound:
        """One to three words of one person, from the first audible sample on, as loud as who stands in front."""
        name = self.dice.choice(self.speakers)
        parts: list[Sound] = []
        for _ in range(self.dice.randint(2, 4)):
            parts.append(spoken(load(self.dice.choice(self._words[name]))))
            parts.append(np.zeros(self.dice.randrange(800, 3200), np.float32))
        whole = np.concatenate(parts)
        return at_level(whole, CITIZEN_DBFS, of=spoken(whole))

    def whole(self, seconds: float, below_citizen_db: float) -> Sound:
        """Noise and babble at one level together, somebody talking at a distance every quarter of a minute."""
        each = CITIZEN_DBFS - below_citizen_db - 3.0
        mixed = self.noise(seconds, each) + self.babble(seconds, each)
        at = 5.0
        while at < seconds - 6:
            length = self.dice.uniform(1.0, 4.0)
            put(mixed, self.talker(length, CITIZEN_DBFS + DISTANT_DB), at)
            at += self.dice.uniform(8.0, 22.0)
        return mixed


def kiosk_voice(seconds: float) -> Sound:
    """The kiosk answering without end, as it is played."""
    import soxr

    made = EspeakSynthesizer()
    sound = np.frombuffer(b"".join(made.synthesize(ANSWER, "zh")), np.int16).astype(np.float32) / 32_768
    sound = soxr.resample(sound, made.sample_rate, SAMPLE_RATE).astype(np.float32)
    return np.resize(at_level(sound, KIOSK_DBFS), int(seconds * SAMPLE_RATE)).astype(np.float32)


def room(path: Path) -> Sound:
    """A room's impulse response from its direct sound on, for a direct sound of 1."""
    response = load(path)
    first = int(np.argmax(np.abs(response)))
    return (response[first : first + SAMPLE_RATE // 2] / np.abs(response[first])).astype(np.float32)


def in_room(sound: Sound, response: Sound) -> Sound:
    """The sound as it is in a room, of the same length."""
    return fftconvolve(sound, response)[: sound.size].astype(np.float32)


def spoken(sound: Sound) -> Sound:
    """The sound from its first to its last 30 ms that stay within 20 dB of its loud parts."""
    frames = sound[: sound.size // 160 * 160].reshape(-1, 160)
    power = (frames**2).mean(axis=1)
    audible = power > np.quantile(power, 0.95) * 1e-2
    steady = np.flatnonzero(audible[:-2] & audible[1:-1] & audible[2:])
    return sound[steady[0] * 160 : (steady[-1] + 3) * 160]


def at_level(sound: Sound, dbfs: float, of: Sound | None = None) -> Sound:
    """The sound, made so loud that it (or a part ``of`` it) has this level."""
    measured = sound if of is None else of
    return (sound * (10 ** (dbfs / 20) / np.sqrt((measured**2).mean()))).astype(np.float32)


def put(onto: Sound, sound: Sound, at: float) -> None:
    """Add a sound from a time in seconds on."""
    begin = int(at * SAMPLE_RATE)
    part = sound[: onto.size - begin]
    onto[begin : begin + part.size] += part
