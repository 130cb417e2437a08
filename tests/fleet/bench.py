"""Figures of the link on this machine, real mosquitto and SQLite: ``python -m tests.fleet.bench``.

Prints one JSON document: what ``Agent.record`` costs the kiosk, how quickly 3 MB of knowledge arrive, how
many records and how many single-record messages a second the centre commits.
"""

import json
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from fleet.device.agent import Agent
from fleet.device.events import TargetFetched
from fleet.device.settings import AgentSettings
from fleet.protocol.codec import encode_batch
from fleet.protocol.messages import Batch, Record
from fleet.server.service import Centre
from fleet.server.settings import ServeOptions
from tests.fleet.conftest import Machine, count_records, label_of_bytes, make_machine, turn
from tests.fleet.server.test_broker import context_of
from tests.fleet.waiting import wait_until

RECORDS = 20_000
MESSAGES = 5_000
ARTEFACT_BYTES = 3_000_000


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        machine = make_machine(data)
        machine.broker.start()
        centre = Centre(ServeOptions(data, broker_url=machine.url, enrol_port=0), label_of_bytes)
        centre.start()
        wait_until(lambda: centre.ingest.connected, "link of the centre")
        figures = {
            **record_and_drain(centre, machine, data),
            **fetch(centre, machine, data),
            "single_messages_per_s": single_messages(centre, machine),
        }
        centre.stop()
        machine.broker.stop()
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


def make_agent(machine: Machine, data: Path, name: str, events: list[object]) -> Agent:
    """A kiosk of its own."""
    settings = AgentSettings(
        port=machine.port, kiosk=name, identity=machine.identity(name), data_dir=data / name
    )
    return Agent(settings, events.append)


def record_and_drain(centre: Centre, machine: Machine, data: Path) -> dict[str, float]:
    """Cost of a record while the link runs, then how fast a full outbox is committed in batches."""
    agent = make_agent(machine, data, "bench-records", [])
    agent.start()
    wait_until(lambda: agent.connected, "link")
    costs: list[float] = []
    pause = threading.Event()
    for number in range(2000):
        # Paced well above any kiosk's rate, but not so that the interpreter's own lock is what is measured.
        pause.wait(0.002)
        began = time.perf_counter()
        agent.record("turn", turn(number))
        costs.append((time.perf_counter() - began) * 1000)
    wait_until(lambda: agent.depth == 0, "empty outbox", 60)
    agent.stop()
    full = make_agent(machine, data, "bench-drain", [])
    for number in range(RECORDS):
        full.record("turn", turn(number % 10_000))
    full.start()
    wait_until(lambda: count_records(centre, "bench-drain") > 0, "first records", 60)
    began, already = time.perf_counter(), count_records(centre, "bench-drain")
    wait_until(lambda: full.depth == 0, "empty outbox", 120)
    rate = (RECORDS - already) / (time.perf_counter() - began)
    full.stop()
    costs.sort()
    return {
        "record_ms_p50": round(statistics.median(costs), 3),
        "record_ms_p95": round(costs[int(len(costs) * 0.95)], 3),
        "record_ms_p99": round(costs[int(len(costs) * 0.99)], 3),
        "record_ms_max": round(costs[-1], 3),
        "records_per_s_batched_one_kiosk": round(rate),
    }


def fetch(centre: Centre, machine: Machine, data: Path) -> dict[str, float]:
    """From publishing to TargetFetched."""
    events: list[object] = []
    agent = make_agent(machine, data, "bench-fetch", events)
    agent.start()
    centre.store.add_kiosk("bench-fetch")
    wait_until(lambda: agent.connected, "link")
    agent.record("visit.started", {"visit": 1})
    wait_until(lambda: agent.depth == 0, "empty outbox")
    began = time.perf_counter()
    target = centre.library.add([random.Random(1).randbytes(ARTEFACT_BYTES)])
    centre.library.publish(target, ["bench-fetch"])
    centre.ingest.send_desired("bench-fetch")
    wait_until(lambda: any(isinstance(event, TargetFetched) for event in events), "artefact", 60)
    took = time.perf_counter() - began
    agent.stop()
    return {"publish_to_fetched_3mb_s": round(took, 2)}


def single_messages(centre: Centre, machine: Machine) -> int:
    """Batches of one record from a bare client, as many small kiosks would send them."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-single", protocol=mqtt.MQTTv5)
    client.tls_set_context(context_of(machine, "bench-single"))
    client.max_inflight_messages_set(200)
    up = threading.Event()
    client.on_connect = lambda *_: up.set()
    client.connect("127.0.0.1", machine.port)
    client.loop_start()
    up.wait(10)
    payloads = [
        encode_batch(
            Batch(
                boot="b1", floor=0, after=seq - 1, records=(Record(seq=seq, kind="turn", at=1, data=turn(1)),)
            )
        )
        for seq in range(1, MESSAGES + 1)
    ]
    began = time.perf_counter()
    for payload in payloads:
        client.publish("k1/main/bench-single/up/tm", payload, qos=1)
    wait_until(lambda: count_records(centre, "bench-single") == MESSAGES, "all records", 120)
    took = time.perf_counter() - began
    client.disconnect()
    client.loop_stop()
    return round(MESSAGES / took)


if __name__ == "__main__":
    main()
