"""What ALSA's library would print on the terminal goes to the log instead.

libasound writes its complaints (an underrun it has already recovered from, a plugin it did not find) straight to
standard error. The errors that matter come back through PortAudio's return codes all the same.
"""

from __future__ import annotations

import ctypes
import logging

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
