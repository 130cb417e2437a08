"""When each phone of a recording is said, by the most likely path through a network's judgement."""

# pyright: reportMissingImports=false
# torch is installed for training only.

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from models.speech.phones import PhoneTable, Pronunciation
from models.speech.training.clips import Clip
from models.speech.training.fit import Checkpoint
from models.speech.training.log_mel import FRAME_CENTRE_S, SAMPLE_RATE, SHIFT, log_mel, power_spectrum
from models.speech.training.recordings import Recording
from models.speech.training.stream import SUBSAMPLING

_LEVEL = 2000.0  # standard deviation that recordings are brought to
_PRIOR_EXPONENT = 0.7
_PAUSE_COST = 2.0  # of a pause between two syllables
_NEVER = -1e9
_MISREAD_SHARE = 0.03
"""The worst recordings of each kind are misread or cut, and are left out."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A recording's clip and the mean log-probability of its phones."""

    recording: Recording
    clip: Clip
    score: float


def align(recordings: Sequence[Recording], table: PhoneTable, checkpoint: Checkpoint) -> list[Aligned]:
    """Clips of the recordings whose syllables the table knows, without the worst of each kind."""
    network = checkpoint.network.eval()
    shares = checkpoint.counts / checkpoint.counts.sum()
    priors = _PRIOR_EXPONENT * np.log(shares).astype(np.float32)
    numbers = {phone: number for number, phone in enumerate(table.phones)}
    found: list[Aligned] = []
    for recording in recordings:
        readings = [table.syllables.get(syllable.rstrip("12345"), ()) for syllable in recording.syllables]
        if not all(readings):
            continue
        scores = _scores(network, recording.samples)
        best = max(
            (_path(scores - priors, scores, _states(choice, numbers)) for choice in _choices(readings)),
            key=lambda path: path[1],
        )
        if best[1] > _NEVER / 2:
            found.append(
                Aligned(recording, _clip(best[0], len(recording.samples), recording.samples), best[1])
            )
    return _without_misread(found)


def _scores(network: torch.nn.Module, samples: NDArray[np.int16]) -> NDArray[np.float32]:
    sound = torch.from_numpy(samples.astype(np.float32))
    sound = sound * (_LEVEL / (sound.std() + 1))
    return network.judge(log_mel(power_spectrum(sound))).log_softmax(1).numpy()


def _choices(readings: Sequence[Sequence[Pronunciation]]) -> list[list[Pronunciation]]:
    """One reading a syllable: the first of each, then each other reading alone."""
    first = [options[0] for options in readings]
    others = [
        [*first[:index], option, *first[index + 1 :]]
        for index, options in enumerate(readings)
        for option in options[1:]
    ]
    return [first, *others]


def _states(syllables: Sequence[Pronunciation], numbers: dict[str, int]) -> list[int]:
    """Phones in order with silence (0) around every syllable; the silences inside may be skipped."""
    states = [0]
    for syllable in syllables:
        states += [numbers[phone] for phone in syllable]
        states.append(0)
    return states


def _path(
    weighted: NDArray[np.float32], scores: NDArray[np.float32], states: Sequence[int]
) -> tuple[list[tuple[int, int]], float]:
    """(output, phone) wherever the path changes, and the mean log-probability of its phones."""
    count, size = len(weighted), len(states)
    if count < size:
        return [], _NEVER
    emitted = weighted[:, states]
    pause = np.array([state == 0 and 0 < i < size - 1 for i, state in enumerate(states)])
    may_skip = np.array([i > 1 and states[i - 1] == 0 for i in range(size)])
    value = np.full(size, _NEVER, np.float32)
    value[0], value[1] = emitted[0, 0], emitted[0, 1]
    back = np.zeros((count, size), np.int8)
    for output in range(1, count):
        step = np.concatenate([[_NEVER], value[:-1]]) - _PAUSE_COST * pause
        skip = np.where(may_skip, np.concatenate([[_NEVER, _NEVER], value[:-2]]), _NEVER)
        options = np.stack([value, step, skip])
        back[output] = options.argmax(0)
        value = options.max(0) + emitted[output]
    state = size - 1 if value[size - 1] > value[size - 2] else size - 2
    path = [state]
    for output in range(count - 1, 0, -1):
        state -= int(back[output, state])
        path.append(state)
    path.reverse()
    spoken = [scores[output, states[s]] for output, s in enumerate(path) if states[s]]
    changes = [(output, states[s]) for output, s in enumerate(path) if output == 0 or s != path[output - 1]]
    return changes, float(np.mean(spoken))


def _clip(changes: Sequence[tuple[int, int]], length: int, samples: NDArray[np.int16]) -> Clip:
    """Starts in samples: an output's time is its frame's centre, and it begins half an output earlier."""
    step = SUBSAMPLING * SHIFT
    centre = FRAME_CENTRE_S * SAMPLE_RATE
    starts = [max(0, round(output * step + centre - step / 2)) for output, _ in changes]
    phones = [phone for _, phone in changes]
    if phones[-1] != 0:
        starts.append(length)
        phones.append(0)
    if phones[0] == 0:  # silence before the first phone needs no mark
        starts, phones = starts[1:], phones[1:]
    return Clip(samples, np.array(starts, np.int32), np.array(phones, np.int16))


def _without_misread(aligned: Sequence[Aligned]) -> list[Aligned]:
    kept: list[Aligned] = []
    for kind in sorted({one.recording.kind for one in aligned}):
        of_kind = [one for one in aligned if one.recording.kind == kind]
        limit = np.quantile([one.score for one in of_kind], _MISREAD_SHARE)
        kept += [one for one in of_kind if one.score >= limit]
    return kept
