"""How fast the centre commits what kiosks send: ``python -m tests.bench.ingest [--db URL]``.

A real mosquitto with our broker's settings, QoS 1 throughout, messages published by a process of its own. In one run,
with the same payloads: (a) what a bare paho subscriber takes from the broker, acknowledging each message; (b) messages
of one record that the ingest commits (synced to disk), as a share of (a); (c) records a second in batches of 60. For
comparison, what mosquitto's own programs pass on by themselves (``mosquitto_pub`` to ``mosquitto_sub``, with TLS like
everybody), and what ``mosquitto_sub`` takes of the same load. Without ``--db`` SQLite is measured, and PostgreSQL
where it is installed. Prints a table, then one JSON document.
"""

import argparse
import base64
import itertools
import json
import os
import pwd
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paho.mqtt.client as mqtt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paho.mqtt.enums import CallbackAPIVersion
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from fleet.protocol.codec import encode_batch
from fleet.protocol.messages import Batch, Record
from fleet.protocol.topics import KioskTopics, up_filter
from fleet.server import tables
from fleet.server.attachments import Attachments
from fleet.server.broker import find_program
from fleet.server.garbage import look_seldom
from fleet.server.identity.office import Office
from fleet.server.ingest import Ingest
from fleet.server.knowledge import Library
from fleet.server.store import Store
from fleet.server.updates.repository import Repository
from tests.bench.mqtt_load import publish_packet, write_packets
from tests.fleet.conftest import free_port, label_of_bytes, make_machine
from tests.fleet.postgres import cluster, find_programs
from tests.fleet.waiting import wait_until

TENANT = "main"
KIOSKS = 500
SINGLE_MESSAGES = 20_000
BATCHES, BATCH_RECORDS = 2_000, 60
ROUNDS = 3
_BROKER = """
user {user}
listener {plain} 127.0.0.1
listener {port} 127.0.0.1
cafile {authority}
certfile {certificate}
keyfile {key}
require_certificate true
use_identity_as_username true
allow_anonymous true
max_qos 1
persistence true
persistence_location {folder}/
autosave_interval 30
max_inflight_messages 8192
max_queued_messages 100000
message_size_limit 65536
log_type error
"""
_TURN = {
    "visit": "17",
    "turn": 3,
    "channel": "voice",
    "lang": "zh",
    "act": "answer",
    "matter": "gov.id_card.replace",
    "facet": "materials",
    "confidence": 0.93,
    "endpoint_ms": 412.5,
    "recognise_ms": 188.0,
    "understand_ms": 9.25,
    "first_audio_ms": 704.0,
}
_boots = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Ports:
    """The plain port of the load, and the office whose broker it is: subscribers come with TLS, as the ingest does."""

    plain: int
    office: Office


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", help="database URL; left out: SQLite and PostgreSQL in temporary folders")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    look_seldom()
    with tempfile.TemporaryDirectory() as name, running_broker(Path(name)) as ports:
        folder = Path(name)
        bare = [bare_rate(ports, folder) for _ in range(asked.rounds)]
        measured: dict[str, dict[str, object]] = {}
        figures: dict[str, object] = {
            "paho_subscriber_messages_per_s": round(statistics.median(bare)),
            "mosquitto_pub_to_sub": own_programs_rate(ports, folder, asked.rounds),
            "mosquitto_sub": mosquitto_sub_rate(ports, folder, asked.rounds),
            "databases": measured,
        }
        with databases(folder, asked.db) as urls:
            for kind, url in urls.items():
                measured[kind] = measure(url, ports, folder, asked.rounds)
    show(figures)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


@contextmanager
def databases(folder: Path, given: str | None) -> Iterator[dict[str, str]]:
    """The databases to measure, by name."""
    if given:
        yield {given.split(":", 1)[0]: given}
        return
    urls, programs = {"sqlite": f"sqlite:///{folder / 'fleet.sqlite'}"}, find_programs()
    if programs is None:
        yield urls
        return
    with cluster(programs) as running:
        yield {**urls, "postgresql": running.create_database()}


def measure(url: str, ports: Ports, folder: Path, rounds: int) -> dict[str, object]:
    """Single records and batches into one database."""
    store = Store(url)
    library = Library(
        store, Repository(folder / "updates"), "main", Ed25519PrivateKey.generate, label_of_bytes
    )
    ingest = Ingest(
        store,
        library,
        ports.office.broker_address(),
        TENANT,
        Ed25519PrivateKey.generate,
        Attachments(folder / "attachments"),
        lambda: sys.exit("the ingest ended by an error"),
    )
    ingest.start()
    wait_until(lambda: ingest.leads, "link of the ingest")
    try:
        single = [
            ingest_rate(store, ports.plain, folder, SINGLE_MESSAGES, single_messages()) for _ in range(rounds)
        ]
        batched = [
            ingest_rate(store, ports.plain, folder, BATCHES * BATCH_RECORDS, batches()) for _ in range(rounds)
        ]
    finally:
        ingest.stop()
        store.close()
    return {
        "single_messages_per_s": round(statistics.median(single)),
        "records_per_s_in_batches_of_60": round(statistics.median(batched)),
    }


def single_messages() -> list[bytes]:
    """Messages of one record, from kiosks in turn."""
    return _packets(SINGLE_MESSAGES, 1)


def batches() -> list[bytes]:
    """Messages of 60 records, from kiosks in turn."""
    return _packets(BATCHES, BATCH_RECORDS)


def _packets(messages: int, records: int) -> list[bytes]:
    boot = f"boot-{next(_boots)}"
    packets = []
    for number in range(messages):
        kiosk, first = f"kiosk-{number % KIOSKS}", number // KIOSKS * records + 1
        batch = Batch(
            boot=boot,
            floor=0,
            after=first - 1,
            records=tuple(
                Record(seq=seq, kind="turn", at=1_800_000_000_000 + seq, data={**_TURN, "turn": seq % 1000})
                for seq in range(first, first + records)
            ),
        )
        packets.append(publish_packet(KioskTopics(TENANT, kiosk).up("tm"), encode_batch(batch)))
    return packets


def bare_rate(ports: Ports, folder: Path) -> float:
    """Messages a second that a paho subscriber takes and acknowledges, doing nothing with them."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bare", protocol=mqtt.MQTTv5)
    counted, subscribed, done = itertools.count(1), threading.Event(), threading.Event()

    def on_message(_client: object, _data: object, _message: mqtt.MQTTMessage) -> None:
        if next(counted) == SINGLE_MESSAGES:
            done.set()

    client.on_message = on_message
    client.on_subscribe = lambda *_: subscribed.set()
    address = ports.office.broker_address()
    client.tls_set_context(address.context())
    client.connect(address.host, address.port)
    client.loop_start()
    client.subscribe(up_filter(TENANT), qos=1)
    subscribed.wait(10)
    rate = _timed(ports.plain, folder, single_messages(), SINGLE_MESSAGES, lambda: done.wait(120))
    client.disconnect()
    client.loop_stop()
    return rate


def mosquitto_sub_rate(ports: Ports, folder: Path, rounds: int) -> int | str:
    """The same for ``mosquitto_sub``, with TLS as the ingest has it, where it is installed."""
    program = shutil.which("mosquitto_sub")
    if program is None:
        return "not installed"
    options = [*_of_mosquitto(ports), "-t", up_filter(TENANT), "-C", str(SINGLE_MESSAGES)]
    rates = []
    for _ in range(rounds):
        with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as process:
            threading.Event().wait(0.5)
            rates.append(_timed(ports.plain, folder, single_messages(), SINGLE_MESSAGES, process.wait))
    return round(statistics.median(rates))


def own_programs_rate(ports: Ports, folder: Path, rounds: int) -> int | str:
    """Messages a second from ``mosquitto_pub`` through the broker to ``mosquitto_sub``, where they are installed.

    Of the same length, as lines of text: ``mosquitto_pub`` makes a message of each line.
    """
    publisher, subscriber = (shutil.which(name) for name in ("mosquitto_pub", "mosquitto_sub"))
    if publisher is None or subscriber is None:
        return "not installed"
    length = len(single_messages()[0]) * 3 // 4
    lines = folder / "lines"
    lines.write_bytes(
        b"\n".join(base64.b64encode(os.urandom(length)) for _ in range(SINGLE_MESSAGES)) + b"\n"
    )
    options = _of_mosquitto(ports)
    publishes = [publisher, *options, "-l", "-t", KioskTopics(TENANT, "kiosk-0").up("tm")]
    subscribes = [subscriber, *options, "-t", up_filter(TENANT), "-C", str(SINGLE_MESSAGES)]
    rates = []
    for _ in range(rounds):
        with subprocess.Popen(subscribes, stdout=subprocess.DEVNULL) as subscribed, lines.open("rb") as text:
            threading.Event().wait(0.5)
            began = time.perf_counter()
            with subprocess.Popen(publishes, stdin=text):
                subscribed.wait()
                rates.append(SINGLE_MESSAGES / (time.perf_counter() - began))
    return round(statistics.median(rates))


def _of_mosquitto(ports: Ports) -> list[str]:
    """What its programs need to come as the ingest does."""
    address = ports.office.broker_address()
    options = ["-h", address.host, "-p", str(address.port), "-V", "5", "-q", "1"]
    options += ["--cafile", str(address.authority)]
    return [*options, "--cert", str(address.pair.certificate), "--key", str(address.pair.key)]


def ingest_rate(store: Store, port: int, folder: Path, records: int, packets: list[bytes]) -> float:
    """Records a second, from the first message published to the last record committed."""
    newest = select(func.max(tables.record.c.id))

    def last() -> int:
        with store.reading() as tx:
            return tx.execute(newest).scalar() or 0

    wanted = last() + records
    return _timed(
        port, folder, packets, records, lambda: wait_until(lambda: last() >= wanted, "all records", 300)
    )


def _timed(port: int, folder: Path, packets: list[bytes], counted: int, wait: Callable[[], object]) -> float:
    path = folder / "packets"
    write_packets(path, packets)
    command = [sys.executable, "-m", "tests.bench.mqtt_load", str(port), str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
        assert load.stdin is not None
        assert load.stdout is not None
        load.stdout.readline()
        began = time.perf_counter()
        load.stdin.write("\n")
        load.stdin.flush()
        wait()
        return counted / (time.perf_counter() - began)


@contextmanager
def running_broker(folder: Path) -> Iterator[Ports]:
    """mosquitto with the settings of our own broker, and a plain listener for whoever makes the load."""
    office = make_machine(folder / "centre").office
    ports, pair = Ports(free_port(), office), office.broker_pair
    config = folder / "mosquitto.conf"
    config.write_text(
        _BROKER.format(
            user=pwd.getpwuid(os.geteuid()).pw_name,
            plain=ports.plain,
            port=office.broker_url.port,
            authority=office.authority.certificate_file,
            certificate=pair.certificate,
            key=pair.key,
            folder=folder,
        ),
        encoding="utf-8",
    )
    with subprocess.Popen([find_program("mosquitto"), "-c", str(config)]) as process:
        try:
            wait_until(lambda: _answers(ports.plain), "broker")
            yield ports
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    try:
        return client.connect("127.0.0.1", port) == mqtt.MQTT_ERR_SUCCESS
    except OSError:
        return False


def show(figures: dict[str, object]) -> None:
    """The table."""
    by = {
        "bare paho": figures["paho_subscriber_messages_per_s"],
        "pub to sub": figures["mosquitto_pub_to_sub"],
        "mosquitto_sub": figures["mosquitto_sub"],
    }
    rates = {name: rate for name, rate in by.items() if isinstance(rate, int)}
    table = Table("", "a second", *(f"of {name}" for name in rates))
    for name, rate in by.items():
        table.add_row(name, f"{rate:,}" if isinstance(rate, int) else str(rate))
    databases = figures["databases"]
    assert isinstance(databases, dict)
    for kind, measured in databases.items():
        single = measured["single_messages_per_s"]
        shares = (f"{single / rate:.2f}" for rate in rates.values())
        table.add_row(f"{kind}: messages of one record, committed", f"{single:,}", *shares)
        table.add_row(
            f"{kind}: records in batches of {BATCH_RECORDS}, committed",
            f"{measured['records_per_s_in_batches_of_60']:,}",
        )
    Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
