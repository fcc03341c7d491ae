"""The functions of a deployment: zip, memory and timeout of each.

A new function is a folder ``lambdas/<name>/`` with a ``handler.py``, and one line in ``FUNCTIONS``:
it is then bundled and deployed with a role, a log group and alarms. What its role may do beyond
writing logs is an entry in ``infra/identities.py`` and, for the index, ``infra/search_access.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from infra.bundling import Contents
from infra.capacity import compaction_memory_mib, small_index_memory_mib
from infra.environments import Environment
from lookalike.aws.settings import (
    CheckSettings,
    DuplicateSettings,
    FunctionSettings,
    ImportSettings,
    LoadSettings,
    ProductSettings,
    PublishSettings,
    ReconcileSettings,
    RegisterSettings,
    Settings,
    SyncSettings,
)
from lookalike.storage.index_kind import IndexKind

_FOR_AWS = ("aws-lambda-powertools", "boto3", "opensearch-py", "pydantic-settings")
_FOR_PICTURES = (
    "certifi",
    "idna",
    "multipart",
    "onnxruntime",
    "pillow",
    "pillow-heif",
    "requests",
    "requests-hardened",
    "threadpoolctl",
    "urllib3",
)
_FOR_FEEDS = ("defusedxml", "ijson", "openpyxl")
"""What reading rows imports; Parquet takes pyarrow besides."""
_UNUSED = ("libarrow_flight*", "libarrow_substrait*", "libarrow_s3*", "_flight*", "_s3fs*")
"""Parts of pyarrow that reading Parquet does without; a zip has no room for them."""
_PRODUCT = "lookalike"
_NOT_DEPLOYED = (
    "lookalike.backfill",
    "lookalike.cli",
    "lookalike.evaluation",
    "lookalike.local",
    "lookalike.python_api",
    "lookalike.spark",
)
"""Packages that only run on one machine."""
_OUR_FOLDERS = (_PRODUCT, "lambdas")
PICTURES = Contents(
    "pictures",
    _OUR_FOLDERS,
    (*_FOR_AWS, "numpy", *_FOR_PICTURES, *_FOR_FEEDS),
    excluded=_NOT_DEPLOYED,
)
"""What functions need that process pictures: the network and all libraries but pyarrow."""
LARGE_FEEDS = Contents(
    "large_feeds",
    _OUR_FOLDERS,
    (*_FOR_AWS, "numpy", *_FOR_FEEDS, "pyarrow"),
    excluded=_NOT_DEPLOYED,
    without=("*.onnx",),
    unused=_UNUSED,
)
"""What reads feeds of every format."""
BACKGROUND = Contents(
    "background", _OUR_FOLDERS, (*_FOR_AWS, "numpy"), excluded=_NOT_DEPLOYED, without=("*.onnx",)
)
"""What works on stored hashes, without the network and libraries for pictures."""
ZIPS = (PICTURES, LARGE_FEEDS, BACKGROUND)
"""The zips that functions share: an upload for each function would hold nearly the same."""
_ONE_CORE_MIB = 1769
"""The memory at which a function has one whole core,
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""

_LARGE_FEED_MIB = 3_008
"""The most of a new account. Of 18 million rows, the ids that were read take 1.6 GB, and what they
name for a sync .5 GB more."""
_WHOLE_CATALOGUE_MIB = 2048
"""For the ids of all pictures and the links between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """One function.

    Attributes:
        name: its folder in ``lambdas``.
        contents: of its zip, which other functions share.
        memory_mib: memory; the share of a core grows with it.
        timeout_seconds: the gateway waits 29 seconds for an answer.
        settings: the class that reads its environment variables; ``None``: it has none.
        answers_callers: whether callers wait for it; it then starts from a snapshot.
        error_periods: five-minute periods in a row with an error until its alarm goes off;
            ``None``: it has none, since an alarm goes off where the work fails that it is part of.
        storage_mib: disk for files while it runs.
    """

    name: str
    contents: Contents
    memory_mib: int
    timeout_seconds: int
    settings: type[Settings] | None = None
    answers_callers: bool = False
    error_periods: int | None = 2
    storage_mib: int = 512

    @property
    def handler(self) -> str:
        """The dotted name that Lambda calls."""
        return f"lambdas.{self.name}.handler.handler"


def _api_function(name: str, settings: type[CheckSettings]) -> FunctionSpec:
    """Fetches, prepares and fingerprints pictures, which takes a core."""
    return FunctionSpec(
        name=name,
        contents=PICTURES,
        settings=settings,
        memory_mib=_ONE_CORE_MIB,
        timeout_seconds=28,
        answers_callers=True,
    )


def _background_function(
    name: str,
    settings: type[Settings] | None,
    *,
    memory_mib: int,
    timeout_seconds: int,
    error_periods: int | None = 2,
) -> FunctionSpec:
    """Works on stored hashes: needs neither the model nor libraries for pictures."""
    return FunctionSpec(
        name=name,
        contents=BACKGROUND,
        settings=settings,
        memory_mib=memory_mib,
        timeout_seconds=timeout_seconds,
        error_periods=error_periods,
    )


FUNCTIONS = (
    _api_function("find_similar", CheckSettings),
    _api_function("manage_products", ProductSettings),
    _background_function("index_pictures", SyncSettings, memory_mib=512, timeout_seconds=120),
    _background_function(
        "reconcile_index", ReconcileSettings, memory_mib=1024, timeout_seconds=900, error_periods=1
    ),
    FunctionSpec(
        name="import_batch",
        contents=PICTURES,
        settings=LoadSettings,
        memory_mib=_ONE_CORE_MIB,
        timeout_seconds=240,  # less than leases of hosts last
    ),
    FunctionSpec(
        name="prepare_import",
        contents=LARGE_FEEDS,
        settings=ImportSettings,
        memory_mib=_LARGE_FEED_MIB,
        timeout_seconds=900,
        storage_mib=10_240,
    ),
    _background_function(
        "finish_import", ImportSettings, memory_mib=512, timeout_seconds=300, error_periods=None
    ),
    _background_function(
        "plan_deletions", ImportSettings, memory_mib=_ONE_CORE_MIB, timeout_seconds=900
    ),
    *(
        FunctionSpec(
            name=name,
            contents=PICTURES,
            settings=DuplicateSettings,
            memory_mib=_WHOLE_CATALOGUE_MIB,
            timeout_seconds=900,
            error_periods=None,
        )
        for name in ("prepare_duplicates", "finish_duplicates")
    ),
    FunctionSpec(
        name="compare_pictures",
        contents=PICTURES,
        settings=DuplicateSettings,
        memory_mib=_ONE_CORE_MIB,
        timeout_seconds=240,  # the execution that calls it ends after five minutes
    ),
    FunctionSpec(
        name="register_products",
        contents=PICTURES,
        settings=RegisterSettings,
        memory_mib=_ONE_CORE_MIB,
        timeout_seconds=300,
    ),
    _background_function("publish_events", PublishSettings, memory_mib=256, timeout_seconds=60),
)
"""The functions that answer callers or work in the background."""

COMPACT_INDEX = _background_function(
    "compact_index", FunctionSettings, memory_mib=512, timeout_seconds=600, error_periods=1
)
"""Runs by schedule where there is a small index."""

PREPARE_SEARCH = _background_function("prepare_search", None, memory_mib=512, timeout_seconds=120)
"""Runs during deployments. CloudFormation passes it what it needs."""

CHECK_SERVICE = FunctionSpec(
    name="check_service",
    contents=PICTURES,
    memory_mib=512,
    timeout_seconds=240,
)
"""Uses the service by schedule, as a caller does."""

STOP_CALLERS = FunctionSpec(
    name="stop_callers",
    contents=BACKGROUND,
    memory_mib=256,
    timeout_seconds=30,
)
"""Called by the alarm on what requests of a day cost."""

STOP_BATCHES = replace(STOP_CALLERS, name="stop_batches")
"""Called by the alarm on what imports and searches for duplicates cost."""

ALL_FUNCTIONS = (
    *FUNCTIONS,
    COMPACT_INDEX,
    PREPARE_SEARCH,
    CHECK_SERVICE,
    STOP_CALLERS,
    STOP_BATCHES,
)
"""The functions of all kinds of deployments."""


_SEARCHES = ("find_similar", "manage_products", "compare_pictures", "import_batch")
_READS_SMALL_INDEX = (*_SEARCHES, "reconcile_index")
_FAISS_ARCHITECTURE = "arm64"
"""With faiss, a zip for x86_64 would be larger than 250 MB; numpy searches there."""


def fitted(spec: FunctionSpec, environment: Environment) -> FunctionSpec:
    """The function as an environment has it: with what its index needs."""
    if not environment.uses(IndexKind.SMALL):
        return spec
    if spec is COMPACT_INDEX:
        return replace(spec, memory_mib=compaction_memory_mib(environment.load))
    if spec.name not in _READS_SMALL_INDEX:
        return spec
    memory = max(spec.memory_mib, small_index_memory_mib(environment.load))
    return replace(spec, memory_mib=memory, contents=_searching(spec, environment))


def _searching(spec: FunctionSpec, environment: Environment) -> Contents:
    """A reconciliation asks for ids alone."""
    contents = spec.contents
    if spec.name not in _SEARCHES or environment.target.architecture != _FAISS_ARCHITECTURE:
        return contents
    return replace(
        contents, name=f"{contents.name}_with_faiss", libraries=(*contents.libraries, "faiss-cpu")
    )


def function_spec(name: str) -> FunctionSpec:
    """The function of that name.

    Raises:
        KeyError: there is none.
    """
    return {spec.name: spec for spec in ALL_FUNCTIONS}[name]
