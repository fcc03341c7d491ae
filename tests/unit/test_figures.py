"""Figures that the README gives are those of the report on accuracy."""

from __future__ import annotations

import re

from tests.unit.test_documents import ROOT

_MEASURED = re.compile(r"\*{0,2}([\d.]+)")
_SENTENCE = re.compile(
    r"([\d.]+) of 1,000 queries .*? on one mock-up, (\d+) are, .*? on gift cards, (\d+), "
    r".*? on bags of coffee, (\d+)\."
)
ROWS = {
    "ordinary shops": "without the three shops below",
    "mock-ups": "in the shop of mock-ups",
    "gift cards": "where gift cards differ",
    "coffees": "where bags of coffee differ",
}
"""Rows of the table at a glance, by what its first cell says."""


def test_should_give_the_measured_rates_of_unrelated_queries() -> None:
    [item] = re.findall(r"- \*\*Template siblings\.\*\*.*?(?=\n- )", _text("README.md"), re.DOTALL)
    [(rate, on_mock_ups, on_gift_cards, of_coffees)] = _SENTENCE.findall(" ".join(item.split()))
    measured = {name: _measured(words) for name, words in ROWS.items()}
    assert measured == {
        "ordinary shops": rate,
        "mock-ups": on_mock_ups,
        "gift cards": on_gift_cards,
        "coffees": of_coffees,
    }


def _measured(words: str) -> str:
    [row] = [line for line in _text("docs/accuracy.md").splitlines() if words in line]
    found = _MEASURED.match(row.split("|")[3].strip())
    assert found
    return found[1]


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
