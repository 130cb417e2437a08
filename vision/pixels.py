"""Pictures as cameras and drivers hand them over, made into what the rest works on: BGR, uint8, upright."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vision.errors import CameraError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.ports import Frame

_SMALLEST_SIDE = 16
_GREY_SHIFT = {"": 8, "GREY": 8, "Y8": 8, "Y800": 8, "Y10": 2, "Y12": 4, "Y14": 6, "Y16": 8}
"""V4L2's grey formats, "" where the driver does not say; by how many bits their 16-bit levels exceed eight."""


def to_bgr(image: Frame | NDArray[Any], coded: str = "") -> Frame:
    """A picture as BGR uint8: BGR as it is; grey, BGRA and 16-bit ones converted into a new array.

    Args:
        image: height × width, or height × width × channels.
        coded: the pixel format's four letters, where they are known.

    Raises:
        CameraError: the code ``camera.format``: raw or compressed bytes, or another type of numbers.
    """
    import cv2
    import numpy as np

    channels = image.shape[2] if image.ndim == 3 else 1
    known = image.ndim in (2, 3) and image.dtype in (np.uint8, np.uint16) and channels in (1, 3, 4)
    # One channel is grey only where the driver says so: raw sensor and planar data have one channel, too.
    if not known or min(image.shape[:2]) < _SMALLEST_SIDE or (channels == 1 and coded not in _GREY_SHIFT):
        raise _no_picture(image.shape, str(image.dtype), coded)
    if image.dtype == np.uint16:
        shift = _GREY_SHIFT.get(coded, 8)
        image = np.minimum(image >> shift, 255).astype(np.uint8)
    if channels == 1:
        image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    elif channels == 4:
        image = cv2.cvtColor(image, cv2.COLOR_BGRA2BGR)
    return np.asarray(image, dtype=np.uint8)


def _no_picture(shape: tuple[int, ...], dtype: str, coded: str) -> CameraError:
    arrived = f"{'×'.join(map(str, shape))} {dtype}{coded and f' ({coded})'}"
    return CameraError(
        "camera.format",
        f"the camera sends no picture that can be read, but {arrived}: choose another of its modes (v4l2-ctl"
        " --list-formats-ext shows them; MJPG and YUYV always work), or another camera",
    )


def from_i420(frame: Frame, width: int, height: int, *, full_range: bool) -> Frame:
    """A flat I420 frame (BT.601) as BGR, height × width × 3.

    ``full_range``: black is 0 and white 255, not 16 and 235.
    """
    import cv2
    import numpy as np

    if not full_range:
        image = cv2.cvtColor(frame.reshape(height * 3 // 2, width), cv2.COLOR_YUV2BGR_I420)
        return np.asarray(image, dtype=np.uint8)
    size, half = (width, height), (height // 2, width // 2)
    luma, chroma = frame[: width * height].reshape(height, width), frame[width * height :].reshape(2, *half)
    blue, red = (cv2.resize(plane, size, interpolation=cv2.INTER_NEAREST) for plane in chroma)
    merged = cv2.merge([luma, red, blue])
    image = cv2.cvtColor(merged, cv2.COLOR_YCrCb2BGR)
    merged.fill(0)
    return np.asarray(image, dtype=np.uint8)


def upright(image: Frame, turned: int) -> Frame:
    """The picture of a camera that is mounted ``turned`` clockwise by 0, 90, 180 or 270 degrees."""
    import numpy as np

    return image if turned == 0 else np.ascontiguousarray(np.rot90(image, -(turned // 90)))
