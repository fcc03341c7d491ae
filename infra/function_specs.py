"""The functions: what is in each, and how large and how patient it is."""

from __future__ import annotations

from dataclasses import dataclass

from infra.bundling import Contents
from lookalike.aws.settings import ApiSettings, CheckSettings, Settings, SyncSettings

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
_PRODUCT = "lookalike"
_NOT_DEPLOYED = ("lookalike.cli", "lookalike.evaluation", "lookalike.local")
"""What runs on one machine alone."""
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
    """

    name: str
    contents: Contents
    memory_mib: int
    timeout_seconds: int
    settings: type[Settings] | None = None
    serves: bool = False

    @property
    def handler(self) -> str:
        """What Lambda calls."""
        return f"lambdas.{self.name}.handler.handler"


def _contents(name: str, needs: tuple[str, ...], without: tuple[str, ...] = ()) -> Contents:
    folders = (_PRODUCT, f"lambdas.{name}")
    return Contents(folders, needs, excluded=_NOT_DEPLOYED, without=without)


def _serving(name: str, settings: type[ApiSettings]) -> FunctionSpec:
    """Fetches, prepares and fingerprints pictures: one core and all libraries."""
    return FunctionSpec(
        name=name,
        contents=_contents(name, (*_AWS, "numpy", *_PICTURES)),
        settings=settings,
        memory_mib=_ONE_CORE_MIB,
        timeout_seconds=28,
        serves=True,
    )


def _following(name: str, settings: type[Settings], memory: int, timeout: int) -> FunctionSpec:
    """Moves stored hashes about: opens neither pictures nor networks."""
    return FunctionSpec(
        name=name,
        contents=_contents(name, (*_AWS, "numpy"), without=("*.onnx",)),
        settings=settings,
        memory_mib=memory,
        timeout_seconds=timeout,
    )


FIND_SIMILAR = _serving("find_similar", CheckSettings)
MANAGE_PRODUCTS = _serving("manage_products", ApiSettings)
INDEX_PICTURES = _following("index_pictures", SyncSettings, memory=512, timeout=120)
RECONCILE_INDEX = _following("reconcile_index", Settings, memory=1024, timeout=900)
FUNCTIONS = (FIND_SIMILAR, MANAGE_PRODUCTS, INDEX_PICTURES, RECONCILE_INDEX)

PREPARE_SEARCH = FunctionSpec(
    name="prepare_search",
    contents=_contents("prepare_search", (*_AWS, "numpy"), without=("*.onnx",)),
    memory_mib=512,
    timeout_seconds=900,
)
"""Runs at deployments; CloudFormation tells it what it needs to know."""

BUNDLED = (*FUNCTIONS, PREPARE_SEARCH)
"""All that has a zip."""
