"""``kiosk models``: as a technician types it, against a folder in place of a USB stick."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kiosk_app.cli.models import app
from models.assets import Manifest
from tests.models.assets.conftest import asset_of, body

BODY = body(20_000)
KEYS = {"name", "state", "bytes", "sha256", "licence"}


@pytest.fixture
def usb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stick with one model file on it, and a kiosk whose manifest knows that file alone."""
    manifest = Manifest(assets=(asset_of(BODY),))
    monkeypatch.setattr("models.assets.store.load_manifest", lambda: manifest)
    monkeypatch.setenv("YINGBIN_HOME", str(tmp_path / "home"))
    stick = tmp_path / "usb"
    stick.mkdir()
    (stick / "thing.bin").write_bytes(BODY)
    return stick


def kiosk_models(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def assets(result: Result) -> list[dict[str, Any]]:
    """The one JSON document on stdout."""
    found: list[dict[str, Any]] = json.loads(result.stdout)["assets"]
    return found


def test_list_has_the_stable_keys_of_every_official_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("YINGBIN_HOME", str(tmp_path))
    result = kiosk_models("list", "--json")
    assert result.exit_code == 0
    assert len(assets(result)) == 10
    for asset in assets(result):
        assert set(asset) >= KEYS and asset["state"] == "absent"
    assert not list(tmp_path.iterdir())


def test_fetch_brings_the_file_and_verify_confirms_it(usb: Path, tmp_path: Path) -> None:
    fetched = kiosk_models("fetch", "it", "--mirror", usb.as_uri(), "--json")
    assert fetched.exit_code == 0 and assets(fetched)[0]["state"] == "present"
    assert (tmp_path / "home" / "assets" / "thing.bin").read_bytes() == BODY
    assert kiosk_models("verify", "thing.bin").exit_code == 0
    assert assets(kiosk_models("list", "--json"))[0]["state"] == "present"


def test_a_folder_is_a_mirror_without_its_address(usb: Path, tmp_path: Path) -> None:
    assert kiosk_models("fetch", "--mirror", str(usb), "--root", str(tmp_path / "other")).exit_code == 0
    assert (tmp_path / "other" / "thing.bin").exists()


def test_what_cannot_be_had_is_exit_1_and_says_the_usb_way(usb: Path) -> None:
    shutil.rmtree(usb)
    result = kiosk_models("fetch", "it", "--mirror", usb.as_uri(), "--json")
    assert result.exit_code == 1
    assert assets(result)[0]["state"] == "absent"
    assert "cannot be had" in result.stderr and "--mirror file:///" in result.stderr


def test_a_damaged_file_is_exit_1_for_verify(usb: Path, tmp_path: Path) -> None:
    kiosk_models("fetch", "it", "--mirror", usb.as_uri())
    (tmp_path / "home" / "assets" / "thing.bin").write_bytes(BODY[:-1] + b"?")
    result = kiosk_models("verify", "--json")
    assert result.exit_code == 1 and assets(result)[0]["state"] == "damaged"
    assert "kiosk models fetch it" in result.stderr


def test_absent_files_are_a_problem_only_when_named(usb: Path) -> None:
    assert kiosk_models("verify").exit_code == 0
    assert kiosk_models("verify", "it").exit_code == 1


@pytest.mark.parametrize(
    "arguments", [("list", "other"), ("fetch", "it", "--mirror", "ftp://x/y"), ("verify", "other")]
)
def test_wrong_use_is_exit_2_in_one_line(usb: Path, arguments: tuple[str, ...]) -> None:
    result = kiosk_models(*arguments)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1 and not result.stdout


def test_the_table_for_people_names_alias_and_state(usb: Path) -> None:
    result = kiosk_models("list")
    assert "thing.bin" in result.stdout and "absent" in result.stdout
