"""Packed entries: merging, and files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import BadParameterError
from lookalike.pictures import VectorEntry
from lookalike.storage.refusals import FIELD_BYTES
from lookalike.storage.small.packed import DecodedIds, PackedEntries, require_storable
from tests.builders import VERSION, some_hashes

ID = st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=8)


def an_entry(name: str) -> VectorEntry:
    """Some have a trimmed frame, and some lack a hash."""
    hashes = some_hashes(len(name), trimmed=len(name) % 2 == 0)
    return VectorEntry(
        name, VERSION, {f: h for f, h in hashes.items() if len(name) % 3 or f != "deep"}
    )


def unpacked(packed: PackedEntries) -> dict[str, dict[str, bytes]]:
    found: dict[str, dict[str, bytes]] = {name: {} for name in DecodedIds(packed.ids)}
    names = list(found)
    for field in FIELD_BYTES:
        for owner, row in zip(packed.owners[field], packed.codes[field], strict=True):
            found[names[owner]][field] = row.tobytes()
    return found


def hashes_of(names: set[str]) -> dict[str, dict[str, bytes]]:
    return {name: dict(an_entry(name).hashes) for name in names}


@settings(deadline=None, max_examples=60)
@given(first=st.sets(ID), more=st.sets(ID), hidden=st.sets(ID))
def test_should_merge_as_sets_do(first: set[str], more: set[str], hidden: set[str]) -> None:
    packed = PackedEntries.of(map(an_entry, first))
    places = packed.positions(sorted(hidden))

    merged = packed.merged(places[places >= 0], PackedEntries.of(map(an_entry, more - first)))

    assert unpacked(merged) == hashes_of((first - hidden) | (more - first))
    assert list(DecodedIds(merged.ids)) == sorted((first - hidden) | (more - first))
    assert all((np.diff(owners) > 0).all() for owners in merged.owners.values())


def test_should_read_what_was_written(tmp_path: Path) -> None:
    for names in (set[str](), {"a", "bb", "ccc", "dddd"}):
        PackedEntries.of(map(an_entry, names)).save(tmp_path / "file")
        assert unpacked(PackedEntries.load(tmp_path / "file")) == hashes_of(names)


def test_should_find_nothing_at_ids_that_are_not_there() -> None:
    packed = PackedEntries.of(map(an_entry, ["b", "d"]))

    assert packed.positions(["a", "b", "c", "d", "e"]).tolist() == [-1, 0, -1, 1, -1]
    assert PackedEntries.of([]).positions(["a"]).tolist() == [-1]


def test_should_refuse_a_file_that_is_none_of_ours(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        np.savez(file, something=np.zeros(3))
    with pytest.raises(ValueError, match="lacks an array"):
        PackedEntries.load(tmp_path / "file")


@pytest.mark.parametrize("name", ["", "a" * 65, "a\0", "\ud800"])
def test_should_refuse_ids_that_do_not_fit(name: str) -> None:
    with pytest.raises(BadParameterError):
        require_storable(VectorEntry(name, VERSION, {}))
