"""``kiosk-fleet`` as its users call it: real processes, a real broker, exit codes and one-line errors."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from fleet.cli import main
from fleet.device.agent import Agent
from fleet.device.events import CommandAsked, QueueCommanded, TargetFetched
from fleet.device.identity import IdentityFiles
from fleet.device.provisioning import provision
from fleet.device.settings import AgentSettings
from fleet.device.uploads import Enclosure
from fleet.protocol.enrolment import read_claim
from fleet.server.broker import BrokerFolder
from fleet.server.words import LANGUAGES, load_words
from models.knowledge import build_knowledge, shipped_packs
from tests.fleet.conftest import free_port
from tests.fleet.server.test_queues import STATE
from tests.fleet.waiting import wait_until

pytestmark = pytest.mark.timeout(400)  # a pack is built, and servers are started

FLEET = [sys.executable, "-c", "from fleet.cli import main; main()"]


def run(*arguments: object, timeout: float = 90) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FLEET, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, check=False
    )


@contextmanager
def serving(data: Path, broker: str) -> Iterator[str]:
    """``serve --with-broker`` as a process; gives its address, and sees that it ends in order."""
    port = free_port()
    server = f"http://127.0.0.1:{port}"
    options = ["--data", str(data), "--broker", broker, "--with-broker", "--port", str(port)]
    options += ["--enrol-port", str(free_port())]
    with (data / "serve.log").open("wb") as log:
        process = subprocess.Popen([*FLEET, "serve", *options], stdout=log, stderr=log)
    try:
        wait_until(lambda: process.poll() is not None or is_up(server), "server", 60)
        yield server
    finally:
        process.terminate()
        assert process.wait(30) == 0, (data / "serve.log").read_text()
    assert BrokerFolder(data / "broker").running_pid() is None, "the broker was left behind"


@pytest.fixture(scope="module")
def served(mosquitto, tmp_path_factory):
    """A served centre: its address, its data folder, its broker."""
    data, broker = tmp_path_factory.mktemp("served"), f"mqtts://127.0.0.1:{free_port()}"
    with serving(data, broker) as server:
        yield server, data, broker


def provisioned(claim: str, folder: Path) -> AgentSettings:
    """Become the claim's kiosk, as ``kiosk provision`` does."""
    files = IdentityFiles(folder / "identity")
    identity = provision(read_claim(claim), files).identity
    return AgentSettings(
        host=identity.broker_host,
        port=identity.broker_port,
        kiosk=identity.kiosk,
        identity=files.folder,
        data_dir=folder / "agent",
    )


def is_up(server: str) -> bool:
    try:
        return httpx.get(f"{server}/api/link", trust_env=False).json()["connected"]
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """The smallest shipped pack as a real artefact."""
    return build_knowledge([shipped_packs()["hall"]], tmp_path_factory.mktemp("hall") / "hall.zip").path


def test_from_adding_a_kiosk_to_a_pack_in_use(served, hall, tmp_path):
    server, data, _ = served
    claim = tmp_path / "hall-1.claim"
    made = run("claim", "create", "--kiosk", "hall-1", "--data", data, "--out", claim)
    assert made.returncode == 0, made.stderr
    assert claim.stat().st_mode & 0o777 == 0o600
    settings = provisioned(claim.read_text(), tmp_path)
    again = run("claim", "list", "--data", data, "--json")
    assert json.loads(again.stdout)["claims"][0]["state"] == "used"
    verdict = ["rejected"]

    def emit(event: object) -> None:
        if isinstance(event, TargetFetched):
            threading.Thread(
                target=agent.report_target,
                args=(
                    "knowledge",
                    event.name,
                    event.version,
                    event.sha256,
                    verdict[0],
                    "the health check failed",
                ),
            ).start()

    agent = Agent(settings, emit)
    agent.start()
    try:
        wait_until(lambda: agent.connected, "link")
        refused = run("publish", hall, "--server", server, "--data", data, "--wait", 40)
        assert refused.returncode == 1
        assert "hall-1: rejected (the health check failed)" in refused.stdout
        verdict[0] = "active"
        taken = run(
            "publish", hall, "--server", server, "--data", data, "--wait", 40, "--json", "--kiosk", "hall-1"
        )
        assert taken.returncode == 0, taken.stdout + taken.stderr
        assert json.loads(taken.stdout)["results"][0]["result"] == "active"
        shown = json.loads(run("kiosks", "show", "hall-1", "--server", server, "--json").stdout)
        assert (shown["light"], shown["running"]["pack"]) == ("online", "hall")
    finally:
        agent.stop()
    listed = run("kiosks", "list", "--server", server)
    assert "hall-1" in listed.stdout
    assert (
        json.loads(run("kiosks", "list", "--server", server, "--json").stdout)["kiosks"][0]["id"] == "hall-1"
    )


def test_a_window_calls_from_a_shell(served, tmp_path):
    """The command goes to a real agent over the real broker, and its answer comes back to the shell."""
    server, data, _ = served
    made = json.loads(run("claim", "create", "--kiosk", "hall-2", "--data", data, "--json").stdout)
    settings = provisioned(made["link"], tmp_path)
    queues = [STATE]

    def emit(event: object) -> None:
        if isinstance(event, QueueCommanded):
            agent.conclude(event.command, event.verb == "next", "nobody waits", "A012")

    agent = Agent(settings, emit)
    agent.report_queues(queues)
    agent.start()
    try:
        wait_until(lambda: httpx.get(f"{server}/api/queues", trust_env=False).json(), "queues in the centre")
        at = ("--server", server, "--data", data)
        called = run("call", "hall-2", "papers", "5", *at, "--json")
        assert called.returncode == 0, called.stderr
        assert json.loads(called.stdout) | {"command": ""} == {
            "command": "",
            "state": "SUCCEEDED",
            "reason": "nobody waits",
            "number": "A012",
        }
        failed = run("call", "hall-2", "papers", "5", "--again", *at)
        assert (failed.returncode, failed.stdout.strip()) == (1, "nobody waits")
        wrong = run("call", "hall-2", "papers", "9", *at)
        assert wrong.returncode == 1 and "is called by the windows 5, 6" in wrong.stderr
        listed = json.loads(run("queues", "--server", server, "--json").stdout)["queues"]
        assert [(one["queue"], one["waiting"], one["reachable"]) for one in listed] == [("papers", 3, True)]
    finally:
        agent.stop()


def test_a_command_from_a_shell_and_what_comes_of_it(served, tmp_path):
    """To a real agent over the real broker; what is wrong is said by name."""
    server, data, _ = served
    made = json.loads(run("claim", "create", "--kiosk", "hall-3", "--data", data, "--json").stdout)

    def emit(event: object) -> None:
        if isinstance(event, CommandAsked):
            enclosed = Enclosure("kiosk.log", "text/plain", b"a line\n") if event.name == "log" else None
            agent.conclude(event.command, event.name == "log", "it is locked", enclosure=enclosed)

    agent = Agent(provisioned(made["link"], tmp_path), emit)
    agent.start()
    at = ("--server", server, "--data", data)
    try:
        wait_until(lambda: agent.connected, "link")
        log = tmp_path / "kiosk.log"
        done = run("cmd", "hall-3", "log", "--arg", "lines=5", "--wait", 30, "--save", log, "--json", *at)
        assert done.returncode == 0, done.stdout + done.stderr
        told = json.loads(done.stdout)
        assert (told["state"], told["args"], told["complete"]) == ("SUCCEEDED", {"lines": 5}, True)
        assert log.read_bytes() == b"a line\n"
        failed = run("cmd", "hall-3", "volume", "--arg", "percent=60", "--wait", 30, *at)
        assert (failed.returncode, failed.stdout.strip()) == (1, "volume at hall-3: FAILED (it is locked)")
    finally:
        agent.stop()
    for words, says in (
        (("hall-3", "shell"), "there is no command 'shell'; there are doctor, identify, log, message"),
        (("hall-3", "volume", "--arg", "percent=200"), "volume: percent: "),
        (("hall-3", "volume", "--arg", "loud=1"), "volume has no argument 'loud'; it takes percent"),
        (("nobody", "doctor"), "no kiosk 'nobody' is known"),
        (("hall-3", "doctor", "--ttl", "99999"), "doctor lives 1 to 3600 seconds"),
    ):
        wrong = run("cmd", *words, *at)
        assert wrong.returncode == 1 and says in wrong.stderr, wrong.stderr
        assert len(wrong.stderr.strip().splitlines()) == 1


def test_a_pack_with_problems_is_refused_with_file_and_line(served, tmp_path):
    server, data, _ = served
    (tmp_path / "pack.yaml").write_text("id: broken\nversion: 1\nnonsense: true\n")
    done = run("publish", tmp_path, "--server", server, "--data", data)
    assert done.returncode == 1
    assert "pack.yaml:" in done.stderr
    assert "nothing was published" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("kiosks", "list", "--server", "http://127.0.0.1:9"), 1, "start kiosk-fleet serve"),
        (("kiosks", "list", "--server", "nonsense"), 1, "nonsense"),
        (("claim", "create", "--data", "{tmp}"), 1, "kiosk-fleet ca init"),
        (("claim", "create", "--expires", "soon"), 2, "30d at most"),
        (("claim", "create", "--qr", "code.gif"), 2, ".png"),
        (("ca", "show", "--data", "{tmp}"), 1, "kiosk-fleet ca init"),
        (("ca", "revoke", "hall-1", "--data", "{tmp}"), 1, "kiosk-fleet ca init"),
        (("ca", "renew", "--at-once"), 2, "--signing-key"),
        (("ca", "init", "--name", "not a name", "--data", "{tmp}"), 1, "centre.example"),
        (("publish", "/nowhere", "--data", "/nowhere"), 1, "no token in /nowhere/token"),
        (("serve", "--broker", "http://x", "--data", "{tmp}"), 1, "mqtts://host:port"),
        (("serve", "--db", "mysql://x/y", "--data", "{tmp}"), 1, "SQLite"),
        (("ingest", "--data", "{tmp}"), 1, "kiosk-fleet ca init"),
        (("ingest", "--worker", "1"), 2, "--worker"),
        (("serve", "--nonsense"), 2, "No such option"),
        (("publish",), 2, "PACK"),
        (("call", "hall-1", "papers", "5", "--again", "--absent"), 2, "not both"),
        (("cmd", "hall-1", "volume", "--arg", "percent"), 2, "KEY=VALUE"),
        (("cmd", "hall-1", "log", "--save", "x"), 2, "--wait"),
    ],
)
def test_wrong_use_is_said_in_a_line_or_two(tmp_path, monkeypatch, capsys, arguments, code, says):
    given = [str(item).replace("{tmp}", str(tmp_path)) for item in arguments]
    monkeypatch.setattr(sys, "argv", ["kiosk-fleet", *given])
    with pytest.raises(SystemExit) as ended:
        main()
    said = " ".join(capsys.readouterr().err.replace("│", " ").split())  # a terminal wraps
    assert ended.value.code == code
    assert says in said
    if code == 1:
        assert len(said.strip().splitlines()) <= 2


@pytest.mark.parametrize(
    "command",
    [
        *("serve", "ingest", "publish", "kiosks list", "kiosks show", "queues", "call", "cmd"),
        *("claim create", "claim list", "claim revoke"),
        *("ca init", "ca show", "ca revoke", "ca renew", "ca broker-config"),
        *(
            "updates show",
            "updates add",
            "updates rotate",
            "updates renew",
            "updates prune",
            "updates export",
        ),
    ],
)
def test_every_command_has_help_with_an_example(monkeypatch, capsys, command):
    monkeypatch.setattr(sys, "argv", ["kiosk-fleet", *command.split(), "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert f"Example: kiosk-fleet {command}" in capsys.readouterr().out


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_empty_page_names_a_command_that_there_is(monkeypatch, capsys, lang):
    named = re.search(r"kiosk-fleet ([a-z ]+?) --kiosk", load_words(lang)["kiosks_none"])
    assert named
    monkeypatch.setattr(sys, "argv", ["kiosk-fleet", *named[1].split(), "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "--kiosk" in capsys.readouterr().out
