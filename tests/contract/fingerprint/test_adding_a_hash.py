"""A hash is added by a file, a line in the registry and a raised recipe, and by nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lookalike.fingerprint.version import ALGORITHM_VERSION

ROOT = Path(__file__).parents[3]
TOY = Path(__file__).with_name("toy_hash.py")
KINDS = ("memory", "sqlite", "dynamodb")


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def add_toy_hash(package: Path) -> None:
    """Follow the recipe of CONTRIBUTING in a copy of the product."""
    folder = package / "fingerprint"
    shutil.copy(TOY, folder)
    _replace(
        folder / "registry.py",
        "HASHES: tuple[HashAlgorithm, ...] = (PHash(), DeepHash())",
        "from lookalike.fingerprint.toy_hash import ToyHash\n"
        "HASHES: tuple[HashAlgorithm, ...] = (PHash(), DeepHash(), ToyHash())",
    )
    _replace(folder / "version.py", "\nRECIPE = 2\n", "\nRECIPE = 3\n")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a program finds that uses all hashes, in a copy with the toy hash added."""
    scratch = tmp_path_factory.mktemp("scratch")
    ignored = shutil.ignore_patterns("__pycache__")
    add_toy_hash(shutil.copytree(ROOT / "lookalike", scratch / "lookalike", ignore=ignored))
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-B", "-m", "tests.contract.fingerprint.use_all_hashes", scratch / "data"],
        cwd=scratch,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(scratch), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def test_should_raise_the_algorithm_version(found: dict[str, Any]) -> None:
    assert found["version"].startswith("3-")
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
