"""Settings of the functions: environment variables, read once and typed.

Each function reads one class; the deployment sets its variables from the same class.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import Field, PositiveFloat, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from lookalike.errors import SettingInvalidError
from lookalike.mistakes import Form, explained
from lookalike.search.likeness import LikenessScale
from lookalike.search.models.settings import SearchSettings
from lookalike.storage.embeddings import Quantisation
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.opensearch.service import INDEX_BASE, LOOKS_BASE, OpenSearchService

PREFIX = "LOOKALIKE_"
DOWNLOADS_PER_HOST = 16
MAX_DOWNLOADS_PER_HOST = 2_000
"""The slots of a host are read by one request."""
MAX_RECONCILE_PARTS = 40
"""What Step Functions does at once within one execution."""

Name = Annotated[str, Field(min_length=1)]
"""The name of a table, a bucket or an alias."""
_Endpoint = Annotated[
    str, Form(r"^https?://[^/\s]+/?$", "must be an address such as https://search.example")
]


class Settings(BaseSettings):
    """Settings of any function."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)


class FunctionSettings(Settings):
    """Settings of functions that use the tables, and the index derived from them.

    Attributes:
        products_table: name of the table of products.
        pictures_table: name of the table of pictures.
        imports_table: name of the table of imports, which also has the reconciliation's state.
        decisions_table: name of the table of decisions.
        events_table: name of the table of events.
        indices: the kinds of index that are kept in step, of which the first answers checks.
        opensearch_endpoint: ``https://…``, or ``http://…`` in a test environment.
        opensearch_service: the service that requests to it are signed for.
        index_alias: prefix of the index's aliases; an algorithm version follows.
        looks_alias: prefix of the aliases of the index by looks; a model version follows.
        looks_quantisation: of the vectors in it: half floats or bytes.
        search_models: the models of searches by looks; files are named by keys of objects.
        models_bucket: name of the bucket with these objects; ``None``: no model is in a file.
        likeness_scales: what a cosine means to models of one's own, by version.
        changes_table: name of the table with the log of a small index.
        snapshots_bucket: name of the bucket with its snapshots.
    """

    products_table: Name
    pictures_table: Name
    imports_table: Name
    decisions_table: Name
    events_table: Name
    indices: Annotated[tuple[IndexKind, ...], Field(min_length=1, max_length=2)] = (
        IndexKind.OPENSEARCH,
    )
    opensearch_endpoint: _Endpoint | None = None
    opensearch_service: OpenSearchService = OpenSearchService.MANAGED
    index_alias: Name = INDEX_BASE
    looks_alias: Name = LOOKS_BASE
    looks_quantisation: Quantisation = Quantisation.FLOAT16
    search_models: SearchSettings = SearchSettings()
    models_bucket: Name | None = None
    likeness_scales: Mapping[str, LikenessScale] = Field(default_factory=dict)
    changes_table: Name | None = None
    snapshots_bucket: Name | None = None


class ApiSettings(FunctionSettings):
    """Further settings of a function behind the API.

    Attributes:
        uploads_bucket: bucket for pictures that are too large for a request.
        allow_private_hosts: also fetch pictures from loopback and private networks; only for a
            test environment.
        cors_origin: the one origin (or ``*``) whose pages may call the API; ``None``: no page may.
    """

    uploads_bucket: Name
    allow_private_hosts: bool = False
    cors_origin: str | None = None


class ImportSettings(FunctionSettings):
    """Further settings of the functions that work on imports.

    Attributes:
        imports_bucket: bucket of their files.
        uploads_bucket: bucket of files that callers have uploaded.
        allow_private_hosts: also fetch pictures from loopback and private networks; only for a
            test environment.
    """

    imports_bucket: Name
    uploads_bucket: Name
    allow_private_hosts: bool = False


class CalibratedSettings(FunctionSettings):
    """Further settings of functions that compare pictures.

    Attributes:
        calibration_json: content of a file of ``lookalike evaluate --calibrate``; ``None``: the
            shipped calibration.
    """

    calibration_json: str | None = None


class LoadSettings(ImportSettings, CalibratedSettings):
    """Settings of the function that loads batches, and checks their products if it is to.

    Attributes:
        downloads_per_host: pictures that all functions of imports together ask one host for at
            once.
        obey_robots_txt: whether only pictures are fetched that the robots.txt of their hosts
            allows.
    """

    obey_robots_txt: bool = False
    downloads_per_host: Annotated[int, Field(ge=1, le=MAX_DOWNLOADS_PER_HOST)] = DOWNLOADS_PER_HOST


class DuplicateSettings(CalibratedSettings):
    """Further settings of the functions that search for duplicates.

    Attributes:
        imports_bucket: bucket of their files.
    """

    imports_bucket: Name


class CheckSettings(ApiSettings, CalibratedSettings):
    """Settings of a function behind the API that checks pictures.

    Attributes:
        further_searches: searches a second that the gateway does not count, and that all functions
            may make together; ``None``: as many as are asked for.
    """

    further_searches: PositiveFloat | None = None


class ProductSettings(CheckSettings):
    """Further settings of the function that registers products and begins imports.

    Attributes:
        imports_bucket: bucket of the files of imports.
        imports_machine: ARN of the state machine that works on imports.
        duplicates_machine: ARN of the state machine that searches for duplicates.
    """

    imports_bucket: Name
    imports_machine: Name
    duplicates_machine: Name


class SyncSettings(FunctionSettings):
    """Further settings of the function on the stream.

    Attributes:
        failed_records_bucket: bucket for records that can never be applied, for the operator.
    """

    failed_records_bucket: Name


class ReconcileSettings(FunctionSettings):
    """Further settings of the function that reconciles table and index.

    Attributes:
        imports_bucket: bucket that has the checksums of a reconciliation.
        reconcile_parts: in which each of its steps is done.
    """

    imports_bucket: Name
    reconcile_parts: Annotated[int, Field(ge=1, le=MAX_RECONCILE_PARTS)] = 1


class RegisterSettings(FunctionSettings):
    """Further settings of the function that registers what other programs write.

    Attributes:
        allow_private_hosts: as of ``ApiSettings``.
    """

    allow_private_hosts: bool = False


class PublishSettings(Settings):
    """Settings of the function that publishes events.

    Attributes:
        event_bus: name of the bus.
        event_source: what events on it name as their source.
        dead_events_queue: address of the queue of events that cannot be published.
    """

    event_bus: Name
    event_source: Name
    dead_events_queue: Name


Read = TypeVar("Read", bound=Settings)


def read_settings(kind: type[Read]) -> Read:
    """Read the settings of this process.

    Raises:
        SettingInvalidError: variables are missing or invalid; all of them are named.
    """
    try:
        return kind()
    except ValidationError as error:
        flaws = [{**flaw, "loc": [_named(step) for step in flaw["loc"]]} for flaw in error.errors()]
        what = explained(flaws)
        raise SettingInvalidError(f"The environment is not complete. {what}") from None


def _named(step: int | str) -> int | str:
    """The variable of a setting."""
    return step if isinstance(step, int) else f"{PREFIX}{step.upper()}"
