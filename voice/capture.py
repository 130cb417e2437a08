"""The program that owns the microphone's device: ``python -m voice.capture [--device NAME]``.

Writes frames (``voice.frames``) to standard output and ends when its standard input does: first HELLO or FAILED, then
SOUND (monotonic time of the first sample, overruns so far, the samples) until FAILED. HELLO and FAILED carry JSON. Kept
light: it starts whenever a microphone is opened.
"""

from __future__ import annotations

import json
import os
import sys
import threading

from voice.errors import MicrophoneError
from voice.frames import send
from voice.microphone import PyAudioMicrophone

HELLO, SOUND, FAILED = b"H", b"S", b"E"

_READ_S = 0.1


def _capture(device: str | None) -> None:
    """Send what the device hears, for ever. Raises MicrophoneError, OSError when nobody reads."""
    # Silence is judged by whoever reads: this process may be the one that hangs.
    microphone = PyAudioMicrophone(device, stall_s=float("inf"))
    microphone.start()
    send(1, HELLO, json.dumps({"name": microphone.name, "shape": microphone.shape}).encode())
    while True:
        chunk = microphone.read(_READ_S)
        if chunk is not None:
            send(1, SOUND, chunk.samples, chunk.at, microphone.overruns)


def _end_with_standard_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def main() -> None:
    """Capture until standard input ends or the device fails; the device is never closed in the usual way.

    Closing joins PortAudio's thread, which may never end; the end of the process closes everything.
    """
    arguments = sys.argv[1:]
    device = arguments[1] if len(arguments) == 2 and arguments[0] == "--device" else None
    threading.Thread(target=_end_with_standard_input, name="end", daemon=True).start()
    try:
        _capture(device)
    except MicrophoneError as error:
        send(1, FAILED, json.dumps({"code": error.code, "message": str(error)}).encode())
    except BrokenPipeError:
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
