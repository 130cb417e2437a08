"""``python -m kiosk_app.bench.paced_capture``: a quiet room in the protocol of ``voice.capture``, in real time.

Stands for the capture process on a board without a microphone; what is missing of its work is the sound card's.
"""

from __future__ import annotations

import json
import select

from kiosk_app.bench.paced_microphone import PacedMicrophone
from voice.capture import HELLO, SOUND
from voice.frames import send


def main() -> None:
    """Deliver until standard input ends."""
    send(1, HELLO, json.dumps({"name": "quiet room"}).encode())
    microphone = PacedMicrophone()
    microphone.start()
    while not select.select([0], [], [], 0)[0]:
        chunk = microphone.read(1.0)
        if chunk is not None:
            send(1, SOUND, chunk.samples, chunk.at)


if __name__ == "__main__":
    main()
