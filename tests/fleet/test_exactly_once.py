"""Kiosk, broker and centre together, each killed while records flow: all there, none twice, in order."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from fleet.device.events import LinkDown, LinkUp
from tests.fleet.conftest import count_records, free_port, stored, turn
from tests.fleet.waiting import wait_until

SERVE = "from fleet.cli import main; main()"


def test_a_quiet_day(machine, make_centre, make_kiosk):
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    kiosk.agent.start()
    for number in range(50):
        kiosk.agent.record("turn", turn(number))
    wait_until(lambda: kiosk.agent.depth == 0, "empty outbox")
    assert stored(centre, kiosk.settings.kiosk) == list(range(50))
    assert kiosk.of(LinkUp)
    assert kiosk.agent.connected


def test_records_of_days_without_a_broker_come_when_it_is_there(own_machine, make_centre, make_kiosk):
    own_machine.broker.stop()
    kiosk = make_kiosk(own_machine)
    kiosk.agent.start()
    wait_until(lambda: kiosk.of(LinkDown), "word that the link is down")
    for number in range(2500):
        kiosk.agent.record("turn", turn(number))
    broker = own_machine.new_broker()
    broker.start()
    centre = make_centre(own_machine)
    wait_until(lambda: kiosk.agent.depth == 0, "empty outbox", 40)
    assert stored(centre, kiosk.settings.kiosk) == list(range(2500))
    assert len(kiosk.of(LinkDown)) == 1
    broker.stop()


def test_the_broker_is_killed_in_mid_stream(own_machine, make_centre, make_kiosk):
    centre, kiosk = make_centre(own_machine), make_kiosk(own_machine)
    kiosk.agent.start()
    number = 0
    for round_ in range(3):
        for number in range(round_ * 400, round_ * 400 + 400):
            kiosk.agent.record("turn", turn(number))
        wait_until(lambda: count_records(centre, kiosk.settings.kiosk) > 0, "first records")
        pid = own_machine.broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda pid=pid: own_machine.broker.pid not in (None, pid), "new broker")
    wait_until(lambda: kiosk.agent.depth == 0, "empty outbox", 60)
    assert stored(centre, kiosk.settings.kiosk) == list(range(number + 1))


def test_the_server_is_killed_in_mid_stream(own_machine, make_kiosk, tmp_path):
    kiosk = make_kiosk(own_machine)
    database = tmp_path / "killed.sqlite"

    def serve() -> subprocess.Popen[bytes]:
        options = ["--data", own_machine.data, "--db", f"sqlite:///{database}", "--broker", own_machine.url]
        return subprocess.Popen(
            [
                *(sys.executable, "-c", SERVE, "serve", *map(str, options)),
                *("--port", str(free_port()), "--enrol-port", str(free_port())),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    kiosk.agent.start()
    server = serve()
    for number in range(3000):
        kiosk.agent.record("turn", turn(number))
    wait_until(lambda: kiosk.agent.depth < 3000, "first records taken", 40)
    server.kill()
    server.wait()
    server = serve()
    wait_until(lambda: kiosk.agent.depth == 0, "empty outbox", 60)
    server.terminate()
    assert server.wait(20) == 0
    assert turns_in(database) == list(range(3000))


def turns_in(database: Path) -> list[int]:
    """Turn numbers in a database that no server has open."""
    connection = sqlite3.connect(database)
    rows = connection.execute(
        "SELECT json_extract(data, '$.turn') FROM record WHERE kind = 'turn' ORDER BY id"
    ).fetchall()
    connection.close()
    return [row[0] for row in rows]


def light_turns(centre, light):
    """Wait for the light that the centre shows for the kiosk ``killed-1``."""
    wait_until(
        lambda: light in [view.light for view in centre.views.kiosks(True) if view.id == "killed-1"], light
    )


def test_the_kiosk_is_killed_in_mid_stream(machine, make_centre, make_kiosk, tmp_path):
    centre = make_centre(machine)
    folder = tmp_path / "killed"
    settled = make_kiosk(machine, "killed-1", folder)
    settings = settled.settings
    settled.agent.stop()
    program = (
        "import sys\nfrom fleet.device.agent import Agent\n"
        "from fleet.device.settings import AgentSettings\n"
        "agent = Agent(AgentSettings.model_validate_json(sys.argv[1]), lambda event: None)\nagent.start()\n"
        "for number in range(100_000):\n"
        "    agent.record('turn', {'visit': '1', 'turn': number % 10_000, 'channel': 'touch', 'act': 'answer'})\n"
        "    print(number, flush=True)\n"
    )
    arguments = [sys.executable, "-c", program, settings.model_dump_json()]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        returned = 0
        for line in process.stdout:
            returned = int(line)
            if returned >= 600 and count_records(centre, "killed-1"):
                process.kill()
                break
        for line in process.stdout:
            returned = max(returned, int(line)) if line.endswith("\n") else returned
    light_turns(centre, "offline")
    again = make_kiosk(machine, "killed-1", folder)
    again.agent.start()
    light_turns(centre, "online")
    wait_until(lambda: again.agent.depth == 0, "empty outbox", 40)
    found = stored(centre, "killed-1")
    assert found[: returned + 1] == list(range(returned + 1))
    assert len(found) <= returned + 2
