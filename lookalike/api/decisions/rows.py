"""Decisions as rows of tables, which exports have and imports read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lookalike.api.decisions.models import DecisionAnswer, DecisionRequest, PictureShown
from lookalike.errors import BadParameterError
from lookalike.http.validation import checked

_PICTURES = ("pictures_of_a", "pictures_of_b")
COLUMNS = ("a", "b", "decision", "note", "by", "decided_at", *_PICTURES)


def row_of(decision: DecisionAnswer) -> dict[str, str]:
    """The row of a decision; pictures are JSON within a text."""
    return {
        "a": decision.a,
        "b": decision.b,
        "decision": decision.decision.value,
        "note": decision.note,
        "by": decision.by,
        "decided_at": decision.decided_at.isoformat(),
        "pictures_of_a": _json(decision.pictures_of_a),
        "pictures_of_b": _json(decision.pictures_of_b),
    }


def request_of(values: Mapping[str, Any]) -> DecisionRequest:
    """What a row says; cells that are empty say nothing, and further columns are ignored.

    Raises:
        BadParameterError: it says no decision.
    """
    given = {name: values[name] for name in COLUMNS if values.get(name)}
    return checked(DecisionRequest, given | _pictures(given))


def _pictures(given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {name: json.loads(given[name]) for name in _PICTURES if name in given}
    except (TypeError, ValueError, RecursionError) as error:
        raise BadParameterError("The pictures are not JSON, as an export has them.") from error


def _json(pictures: list[PictureShown]) -> str:
    return json.dumps([picture.model_dump() for picture in pictures])
