"""The requirements files pin what `pyproject.toml` asks for, and say what every file has to be."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.supply_chain import locks
from scripts.supply_chain.locks import BUILD, DEVELOPMENT, FUNCTIONS, ROOT, RUNNING, Pin, pins

EMULATOR = ROOT / "tests/e2e/requirements.txt"
APART = tuple(ROOT / f"requirements-{name}.txt" for name in ("notebook", "spark", "pack", "fuzz"))
"""What is installed for one purpose alone."""
ALL = (RUNNING, FUNCTIONS, BUILD, DEVELOPMENT, EMULATOR, *APART)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BASE = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
BUILDING = PROJECT["dependency-groups"]["build"]
EVERYTHING = [
    *BASE,
    *(line for name, extra in EXTRAS.items() if name != "spark" for line in extra),
    *BUILDING,
]
"""Spark is installed apart, by `make spark`."""

LOCK = r"""first==1.0 ; sys_platform == 'win32' \
    --hash=sha256:aa \
    --hash=sha256:bb
    # via
    #   -c requirements.txt
    #   lookalike (pyproject.toml)
    #   second
Second.Name[extra]==2.0.post1 \
    --hash=sha256:cc
    # via lookalike (pyproject.toml:build)
"""


def files(path: Path) -> set[tuple[str, str, tuple[str, ...]]]:
    """What may be installed."""
    return {(pin.name, pin.version, pin.digests) for pin in pins(path)}


def ours(path: Path) -> set[str]:
    """What we require ourselves, as far as the file says it."""
    return {f"{pin.name}=={pin.version}" for pin in pins(path) if "lookalike" in pin.wanted_by}


def without_extras(requirements: list[str]) -> set[str]:
    parsed = map(Requirement, requirements)
    return {f"{each.name.lower()}{each.specifier}" for each in parsed}


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (RUNNING, BASE),
        (FUNCTIONS, [*BASE, *EXTRAS["aws"], *EXTRAS["feeds"]]),
        (BUILD, BUILDING),
        (DEVELOPMENT, EVERYTHING),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_should_pin_what_the_project_asks_for_and_no_more(path: Path, asked: list[str]) -> None:
    assert ours(path) == without_extras(asked), "run `make lock`"


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_should_know_one_version_and_the_digests_of_all_libraries(path: Path) -> None:
    assert pins(path)
    assert [pin.name for pin in pins(path) if not (pin.version and pin.digests)] == []


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_should_name_no_place_to_fetch_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find" not in text


@pytest.mark.parametrize("path", [RUNNING, FUNCTIONS, BUILD], ids=lambda path: path.name)
def test_should_develop_with_what_is_shipped(path: Path) -> None:
    assert files(path) <= files(DEVELOPMENT)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (RUNNING, BASE),
        (FUNCTIONS, [*BASE, *EXTRAS["aws"], *EXTRAS["feeds"]]),
        (DEVELOPMENT, EVERYTHING),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_should_pin_libraries_with_the_extras_that_are_asked_for(
    path: Path, asked: list[str]
) -> None:
    """pip takes a library with an extra for another one, whose newest version it tries first."""
    pinned = {pin.name: pin.requirement.extras for pin in pins(path)}
    by_others = [each for name in pinned for each in _asked_for_by(name)]
    assert [
        str(each)
        for each in [*map(Requirement, asked), *by_others]
        if canonicalize_name(each.name) in pinned
        and not each.extras <= pinned[canonicalize_name(each.name)]
    ] == []


def _asked_for_by(name: str) -> list[Requirement]:
    """What an installed library asks for here; nothing of one that is not installed."""
    try:
        asked = [Requirement(line) for line in metadata.requires(name) or ()]
    except metadata.PackageNotFoundError:
        return []
    return [each for each in asked if each.marker is None or each.marker.evaluate({"extra": ""})]


def test_should_build_with_the_backend_that_is_pinned() -> None:
    [backend] = PROJECT["build-system"]["requires"]
    assert backend in BUILDING


def test_should_read_versions_digests_and_who_wants_them(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(LOCK, encoding="utf-8")
    first, second = locks.pins(lock)
    assert (first.name, first.version, first.digests) == ("first", "1.0", ("aa", "bb"))
    assert first.wanted_by == ("lookalike", "second")
    assert str(first.requirement.marker) == 'sys_platform == "win32"'
    assert (second.name, second.version, second.digests) == ("second-name", "2.0.post1", ("cc",))
    assert second.wanted_by == ("lookalike",)


def test_should_find_no_version_where_several_are_allowed() -> None:
    assert Pin(Requirement("first>=1,<2"), (), ()).version == ""
    assert Pin(Requirement("first==1.*"), (), ()).version == ""
