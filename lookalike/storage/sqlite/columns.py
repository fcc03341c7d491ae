"""How the fields of stored classes become columns of SQLite tables, and back.

A new field is one line here, a field of the stored class, and a migration that adds the column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from lookalike.decisions import DecisionKind, pictures_from_json, pictures_to_json
from lookalike.products import ProductImage, ProductState
from lookalike.storage.api_keys import Role
from lookalike.storage.events import EventType
from lookalike.storage.import_runs import ImportMode
from lookalike.storage.run_state import RunState

Row = tuple[Any, ...]


def _unchanged(value: Any) -> Any:  # noqa: ANN401 - of whatever type a column has
    return value


def _as_json(value: Mapping[str, Any] | tuple[str, ...]) -> str:
    return json.dumps(
        value if isinstance(value, tuple) else dict(value),
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _as_text(value: Enum) -> str:
    return str(value.value)


def _texts(value: str) -> tuple[str, ...]:
    return tuple(json.loads(value))


def _images_as_json(images: Sequence[ProductImage]) -> str:
    return json.dumps(
        [asdict(image) for image in images], ensure_ascii=False, separators=(",", ":")
    )


def _images(value: str) -> tuple[ProductImage, ...]:
    if value == "[]":  # as nearly all are
        return ()
    return tuple(
        ProductImage(**image | {"state": ProductState(image["state"])})
        for image in json.loads(value)
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column that holds the field of the same name.

    Attributes:
        name: of field and column.
        write: from the field's value to the stored one.
        read: from the stored value to the field's.
    """

    name: str
    write: Callable[[Any], Any] = _unchanged
    read: Callable[[Any], Any] = _unchanged


class Columns:
    """Columns in a fixed order: SQL that names them, and rows that follow it.

    Names are quoted by brackets: in double quotes, SQLite takes an unknown name for a text.
    """

    def __init__(self, *columns: Column) -> None:
        self._columns = columns
        self.names = ", ".join(f"[{column.name}]" for column in columns)
        self.placeholders = ", ".join("?" * len(columns))
        self.excluded = ", ".join(f"excluded.[{column.name}]" for column in columns)

    def row(self, stored: object) -> Row:
        """The values of an object."""
        return tuple(column.write(getattr(stored, column.name)) for column in self._columns)

    def fields(self, row: Row) -> dict[str, Any]:
        """The fields of an object, by name."""
        pairs = zip(self._columns, row, strict=True)
        return {column.name: column.read(value) for column, value in pairs}


PRODUCT = Columns(
    Column("entity_id"),
    Column("sku"),
    Column("image_url"),
    Column("fingerprint_id"),
    Column("attributes", _as_json, json.loads),
    Column("state", _as_text, ProductState),
    Column("source_revision"),
    Column("further_images", _images_as_json, _images),
)
RUN = Columns(
    Column("import_id"),
    Column("created_at"),
    Column("state", _as_text, RunState),
    Column("finished_at"),
    Column("total"),
    Column("done"),
    Column("failed"),
    Column("unchanged"),
    Column("started_at"),
    Column("rows_before"),
    Column("mode", _as_text, ImportMode),
    Column("max_deletions"),
    Column("scope", _as_json, json.loads),
    Column("deleted"),
    Column("detail"),
    Column("on_duplicate"),
    Column("columns", _as_json, json.loads),
    Column("dry_run", int, bool),
)
FAILURE = Columns(
    Column("row"),
    Column("entity_id"),
    Column("image_url"),
    Column("code"),
    Column("detail"),
)
DUPLICATE_RUN = Columns(
    Column("run_id"),
    Column("created_at"),
    Column("min_match"),
    Column("keep", _as_json, _texts),
    Column("state", _as_text, RunState),
    Column("finished_at"),
    Column("total"),
    Column("compared"),
    Column("started_at"),
    Column("compared_before"),
    Column("groups"),
)
LINK = Columns(
    Column("a"),
    Column("b"),
    Column("probability"),
    Column("verdict"),
    Column("evidence", _as_json, json.loads),
)
DECISION = Columns(
    Column("a"),
    Column("b"),
    Column("kind", _as_text, DecisionKind),
    Column("pictures_of_a", pictures_to_json, pictures_from_json),
    Column("pictures_of_b", pictures_to_json, pictures_from_json),
    Column("decided_at"),
    Column("note"),
    Column("by"),
)
API_KEY = Columns(
    Column("key_id"),
    Column("name"),
    Column("role", _as_text, Role),
    Column("digest"),
    Column("created_at"),
    Column("revoked_at"),
)
EVENT = Columns(
    Column("event_id"),
    Column("type", _as_text, EventType),
    Column("subject"),
    Column("created_at"),
    Column("data", _as_json, json.loads),
)
FLAG = Columns(
    Column("entity_id"),
    Column("fingerprint_id"),
    Column("match", _as_json, json.loads),
    Column("flagged_at"),
)
