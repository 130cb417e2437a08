"""Whether a picture is one: moving, black, white, frozen."""

from __future__ import annotations

import numpy as np
import pytest

from vision.picture import Glance, Glances, PictureWatch
from vision.ports import Frame


def hall(noise: float = 2.0, level: int = 110, seed: int = 1, size: tuple[int, int] = (480, 640)) -> Frame:
    """A gradient with a sensor's noise."""
    dice = np.random.default_rng(seed)
    rows = np.linspace(level - 60, level + 60, size[0])[:, np.newaxis, np.newaxis]
    picture = rows + dice.normal(0, noise, (*size, 3))
    return np.clip(picture, 0, 255).astype(np.uint8)


def test_noise_is_no_movement_and_a_person_is() -> None:
    glances = Glances()
    assert glances.take(hall(seed=1)).moved, "nothing is known before the first"
    assert not glances.take(hall(seed=2)).moved
    person = hall(seed=3)
    person[100:420, 300:380] = 30
    assert glances.take(person).moved
    head = hall(seed=4)
    head[100:420, 300:380] = 30
    assert not glances.take(head).moved, "who stands still does not move"


def test_forget_leaves_nothing_of_the_picture() -> None:
    glances = Glances()
    glances.take(hall())
    glances.forget()
    kept = [value for value in vars(glances).values() if isinstance(value, np.ndarray)]
    assert kept and not any(value.any() for value in kept)
    assert glances.take(hall()).moved


@pytest.mark.parametrize(
    "shape", [(480, 640), (1080, 1920, 4), (240, 320, 1), (120, 160, 2), (3, 4, 3)], ids=str
)
def test_any_picture_can_be_glanced_at(shape: tuple[int, ...]) -> None:
    glances = Glances()
    frame = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    assert glances.take(frame).fault == ""
    assert glances.take(frame).same


@pytest.mark.parametrize(("level", "fault"), [(0, "black"), (5, "black"), (255, "white"), (110, "")])
def test_a_cap_and_a_lamp_are_told_from_a_hall(level: int, fault: str) -> None:
    flat = np.full((480, 640, 3), level, np.uint8)
    assert Glances().take(flat).fault == fault


def test_a_hall_at_night_is_a_picture() -> None:
    night = hall(level=20)
    night[200:220, 300:330] = 180  # an exit sign
    assert Glances().take(night).fault == ""


def watch(glances: list[Glance], frozen_counts: bool = True) -> list[str]:
    watching = PictureWatch()
    return [
        watching.take(number * 0.5, one, frozen_counts=frozen_counts) for number, one in enumerate(glances)
    ]


def test_a_fault_counts_when_it_lasts() -> None:
    fine, black = Glance(True, False, ""), Glance(False, True, "black")
    assert not any(watch([fine, *[black] * 9, fine, *[black] * 9]))
    told = watch([fine, *[black] * 12])
    assert told[10] == ""
    assert "cap" in told[11]


def test_a_picture_that_never_changes_is_frozen_unless_it_is_a_recording() -> None:
    same = Glance(False, True, "")
    assert "unplug" in watch([same] * 30)[-1]
    assert not any(watch([same] * 30, frozen_counts=False))
