"""Candidates are verified until enough sure copies are left beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from lookalike.matching.enough_copies import MOST_VERIFIED, EnoughCopies
from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.ranking import SURE

IN_VAIN = 3
SURE_COPY = Finding("", SURE, Verdict.EDITED_COPY, Evidence(20, 100), colour_difference=-9.0)


class Candidates:
    """Findings by probability, and how many of them were verified."""

    def __init__(self, *probabilities: float) -> None:
        self.verified = 0
        self._probabilities = probabilities

    def __iter__(self) -> Iterator[Finding]:
        """Each is computed when it is asked for."""
        for number, probability in enumerate(self._probabilities):
            self.verified += 1
            yield replace(SURE_COPY, fingerprint_id=str(number), probability=probability)


def _found(
    candidates: Candidates, top: int, vanishing: Sequence[str] = (), *, of_one_product: bool = False
) -> list[str]:
    """Ids of what is left; some vanish as soon as another picture is beside them."""

    def entities(name: str) -> set[str]:
        return {"one" if of_one_product else name}

    def lowered(findings: Sequence[Finding]) -> list[Finding]:
        return [
            replace(found, probability=0.1)
            if found.fingerprint_id in vanishing and len(findings) > 1
            else found
            for found in findings
        ]

    left = EnoughCopies(top, IN_VAIN, entities).of(iter(candidates), lowered)
    return [found.fingerprint_id for found in left if found.is_matched]


@pytest.mark.parametrize(("top", "verified"), [(1, 2), (2, 4), (3, 7)])
def test_should_end_with_as_many_sure_copies_as_asked_for(top: int, verified: int) -> None:
    candidates = Candidates(0.1, SURE, 0.6, SURE, 0.1, 0.1, 0.1, SURE)
    _found(candidates, top)
    assert candidates.verified == verified


def test_should_go_on_where_sure_copies_vanish_beside_each_other() -> None:
    """Else two copies would be found by who asks for one, and none by who asks for two."""
    candidates = Candidates(SURE, SURE, 0.1, SURE, SURE)
    assert _found(candidates, 2, vanishing=["0", "1"]) == ["3", "4"]
    assert candidates.verified == 5


@pytest.mark.parametrize("top", [1, 2, 5, 12])
def test_should_find_a_copy_however_many_are_asked_for(top: int) -> None:
    candidates = Candidates(SURE, SURE, SURE, 0.1, 0.1, 0.1)
    assert _found(candidates, top, vanishing=["1", "2"])


@pytest.mark.parametrize(("top", "left"), [(1, ["0"]), (2, ["1", "2"])])
def test_should_take_from_the_first_copy_only_where_others_are_verified(
    top: int, left: list[str]
) -> None:
    """A limit: nothing is verified beyond the copies that are asked for."""
    assert _found(Candidates(SURE, SURE, SURE), top, vanishing=["0"]) == left


def test_should_end_after_so_many_in_vain_though_copies_vanished() -> None:
    candidates = Candidates(SURE, SURE, 0.1, 0.1, 0.1, SURE)
    assert _found(candidates, 2, vanishing=["0", "1"]) == []
    assert candidates.verified == 5


def test_should_count_the_pictures_of_one_product_once() -> None:
    candidates = Candidates(SURE, SURE, SURE)
    _found(candidates, 2, of_one_product=True)
    assert candidates.verified == 3


@pytest.mark.parametrize("top", [1, 5])
def test_should_end_though_copies_follow_that_are_not_sure(top: int) -> None:
    """Of a query in greyscale, no copy is: it may be of any colour."""
    most = MOST_VERIFIED * IN_VAIN
    candidates = Candidates(*[SURE - 0.01] * (most + 1))
    assert len(_found(candidates, top)) == candidates.verified == most


def test_should_go_on_behind_many_pictures_of_one_product() -> None:
    many = 2 * MOST_VERIFIED * IN_VAIN
    candidates = Candidates(*[SURE] * many)
    assert len(_found(candidates, 2, of_one_product=True)) == candidates.verified == many
