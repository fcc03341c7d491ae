"""Running ONNX models."""

from __future__ import annotations

import onnxruntime


def inference_session(content: bytes) -> onnxruntime.InferenceSession:
    """What runs the model in these bytes on one core. Safe to call from several threads."""
    options = onnxruntime.SessionOptions()
    # One thread each: requests and import workers already run side by side.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
