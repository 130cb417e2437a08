"""Whether what a microphone delivers can be the sound of a room: a pure machine, fed with levels.

A device that is open and delivers may still be of no use: muted by its own switch, a cable half out (zeros or one
constant value), an input amplification far too high (clipped), a defective converter (a large constant offset, or full
noise). None of these is an error of the device; the sound itself tells.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from voice.events import MicrophoneClear, MicrophoneFault, MicrophoneImpaired
from voice.level import Level


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """When sound counts as impaired; seconds unless said otherwise.

    Attributes:
        silent_s: not one sample moves for so long; 0 never tells. A microphone that gates its own noise delivers
            zeros in an empty hall, and so does a sound server whose source rests.
        judged_s: clipping, offset and noise are judged over so long a stretch.
        clipped_share: share of samples at full scale; one loud word has less, a wrong amplification more.
        offset: the mean, against full scale.
        noise_dbfs: a floor of noise above it leaves no room for a voice.
        clear_share: a fault is over when its figure falls below this part of its limit, so that it does not flicker.
    """

    silent_s: float = 30.0
    judged_s: float = 5.0
    clipped_share: float = 0.02
    offset: float = 0.1
    noise_dbfs: float = -12.0
    clear_share: float = 0.25


class MicrophoneWatch:
    """Fed with the level of every window in order, tells when the sound becomes impaired and when it is well again.

    A MicrophoneImpaired is followed by a MicrophoneClear before one of another fault comes. Not locked; for one
    thread.

    Args:
        window_s: seconds of a window.
    """

    def __init__(self, settings: WatchSettings | None = None, window_s: float = 0.1) -> None:
        self._settings = settings or WatchSettings()
        self._window_s = window_s
        self._judged: deque[Level] = deque(maxlen=max(1, round(self._settings.judged_s / window_s)))
        self._silent_windows = 0
        self.fault: MicrophoneFault | None = None
        """What is wrong now."""

    def feed(self, level: Level, at: float) -> MicrophoneImpaired | MicrophoneClear | None:
        """Take one window that ended at ``at``; what changed, if anything."""
        self._silent_windows = self._silent_windows + 1 if level.silent else 0
        self._judged.append(level)
        if self.fault is not None:
            if self._lasts(self.fault):
                return None
            self.fault = None
            return MicrophoneClear(at)
        found = self._found()
        if found is None:
            return None
        self.fault, reason = found
        return MicrophoneImpaired(at, self.fault, reason)

    def reset(self) -> None:
        """Another device, or the same one opened again: what was heard before says nothing, a fault told stays told."""
        self._silent_windows = 0
        self._judged.clear()

    def _found(self) -> tuple[MicrophoneFault, str] | None:
        settings = self._settings
        silent_s = self._silent_windows * self._window_s
        if settings.silent_s and silent_s >= settings.silent_s - self._window_s / 2:
            constant = round(self._judged[-1].offset * 32_768)
            what = f"the constant value {constant}" if constant else "zeros"
            return (
                "silent",
                f"has delivered only {what} for {silent_s:.0f} s; is it muted, is its plug all the way in?",
            )
        if len(self._judged) < (self._judged.maxlen or 0):
            return None
        if (clipped := self._clipped()) > settings.clipped_share:
            return "clipped", f"{clipped:.0%} of its sound is at full scale; turn its amplification down"
        if (offset := self._offset()) > settings.offset:
            return "offset", f"its sound is off centre by {offset:.0%} of full scale; replace it"
        if (floor := self._quietest()) > settings.noise_dbfs:
            return (
                "noise",
                f"nothing but noise at {floor:.0f} dBFS; is it defective, is its amplification far too high?",
            )
        return None

    def _lasts(self, fault: MicrophoneFault) -> bool:
        part = self._settings.clear_share
        match fault:
            case "silent":
                return self._silent_windows > 0
            case "clipped":
                return self._clipped() > self._settings.clipped_share * part
            case "offset":
                return self._offset() > self._settings.offset * part
            case "noise":
                return self._quietest() > self._settings.noise_dbfs

    def _clipped(self) -> float:
        return sum(level.clipped_share for level in self._judged) / len(self._judged)

    def _offset(self) -> float:
        return abs(sum(level.offset for level in self._judged)) / len(self._judged)

    def _quietest(self) -> float:
        return min(level.rms_dbfs for level in self._judged)
