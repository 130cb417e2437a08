"""Simulated kiosks against a real centre and a real broker."""

import json
import os
import signal
import sys
import threading

import pytest

from fleet.cli import main
from fleet.sim.books import count_stored
from fleet.sim.identities import simulated_settings
from fleet.sim.simulation import Simulation
from tests.fleet.waiting import wait_until


@pytest.fixture
def simulation(own_machine, make_centre, tmp_path):
    """Thirty restless kiosks and their centre."""
    folder = tmp_path / "identities"
    folder.mkdir()
    settings = simulated_settings(own_machine.office, folder, 30)
    return (
        Simulation(settings, sample_s=0.5, visit_s=3.0, spread_s=0.5),
        make_centre(own_machine),
        own_machine,
    )


def test_what_they_write_is_stored_once(simulation):
    simulated, centre, _ = simulation
    result = simulated.run(4.0, 60.0)
    stored, duplicates = count_stored(centre.store, (kiosk.outbox.boot for kiosk in simulated.kiosks))
    assert (result.connected, result.lost, duplicates) == (30, 0, 0)
    assert stored == result.written > 30
    wait_until(
        lambda: (
            {view.light for view in centre.views.kiosks(True) if view.id.startswith("sim-")} == {"offline"}
        ),
        "goodbyes",
    )


def test_they_come_back_to_a_broker_that_was_killed(simulation):
    simulated, centre, machine = simulation
    results = []
    runner = threading.Thread(target=lambda: results.append(simulated.run(12.0, 90.0)))
    runner.start()
    wait_until(lambda: simulated.crowd.connected == 30, "everybody", 30)
    os.kill(machine.broker.pid, signal.SIGKILL)
    wait_until(lambda: simulated.crowd.connected < 30, "the loss")
    runner.join()
    stored, duplicates = count_stored(centre.store, (kiosk.outbox.boot for kiosk in simulated.kiosks))
    assert (results[0].lost, duplicates) == (0, 0)
    assert stored == results[0].written


def test_the_command_balances_the_books(own_machine, make_centre, monkeypatch, capsys, tmp_path):
    make_centre(own_machine)
    database = f"sqlite:///{tmp_path / 'fleet.sqlite'}"
    options = ["--kiosks", "5", "--seconds", "3", "--sample", "1", "--spread", "0", "--json"]
    monkeypatch.setattr(
        sys, "argv", ["kiosk-fleet", "sim", *options, "--data", str(own_machine.data), "--db", database]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0
    assert (told["connected"], told["lost"], told["duplicates"]) == (5, 0, 0)
    assert told["messages_per_s"] > 0
