"""What is shipped is under licences that are allowed, and nobody guesses a licence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from packaging.requirements import Requirement

from scripts.supply_chain.licences import Licences, LicenceUnknownError, shipped
from scripts.supply_chain.locks import Pin


@pytest.fixture(scope="module")
def licences() -> Licences:
    return Licences.listed()


def library(name: str) -> Pin:
    return Pin(Requirement(f"{name}==1.0"), (), ())


def stating(licences: Licences, expression: str) -> Licences:
    """The list, in which the library ``some`` has this licence."""
    return replace(licences, read={"some": expression})


def test_should_ship_nothing_under_other_licences(licences: Licences) -> None:
    assert [pin.name for pin in shipped() if not licences.allows(pin)] == []


def test_should_say_which_libraries_are_excepted(licences: Licences) -> None:
    """An exception that is no longer needed would let another licence through."""
    without = replace(licences, excepted={})
    assert {pin.name for pin in shipped() if not without.allows(pin)} == {*licences.excepted}


def test_should_list_nothing_that_is_not_shipped(licences: Licences) -> None:
    assert {*licences.read} <= {pin.name for pin in shipped()}


def test_should_ship_the_weights_of_the_network(licences: Licences) -> None:
    [weights] = (pin for pin in shipped() if pin.name.startswith("efficientnet"))
    assert licences.of(weights) == "Apache-2.0"


@pytest.mark.parametrize(
    "expression",
    ["MIT", "MIT OR AGPL-3.0-only", "MIT AND (AGPL-3.0-only OR Apache-2.0)"],
)
def test_should_allow_what_can_be_had_under_allowed_ones(
    licences: Licences, expression: str
) -> None:
    assert stating(licences, expression).allows(library("some"))


@pytest.mark.parametrize(
    "expression",
    ["AGPL-3.0-only", "MIT AND AGPL-3.0-only", "GPL-2.0-only WITH Classpath-exception-2.0"],
)
def test_should_refuse_what_asks_for_more(licences: Licences, expression: str) -> None:
    assert not stating(licences, expression).allows(library("some"))


def test_should_read_what_the_installed_library_states(licences: Licences) -> None:
    """The first in an SPDX expression, the others in fields of older metadata."""
    stated = {name: licences.of(library(name)) for name in ("urllib3", "boto3", "mdurl")}
    assert stated == {"urllib3": "MIT", "boto3": "Apache-2.0", "mdurl": "MIT"}


def test_should_not_guess_what_is_not_an_spdx_expression(licences: Licences) -> None:
    unread = replace(licences, read={})
    with pytest.raises(LicenceUnknownError, match=r"python-dateutil 1.0 .* 'Dual License'"):
        unread.of(library("python-dateutil"))


def test_should_not_guess_about_a_library_that_is_not_here(licences: Licences) -> None:
    with pytest.raises(LicenceUnknownError, match="nothing-like-it is not installed here"):
        licences.of(library("nothing-like-it"))
