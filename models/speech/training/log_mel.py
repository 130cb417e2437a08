"""Log-mel features exactly as Vosk computes them from ``mfcc.conf``, before the cosine transform.

The network trains on log-mel energies, because warping and masking act on frequencies; the transform that Kaldi's
MFCC adds is a fixed matrix, and its inverse is folded into the first layer (:mod:`models.speech.training.folding`).
The constants are Kaldi's (``feat/mel-computations.cc``, ``feat/feature-window.cc``): 25 ms Povey windows without
dither, 0.97 pre-emphasis, 512-point spectrum, 40 triangular bands between 20 and 7,000 Hz, lifter 22.
"""

# pyright: reportMissingImports=false
# torch is installed for training only.

from functools import cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
BANDS = 40
WINDOW = 400  # samples, 25 ms
SHIFT = 160  # samples, 10 ms
FRAME_CENTRE_S = WINDOW / 2 / SAMPLE_RATE
BINS = 257
BIN_HZ = SAMPLE_RATE / 512

_LOW_HZ, _HIGH_HZ = 20.0, 7000.0
_NYQUIST_HZ = SAMPLE_RATE / 2
_WARP_CUTOFF_HZ = 4800.0  # above it the warp bends back so that the highest frequency stays
_LIFTER = 22
_FLOOR = 1.1920929e-7  # float32 epsilon, as Kaldi floors energies

MFCC_CONF = f"""\
--sample-frequency={SAMPLE_RATE}
--use-energy=false
--num-mel-bins={BANDS}
--num-ceps={BANDS}
--low-freq={_LOW_HZ:.0f}
--high-freq={_HIGH_HZ:.0f}
--dither=0
"""


def power_spectrum(samples: torch.Tensor, shift: int = SHIFT) -> torch.Tensor:
    """(frames, 257) power of mono samples scaled like int16; a ``shift`` other than 160 changes the tempo."""
    count = 1 + (len(samples) - WINDOW) // shift
    frames = samples.as_strided((count, WINDOW), (shift, 1))
    frames = frames - frames.mean(1, keepdim=True)
    frames = torch.cat([frames[:, :1] * 0.03, frames[:, 1:] - 0.97 * frames[:, :-1]], 1) * _window()
    spectrum = torch.fft.rfft(frames, 512)
    return spectrum.real**2 + spectrum.imag**2


def log_mel(power: torch.Tensor, warp: float = 1.0) -> torch.Tensor:
    """(frames, 40) logarithms of mel energies; ``warp`` over 1 is heard as a shorter vocal tract."""
    return (power @ _bank(round(warp, 2))).clamp_min(_FLOOR).log()


def cosine_transform() -> NDArray[np.float64]:
    """The matrix M with MFCC = M · log-mel, lifter included."""
    index, band = np.arange(BANDS)[:, None], np.arange(BANDS)[None]
    transform = np.sqrt(2.0 / BANDS) * np.cos(np.pi / BANDS * (band + 0.5) * index)
    transform[0] = np.sqrt(1.0 / BANDS)
    return transform * (1 + 0.5 * _LIFTER * np.sin(np.pi * index / _LIFTER))


def write_mfcc_conf(path: Path) -> None:
    """Write the settings above for Vosk."""
    path.write_text(MFCC_CONF, "utf-8")


@cache
def _window() -> torch.Tensor:
    phase = 2 * np.pi * np.arange(WINDOW) / (WINDOW - 1)
    return torch.from_numpy(np.power(0.5 - 0.5 * np.cos(phase), 0.85).astype(np.float32))


@cache
def _bank(warp: float) -> torch.Tensor:
    """(257, 40) triangular bands over frequencies warped piecewise linearly, as for vocal-tract lengths."""
    frequency = np.arange(BINS) * BIN_HZ
    cutoff = _WARP_CUTOFF_HZ * min(1.0, 1.0 / warp)
    beyond = (_NYQUIST_HZ - cutoff * warp) / (_NYQUIST_HZ - cutoff)
    warped = np.where(frequency <= cutoff, frequency * warp, cutoff * warp + (frequency - cutoff) * beyond)
    position = (_mel(warped) - _mel(_LOW_HZ)) / ((_mel(_HIGH_HZ) - _mel(_LOW_HZ)) / (BANDS + 1))
    distance = np.abs(position[:, None] - np.arange(1, BANDS + 1)[None])
    bank = np.maximum(0.0, 1.0 - distance)
    bank[-1] = 0.0
    return torch.from_numpy(bank.astype(np.float32))


def _mel(hertz: float | NDArray[np.float64]) -> NDArray[np.float64]:
    return 1127.0 * np.log1p(np.asarray(hertz) / 700.0)
