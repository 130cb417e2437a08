"""What the doctor says of the way to the centre, with a real broker."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fleet.device.identity import IdentityFiles
from fleet.server.identity import authority as authority_module
from fleet.server.identity.authority import utc_now
from kiosk_app import broker_check
from kiosk_app.broker_check import check_broker
from kiosk_app.cli.root import run
from kiosk_app.config import FleetConfig, KioskConfig
from tests.fleet.conftest import Machine, make_machine
from tests.fleet.identities import nobodys_identity, write_identity


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A broker."""
    if shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin") is None:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto)")
    made = make_machine(tmp_path_factory.mktemp("machine"))
    made.broker.start()
    yield made
    made.broker.stop()


def config_of(folder: Path, tmp_path: Path, *, enabled: bool = True) -> KioskConfig:
    return KioskConfig(data_dir=tmp_path / "home", fleet=FleetConfig(enabled=enabled, identity=folder))


def test_a_kiosk_of_the_centre_is_fine_and_says_until_when(machine: Machine, tmp_path: Path) -> None:
    found = check_broker(config_of(machine.identity("fine-1"), tmp_path))
    assert found.state == "ok"
    assert f"127.0.0.1:{machine.port} as fine-1, certificate until " in found.figure


def test_a_device_that_nobody_has_provisioned_works_alone(tmp_path: Path) -> None:
    found = check_broker(KioskConfig(data_dir=tmp_path))
    assert found.state == "skip"
    assert "kiosk provision" in found.figure
    assert check_broker(config_of(tmp_path, tmp_path, enabled=False)).state == "skip"


def test_a_broker_that_is_away_is_a_warning(tmp_path: Path) -> None:
    found = check_broker(config_of(nobodys_identity(tmp_path / "identity", 9), tmp_path))
    assert found.state == "warn"
    assert "127.0.0.1:9" in found.figure
    assert "serves meanwhile" in found.fix


def test_a_revoked_certificate_is_said_to_be(machine: Machine, tmp_path: Path) -> None:
    folder = machine.identity("revoked-1")
    machine.office.authority.revoke([IdentityFiles(folder).read_certificate().serial_number])
    machine.office.broker_folder.reload()
    found = check_broker(config_of(folder, tmp_path))
    assert found.state == "fail"
    assert "was revoked" in found.figure
    assert "kiosk provision" in found.fix


def test_a_broker_of_another_centre_is_said_to_be(machine: Machine, tmp_path: Path) -> None:
    found = check_broker(config_of(nobodys_identity(tmp_path / "identity", machine.port), tmp_path))
    assert found.state == "fail"
    assert "is not this kiosk's centre" in found.figure


@pytest.mark.parametrize(
    ("days_ago", "state", "says"),
    [(800, "fail", "has run out"), (700, "warn", "certificate until"), (-2, "warn", "clock")],
)
def test_a_certificate_that_ran_out_or_will_soon_or_is_from_the_future(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days_ago: int, state: str, says: str
) -> None:
    if days_ago < 0:  # this device's clock is behind: the broker, whose clock is right, takes the certificate
        monkeypatch.setattr(broker_check, "_now", lambda: utc_now() + timedelta(days=days_ago))
    else:
        then = utc_now() - timedelta(days=days_ago)
        monkeypatch.setattr(authority_module, "utc_now", lambda: then)
    folder = write_identity(tmp_path / "identity", machine.office, f"old{days_ago}").folder
    found = check_broker(config_of(folder, tmp_path))
    assert found.state == state
    assert says in found.figure
    assert found.fix


def test_a_damaged_identity_is_named(machine: Machine, tmp_path: Path) -> None:
    files = write_identity(tmp_path / "identity", machine.office, "damaged-1")
    files.certificate.write_text("nonsense")
    found = check_broker(config_of(files.folder, tmp_path))
    assert (found.state, str(files.certificate) in found.figure) == ("fail", True)


def test_a_claim_that_cannot_be_read_is_said_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YINGBIN_HOME", str(tmp_path / "home"))
    (tmp_path / "blank.png").write_bytes(b"\x89PNG nothing")
    (tmp_path / "x.claim").write_text("{}")
    for claim, says in (
        (str(tmp_path / "none"), "cannot read the claim"),
        (str(tmp_path / "blank.png"), "no QR code"),
        (str(tmp_path / "x.claim"), "not a claim"),
    ):
        assert run(["provision", "--claim", claim]) == 1
        said = capsys.readouterr().err
        assert says in said
        assert len(said.strip().splitlines()) <= 2
