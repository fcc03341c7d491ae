"""The report: one file, in which the catalogue's texts stay texts."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode

import pytest

from lookalike.duplicates.outputs.report import (
    FEW_PICTURES,
    LARGE,
    SMALL,
    report,
    thumbnail_side,
)
from tests.unit.duplicates.outputs.some_groups import a_group

HOSTILE = "</script><script>alert(1)</script><!-- {{policy}} $1 \u2028 &amp;"


def data_of(page: str) -> str:
    [data] = re.findall('<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return str(data)


def test_should_hold_the_groups() -> None:
    groups = [a_group(), a_group(name="b")]
    assert json.loads(data_of(report(groups, 7))) == {"groups": groups, "total": 7}


def test_should_let_no_text_of_the_catalogue_become_markup() -> None:
    page = report([a_group(HOSTILE)], 1)
    assert json.loads(data_of(page))["groups"][0]["members"][0]["sku"] == HOSTILE
    assert not set("<>&") & set(data_of(page))
    assert page.count("<script") == 2
    assert "innerHTML" not in page
    assert "document.write" not in page


def test_should_allow_its_own_script_alone_and_load_nothing() -> None:
    page = report([a_group(HOSTILE)], 1)
    [policy] = re.findall('Content-Security-Policy" content="([^"]*)"', page)
    [script] = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not re.findall(r"(?:src|href)=\"?http", page)


@pytest.mark.parametrize(("pictures", "side"), [(FEW_PICTURES, LARGE), (FEW_PICTURES + 2, SMALL)])
def test_should_shrink_thumbnails_where_there_are_many(pictures: int, side: int) -> None:
    assert thumbnail_side([a_group()] * (pictures // 2)) == side
