"""Checksums of ranges of ids differ exactly where the ids do."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from lookalike.sync.id_ranges import IdRanges, RangeChecksums, packed, unpacked
from tests.builders import a_fingerprint_id

IDS = [a_fingerprint_id(number) for number in range(500)]
STRANGE = ("", " ", "0", "000", "00g", "0a3", "0a3-", "0A3f", "ff", "fff", "fffg", "zebra", "üü")


def _sums(ids: list[str], share: range | None = None, digits: int = 3) -> RangeChecksums:
    ranges = IdRanges(digits)
    sums = RangeChecksums(ranges, share or range(ranges.count))
    sums.add(ids)
    return sums


@pytest.mark.parametrize("digits", [1, 3])
@pytest.mark.parametrize("key", [*IDS[:20], *STRANGE])
def test_should_have_each_text_between_the_bounds_of_its_range(digits: int, key: str) -> None:
    """As an index lists them: greater than one bound, and no greater than the next."""
    ranges = IdRanges(digits)
    number = ranges.holding(key)
    assert ranges.bound(number) < key or number == 0
    assert key <= ranges.bound(number + 1) or number == ranges.count - 1


def test_should_divide_all_ranges_among_the_parts() -> None:
    ranges = IdRanges(3)
    shares = [ranges.share(number, 7) for number in range(7)]
    assert (shares[0].start, shares[-1].stop) == (0, ranges.count)
    assert all(one.stop == next_one.start for one, next_one in pairwise(shares))
    assert {len(share) for share in shares} <= {585, 586}


def test_should_differ_in_the_ranges_of_what_differs_alone() -> None:
    ranges, everything = IdRanges(3), range(IdRanges(3).count)
    flags = _sums(IDS[1:]).differing(_sums(IDS[:-1]), everything)
    assert set(flags.nonzero()[0]) == {ranges.holding(IDS[0]), ranges.holding(IDS[-1])}
    assert not _sums(IDS).differing(_sums(IDS[::-1]), everything).any(), "in whatever order"


def test_should_notice_another_id_in_the_place_of_one() -> None:
    one, other = _sums(["0a3b"]), _sums(["0a3c"])
    assert one.count(range(4096)) == other.count(range(4096)) == 1
    assert set(one.differing(other, range(4096)).nonzero()[0]) == {0x0A3}


def test_should_add_what_several_workers_have_written() -> None:
    share = range(1000, 2000)
    together = _sums([], share)
    for some in (IDS[:200], IDS[200:]):
        together.add_bytes(_sums(some).to_bytes())
    assert not together.differing(_sums(IDS), share).any()
    assert together.count(share) == _sums(IDS).count(share) > 0


def test_should_take_as_many_ranges_as_have_that_many_ids() -> None:
    sums = _sums(["0001", "0002", "0011", "0031"])
    assert sums.together(0, 1) == range(1), "one at least"
    assert sums.together(0, 3) == range(3)
    assert sums.together(3, 1) == range(3, 4096)


@pytest.mark.parametrize("count", [1, 8, 585])
def test_should_keep_flags_as_text(count: int) -> None:
    flags = np.arange(count) % 3 == 0
    assert np.array_equal(unpacked(packed(flags), count), flags)
    assert not unpacked("", count).any()
