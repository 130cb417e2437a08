"""Opening a network in onnxruntime: one thread, no log lines, and one error for whatever does not run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import IntentError


def open_session(
    onnx: bytes, outputs: Sequence[str], sample: Mapping[str, NDArray[Any]], name: str
) -> tuple[Any, list[tuple[int, ...]]]:
    """A network that `check_graph` has let pass, ready to run, and the shapes of `outputs` when it runs on `sample`.

    Raises IntentError (`model_damaged`) when it does not run; `name` is what the message calls it.
    """
    import onnxruntime
    import onnxruntime.capi.onnxruntime_pybind11_state as failures

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        shapes = [np.asarray(output).shape for output in session.run(list(outputs), dict(sample))]
    except (
        failures.Fail,
        failures.InvalidArgument,
        failures.InvalidGraph,
        failures.InvalidProtobuf,
        failures.NotImplemented,
        failures.RuntimeException,
        RuntimeError,
        ValueError,
    ) as error:
        raise IntentError("model_damaged", f"{name} does not run: build it again") from error
    return session, shapes
