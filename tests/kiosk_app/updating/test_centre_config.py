"""What the centre may set, and what it may not: everything that is the device's own, or the site's own decision."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from kiosk_app.config import KioskConfig
from kiosk_app.config.centre import CENTRE_KEYS, LONGEST, config_with_centre
from kiosk_app.errors import ConfigError


def every_key() -> list[str]:
    """``section.key`` of the whole configuration, and its keys without a section."""
    keys: list[str] = []
    for name, field in KioskConfig.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            keys += [f"{name}.{key}" for key in inner.model_fields]
        else:
            keys.append(name)
    return keys


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """The centre's document."""
    return tmp_path / "centre.toml"


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """The device's own file."""
    path = tmp_path / "kiosk.toml"
    path.write_text('[site]\nlang = "zh"\ngreet_aloud = false\n[camera]\nturned = 90\n', encoding="utf-8")
    return path


def test_what_the_centre_sets_is_laid_over_the_devices_own_file(local: Path, centre: Path) -> None:
    centre.write_text('[site]\nlang = "en"\nquiet_hours = "21:30-07:00"\n[speaker]\nvolume = 0.5\n')
    config = config_with_centre(local, centre)
    assert (config.site.lang, config.site.greet_aloud, config.camera.turned) == ("en", False, 90)
    assert config.site.quiet_hours is not None and config.speaker.volume == 0.5
    assert config_with_centre(None, centre).site.greet_aloud is True


def test_every_key_of_the_list_is_one_of_the_configuration() -> None:
    assert set(every_key()) >= CENTRE_KEYS


@pytest.mark.parametrize("key", sorted(set(every_key()) - CENTRE_KEYS))
def test_every_other_key_is_refused_by_its_name(local: Path, centre: Path, key: str) -> None:
    section, _, name = key.rpartition(".")
    centre.write_text(f"[{section}]\n{name} = 1\n" if section else f"{name} = 1\n")
    with pytest.raises(ConfigError, match=rf"the centre may not set '{key}'"):
        config_with_centre(local, centre)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[speaker]\nvolume = 9\n", "speaker.volume: must be"),
        ('[site]\nlang = "fr"\n', "site.lang: must be"),
        ("[site\n", "not valid TOML"),
        ("site = 3\n", "the centre may not set 'site'"),
        ("[speaker]\n[site]\n", "the centre may not set 'speaker.'"),
        ("[site.lang]\nx = 1\n", "site.lang"),
        ('[take_along]\nurl = "javascript:alert(1)"\n', "take_along.url"),
        ("x" * (LONGEST + 1), "longer than"),
        ("[[site]]\nlang = 1\n", "the centre may not set 'site'"),
        ("\xff", "not valid TOML"),
        ("a = " + "[" * 20_000, "not valid TOML"),
    ],
)
def test_nonsense_is_refused_with_a_reason(local: Path, centre: Path, text: str, complaint: str) -> None:
    centre.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        config_with_centre(local, centre)
    assert complaint in str(caught.value)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"[site]\nlang = {text}".encode()))
def test_bytes_of_any_kind_are_a_configuration_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(raw)
    try:
        config = config_with_centre(None, path)
    except ConfigError:
        return
    assert config.fleet == KioskConfig().fleet and config.camera == KioskConfig().camera
