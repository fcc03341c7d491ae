"""Deciding about products in a program."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageOps

from lookalike import Catalogue
from lookalike.errors import (
    BadParameterError,
    DecisionConflictError,
    UnknownDecisionError,
    UnknownProductError,
)

PHOTO = min((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))


@pytest.fixture
def catalogue() -> Catalogue:
    """A photograph, and the same mirrored."""
    catalogue = Catalogue()
    catalogue.add("photo", PHOTO)
    with Image.open(PHOTO) as photo:
        catalogue.add("mirrored", ImageOps.mirror(photo.convert("RGB")))
    return catalogue


def test_should_respect_a_decision_until_it_is_undone(catalogue: Catalogue) -> None:
    def found() -> list[str]:
        result = catalogue.check(PHOTO, exclude_entity_ids=["photo"])
        return [match.product.entity_id for match in result.matches]

    assert found() == ["mirrored"]
    decision = catalogue.decide("photo", "mirrored", "not_duplicate", note="Two logos.", by="Ada")
    assert (decision.a, decision.b, decision.note) == ("mirrored", "photo", "Two logos.")
    assert (found(), catalogue.duplicates()) == ([], [])
    catalogue.undo(decision.decision_id)
    assert found() == ["mirrored"]
    with pytest.raises(UnknownDecisionError):
        catalogue.undo(decision.decision_id)


def test_should_list_decisions(catalogue: Catalogue) -> None:
    decision = catalogue.decide("photo", "mirrored", "duplicate")
    assert list(catalogue.decisions()) == [decision]
    assert list(catalogue.decisions(entity_id="photo", decision="duplicate")) == [decision]
    assert list(catalogue.decisions(decision="variant")) == []
    [group] = catalogue.duplicates()
    assert group["decided"] is True


def test_should_not_overwrite_unseen(catalogue: Catalogue) -> None:
    first = catalogue.decide("photo", "mirrored", "duplicate")
    with pytest.raises(DecisionConflictError):
        catalogue.decide("photo", "mirrored", "variant")
    second = catalogue.decide("photo", "mirrored", "variant", replaces=first.decision_id)
    assert list(catalogue.decisions()) == [second]


def test_should_refuse_what_is_no_decision(catalogue: Catalogue) -> None:
    with pytest.raises(BadParameterError, match="decision"):
        catalogue.decide("photo", "mirrored", "perhaps")
    with pytest.raises(BadParameterError, match="two products"):
        catalogue.decide("photo", "photo", "duplicate")
    with pytest.raises(UnknownProductError, match="nobody"):
        catalogue.decide("photo", "nobody", "duplicate")
    with pytest.raises(BadParameterError, match="not_duplicate"):
        catalogue.decisions(decision="perhaps")
