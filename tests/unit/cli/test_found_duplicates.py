"""Groups of duplicates that a command has found."""

from __future__ import annotations

from lookalike.cli.found_duplicates import Found


def test_should_leave_out_what_is_decided() -> None:
    groups = [{"id": "1", "decided": True}, {"id": "2", "decided": False}]
    found = Found(iter(groups), lambda some, _: list(some))
    assert list(found.undecided().groups) == groups[1:]
