"""The contrast between what is written in a picture and its ground; pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# WCAG 2.2, relative luminance: each channel made linear, then weighed.
_CHANNEL = np.arange(256) / 255
_LINEAR = np.where(_CHANNEL <= 0.04045, _CHANNEL / 12.92, ((_CHANNEL + 0.055) / 1.055) ** 2.4)
_RED, _GREEN, _BLUE = ((weight * _LINEAR).astype(np.float32) for weight in (0.2126, 0.7152, 0.0722))


def ratio_of(crop: npt.NDArray[np.uint8]) -> float:
    """The contrast of what is written in a picture to its ground, which is most of it."""
    light = _RED[crop[..., 0]] + _GREEN[crop[..., 1]] + _BLUE[crop[..., 2]]
    ground = float(np.median(light))
    # The strokes' middles: what only the softened edges have is left out, and so is a single stray pixel.
    low, high = (float(value) for value in np.quantile(light, (0.005, 0.995)))
    return max((ground + 0.05) / (low + 0.05), (high + 0.05) / (ground + 0.05))
