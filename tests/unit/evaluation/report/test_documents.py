"""Reports have the same content in Markdown and HTML, and HTML needs no other file."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from lookalike.evaluation.report import plots
from lookalike.evaluation.report.document import (
    Document,
    Figure,
    Figures,
    Section,
    Table,
    share_text,
)
from lookalike.evaluation.report.domain_tables import score_text
from lookalike.evaluation.report.html import html
from lookalike.evaluation.report.markdown import markdown
from lookalike.evaluation.scoring.metrics import curve
from lookalike.evaluation.scoring.reliability import reliability

TABLE = Table(["edit", "R@1"], [["crop | 5 %", ".987"], ["<b>", "1.000"]], "By edit")


def figures() -> list[Figure]:
    """Every kind of plot."""
    scores = np.linspace(0, 1, 50).tolist()
    right = [score > 0.4 for score in scores]
    measured = reliability(scores, right, right)
    return [
        plots.reliability("shop", {"Lookalike": measured, "pHash": measured}),
        plots.distributions("shop", {"copies": scores[25:], "unrelated": scores[:25]}),
        plots.over_thresholds("shop", curve(scores, right, 2)),
        plots.recall_by_edit("shop", ["crop5", "grey"], {"A": [0.5, 1], "B": [0.1, 0.9]}),
    ]


@pytest.fixture(scope="module")
def document() -> Document:
    """A report with text, a table and every kind of plot."""
    text = "Words & **bold** ones, `code`.\n\n    a command\n\n- one\n- two"
    parts: list[Table | Figures] = [
        TABLE,
        Figures(figures()[:3]),
        Figures(figures()[3:], are_wide=True),
    ]
    return Document("Accuracy <1>", text, [Section("The shop", "About *it*.", parts)])


def test_should_write_markdown(document: Document) -> None:
    text = markdown(document)
    assert text.startswith("# Accuracy <1>\n\nWords & **bold** ones")
    assert "| edit | R@1 |\n|---|--:|\n| crop \\| 5 % | .987 |\n| <b> | 1.000 |" in text
    assert "## The shop\n\nAbout *it*.\n\n### By edit" in text
    assert "](shop-reliability.svg)" in text
    assert not re.search(r"\n{3}", text)


class _Tags(HTMLParser):
    """Collects the open tags and the addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_should_write_html_that_needs_no_other_file(document: Document) -> None:
    text = html(document)
    tags = _Tags()
    tags.feed(text)
    assert tags.open == []
    assert all(address.startswith("#") for address in tags.addresses)
    assert not re.search(r"url\(['\"]?http|@import|<script|<link|<img", text)
    assert text.count("<figure>") == text.count('role="img"') == 4
    assert '<meta name="viewport"' in text


def test_should_escape_text(document: Document) -> None:
    text = html(document)
    assert "<title>Accuracy &lt;1&gt;</title>" in text
    assert "<td>&lt;b&gt;</td>" in text
    assert "Words &amp; <strong>bold</strong> ones, <code>code</code>." in text
    assert "<pre>a command</pre><ul><li>one</li><li>two</li></ul>" in text
    assert "<h2>The shop</h2><p>About <em>it</em>.</p>" in text


def test_should_draw_the_same_plots_again() -> None:
    for first, again in zip(figures(), figures(), strict=True):
        assert first == again
        assert ET.fromstring(first.svg).tag.endswith("svg")  # noqa: S314 - our own drawing
        assert first.alt
        assert first.title
    assert len({figure.name for figure in figures()}) == 4


def test_should_not_share_ids_between_drawings_of_one_page() -> None:
    """Two drawings may share an id only for equal elements."""
    meant: dict[str, str] = {}
    for figure in figures():
        for element in ET.fromstring(figure.svg).iter():  # noqa: S314 - our own drawing
            name = element.get("id", "")
            if element.tag.endswith(("clipPath", "path")) and name:
                inside = ET.tostring(element, encoding="unicode")
                assert meant.setdefault(name, inside) == inside


@pytest.mark.parametrize(
    ("value", "text"), [(0.98765, ".988"), (1.0, "1.000"), (0.0, ".000"), (float("nan"), "-")]
)
def test_should_write_shares_with_three_digits(value: float, text: str) -> None:
    assert share_text(value) == text


def test_should_write_scores_near_one_with_more_digits() -> None:
    assert score_text(0.5) == "0.500"
    assert score_text(0.99995) == "1 - 5.0e-05"
