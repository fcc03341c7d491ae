"""The web page shows all that is answered, in the words of the command line, within its policy."""

from __future__ import annotations

import json
import re

import pytest

from lookalike.api.find_similar.models import EvidenceAnswer
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Verdict
from tests.service import Client


@pytest.fixture
def page(client: Client) -> str:
    return client.get("/").content.decode()


def test_should_call_a_verdict_what_the_command_line_calls_it(page: str) -> None:
    [listed] = re.findall(r"const VERDICTS = (\{.*?\});", page)
    assert json.loads(listed) == {v.value: v.words.capitalize() for v in Verdict}


def test_should_show_all_evidence_but_distances(page: str) -> None:
    for name in EvidenceAnswer.model_fields.keys() - {"phash_distance", "deep_distance"}:
        assert re.search(rf"\b{name}\b", page), name


def test_should_offer_every_effort_and_choose_the_default(page: str) -> None:
    options = re.findall(r'<option value="(\w+)" title="[^"]+"( selected)?>', page)
    assert options == [(e.value, " selected" if e is Effort.NORMAL else "") for e in Effort]
    assert 'effort: field("effort").value' in page


def test_should_describe_pictures_and_hide_what_is_drawn_over_them(page: str) -> None:
    assert page.count('element("img")') == page.count("image.alt = ") == 1
    assert 'drawn("svg", {"aria-hidden": true}' in page


def test_should_need_nothing_that_its_policy_forbids(client: Client, page: str) -> None:
    """The policy has no ``unsafe-eval``; a chosen file is shown from a ``blob:``."""
    policy = client.get("/").headers["Content-Security-Policy"]
    [images] = re.findall(r"img-src ([^;]+)", policy)
    assert {"http:", "https:", "blob:"} <= set(images.split())
    assert "unsafe-eval" not in policy
    assert "URL.createObjectURL" in page
    assert not re.search(r"\beval\(|new Function|url\(|<(iframe|object|embed)", page)


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_should_be_shown_in_no_page_of_others_and_load_no_code(client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]
    directives = dict(part.split(maxsplit=1) for part in policy.split(";"))
    assert directives["frame-ancestors"] == directives["default-src"] == "'none'"
    assert directives["script-src"] == "'unsafe-inline'"
    assert directives["connect-src"] == "'self'"


def test_should_take_nothing_that_was_answered_for_markup(page: str) -> None:
    """Names and attributes of products are anybody's."""
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc", page)
