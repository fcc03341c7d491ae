from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import BadParameterError
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.looks import quantised as module
from lookalike.evaluation.looks.percentages import fit_scale
from lookalike.evaluation.looks.quantised import quantised
from lookalike.evaluation.looks.scores import ranking, scores_of
from lookalike.evaluation.looks.tasks import LooksQuestion, Task, attribute_task
from lookalike.storage.embeddings import Vectors
from tests.embeddings import at_degrees


def circle(*degrees: float) -> Vectors:
    return np.stack([at_degrees(each) for each in degrees])


def a_question(query: int, relevant: set[int], ignored: set[int] | None = None) -> LooksQuestion:
    return LooksQuestion(query, frozenset(relevant), frozenset(ignored or {query}))


def test_should_rank_by_cosine_without_what_is_ignored() -> None:
    question = a_question(0, {3}, {0, 2})
    assert ranking(circle(0, 50, 10, 20, 90), question) == ["3", "1", "4"]


def test_should_score_rankings() -> None:
    vectors = circle(0, 10, 20, 30)
    scores = scores_of(vectors, Task("", [a_question(0, {1, 3}), a_question(3, {0})]))
    assert scores.first == 0.5
    assert scores.found == 1
    assert list(scores.within) == [0.5, 0.5] + [1] * 18
    assert scores.mrr == pytest.approx((1 + 1 / 3) / 2)
    assert scores.precision == pytest.approx((0.2 + 0.1) / 2)
    assert scores.recall == 1
    assert scores.f1 == pytest.approx((2 * 0.2 / 1.2 + 2 * 0.1 / 1.1) / 2)
    assert scores.ndcg == pytest.approx(((1 + 0.5) / (1 + 0.6309) + 0.5) / 2, abs=1e-3)


def some_vectors(count: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def test_should_compare_quantisations_with_each_other() -> None:
    vectors = some_vectors(120, 0)
    task = Task("", [a_question(n, {n + 1}) for n in range(20)])
    found = {each.name: each for each in quantised(some_vectors(1_100, 1), vectors, task)}
    assert list(found) == ["float32", "float16", "int8", "product", "binary"]
    assert [each.bytes for each in found.values()] == [256, 128, 64, 8, 8]
    recalls = [each.recall for each in found.values()]
    assert recalls[0] == 1
    assert recalls[:3] == sorted(recalls[:3], reverse=True)
    assert recalls[2] > 0.9 > max(recalls[3:])
    assert min(recalls[3:]) > 0.2, "ten of 120 by chance are .083"
    assert all(each.milliseconds > 0 for each in found.values())


def test_should_measure_large_catalogues_in_the_segments_of_a_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whose numbers are compared is chosen in each segment, so fewer segments find less."""
    vectors, task = some_vectors(2_000, 0), Task("", [a_question(0, {1})])

    def recall(segment_rows: int) -> float:
        monkeypatch.setattr(module, "SEGMENT_ROWS", segment_rows)
        return next(each.recall for each in quantised(vectors, vectors, task))

    assert recall(2_000) < recall(500) == 1


def test_should_fit_nothing_to_what_is_reported() -> None:
    """Vectors far from those of the fitting half are told apart by neither of the last two."""
    fitting, vectors = some_vectors(1_100, 1), some_vectors(120, 0)
    shifted = fitting + np.float32(5)
    task = Task("", [a_question(n, {n + 1}) for n in range(20)])
    one, other = (
        {each.name: each.recall for each in quantised(each, vectors, task)}
        for each in (fitting, shifted)
    )
    for name in ("product", "binary"):
        assert other[name] < one[name] / 2


def test_should_fit_percentages_on_one_half_and_report_on_the_other() -> None:
    source = np.random.default_rng(0)
    entries = [
        Entry(f"e{n}", "d", f"d:{n}", Path(), attributes={"kind": str(n % 4)}) for n in range(160)
    ]
    degrees = [90 * (n % 4) + source.normal(0, 12) for n in range(160)]
    task = attribute_task(entries, ["kind"])
    fitted = fit_scale(entries, circle(*degrees), task)
    assert fitted.scale.slope > 0
    assert fitted.brier < fitted.base
    assert sum(each.count for each in fitted.bins) > 500
    for each in fitted.bins:
        assert each.low / 100 <= each.said <= each.high / 100
    assert fitted.scale.percentage(1.0) > 80
    assert fitted.scale.percentage(-1.0) < 10


def test_should_fit_no_falling_scale() -> None:
    """Where those that look less alike are right, no cosine says anything."""
    entries = [Entry(f"e{n}", "d", f"d:{n}", Path()) for n in range(60)]
    degrees = [90 * (n // 2 % 2) + n / 100 for n in range(60)]
    relevant = [{m for m in range(60) if abs(degrees[n] - degrees[m]) > 45} for n in range(60)]
    task = Task("", [a_question(n, relevant[n]) for n in range(60)])
    fitted = fit_scale(entries, circle(*degrees), task)
    assert fitted.scale.slope == 0
    assert 0 < fitted.scale.percentage(0.0) == fitted.scale.percentage(1.0) < 100


def test_should_refuse_to_fit_to_labels_that_are_all_equal() -> None:
    entries = [Entry(f"e{n}", "d", f"d:{n}", Path(), attributes={"k": "x"}) for n in range(40)]
    task = attribute_task(entries, ["k"])
    with pytest.raises(BadParameterError, match="too few labelled products"):
        fit_scale(entries, circle(*range(40)), task)
