"""``python -m voice.sherpa_trial TOKENS ENCODER DECODER JOINER PIECES``: whether sherpa-onnx can use a model.

Ends with 0 when it can. Otherwise the library, which ends a process on a model that it cannot use, ends this one.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from voice.ports import SAMPLE_RATE
from voice.sherpa_model import SherpaFiles, open_engine


def main(paths: Sequence[str]) -> int:
    """Load the model and decode a second of silence; the exit status."""
    import numpy as np

    tokens, encoder, decoder, joiner = (Path(path) for path in paths[:4])
    pieces = Path(paths[4]) if paths[4] else None
    engine = open_engine(SherpaFiles(tokens, encoder, decoder, joiner, pieces))
    stream = engine.create_stream()
    stream.accept_waveform(SAMPLE_RATE, np.zeros(SAMPLE_RATE, np.float32))
    stream.input_finished()
    while engine.is_ready(stream):
        engine.decode_stream(stream)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
