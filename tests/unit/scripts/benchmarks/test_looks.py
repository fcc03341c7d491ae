from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from scripts.benchmarks.looks import Generator, Workload, measured
from scripts.benchmarks.looks_indices import OTHERS, OURS, Fill
from scripts.benchmarks.looks_service import measured as service_measured


def _figures(kinds: Mapping[str, Fill]) -> dict[str, list[str]]:
    """The cells of small indices, by kind."""
    rows = measured(Workload(size=600, dimension=64, queries=5), kinds).splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {name: others for name, *others in cells}


def test_should_measure_every_quantisation() -> None:
    figures = _figures(OURS)
    assert list(figures) == ["float32", "float16", "int8"]
    for name, found in figures.items():
        recall, halved, hundredth = (float(found[column]) for column in (2, 5, 7))
        assert min(recall, halved, hundredth) > 0.8
        assert recall == 1 or name == "int8"


def test_should_measure_what_was_not_chosen() -> None:
    mapped, codes, signs, graph, int8_graph = _figures(OTHERS).values()
    assert (float(mapped[2]), float(mapped[7])) == (1, 1)
    assert codes[5:] == ["-"] * 4, "faiss searches among all codes alone"
    assert float(codes[2]) > 0.3
    assert min(float(signs[column]) for column in (2, 5, 7)) > 0.3
    assert float(graph[2]) > 0.9
    assert float(graph[5]) > 0.9
    assert float(int8_graph[2]) > 0.9


def test_should_generate_neighbours_that_are_nearer_than_others() -> None:
    generator = Generator(Workload(size=500, dimension=64, queries=5))
    vectors = generator.vectors(500)
    cosines = vectors @ generator.near(vectors[:1])[0]
    assert int(np.argmax(cosines)) == 0
    assert np.sort(cosines)[-10] > 2 * float(np.mean(np.abs(cosines)))


def test_should_measure_searches_as_a_service_answers_them(tmp_path: Path) -> None:
    rows = service_measured(tmp_path, size=300, queries=3).splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [name for name, *_ in cells] == ["none", "50% pass", "1% pass"]
    assert all(float(figure) > 0 for _, *figures in cells for figure in figures)
