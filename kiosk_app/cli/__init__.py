"""``kiosk``: the command line of the device. Commands load what they need when they run, so each starts quickly."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; one or two lines instead of a traceback unless ``--debug`` is given."""
    from kiosk_app.cli.root import run

    sys.exit(run(sys.argv[1:]))
