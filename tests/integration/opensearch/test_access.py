"""Each function asks of the index what its role is granted, and all of that.

The server of these tests lets everybody do everything; on AWS a request that is not granted is
refused, and one that is never sent should not be granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import filter as matching
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from moto import mock_aws
from opensearchpy import OpenSearch

from infra.search_access import ACCESS, LOOKS_INDICES, PICTURE_INDICES
from lambdas.find_similar.wiring import build_parts
from lookalike.aws.calibration import read_calibration
from lookalike.aws.looks import deployed_space
from lookalike.aws.settings import (
    PREFIX,
    CalibratedSettings,
    CheckSettings,
    DuplicateSettings,
    FunctionSettings,
    LoadSettings,
    ProductSettings,
    ReconcileSettings,
    SyncSettings,
    read_settings,
)
from lookalike.aws.stores import build_storage, build_tables, dynamodb_client, s3_client
from lookalike.aws.sync import build_reconciler, build_stream_follower
from lookalike.duplicates.comparison_worker import ComparisonWorker
from lookalike.duplicates.picture_tasks import PictureTask
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import prepare
from lookalike.matching.check import CheckOptions
from lookalike.matching.shipped import build_verifier
from lookalike.matching.stored_check import StoredCheck
from lookalike.pictures import Picture
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.looks_schema import LooksSettings
from lookalike.storage.opensearch.schema import alias_name
from lookalike.storage.opensearch.service import INDEX_BASE, LOOKS_BASE
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from tests.builders import a_fingerprint_id, a_picture, a_vector_entry
from tests.contract.storage.moto_dynamodb import create_tables
from tests.integration.opensearch.proxy import FaultyProxy
from tests.opensearch import GENEROUS, LUCENE
from tests.unit.aws import BUCKET, REGION, SETTINGS
from tests.unit.sync.stream.records import a_record

STORED, GONE = 1, 2
"""A picture that only the table has, and one that only the index has."""


def check(photograph: bytes) -> None:
    """Which products show a picture."""
    matcher = build_parts(read_settings(CheckSettings)).matcher
    assert matcher.check(prepare(photograph), CheckOptions()).matches == ()


def arrive(photograph: bytes, kind: type[CalibratedSettings] = ProductSettings) -> None:
    """Which products show a picture that is about to be registered."""
    settings = read_settings(kind)
    drift: Any = None  # is not asked for
    storage = build_storage(dynamodb_client(), settings, drift)
    fingerprinter = PictureFingerprinter(Network.load())
    verifier = build_verifier(read_calibration(settings), fingerprinter.network)
    fingerprint = fingerprinter.fingerprint(prepare(photograph))
    assert StoredCheck(storage, verifier).matches(fingerprint, CheckOptions()) == []


def compare_stored(photograph: bytes) -> None:
    """Which stored pictures are copies of a stored one."""
    settings = read_settings(DuplicateSettings)
    drift: Any = None  # is not asked for
    storage = build_storage(dynamodb_client(), settings, drift)
    fingerprint = PictureFingerprinter(Network.load()).fingerprint(prepare(photograph))
    storage.pictures.put_many([Picture(fingerprint, 0)])
    worker = ComparisonWorker(storage, read_calibration(settings))
    assert worker.compare_all([PictureTask(fingerprint.fingerprint_id)]) == [[]]


def follow(_: bytes) -> None:
    """Two records of the stream."""
    records = [
        a_record("INSERT", a_fingerprint_id(STORED)),
        a_record("REMOVE", a_fingerprint_id(GONE)),
    ]
    assert build_stream_follower(read_settings(SyncSettings)).handle_batch(records).applied == len(
        records
    )


def compare(_: bytes) -> None:
    """Table and index, each of which has what the other has not."""
    state = build_reconciler(read_settings(ReconcileSettings)).run(lambda: 900)
    assert (state.behind, state.ahead, state.unrepaired) == (1, 1, 0)


ACTIONS = {
    "_bulk": {
        "indices:data/write/bulk",
        "indices:data/write/bulk[s]",
        "indices:data/write/delete",
        "indices:data/write/index",
    },
    "_count": {"indices:data/read/search"},
    "_mget": {"indices:data/read/mget", "indices:data/read/mget[shard]"},
    "_msearch": {"indices:data/read/msearch", "indices:data/read/search"},
    "_search": {"indices:data/read/search"},
}
"""What a request makes OpenSearch do, each of which its security plugin has to allow.

As 3.6 logs it (``logger.org.opensearch.tasks.TaskManager: TRACE``), and for a bulk what the plugin
asks for each of its lines: https://docs.opensearch.org/latest/security/access-control/permissions/
"""
OF_THE_CLUSTER = {"indices:data/read/mget", "indices:data/read/msearch", "indices:data/write/bulk"}
"""Those that are permissions of the cluster, not of an index (``cluster_composite_ops``):
https://docs.opensearch.org/latest/security/access-control/default-action-groups/"""

WORK: Mapping[str, Callable[[bytes], None]] = {
    "find_similar": check,
    "manage_products": arrive,
    "compare_pictures": compare_stored,
    "import_batch": partial(arrive, kind=LoadSettings),
    "index_pictures": follow,
    "reconcile_index": compare,
}
"""All that a function asks of the index, as it is put together on AWS."""


@pytest.fixture
def deployed(
    opensearch: OpenSearch, index_base: str, proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Tables and an index that differ; what the functions ask of it passes through the proxy."""
    looks_base = f"{index_base}-looks"
    own = {
        "OPENSEARCH_ENDPOINT": proxy.url,
        "INDEX_ALIAS": index_base,
        "LOOKS_ALIAS": looks_base,
    }
    for name, value in {**SETTINGS, **own}.items():
        monkeypatch.setenv(PREFIX + name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    IndexAdmin(opensearch, ALGORITHM_VERSION, index_base, retries=GENEROUS).create(LUCENE)
    space = deployed_space()
    settings = LooksSettings(replicas=0, dimension=space.dimension)
    IndexAdmin(opensearch, space.version, looks_base, retries=GENEROUS).create(settings)
    vectors = OpenSearchVectors(
        opensearch, ALGORITHM_VERSION, index_base, retries=GENEROUS, refresh="true"
    )
    vectors.add([a_vector_entry(GONE, version=ALGORITHM_VERSION)])
    with mock_aws():
        create_tables(dynamodb_client())
        s3_client().create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        _, pictures = build_tables(dynamodb_client(), read_settings(FunctionSettings))
        pictures.put_many([a_picture(STORED, version=ALGORITHM_VERSION)])
        yield


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("function", ACCESS)
def test_should_ask_for_what_is_granted_and_nothing_else(
    function: str, index_base: str, proxy: FaultyProxy, sample_pictures: Sequence[Path]
) -> None:
    WORK[function](sample_pictures[0].read_bytes())
    access = ACCESS[function]
    granted = [(method.upper(), path) for method, path in access.requests]
    of_looks = [(method.upper(), path) for method, path in [*access.requests, *access.of_looks]]
    pictures = alias_name(index_base, ALGORITHM_VERSION)
    looks = alias_name(f"{index_base}-looks", deployed_space().version)
    asked = {(each.method, urlsplit(each.path).path) for each in proxy.asked}
    of_pictures = {each for each in asked if each[1].startswith(f"/{pictures}/")}
    assert of_pictures == {(method, f"/{pictures}/{path}") for method, path in granted}
    assert asked - of_pictures <= {(method, f"/{looks}/{path}") for method, path in of_looks}


@pytest.mark.parametrize("function", ACCESS)
def test_should_be_allowed_the_actions_that_its_requests_cause(function: str) -> None:
    access = ACCESS[function]
    asked = [*access.requests, *access.of_looks]
    actions = set().union(*(ACTIONS[path] for _, path in asked))
    assert set(access.cluster) == actions & OF_THE_CLUSTER
    of_indices = actions - OF_THE_CLUSTER
    allowed = {each for pattern in access.index for each in matching(of_indices, pattern)}
    assert allowed == of_indices


def test_should_be_granted_the_alias_that_functions_ask() -> None:
    assert fnmatchcase(alias_name(INDEX_BASE, ALGORITHM_VERSION), PICTURE_INDICES)
    assert fnmatchcase(alias_name(LOOKS_BASE, deployed_space().version), LOOKS_INDICES)
