"""NanoDet, a small detector of whole people, through onnxruntime: for people who turn their face away.

Source: RangiLyu, "NanoDet-Plus" (2021, Apache-2.0), a one-stage detector without anchors; the model file is that of
OpenCV Zoo. Only its class "person" is looked at. Each side of a box is given as a distribution over eight distances
from a grid point (generalised focal loss, Li et al. 2020), whose mean counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vision.detectors.scaling import by_size, fit
from vision.errors import DetectorError
from vision.ports import Detection

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.ports import Frame

_SIDE = 416
"""Pixels; the model takes squares of this size."""
_STRIDES = (8, 16, 32)
_BINS = 8
_PERSON = 0
_OVERLAP = 0.5
_EDGE = 0.015
_TALL, _MOST = 1.4, 0.6
"""Of a body whose head is above the picture: how much taller than wide, and how much of the picture's height."""
_MEAN = np.array([103.53, 116.28, 123.675], np.float32)
"""Of blue, green and red, and their spread: ImageNet's, as the model was trained."""
_SPREAD = np.array([57.375, 57.12, 58.395], np.float32)


class NanoDetDetector:
    """Finds people, also from behind, from about 40 pixels of height at the working size of 416.

    A score from ``sure`` on is enough by itself, below it is not sure; below ``score`` it is nothing. One
    thread, so that seeing leaves the other cores to hearing.
    """

    def __init__(self, model: Path, *, score: float = 0.2, sure: float = 0.5) -> None:
        """Load the model file. Raises ``DetectorError`` when it is missing or damaged, or onnxruntime is."""
        if not model.is_file():
            raise DetectorError(
                "detector.no_model", f"there is no model file {model}: run `kiosk models fetch nanodet`"
            )
        self._session = _open(model)
        self._input = self._session.get_inputs()[0].name
        self._score = score
        self._sure = sure
        self._centres = [_centres(stride) for stride in _STRIDES]

    @property
    def name(self) -> str:
        """``nanodet``."""
        return "nanodet"

    def detect(self, frame: Frame) -> list[Detection]:
        """The people, largest first, in pixels of the frame; see ``Detector.detect``."""
        fitted = fit(frame, longest=_SIDE)
        if fitted is None:
            return []
        small, factor = fitted
        boxes, scores = self._people(self._run(small))
        height, width = small.shape[:2]
        boxes[:, 0::2] = boxes[:, 0::2].clip(0, width)
        boxes[:, 1::2] = boxes[:, 1::2].clip(0, height)
        found = [
            _detection(boxes[one] * factor, float(scores[one]), self._sure) for one in _kept(boxes, scores)
        ]
        return by_size([one for one in found if _upright(one, frame.shape[0])])

    def _run(self, small: Frame) -> list[NDArray[np.float32]]:
        """Scores, then sides, each of the three strides: (points, 80) and (points, 32)."""
        padded = np.zeros((_SIDE, _SIDE, 3), np.float32)
        padded[: small.shape[0], : small.shape[1]] = (small - _MEAN) / _SPREAD
        try:
            return self._session.run(None, {self._input: padded.transpose(2, 0, 1)[np.newaxis]})
        except _failures() as error:
            raise DetectorError("detector.failed", f"NanoDet failed on a frame: {error}") from error

    def _people(self, outputs: list[NDArray[np.float32]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Boxes (left, top, right, bottom) and scores of all points that may be a person."""
        boxes: list[NDArray[np.float32]] = []
        scores: list[NDArray[np.float32]] = []
        classes, sides = outputs[: len(_STRIDES)], outputs[len(_STRIDES) :]
        for found, distances, centres, stride in zip(classes, sides, self._centres, _STRIDES, strict=True):
            score = found[0, :, _PERSON]
            likely = score >= self._score
            mean = _mean_bin(distances[0, likely].reshape(-1, 4, _BINS)) * stride
            points = centres[likely]
            boxes.append(np.concatenate([points - mean[:, :2], points + mean[:, 2:]], axis=1))
            scores.append(score[likely])
        return np.concatenate(boxes), np.concatenate(scores)


def _open(model: Path) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise DetectorError(
            "detector.no_runtime", "onnxruntime is not installed: pip install 'yingbin[kiosk]'"
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except _failures() as error:
        raise _damaged(model) from error
    if session.get_inputs()[0].shape != [1, 3, _SIDE, _SIDE] or len(session.get_outputs()) != 2 * len(
        _STRIDES
    ):
        raise _damaged(model)
    return session


def _failures() -> tuple[type[Exception], ...]:
    """What onnxruntime raises over a model or its input; it has no base class for them."""
    import onnxruntime.capi.onnxruntime_pybind11_state as failures

    return (
        failures.Fail,
        failures.InvalidArgument,
        failures.InvalidGraph,
        failures.InvalidProtobuf,
        failures.NotImplemented,
        failures.RuntimeException,
        RuntimeError,
        ValueError,
    )


def _damaged(model: Path) -> DetectorError:
    return DetectorError(
        "detector.damaged_model",
        f"{model} is no NanoDet model: run `kiosk models verify nanodet`, then fetch it again",
    )


def _centres(stride: int) -> NDArray[np.float32]:
    """The grid points of a stride, row by row: (points, 2) as x, y."""
    steps = np.arange(_SIDE // stride, dtype=np.float32) * stride + 0.5 * (stride - 1)
    across, down = np.meshgrid(steps, steps)
    return np.stack([across.ravel(), down.ravel()], axis=1)


def _mean_bin(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean distance, in strides, of a distribution over the bins 0 to 7: (n, 4, 8) to (n, 4)."""
    weights = np.exp(logits - logits.max(axis=2, keepdims=True))
    return (weights @ np.arange(_BINS, dtype=np.float32)) / weights.sum(axis=2)


def _kept(boxes: NDArray[np.float32], scores: NDArray[np.float32]) -> list[int]:
    """Of boxes that overlap the likeliest."""
    import cv2

    sizes = boxes.copy()
    sizes[:, 2:] -= sizes[:, :2]
    return [int(one) for one in cv2.dnn.NMSBoxes(sizes.tolist(), scores.tolist(), 0.0, _OVERLAP)]


def _detection(box: NDArray[np.float32], score: float, sure: float) -> Detection:
    left, top, right, bottom = (float(side) for side in box)
    return Detection(left, top, right - left, bottom - top, min(1.0, score), "person", sure=score >= sure)


def _upright(one: Detection, height: int) -> bool:
    """Not an arm that reaches into the picture from above: who has no head in it is at least tall."""
    if one.y > _EDGE * height:
        return True
    return one.height >= _TALL * one.width and one.height >= _MOST * height
