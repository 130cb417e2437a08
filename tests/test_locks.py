"""The lock files hold what pyproject.toml asks for, directly and in the version that it allows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKS = {
    "kiosk": ("kiosk",),
    "server": ("server", "train"),
    "all": ("kiosk", "sherpa", "server", "train", "dev"),
}
"""Each lock file's extras; `uv pip compile` with these makes it (docs/adr/0002)."""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_every_direct_dependency_is_pinned_within_its_bounds(name: str) -> None:
    pins = {
        canonicalize_name(package): version
        for package, version in _PIN.findall((ROOT / "requirements" / f"{name}.lock").read_text("utf-8"))
    }
    wanted = [*PROJECT["dependencies"]]
    wanted += [line for extra in LOCKS[name] for line in PROJECT["optional-dependencies"][extra]]
    missing = [
        f"{requirement}: {pins.get(canonicalize_name(requirement.name))}"
        for requirement in map(Requirement, wanted)
        if not requirement.specifier.contains(pins.get(canonicalize_name(requirement.name), "0"))
    ]
    assert missing == [], f"requirements/{name}.lock is older than pyproject.toml: compile it again"


def test_the_smaller_locks_pin_what_the_whole_one_pins() -> None:
    pins = {
        name: set(_PIN.findall((ROOT / "requirements" / f"{name}.lock").read_text("utf-8"))) for name in LOCKS
    }
    assert pins["kiosk"] | pins["server"] <= pins["all"]
