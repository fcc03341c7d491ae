"""What the deployment decides for its functions: environment variables, read once and typed.

A function reads the class that names what it needs; the infrastructure sets these variables.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from lookalike.errors import SettingInvalidError
from lookalike.storage.opensearch.service import INDEX_BASE, OpenSearchService

PREFIX = "LOOKALIKE_"

Name = Annotated[str, Field(min_length=1)]
"""Of a table, a bucket or an alias."""


class Settings(BaseSettings):
    """What every function needs: the tables, and the index derived from them.

    Attributes:
        products_table: name.
        pictures_table: name.
        imports_table: name; it also keeps how the last comparison of table and index went.
        opensearch_endpoint: ``https://…``, or ``http://…`` in a test environment.
        opensearch_service: what requests to it are signed for.
        index_alias: what the aliases of the index begin with; an algorithm version follows.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    products_table: Name
    pictures_table: Name
    imports_table: Name
    opensearch_endpoint: Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")]
    opensearch_service: OpenSearchService = OpenSearchService.MANAGED
    index_alias: Name = INDEX_BASE


class ApiSettings(Settings):
    """What a function behind the API needs as well.

    Attributes:
        uploads_bucket: where callers put pictures that are too large for a request.
        allow_private_hosts: also fetch pictures from loopback and private networks; only for a
            test environment.
        cors_origin: the one origin (or ``*``) whose pages may call the API; ``None``: no page may.
    """

    uploads_bucket: Name
    allow_private_hosts: bool = False
    cors_origin: str | None = None


class CheckSettings(ApiSettings):
    """What the function that checks pictures needs as well.

    Attributes:
        calibration_json: what a file of ``lookalike evaluate --calibrate`` says; ``None``:
            percentages are as shipped.
    """

    calibration_json: str | None = None


class SyncSettings(Settings):
    """What the function on the stream needs as well.

    Attributes:
        failed_records_bucket: where records that can never be applied are kept for the operator.
    """

    failed_records_bucket: Name


Read = TypeVar("Read", bound=Settings)


def read_settings(kind: type[Read]) -> Read:
    """The settings of this process.

    Raises:
        SettingInvalidError: a variable is missing or cannot be used; every such one is named.
    """
    try:
        return kind()  # type: ignore[call-arg] # the environment has the arguments
    except ValidationError as error:
        flaws = [f"{PREFIX}{_name(flaw['loc'])}: {flaw['msg']}" for flaw in error.errors()]
        raise SettingInvalidError(f"The environment is not complete. {'; '.join(flaws)}.") from None


def _name(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper()
