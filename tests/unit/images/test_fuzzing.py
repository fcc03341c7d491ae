"""Whatever a file is made of, it is a picture within the limits or refused. See ``make fuzz``."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from tests.image_fuzzing import FAMILIES, check, damaged

BOUNDED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.data_too_large]
)


@pytest.mark.parametrize("family", FAMILIES)
@BOUNDED
@given(data=st.data())
def test_should_prepare_or_refuse_whatever_is_built(family: str, data: st.DataObject) -> None:
    check(data.draw(damaged(FAMILIES[family])))


@pytest.mark.parametrize("family", FAMILIES)
def test_should_build_pictures_as_well_as_refused_files(family: str) -> None:
    """Strategies that build nothing that is decoded would look for nothing."""
    assert find(FAMILIES[family], check, settings=settings(max_examples=2_000, database=None))
