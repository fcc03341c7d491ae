"""Gradient-boosted trees of scikit-learn, converted to ONNX."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper
from sklearn.ensemble import HistGradientBoostingClassifier

from lookalike.verification.feature_model import INPUT, OUTPUT

IR_VERSION = 8
OPSET = 17
ML_OPSET = 3


def to_onnx(model: HistGradientBoostingClassifier) -> bytes:
    """Convert a fitted model to ONNX, with the input and output of ``FeatureModel``."""
    trees = [stage[0].nodes for stage in model._predictors]  # noqa: SLF001 - no public access
    counts = [len(tree) for tree in trees]
    nodes = np.concatenate(trees)
    tree_ids = np.repeat(np.arange(len(trees)), counts)
    node_ids = np.concatenate([np.arange(count) for count in counts])
    leaves = nodes["is_leaf"].astype(bool)
    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        [INPUT],
        [OUTPUT],
        domain="ai.onnx.ml",
        n_targets=1,
        base_values=[float(model._baseline_prediction.ravel()[0])],  # noqa: SLF001
        nodes_treeids=tree_ids.tolist(),
        nodes_nodeids=node_ids.tolist(),
        nodes_featureids=nodes["feature_idx"].tolist(),
        nodes_modes=["LEAF" if leaf else "BRANCH_LEQ" for leaf in leaves],
        nodes_values=np.where(leaves, 0, nodes["num_threshold"]).astype(np.float32).tolist(),
        nodes_truenodeids=nodes["left"].tolist(),
        nodes_falsenodeids=nodes["right"].tolist(),
        target_treeids=tree_ids[leaves].tolist(),
        target_nodeids=node_ids[leaves].tolist(),
        target_ids=[0] * int(leaves.sum()),
        target_weights=nodes["value"][leaves].astype(np.float32).tolist(),
    )
    return _model(ensemble, int(model.n_features_in_))


def _model(ensemble: onnx.NodeProto, count: int) -> bytes:
    features = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", count])
    odds = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", 1])
    built = helper.make_model(
        helper.make_graph([ensemble], "classifier", [features], [odds]),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)],
        ir_version=IR_VERSION,
        producer_name="lookalike",
    )
    onnx.checker.check_model(built)
    content: bytes = built.SerializeToString(deterministic=True)
    return content
