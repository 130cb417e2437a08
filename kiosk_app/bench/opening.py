"""``python -m kiosk_app.bench.opening [--config FILE]``: opens a kiosk in a fresh process, prints how long that took.

One JSON line: seconds from the start of the process until it listens, megabytes then in use with the processes it
started. A process of its own, for nothing may be loaded or warm.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import psutil

from kiosk_app.bench.home import bench_config
from kiosk_app.config import load_config


def main() -> None:
    """Open, measure, close."""
    path = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with bench_config(load_config(path)) as config:
        from kiosk_app.bench.visitor import Visitor

        # Speaking ahead of time would go on for minutes; it is no part of opening.
        speech = config.speech.model_copy(update={"cache_mb": 0})
        with Visitor(config.model_copy(update={"speech": speech})):
            this = psutil.Process()
            seconds = time.time() - this.create_time()
            processes = (this, *this.children(recursive=True))
            memory = sum(process.memory_info().rss for process in processes)
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": memory / 1e6}) + "\n")


if __name__ == "__main__":
    main()
