"""The columns of docs/costs.md add up, and it counts what is deployed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.infra.templates import Stack

COSTS = (Path(__file__).parents[3] / "docs" / "costs.md").read_text(encoding="utf-8")
SIZES = ("100 thousand", "10 million", "1 billion")
LARGER_NODES = 390
"""More for 100 thousand pictures at 10,000 checks a minute."""


def _table(heading: str) -> dict[str, list[float]]:
    """The first table after a heading: amounts by what they are for.

    Where a cell has its arithmetic, the amount is behind the colon.
    """
    section = COSTS.split(f"{heading}\n", 1)[1]
    rows = section[section.index("\n|") :].strip().split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip(" *") for cell in row.strip("|").split("|")] for row in rows]
    return {
        name: [float(amount.split(": ")[-1].replace(",", "")) for amount in amounts]
        for name, *amounts in cells
    }


OVERVIEW, AT_REST, CHECKS = map(
    _table, ("# Costs on AWS", "## A month without checks", "## Checks")
)


@pytest.mark.parametrize(
    ("table", "total"), [(AT_REST, "together"), (CHECKS, "together, without DynamoDB")]
)
def test_should_add_up(table: dict[str, list[float]], total: str) -> None:
    index = list(table).index(total)
    summed = [sum(column) for column in zip(*list(table.values())[:index], strict=True)]
    assert table[total] == pytest.approx(summed, rel=0.002, abs=0.02)


def test_should_say_at_the_top_what_the_tables_say() -> None:
    reads = [amounts for name, amounts in CHECKS.items() if "units" in name]
    for row, (name, reading) in enumerate(zip(SIZES, reads, strict=True)):
        shown = next(amounts for title, amounts in OVERVIEW.items() if title.startswith(name))
        for column, amount in enumerate(shown):
            more = LARGER_NODES if (row, column) == (0, 2) else 0
            checks = CHECKS["together, without DynamoDB"][column] + reading[column]
            assert amount == pytest.approx(AT_REST["together"][row] + checks + more, abs=2)


def test_should_count_the_alarms_of_production(prod: Stack) -> None:
    (counted,) = re.findall(r"(\d+) alarms", COSTS)
    assert int(counted) == len(prod.properties("AWS::CloudWatch::Alarm"))
