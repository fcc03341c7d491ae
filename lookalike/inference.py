"""ONNX models, and all arithmetic around them, run on one core.

Requests, import workers and Lambdas run side by side. Threads within one of them would take the
cores from the others: on two cores, two processes whose numpy multiplies matrices in two threads
each do a quarter of the work of two that do not.
"""

from __future__ import annotations

from functools import cache

import onnxruntime
from threadpoolctl import threadpool_limits


def inference_session(content: bytes) -> onnxruntime.InferenceSession:
    """Load an ONNX model to run on one core. Several threads may run it at once.

    From the first session on, numpy uses one core in this process, too.
    """
    _keep_numpy_to_one_core()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


@cache
def _keep_numpy_to_one_core() -> None:
    threadpool_limits(1, user_api="blas")
