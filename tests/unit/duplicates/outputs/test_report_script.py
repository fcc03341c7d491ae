"""The script of the report shows, filters and pages through groups, as node runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from lookalike.duplicates.groups import Group
from lookalike.duplicates.outputs.report import MAX_GROUPS, report
from tests.unit.duplicates.outputs.some_groups import a_decided_group, a_group

_HARNESS = Path(__file__).with_name("report_in_node.js")
_NODE = Path(sys.executable).with_name("node")


def shown(folder: Path, groups: list[Group], **wanted: object) -> dict[str, Any]:
    """What the report of these groups shows."""
    page = folder / "report.html"
    page.write_text(report(groups, len(groups)), encoding="utf-8")
    command = [str(_NODE), str(_HARNESS), str(page), json.dumps(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own script
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def named(number: int, kind: str = "edited_copy") -> Group:
    return a_group(f"SKU-{number}", f"n{number}-") | {"kind": kind}


def test_should_show_pictures_with_their_shared_area_and_what_to_keep(tmp_path: Path) -> None:
    group = a_group()
    group["pictures"][1] |= {"thumbnail": "UklGRg==", "trim_box": [0.5, 0, 1, 1]}
    found = shown(tmp_path, [group])
    assert found["place"] == "1 group, page 1 of 1"
    assert found["titles"] == ["2 products: copies of one photograph, some of them edited"]
    assert "Keep a1: It is the largest. It is the oldest." in found["first"]
    assert "98.5 % edited copy" in found["first"]
    assert found["images"] == 1
    # Of the frame without its border, whose left half was cut off.
    assert found["outlines"] == ["-200,0 200,0 200,533"]
    assert found["histogram"].startswith("100 %; 1 links")


def test_should_show_a_hostile_text_as_a_text(tmp_path: Path) -> None:
    found = shown(tmp_path, [a_group("<script>alert(1)</script>")])
    assert "<script>alert(1)</script>" in found["first"]
    assert found["names"] == ["b"]


def test_should_filter_by_text_kind_and_percentage(tmp_path: Path) -> None:
    groups = [named(1), named(2, "duplicate"), named(3) | {"match_percentage": 60.0}]
    assert shown(tmp_path, groups, text="sku-2")["place"].startswith("1 group,")
    assert shown(tmp_path, groups, without="duplicate")["place"].startswith("2 groups")
    assert shown(tmp_path, groups, least="98")["place"].startswith("2 groups")
    assert "Plain copies (1)" in shown(tmp_path, groups)["kinds"]


def test_should_say_what_was_decided_and_show_what_is_left(tmp_path: Path) -> None:
    groups = [a_decided_group(), named(1)]
    found = shown(tmp_path, groups)
    assert "a1 and a2: duplicate, by Ada (One <shirt>.)" in found["first"]
    assert "2 groups. 1 of them is decided." in found["summary"]
    assert shown(tmp_path, groups, open=True)["place"].startswith("1 group,")


def test_should_stay_usable_with_as_many_groups_as_it_lists(tmp_path: Path) -> None:
    found = shown(tmp_path, [named(number) for number in range(MAX_GROUPS)], next=2)
    assert found["place"] == f"{MAX_GROUPS} groups, page 3 of {MAX_GROUPS // 50}"
    assert len(found["titles"]) == 50
    assert found["seconds"] < 30
