"""What the camera's thread reads: a source that can be opened, and the stream of frames it then gives."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vision.ports import Frame


class FrameStream(Protocol):
    """An open camera or file. It belongs to one thread."""

    def grab(self, stopped: threading.Event) -> float | None:
        """Wait for the next frame; its monotonic time, or None when there are no more or ``stopped`` is set.

        Raises ``CameraError`` when it can say why there are no more.
        """
        ...

    def retrieve(self) -> Frame | None:
        """Decode the frame that was grabbed last, as BGR uint8; None when it is damaged.

        Raises ``CameraError`` with the code ``camera.format`` for what is no picture.
        """
        ...

    def close(self) -> None:
        """Let the device or the file go."""
        ...


class FrameSource(Protocol):
    """A camera or file that can be opened again and again."""

    def open(self) -> FrameStream:
        """Open it. Raises ``CameraError``, whose message says what is missing."""
        ...
