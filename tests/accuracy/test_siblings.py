"""A plain product beside a printed one in the same template stays what it is, and so does that."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from PIL import Image

from lookalike.evaluation.edits import apply
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import prepare
from lookalike.matching.check import CheckOptions
from lookalike.matching.shipped import build_matcher
from tests.accuracy.conftest import storage_of
from tests.images import encoded
from tests.tees import plain_tee, printed_tee, tee_with_banner

TEES: Mapping[str, Image.Image] = {
    "plain": plain_tee(),
    "printed": printed_tee(),
    "banner": tee_with_banner(),
}


@pytest.mark.parametrize("edit", ["jpeg30", "flip", "crop10", "blur4", "random_quality"])
@pytest.mark.parametrize(
    ("asked", "other"),
    [("plain", "printed"), ("printed", "plain"), ("plain", "banner"), ("printed", "banner")],
)
def test_should_find_a_copy_beside_a_sibling(
    asked: str, other: str, edit: str, fingerprinter: PictureFingerprinter
) -> None:
    prepared = {name: prepare(encoded(TEES[name], "PNG")) for name in (asked, other)}
    matcher = build_matcher(
        storage_of({name: fingerprinter.fingerprint(each) for name, each in prepared.items()}),
        fingerprinter,
    )
    query = prepare(apply(edit, TEES[asked], 3))
    [first] = matcher.check(query, CheckOptions(top=1)).matches
    assert first.product.entity_id == asked
    assert first.verdict.is_copy
