"""A judge weighs terms by models that it is given."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from lookalike.verification.classifier import Judge


def _linear(weights: list[float]) -> bytes:
    """A model whose log odds are the weighted sum of the terms."""
    terms = helper.make_tensor_value_info("terms", TensorProto.FLOAT, ["n", len(weights)])
    odds = helper.make_tensor_value_info("log_odds", TensorProto.FLOAT, ["n", 1])
    column = numpy_helper.from_array(np.array(weights, np.float32)[:, None], "weights")
    node = helper.make_node("MatMul", ["terms", "weights"], ["log_odds"])
    graph = helper.make_graph([node], "linear", [terms], [odds], [column])
    opset = [helper.make_opsetid("", 17)]
    content: bytes = onnx.helper.make_model(
        graph, opset_imports=opset, ir_version=8
    ).SerializeToString()
    return content


JUDGE = Judge(_linear([1, 10, 100]), _linear([-1, 0, 0]))


@pytest.mark.parametrize(
    ("terms", "same", "recoloured"),
    [({"a": 1.0, "b": 2.0, "c": 3.0}, 321, -1), ({"a": 0.0, "b": -1.0, "c": 0.0}, -10, 0)],
)
def test_should_weigh_terms_in_their_order(
    terms: dict[str, float], same: float, recoloured: float
) -> None:
    assert JUDGE.same_photograph(terms) == pytest.approx(same)
    assert JUDGE.recoloured(terms) == pytest.approx(recoloured)
