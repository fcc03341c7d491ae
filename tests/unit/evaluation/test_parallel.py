"""Work on several cores gives the same results in the same order."""

from __future__ import annotations

import os

import pytest

from lookalike.evaluation import parallel
from lookalike.evaluation.parallel import results


def doubled(number: int) -> int:
    return 2 * number


def with_offset(number: int) -> int:
    return number + int(os.environ["EVALUATION_TEST_OFFSET"])


def set_offset(offset: int) -> None:
    os.environ["EVALUATION_TEST_OFFSET"] = str(offset)


def failing(number: int) -> int:
    if number == 3:
        raise ValueError(f"not {number}")
    return number


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALUATION_TEST_OFFSET", "0")


def test_should_run_in_this_process_with_one_worker() -> None:
    assert list(results(doubled, range(5), 1, "Doubling")) == [0, 2, 4, 6, 8]
    assert list(results(with_offset, range(3), 1, "Adding", set_offset, 10)) == [10, 11, 12]


def test_should_return_nothing_without_items() -> None:
    assert list(results(failing, [], 2, "Nothing")) == []


@pytest.mark.slow
def test_should_run_in_several_processes() -> None:
    found = list(results(with_offset, range(30), 2, "Adding", set_offset, 10))
    assert found == list(range(10, 40))


@pytest.mark.slow
def test_should_raise_the_errors_of_workers() -> None:
    with pytest.raises(ValueError, match="not 3"):
        list(results(failing, range(30), 2, "Failing"))


@pytest.mark.slow
def test_should_end_its_processes_if_nobody_takes_the_results() -> None:
    found = results(doubled, range(1000), 2, "Doubling")
    assert next(found) == 0
    found.close()  # type: ignore[attr-defined]


def test_should_print_its_progress_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(parallel, "SECONDS_BETWEEN_LINES", 0.0)
    assert list(results(doubled, range(4), 1, "Doubling")) == [0, 2, 4, 6]
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("Doubling: 2 of 4, ")
    assert lines[-1].endswith(" 0 s left")
