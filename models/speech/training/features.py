"""MFCC features exactly as Vosk computes them from ``mfcc.conf``."""

# pyright: reportMissingImports=false
# kaldi-native-fbank is installed for training only.

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
COEFFICIENTS = 40
FRAME_SHIFT_S = 0.010
FRAME_CENTRE_S = 0.0125  # middle of a 25 ms window

MFCC_CONF = f"""\
--sample-frequency={SAMPLE_RATE}
--use-energy=false
--num-mel-bins={COEFFICIENTS}
--num-ceps={COEFFICIENTS}
--low-freq=20
--high-freq=7000
--dither=0
"""


def mfcc(samples: NDArray[np.floating]) -> NDArray[np.float32]:
    """(frames, 40) features of mono audio at 16 kHz whose samples are scaled like int16."""
    import kaldi_native_fbank

    options = kaldi_native_fbank.MfccOptions()
    options.frame_opts.samp_freq = SAMPLE_RATE
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = COEFFICIENTS
    options.mel_opts.low_freq = 20
    options.mel_opts.high_freq = 7000
    options.num_ceps = COEFFICIENTS
    options.use_energy = False
    computer = kaldi_native_fbank.OnlineMfcc(options)
    computer.accept_waveform(SAMPLE_RATE, samples.astype(np.float32).tolist())
    computer.input_finished()
    frames = [computer.get_frame(index) for index in range(computer.num_frames_ready)]
    return np.stack(frames).astype(np.float32)


def write_mfcc_conf(path: Path) -> None:
    """Write the settings above for Vosk."""
    path.write_text(MFCC_CONF, "utf-8")
