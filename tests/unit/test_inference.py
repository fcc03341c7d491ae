"""Models and the arithmetic around them keep to one core."""

from __future__ import annotations

import pytest
from threadpoolctl import threadpool_info

from lookalike.fingerprint.model_files import MODEL_PATH
from lookalike.inference import inference_session


@pytest.mark.usefixtures("network")
def test_should_keep_numpy_to_one_core_where_a_model_runs() -> None:
    """Libraries that tests load later, such as SciPy and OpenCV, have a BLAS of their own."""
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert {pool["num_threads"] for pool in pools if "numpy" in pool["filepath"]} == {1}


def test_should_run_a_model_in_one_thread() -> None:
    options = inference_session(MODEL_PATH.read_bytes()).get_session_options()
    assert options.intra_op_num_threads == options.inter_op_num_threads == 1
