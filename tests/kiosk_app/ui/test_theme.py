"""The tokens hold to CITIZEN_UI's numbers; no toolkit needed."""

from __future__ import annotations

import itertools

import pytest
from pydantic import ValidationError

from kiosk_app.ui.icons import ICONS
from kiosk_app.ui.settings import Panel, ScreenSettings
from kiosk_app.ui.theme import (
    BANK,
    CAP_HEIGHT,
    CONTRAST,
    GOV,
    TEXT_PAIRS,
    Palette,
    Role,
    Theme,
    contrast_ratio,
    rgba,
)

ROLES: tuple[Role, ...] = ("display", "title", "heading", "body", "label", "small")
PANELS: tuple[Panel, ...] = ("1080x1920", "1920x1080", "1280x800")


def theme(
    panel: Panel = "1080x1920", *, elder: bool = False, contrast: bool = False, **settings: object
) -> Theme:
    made = ScreenSettings.model_validate({"panel": panel, **settings})
    return Theme.build(made, elder=elder, contrast=contrast)


@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
@pytest.mark.parametrize(
    ("palette", "least"), [(GOV, 4.5), (BANK, 4.5), (CONTRAST, 7.0)], ids=["gov", "bank", "contrast"]
)
def test_text_stands_out_from_its_ground(palette: Palette, least: float, pair: tuple[str, str]) -> None:
    front, back = (getattr(palette, token) for token in pair)
    assert contrast_ratio(front, back) >= least, f"{pair}: {contrast_ratio(front, back):.2f}"


def test_the_ratio_of_black_and_white_is_21() -> None:
    assert contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast_ratio("#777777", "#777777") == 1
    assert rgba("#FF0080", 0.5) == (1.0, 0.0, 128 / 255, 0.5)


@pytest.mark.parametrize(("panel", "elder"), list(itertools.product(PANELS, (False, True))))
def test_type_is_never_under_the_least_cap_height(panel: Panel, elder: bool) -> None:
    made = theme(panel, elder=elder)
    for role in ROLES:
        assert made.em_mm(role) * CAP_HEIGHT >= 4.8 - 1e-9, role


@pytest.mark.parametrize("distance", [400, 500, 600, 700])
def test_running_text_subtends_the_angle_at_the_declared_distance(distance: int) -> None:
    made = theme(viewing_distance_mm=distance)
    assert made.em_mm("body") * CAP_HEIGHT >= 0.0122 * distance - 1e-9


def test_running_text_is_ten_millimetres_on_the_floor_stand() -> None:
    made = theme()
    assert made.em_mm("body") == pytest.approx(10, abs=0.05)
    assert made.em("body") == 41
    assert 16 <= made.em_mm("title") <= 18
    assert 20 <= made.em_mm("display") <= 22


def test_elder_mode_is_bigger_in_every_role() -> None:
    normal, elder = theme(), theme(elder=True)
    assert all(elder.em(role) > normal.em(role) for role in ROLES)


@pytest.mark.parametrize("panel", PANELS)
def test_targets_and_gaps_keep_their_millimetres(panel: Panel) -> None:
    made = theme(panel)
    assert made.target * 25.4 / made.ppi >= 20
    assert made.target_small * 25.4 / made.ppi >= 15
    assert made.tight * 25.4 / made.ppi >= 3


def test_a_denser_panel_gets_more_pixels_for_the_same_millimetres() -> None:
    assert theme(ppi=205).mm(20) == pytest.approx(2 * theme(ppi=102.5).mm(20), abs=1)


def test_a_panel_knows_its_pixels_and_how_it_stands() -> None:
    assert theme("1280x800").width == 1280
    assert not theme("1280x800").portrait
    assert not theme("1280x800").roomy
    assert theme("1080x1920").portrait
    assert theme("1920x1080").roomy


def test_settings_refuse_what_they_do_not_know() -> None:
    with pytest.raises(ValidationError):
        ScreenSettings.model_validate({"panel": "640x480"})
    with pytest.raises(ValidationError):
        ScreenSettings.model_validate({"colour": "red"})


def test_high_contrast_has_no_skin() -> None:
    assert theme(skin="bank", contrast=True).palette is CONTRAST
    assert theme(skin="bank").palette is BANK


def test_every_icon_has_strokes() -> None:
    assert all(ICONS.values())
