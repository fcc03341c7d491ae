from __future__ import annotations

import sys

import pytest

from scripts.benchmarks.model_memory import main, measured


@pytest.mark.skipif(sys.platform != "linux", reason="It reads /proc.")
def test_should_measure_what_a_model_takes(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(64)
    assert 1 < found.afterwards <= found.at_most < 4
    main(["--megabytes", "4"])
    assert capsys.readouterr().out.startswith("4 MB: ")
