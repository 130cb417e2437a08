"""Capture programs for tests: scripts under a real program's name that write frames of raw I420."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from vision.ports import Frame

_SCRIPT = """#!{python} -IS
import json, os, sys, time
folder, frames, fps, descriptor, last, noise = {settings!r}
with open(folder + "/called", "w") as file:
    json.dump([sys.argv, os.readlink("/proc/self/fd/0"), os.getpid()], file)
print(noise, flush=True)
sys.stderr.write("it starts\\n")
output = os.fdopen(descriptor, "wb", 0)
with open(frames, "rb") as file:
    size = {size}
    pictures = [file.read(size) for _ in range(os.path.getsize(frames) // size)]
due = time.monotonic()
for number in range(last or sys.maxsize):
    output.write(pictures[number % len(pictures)])
    due += 1 / fps
    time.sleep(max(0, due - time.monotonic()))
sys.exit("ERROR: *** no more frames ***")
"""


class CaptureProgram:
    """A script that stands in for a capture program."""

    def __init__(
        self,
        folder: Path,
        name: str,
        pictures: Iterable[Frame],
        *,
        fps: float = 30.0,
        descriptor: int = 1,
        last: int = 0,
        noise: str = "",
        full_range: bool = True,
    ) -> None:
        """Write it to ``folder``.

        It shows ``pictures`` (BGR, one size) over and over, or ends after the ``last`` frame. ``noise`` is printed to
        its standard output, which is fatal where ``descriptor`` is 1.
        """
        frames = [_i420(picture, full_range=full_range) for picture in pictures]
        self._called = folder / "called"
        (folder / "frames").write_bytes(b"".join(frame.tobytes() for frame in frames))
        settings = (str(folder), str(folder / "frames"), fps, descriptor, last, noise)
        text = _SCRIPT.format(python=sys.executable, settings=settings, size=frames[0].size)
        if not noise:
            text = text.replace("print(noise, flush=True)\n", "")
        self.path = folder / name
        self.path.write_text(text, encoding="utf-8")
        self.path.chmod(0o755)

    @property
    def arguments(self) -> list[str]:
        """What it was called with last."""
        return json.loads(self._called.read_text(encoding="utf-8"))[0][1:]

    @property
    def standard_input(self) -> str:
        """Where its standard input came from."""
        return json.loads(self._called.read_text(encoding="utf-8"))[1]

    @property
    def pid(self) -> int:
        """The process that ran last."""
        return json.loads(self._called.read_text(encoding="utf-8"))[2]

    @property
    def runs(self) -> bool:
        """Whether that process is there, be it as a zombie."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """End the process that ran last."""
        os.kill(self.pid, signal.SIGKILL)


def plain(colour: tuple[int, int, int], width: int = 640, height: int = 480) -> Frame:
    """A picture of one colour, BGR."""
    return np.full((height, width, 3), colour, np.uint8)


def _i420(picture: Frame, *, full_range: bool) -> Frame:
    if not full_range:
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), dtype=np.uint8)
    luma, red, blue = cv2.split(cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb))
    half = (picture.shape[1] // 2, picture.shape[0] // 2)
    planes = (luma, *(cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in (blue, red)))
    return np.concatenate([plane.ravel() for plane in planes]).astype(np.uint8)
