"""A hash is added by a file, a line in the registry and a raised recipe, and by nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lookalike.fingerprint.version import ALGORITHM_VERSION, RECIPE
from tests.integration.recipes.scratch import copy_source

TOY = Path(__file__).with_name("toy_hash.py")
KINDS = ("memory", "sqlite", "dynamodb")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a program finds that uses all hashes, in a copy with the toy hash added."""
    copy = copy_source(tmp_path_factory.mktemp("scratch"), with_network=True)
    copy.write("lookalike/fingerprint/toy_hash.py", TOY.read_text(encoding="utf-8"))
    copy.replace(
        "lookalike/fingerprint/registry.py",
        "HASHES: tuple[HashAlgorithm, ...] = (PHash(), DeepHash())",
        "from lookalike.fingerprint.toy_hash import ToyHash\n"
        "HASHES: tuple[HashAlgorithm, ...] = (PHash(), DeepHash(), ToyHash())",
    )
    present, raised = f"\nRECIPE = {RECIPE}\n", f"\nRECIPE = {RECIPE + 1}\n"
    copy.replace("lookalike/fingerprint/version.py", present, raised)
    program = "tests.integration.recipes.use_all_hashes"
    printed: dict[str, Any] = json.loads(copy.run_module(program, str(copy.root / "data")))
    return printed


def test_should_raise_the_algorithm_version(found: dict[str, Any]) -> None:
    assert found["version"].startswith(f"{RECIPE + 1}-")
    assert found["version"] != ALGORITHM_VERSION


def test_should_compute_the_hash_beside_the_others(found: dict[str, Any]) -> None:
    assert set(found["computed"]) == {"phash", "deep", "deep_centre", "toy"}
    assert len(bytes.fromhex(found["computed"]["toy"])) == 8


@pytest.mark.parametrize("kind", KINDS)
def test_should_keep_the_hash_in_every_storage(kind: str, found: dict[str, Any]) -> None:
    assert found["storages"][kind]["hashes"] == found["computed"]


@pytest.mark.parametrize("kind", KINDS)
def test_should_find_the_nearest_on_the_hash(kind: str, found: dict[str, Any]) -> None:
    nearest = found["storages"][kind]["nearest"]["toy"]
    assert nearest[0] == [found["first"], 0]
    assert len(nearest) == 4
    assert nearest[1][1] > 0


def test_should_map_the_hash_in_opensearch(found: dict[str, Any]) -> None:
    properties = found["opensearch"]["properties"]
    expected = properties["phash"]
    assert properties["toy"] == properties["toy_trimmed"] == expected
    assert properties["toy_exact"] == {"type": "keyword"}


def test_should_write_the_hash_to_opensearch(found: dict[str, Any]) -> None:
    assert found["opensearch"]["hashes"] == found["computed"]
    assert found["opensearch"]["document"]["toy_exact"] == [found["computed"]["toy"]]


def test_should_search_the_hash_in_opensearch_with_its_own_parameters(
    found: dict[str, Any],
) -> None:
    queries = found["opensearch"]["queries"]["toy"]["query"]["dis_max"]["queries"]
    graphs = [query["knn"] for query in queries if "knn" in query]
    assert [list(graph) for graph in graphs] == [["toy"], ["toy_trimmed"]]
    assert {
        graph[field]["method_parameters"]["ef_search"] for graph in graphs for field in graph
    } == {77}
    [exact] = [query["constant_score"] for query in queries if "constant_score" in query]
    assert exact["filter"] == {"terms": {"toy_exact": [found["computed"]["toy"]]}}


def test_should_count_the_hash_in_the_retrieval_score(found: dict[str, Any]) -> None:
    assert found["ranked"] == {"without": ["first", "last"], "all": ["last", "first"]}


def test_should_keep_classifier_and_calibration_valid(found: dict[str, Any]) -> None:
    assert found["checked"] == ["entity-000001"]
