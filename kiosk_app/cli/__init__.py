"""``kiosk``: the command line of the device. Commands load what they need when they run, so each starts quickly."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command line; one or two lines instead of a traceback unless ``--debug`` is given."""
    from kiosk_app.cli.root import run

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal of another encoding shows escapes, and no error
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
