"""A stick, from the centre's command to the kiosk in service: no network, no broker, no agent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fleet.cli import main as fleet_main
from fleet.device.events import TargetFetched
from fleet.device.updates.inbox import InboxWatch
from kiosk_app.cli.root import run
from kiosk_app.config import KioskConfig
from kiosk_app.trust import inbox_of
from tests.fleet.waiting import wait_until

EARS = bytes(range(256)) * 1000


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A centre's export: a model and a configuration, signed; the kiosk has its root."""
    data = tmp_path / "centre"
    toml = tmp_path / "site.toml"
    toml.write_text("[site]\n")

    def fleet(*words: object) -> None:
        monkeypatch.setattr(sys, "argv", ["kiosk-fleet", "updates", *map(str, words), "--data", str(data)])
        with pytest.raises(SystemExit) as ended:
            fleet_main()
        assert not ended.value.code

    (tmp_path / "ears").write_bytes(EARS)
    fleet("add", tmp_path / "ears", "--kind", "model", "--name", "ears", "--version", "3")
    fleet("add", toml, "--kind", "config", "--name", "site", "--version", "7")
    fleet("export", tmp_path / "stick")
    identity = tmp_path / "home" / "identity"
    identity.mkdir(parents=True)
    (identity / "root.json").write_bytes((data / "updates" / "metadata" / "1.root.json").read_bytes())
    (tmp_path / "kiosk.toml").write_text(f'data_dir = "{tmp_path / "home"}"\n')
    return tmp_path / "stick"


def update(tmp_path: Path, *words: object) -> int:
    return run(["update", "--config", str(tmp_path / "kiosk.toml"), *map(str, words)])


def test_what_a_stick_brings_reaches_the_kiosk(
    stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert update(tmp_path, "--from", stick, "--json") == 0
    taken = json.loads(capsys.readouterr().out.splitlines()[-1])["taken"]
    assert {item["kind"]: item["version"] for item in taken} == {"model": "3", "config": "7"}
    inbox = inbox_of(KioskConfig(data_dir=tmp_path / "home"))
    events: list[TargetFetched] = []
    watch = InboxWatch(inbox, events.append)
    watch.start()
    try:
        wait_until(lambda: len(events) == 2, "what the stick brought")
    finally:
        watch.stop()
    by_kind = {event.kind: event for event in events}
    assert by_kind["model"].path.read_bytes() == EARS
    assert (by_kind["model"].name, by_kind["model"].rev) == ("ears", 0)
    assert inbox.take() == [], "told once"


def test_a_stick_that_was_tampered_with_brings_nothing(
    stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (stick / "targets" / "model").iterdir():
        file.write_bytes(bytes(file.stat().st_size))
    assert update(tmp_path, "--from", stick, "--target", _path(stick, "model")) == 1
    said = capsys.readouterr().err
    assert "fetch.hash" in said and len(said.strip().splitlines()) <= 2
    assert inbox_of(KioskConfig(data_dir=tmp_path / "home")).take() == []


def test_one_target_may_be_chosen(stick: Path, tmp_path: Path) -> None:
    assert update(tmp_path, "--from", stick, "--target", _path(stick, "config")) == 0
    (event,) = inbox_of(KioskConfig(data_dir=tmp_path / "home")).take()
    assert (event.kind, event.name) == ("config", "site")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [("root", "updates.root"), ("stick", "updates.stick"), ("root-content", "updates.metadata")],
)
def test_what_is_missing_is_said(
    stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: str, code: str
) -> None:
    root = tmp_path / "home" / "identity" / "root.json"
    if spoil == "root":
        root.unlink()
    elif spoil == "root-content":
        root.write_bytes(b"{}")
    else:
        stick = tmp_path / "nothing"
    assert update(tmp_path, "--from", stick) == 1
    assert code in capsys.readouterr().err


def test_a_kiosk_that_is_busy_with_an_update_says_so(
    stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "home" / "link" / "updates"
    folder.mkdir(parents=True)
    hold = "import fcntl,sys; f=open(sys.argv[1],'w'); fcntl.flock(f,2); print('held',flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, folder / "lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    assert update(tmp_path, "--from", stick) == 1
    assert "updates.busy" in capsys.readouterr().err
    holder.communicate(timeout=10)
    assert update(tmp_path, "--from", stick) == 0


def test_a_damaged_letter_holds_nobody_up(tmp_path: Path) -> None:
    inbox = inbox_of(KioskConfig(data_dir=tmp_path / "home"))
    folder = tmp_path / "home" / "link" / "updates" / "inbox"
    folder.mkdir(parents=True)
    (folder / "knowledge.json").write_bytes(b"\0\0\0")
    assert inbox.take() == []
    assert [path.name for path in folder.iterdir()] == ["knowledge.damaged"]


def _path(stick: Path, kind: str) -> str:
    (file,) = (stick / "targets" / kind).iterdir()
    return f"{kind}/{file.name[65:]}"


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["update", "--help"]) == 0
    assert "kiosk update --from" in capsys.readouterr().out
