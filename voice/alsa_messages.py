"""What the libraries of sound would print on the terminal goes to the log instead.

libasound writes its complaints (an underrun it has already recovered from, a plugin it did not find) straight to
standard error, and JACK's library does too. The errors that matter come back through PortAudio's return codes all the
same, and what was printed with them is told with the error.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)

# snd_lib_error_handler_t (alsa/error.h): file, line, function, errno, printf format, then its arguments, which a
# callback made here cannot read. The format alone says enough.
_HandlerType = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)


@_HandlerType
def _to_log(file: bytes, line: int, function: bytes, number: int, form: bytes) -> None:
    logger.debug(
        "%s: %s", (function or b"").decode("ascii", "replace"), (form or b"").decode("ascii", "replace")
    )


def log_alsa_messages() -> None:
    """Take over ALSA's messages for this process; nothing where there is no ALSA."""
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_to_log)
    except (OSError, AttributeError):
        return


@contextmanager
def captured_stderr() -> Iterator[Callable[[], str]]:
    """Keep what C libraries print while they probe devices that are not there; gives its last lines.

    ALSA and JACK write straight to file descriptor 2. Python's own messages of other threads in these few
    milliseconds are captured too, which is why the time is kept short.
    """
    try:
        saved = os.dup(2)
    except OSError:  # stderr is closed: nothing to keep clean
        yield lambda: ""
        return
    with tempfile.TemporaryFile() as sink:
        sys.stderr.flush()
        os.dup2(sink.fileno(), 2)

        def last_lines() -> str:
            sink.seek(0)
            return " / ".join(sink.read().decode(errors="replace").split("\n")[-4:]).strip(" /")

        try:
            yield last_lines
        finally:
            os.dup2(saved, 2)
            os.close(saved)
