"""The functions: what is in each, and how large and how patient it is."""

from __future__ import annotations

from dataclasses import dataclass

from infra.bundling import Contents
from lambdas.shared.settings import ApiSettings, CheckSettings, Settings, SyncSettings

_AWS = ("aws-lambda-powertools", "aws-xray-sdk", "boto3", "opensearch-py", "pydantic-settings")
_PICTURES = (
    "certifi",
    "idna",
    "onnxruntime",
    "pillow",
    "pillow-heif",
    "requests",
    "requests-hardened",
    "threadpoolctl",
    "urllib3",
)
_SHARED = "lambdas.shared"
_ONE_CORE_MIB = 1769
"""With that memory a function has one whole core,
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """One function.

    Attributes:
        name: its folder.
        contents: what is in its zip.
        memory_mib: memory, and with it a share of a core.
        timeout_seconds: the gateway waits 29 seconds for an answer.
        settings: what its environment variables say; ``None``: it needs none.
        serves: whether callers wait for it: it is then restored from a snapshot.
        package: what the folder lies in.
    """

    name: str
    contents: Contents
    memory_mib: int
    timeout_seconds: int
    settings: type[Settings] | None = None
    serves: bool = False
    package: str = "lambdas"

    @property
    def handler(self) -> str:
        """What Lambda calls."""
        return f"{self.package}.{self.name}.handler.handler"


def _serving(name: str, settings: type[ApiSettings], *folders: str) -> FunctionSpec:
    """Fetches, prepares and fingerprints pictures: one core and all libraries."""
    return FunctionSpec(
        name=name,
        contents=Contents(
            (_SHARED, f"lambdas.{name}", *(f"lambdas.{folder}" for folder in folders)),
            (*_AWS, "numpy", *_PICTURES),
        ),
        settings=settings,
        memory_mib=_ONE_CORE_MIB,
        timeout_seconds=28,
        serves=True,
    )


def _following(name: str, settings: type[Settings], memory: int, timeout: int) -> FunctionSpec:
    """Moves stored hashes about: opens neither pictures nor networks."""
    return FunctionSpec(
        name=name,
        contents=Contents((_SHARED, f"lambdas.{name}"), (*_AWS, "numpy"), without=("*.onnx",)),
        settings=settings,
        memory_mib=memory,
        timeout_seconds=timeout,
    )


FIND_SIMILAR = _serving(
    "find_similar",
    CheckSettings,
    "compare_images",
    "manage_products",  # for the contract alone
    "manage_uploads",
    "service_status",
)
MANAGE_PRODUCTS = _serving("manage_products", ApiSettings)
INDEX_PICTURES = _following("index_pictures", SyncSettings, memory=512, timeout=120)
RECONCILE_INDEX = _following("reconcile_index", Settings, memory=1024, timeout=900)
FUNCTIONS = (FIND_SIMILAR, MANAGE_PRODUCTS, INDEX_PICTURES, RECONCILE_INDEX)

PREPARE_SEARCH = FunctionSpec(
    name="prepare_search",
    package="infra",
    contents=Contents(("infra.prepare_search", _SHARED), (*_AWS, "numpy"), without=("*.onnx",)),
    memory_mib=512,
    timeout_seconds=900,
)
"""Runs at deployments; CloudFormation tells it what it needs to know."""

BUNDLED = (*FUNCTIONS, PREPARE_SEARCH)
"""All that has a zip."""
