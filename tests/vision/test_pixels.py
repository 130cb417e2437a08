"""Pixel formats: what has a clear meaning becomes BGR, what has none is named."""

from __future__ import annotations

from typing import Any, cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vision.capture import retrieve
from vision.errors import CameraError
from vision.pixels import from_i420, to_bgr
from vision.ports import Frame

BGR = (30, 120, 210)
GREY = 77


def filled(shape: tuple[int, ...], value: Any, dtype: Any = np.uint8) -> NDArray[Any]:
    """A picture of one value."""
    return np.full(shape, value, dtype)


@pytest.mark.parametrize(
    ("image", "coded", "expected"),
    [
        (filled((48, 64, 3), BGR), "", BGR),
        (filled((48, 64, 3), BGR), "YUYV", BGR),
        (filled((48, 64, 4), (*BGR, 255)), "", BGR),
        (filled((48, 64), GREY), "GREY", (GREY,) * 3),
        (filled((48, 64, 1), GREY), "GREY", (GREY,) * 3),
        (filled((48, 64), GREY), "", (GREY,) * 3),
        (filled((48, 64), GREY << 8 | 255, np.uint16), "Y16", (GREY,) * 3),
        (filled((48, 64), GREY << 2 | 3, np.uint16), "Y10", (GREY,) * 3),
        (filled((48, 64, 1), GREY << 4, np.uint16), "Y12", (GREY,) * 3),
        (filled((48, 64, 3), [level << 8 for level in BGR], np.uint16), "", BGR),
        (filled((48, 64), 65535, np.uint16), "Y10", (255,) * 3),
    ],
)
def test_a_picture_of_any_clear_format_is_the_same_in_bgr(
    image: NDArray[Any], coded: str, expected: tuple[int, int, int]
) -> None:
    made = to_bgr(image, coded)
    assert made.shape == (48, 64, 3) and made.dtype == np.uint8
    assert np.array_equal(made, filled((48, 64, 3), expected))


@pytest.mark.parametrize(
    ("image", "coded", "arrived"),
    [
        (filled((48, 64, 2), 128), "YUYV", "48×64×2 uint8 (YUYV)"),
        (filled((48, 64), 128), "RGGB", "48×64 uint8 (RGGB)"),
        (filled((72, 64), 128), "NV12", "72×64 uint8 (NV12)"),
        (filled((48, 64), 128, np.uint16), "RG10", "48×64 uint16 (RG10)"),
        (filled((1, 9000), 128), "MJPG", "1×9000 uint8 (MJPG)"),
        (filled((1, 9000), 128), "", "1×9000 uint8:"),
        (filled((48, 64, 3), 0.5, np.float32), "", "48×64×3 float32"),
        (filled((48, 64, 3), 5, np.int16), "", "48×64×3 int16"),
        (filled((9,), 5), "", "9 uint8"),
    ],
)
def test_what_is_no_picture_is_named(image: NDArray[Any], coded: str, arrived: str) -> None:
    with pytest.raises(CameraError, match=r"v4l2-ctl --list-formats-ext") as refused:
        to_bgr(image, coded)
    assert refused.value.code == "camera.format"
    assert arrived in refused.value.message


class Capture:
    """A driver that hands over one picture. OpenCV's own class must not be derived from: it frees what is not its."""

    def __init__(self, image: NDArray[Any] | None, coded: str) -> None:
        self._image = image
        self._coded = cv2.VideoWriter.fourcc(*coded) if coded else -1

    def retrieve(self) -> tuple[bool, NDArray[Any] | None]:
        return self._image is not None, self._image

    def get(self, _: int) -> float:
        return float(self._coded)


def retrieved(image: NDArray[Any] | None, coded: str) -> Frame | None:
    """What becomes of a picture that a driver hands over."""
    return retrieve(cast("cv2.VideoCapture", Capture(image, coded)))


def test_the_driver_says_what_one_channel_means() -> None:
    grey = filled((48, 64), GREY)
    picture = retrieved(grey, "GREY")
    assert picture is not None and picture.shape == (48, 64, 3) and picture.min() == GREY
    assert not grey.any(), "what a picture was made from is overwritten"
    with pytest.raises(CameraError, match="RGGB"):
        retrieved(filled((48, 64), GREY), "RGGB")
    assert retrieved(filled((48, 64), GREY), "") is not None
    assert retrieved(None, "MJPG") is None


@pytest.mark.parametrize("full_range", [True, False])
@pytest.mark.parametrize(
    "bgr", [(0, 0, 0), (255, 255, 255), (0, 0, 255), (0, 255, 0), (255, 0, 0), (90, 120, 200)]
)
def test_i420_becomes_the_colour_it_was_made_of(bgr: tuple[int, int, int], *, full_range: bool) -> None:
    blue, green, red = bgr
    luma = 0.299 * red + 0.587 * green + 0.114 * blue  # ITU-R BT.601
    chroma = 0.5 * (blue - luma) / (1 - 0.114), 0.5 * (red - luma) / (1 - 0.299)
    scale = (1.0, 1.0) if full_range else (219 / 255, 224 / 255)
    levels = [
        (0 if full_range else 16) + luma * scale[0],
        *(128 + part * scale[1] for part in chroma),
    ]
    y, u, v = (np.uint8(np.clip(round(level), 0, 255)) for level in levels)
    frame = np.concatenate([np.full(64 * 48, y), np.full(32 * 24, u), np.full(32 * 24, v)]).astype(np.uint8)
    image = from_i420(frame, 64, 48, full_range=full_range)
    assert image.shape == (48, 64, 3)
    assert np.abs(image.astype(int) - bgr).max() <= 3
