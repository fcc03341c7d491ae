"""The columns of docs/costs.md add up, and it counts what is deployed."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from infra.capacity import MACHINES, DomainSize, Load, three_zones
from infra.environments import PROD, Part
from infra.environments import SMALL as SMALL_ENVIRONMENT
from infra.needs import needs
from infra.routes import ROUTES
from tests.unit.infra.conftest import ROOT
from tests.unit.infra.templates import Stack

COSTS = (Path(__file__).parents[3] / "docs" / "costs.md").read_text(encoding="utf-8")
SIZES = ("100 thousand", "10 million", "1 billion")
LARGER_NODES = {(0, 2): 390, (1, 2): 4673, (2, 2): 311_473}
"""More than at rest for machines that serve 10,000 checks a minute, by row and column."""


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


OVERVIEW, AT_REST, CHECKS, SMALL, SMALL_CHECKS, COMPARED = map(
    _table,
    (
        "# Costs on AWS",
        "## A month without checks",
        "## Checks",
        "## The small index",
        "30 times a\nmonth.",  # the paragraph between the two tables of that section
        "The same with other environments:",
    ),
)


@pytest.mark.parametrize(
    ("table", "total"),
    [
        (AT_REST, "together"),
        (CHECKS, "together, without DynamoDB"),
        (SMALL, "together"),
        (SMALL_CHECKS, "together"),
    ],
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
            more = LARGER_NODES.get((row, column), 0)
            checks = CHECKS["together, without DynamoDB"][column] + reading[column]
            assert amount == pytest.approx(AT_REST["together"][row] + checks + more, abs=2)


PICTURES = (100_000, 10_000_000, 1_000_000_000)
CHECKS_PER_SECOND = 10_000 / 60
HOURS = 730


@pytest.mark.parametrize("row", range(3))
def test_should_count_the_machines_that_the_model_of_capacity_chooses(row: int) -> None:
    """Where it knows domains of that size: beyond 26 nodes in a zone, AWS has to be asked."""
    nodes = next(iter(AT_REST.values()))[row]
    load = Load(pictures=PICTURES[row], checks_per_second=2, registrations_per_second=1)
    at_rest = three_zones(load)
    fast = replace(load, checks_per_second=math.ceil(CHECKS_PER_SECOND))
    zone = MACHINES["r7g.16xlarge.search"].cores * 2 / 3
    busy = (
        three_zones(fast)
        if row < 2
        else replace(
            at_rest,
            data_nodes=3 * math.ceil(fast.checks_per_second * fast.search_seconds / zone / 2),
        )
    )
    assert nodes == pytest.approx(_usd(at_rest), abs=1)
    assert LARGER_NODES[row, 2] == pytest.approx(_usd(busy) - _usd(at_rest), abs=2)


def _usd(size: DomainSize) -> float:
    """A month of the data nodes."""
    hour = {
        "r7g.large.search": 0.178,
        "r7g.xlarge.search": 0.356,
        "r7g.2xlarge.search": 0.711,
        "r7g.8xlarge.search": 2.845,
        "r7g.16xlarge.search": 5.689,
    }
    return size.data_nodes * hour[size.data_instance] * HOURS


def test_should_count_the_alarms_of_production(prod: Stack) -> None:
    (counted,) = re.findall(r"(\d+) alarms", COSTS)
    assert int(counted) == len(prod.properties("AWS::CloudWatch::Alarm"))


def test_should_rest_below_15_dollars_with_a_million_pictures_in_a_small_index(
    small: Stack,
) -> None:
    (counted,) = re.findall(r"alarms: (\d+) . \.10", COSTS)
    assert int(counted) == len(small.properties("AWS::CloudWatch::Alarm"))
    hundred_thousand, million, _ = SMALL["together"]
    assert hundred_thousand < million < 15
    (together,) = re.findall(r"million pictures at rest that is ([\d.]+) a month", COSTS)
    assert float(together) == pytest.approx(million + SMALL_CHECKS["together"][0], abs=0.02)


ROW_OF_METRICS = next(name for name in AT_REST if name.startswith("CloudWatch"))
METHOD_METRICS = ("4XXError", "5XXError", "Count", "IntegrationLatency", "Latency")
"""What the gateway sends of each method, without a cache,
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"""
CLASSES_OF_STATUSES = ("Status2xx", "Status4xx", "Status5xx")


def _counted(noun: str) -> int:
    (found,) = re.findall(rf"(\d+) {noun} . \.30", COSTS)
    return int(found)


def test_should_count_the_metrics_of_all_methods() -> None:
    assert _counted("of methods") == len(ROUTES) * len(METHOD_METRICS)
    lowered = _counted("of methods") * 0.3
    assert f"(`left_out`): {lowered:.0f} a month" in COSTS
    assert f"they cost {lowered:.0f} dollars" in SMALL_ENVIRONMENT.left_out[Part.METHOD_METRICS]


def test_should_count_our_own_metrics(prod: Stack) -> None:
    """What functions add, and count by themselves: cold starts, and answers by their status."""
    handlers = [f["Handler"].split(".") for f in prod.properties("AWS::Lambda::Function")]
    sources = {
        name: (ROOT / "lambdas" / name / "handler.py").read_text(encoding="utf-8")
        for folder, name, *_ in handlers
        if folder == "lambdas"
    }
    added = sum(len(set(re.findall(r"add_metric\((\S+),", text))) for text in sources.values())
    started = sum("entry_point(" in text for text in sources.values())
    answering = sum("api_handler(" in text for text in sources.values())
    from_logs = len(prod.properties("AWS::Logs::MetricFilter"))
    own = added + started + answering * len(CLASSES_OF_STATUSES) + from_logs
    assert _counted("own metrics") == own


def test_should_add_up_what_is_said_of_metrics() -> None:
    amounts = re.findall(r"(\d+) \w+(?: \w+)? . (\.\d+)", ROW_OF_METRICS)
    summed = sum(int(number) * float(price) for number, price in amounts) + 3
    assert AT_REST[ROW_OF_METRICS] == [pytest.approx(summed)] * 3


def test_should_compare_environments_as_their_tables_do() -> None:
    small, collection, dev, prod = COMPARED.values()
    assert small == pytest.approx([SMALL["together"][1], SMALL["together"][1] + 8.17])
    growing = ("DynamoDB, stored", "the same, point", "reconciliation")
    fixed = [
        each[0] for name, each in AT_REST.items() if not name.startswith((*growing, "together"))
    ]
    tables, sweeps = 4.75 + 3.80, 10.04 + 2.50
    assert prod[0] == pytest.approx(sum(fixed) + tables + sweeps, abs=1)
    without_domain = sum(fixed[3:])
    assert dev[0] == pytest.approx(129.94 + 1.22 + without_domain + tables + sweeps, abs=1)
    asleep = without_domain - 0.30 + tables + 2.51 + 0.62 + 0.06
    assert collection[0] == pytest.approx(asleep + 5.30, abs=1)
    assert collection[1] == pytest.approx(asleep + 0.24 * HOURS + 8.15, abs=1)
    assert [dev[1] - dev[0], prod[1] - prod[0]] == [8, 8]


def test_should_tell_which_executions_production_needs() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    reserved = PROD.reserved_concurrency
    [(total, listed)] = re.findall(r"needed: prod (\d+): ([\d +]+) reserved", manual)
    assert [int(number) for number in listed.split(" + ")] == list(reserved.values())
    assert int(total) == needs(PROD).executions
    [quotas] = re.findall(r"executions at once, prod: (.*?);", manual, re.DOTALL)
    told = {name: int(number) for name, number in re.findall(r"`(\w+)` (\d+)", quotas)}
    assert told == reserved
