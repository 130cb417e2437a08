"""What link and outbox cost a kiosk at one sample a second: ``python -m tests.bench.link_cost [--seconds 120]``.

A process with nothing but the agent, connected over TLS to a real broker with a real centre behind it, writes a sample
of health every second. Processor time is that of the process, user and system, as a share of one core; memory is what
the process has for itself (private pages): the interpreter, what is imported, the agent at work. Prints one JSON
document.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from fleet.device.settings import AgentSettings
from fleet.server.service import Centre
from fleet.server.settings import ServeOptions
from tests.fleet.conftest import count_records, label_of_bytes, make_machine
from tests.fleet.waiting import wait_until

KIOSK = "costs-1"
_WARM_S = 10.0


def main() -> None:
    """Start a centre and let the kiosk's process measure itself."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.link_cost")
    parser.add_argument("--seconds", type=float, default=120.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        machine = make_machine(Path(name) / "centre")
        machine.broker.start()
        centre = Centre(ServeOptions(machine.data, broker_url=machine.url, enrol_port=0), label_of_bytes)
        centre.start()
        wait_until(lambda: centre.ingest.connected, "link of the centre")
        settings = AgentSettings(
            port=machine.port,
            kiosk=KIOSK,
            identity=machine.identity(KIOSK),
            data_dir=Path(name) / "kiosk",
            power_on_spread_s=0,
        )
        command = [sys.executable, "-m", "tests.bench.link_cost_process", settings.model_dump_json()]
        subprocess.run([*command, str(options.seconds), str(_WARM_S)], check=True)
        if not count_records(centre, KIOSK):
            raise SystemExit("nothing reached the centre: the figures mean nothing")
        centre.stop()
        machine.broker.stop()


if __name__ == "__main__":
    main()
