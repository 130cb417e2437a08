"""A kiosk killed in the middle of a transfer goes on where it was: over HTTPS, over MQTT, and from one to the other."""

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fleet.device.agent import Agent
from fleet.device.events import TargetFetched
from fleet.device.settings import AgentSettings
from fleet.device.updates.https import HttpsAddress
from fleet.protocol.updates import MAX_CHUNK_BYTES
from tests.fleet.served_tree import served
from tests.fleet.test_fetch import publish, view
from tests.fleet.waiting import wait_until

CONTENT = random.Random(5).randbytes(6_000_000)
# What was sent, but not yet written when it was killed: a piece or two in the buffers of TLS and the sockets.
LOST_AT_MOST = 250_000

KIOSK = textwrap.dedent(
    """
    import json, sys, threading
    from pathlib import Path
    from fleet.device import link
    from fleet.device.agent import Agent
    from fleet.device.settings import AgentSettings
    from fleet.device.updates.https import HttpsAddress

    link.uptime = lambda: 1e6
    given = json.loads(sys.argv[1])
    https = given.pop("https")
    address = HttpsAddress(https.pop("url"), **{key: Path(value) for key, value in https.items()}) if https else None
    Agent(AgentSettings(**given), lambda event: None, address).start()
    threading.Event().wait()
    """
)


def other_process(settings: AgentSettings, https: HttpsAddress | None) -> subprocess.Popen[bytes]:
    """The kiosk as a process that may be killed."""
    given = settings.model_dump(mode="json")
    given["https"] = None
    if https is not None:
        given["https"] = {"url": https.url} | {
            key: str(getattr(https, key)) for key in ("ca", "certificate", "key")
        }
    return subprocess.Popen([sys.executable, "-c", KIOSK, json.dumps(given)])


def killed_in_the_middle(
    kiosk: Any, https: HttpsAddress | None, part: Path, stalled: Callable[[], bool], least: int = 2_800_000
) -> int:
    """Let a process fetch until the sender stalls, kill it; how much it had on disk."""
    process = other_process(kiosk.settings, https)
    try:
        wait_until(lambda: stalled() and part.exists() and part.stat().st_size >= least, "half a file", 90)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    return part.stat().st_size


def finish(settings: AgentSettings, https: HttpsAddress | None) -> list[TargetFetched]:
    """A second life of the kiosk."""
    events: list[Any] = []
    agent = Agent(settings, events.append, https)
    agent.start()
    try:
        wait_until(lambda: any(isinstance(event, TargetFetched) for event in events), "the file", 60)
    finally:
        agent.stop()
    return [event for event in events if isinstance(event, TargetFetched)]


def prepared(machine: Any, make_centre: Any, make_kiosk: Any) -> tuple[Any, Any, Path]:
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    kiosk.agent.stop()
    centre.store.add_kiosk(kiosk.settings.kiosk)
    target = publish(centre, kiosk.settings.kiosk, CONTENT).target
    return centre, kiosk, kiosk.settings.data_dir / "updates" / "incoming" / f"{target.sha256}.part"


def test_over_https_only_what_is_missing_is_served_again(machine, make_centre, make_kiosk, tmp_path) -> None:
    centre, kiosk, part = prepared(machine, make_centre, make_kiosk)
    with served(centre.updates.tree, tmp_path / "tls") as tree:
        tree.counter.stalls_after = 3_000_000
        have = killed_in_the_middle(kiosk, tree.address, part, lambda: tree.counter.sent >= 3_000_000)
        tree.counter.stalls_after = None
        tree.counter.going_on.set()
        before = tree.counter.sent
        (event,) = finish(kiosk.settings, tree.address)
        assert event.path.read_bytes() == CONTENT
        assert tree.counter.ranges[-1] == f"bytes={have}-"
        assert tree.counter.sent - before >= len(CONTENT) - have
        assert tree.counter.sent <= len(CONTENT) + LOST_AT_MOST, "it began anew"
    name = kiosk.settings.kiosk
    wait_until(lambda: view(centre, name).result == "fetched", "word of it in the centre")


def test_over_mqtt_only_what_is_missing_is_asked_for_again(
    machine, make_centre, make_kiosk, monkeypatch
) -> None:
    centre, kiosk, part = prepared(machine, make_centre, make_kiosk)
    answer, asked, going_on = centre.library.chunk, [], []
    half = 60 * MAX_CHUNK_BYTES

    def counted(request: Any) -> Any:
        if request.path.startswith("targets/"):
            asked.append(request.offset)
            if request.offset >= half and not going_on:
                header, _ = answer(request)
                return header.model_copy(update={"corr": "nobody"}), b""
        return answer(request)

    monkeypatch.setattr(centre.library, "chunk", counted)
    have = killed_in_the_middle(kiosk, None, part, lambda: half in asked, half)
    going_on.append(True)
    first = len(asked)
    assert have == half
    (event,) = finish(kiosk.settings, None)
    assert event.path.read_bytes() == CONTENT
    # On a slow machine a piece may be asked for twice, but none that was there.
    assert set(asked[first:]) == set(range(half, len(CONTENT), MAX_CHUNK_BYTES))


def test_what_https_began_mqtt_completes(machine, make_centre, make_kiosk, tmp_path, monkeypatch) -> None:
    centre, kiosk, part = prepared(machine, make_centre, make_kiosk)
    with served(centre.updates.tree, tmp_path / "tls") as tree:
        tree.counter.stalls_after = 3_000_000
        have = killed_in_the_middle(kiosk, tree.address, part, lambda: tree.counter.sent >= 3_000_000)
    answer, asked = centre.library.chunk, []

    def counted(request: Any) -> Any:
        if request.path.startswith("targets/"):
            asked.append(request.offset)
        return answer(request)

    monkeypatch.setattr(centre.library, "chunk", counted)
    (event,) = finish(kiosk.settings, tree.address)  # nobody answers there any more
    assert event.path.read_bytes() == CONTENT
    assert asked[0] == have
    assert len(asked) == -(-(len(CONTENT) - have) // MAX_CHUNK_BYTES)
