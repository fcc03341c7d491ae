"""ONNX models, and all arithmetic around them, run on one core, and onnxruntime kept silent.

Requests, import workers and Lambdas run side by side. Threads within one of them would take the
cores from the others: on two cores, two processes whose numpy multiplies matrices in two threads
each do a quarter of the work of two that do not.

onnxruntime reports to its makers unless told not to. It begins while it is being imported: it
writes a lasting id of the machine below the home folder, and looks up a host seconds later. So it
is imported here and nowhere else, once it has been told.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    import onnxruntime

    Session: TypeAlias = onnxruntime.InferenceSession
    """A loaded model."""

_NO_TELEMETRY = {"ORT_DISABLE_TELEMETRY": "1"}
"""Read once, when onnxruntime is loaded: no id, no cache, no events
(https://github.com/microsoft/onnxruntime/pull/29843)."""


def inference_session(content: bytes) -> Session:
    """Load an ONNX model to run on one core. Several threads may run it at once.

    From the first session on, numpy uses one core in this process, too.
    """
    os.environ.update(_NO_TELEMETRY)
    import onnxruntime  # noqa: PLC0415 - never before the line above

    _keep_numpy_to_one_core()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


@cache
def _keep_numpy_to_one_core() -> None:
    threadpool_limits(1, user_api="blas")
