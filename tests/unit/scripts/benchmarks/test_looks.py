from __future__ import annotations

import numpy as np

from scripts.benchmarks.looks import Generator, Workload, measured


def test_should_measure_every_quantisation() -> None:
    rows = measured(Workload(size=600, dimension=64, queries=5)).splitlines()[2:]
    figures = {cells[1].strip(): cells for row in rows if (cells := row.split("|"))}
    assert list(figures) == ["float32", "float16", "int8"]
    assert float(figures["float32"][4]) == 1
    assert float(figures["int8"][4]) > 0.8


def test_should_generate_neighbours_that_are_nearer_than_others() -> None:
    generator = Generator(Workload(size=500, dimension=64, queries=5))
    vectors = generator.vectors(500)
    cosines = vectors @ generator.near(vectors[:1])[0]
    assert int(np.argmax(cosines)) == 0
    assert np.sort(cosines)[-10] > 2 * float(np.mean(np.abs(cosines)))
