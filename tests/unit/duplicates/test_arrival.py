"""Products are checked before they are stored: accepted, flagged or refused, and told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from typing_extensions import override

from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.decisions import DecidedPicture, Decision, DecisionKind, Side
from lookalike.duplicates.arrival import Arrival, CheckedArrivals, Refused
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import prepare, prepare_image
from lookalike.matching.calibration import Calibration
from lookalike.matching.check import CheckOptions, Match
from lookalike.matching.finding import Evidence, Verdict
from lookalike.matching.shipped import build_verifier
from lookalike.matching.stored_check import StoredCheck
from lookalike.pictures import Fingerprint
from lookalike.storage.events import EventType
from lookalike.storage.interfaces import PutOutcome, Storage
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_fingerprint
from tests.unit.duplicates.test_comparison import PHOTOS

NOW = 1_000.0
CREATED, REPLACED = PutOutcome.CREATED, PutOutcome.REPLACED


class IdenticalCheck(StoredCheck):
    """Finds products that show the very picture, without computing anything.

    Args:
        storage: the catalogue.
        then: called after each search.
    """

    def __init__(self, storage: Storage, then: Callable[[], None] = lambda: None) -> None:
        self._own_storage, self._then = storage, then
        self.verdict, self.searches = Verdict.DUPLICATE, 0

    @override
    def matches(self, fingerprint: Fingerprint, options: CheckOptions) -> list[Match]:
        self.searches += 1
        products = self._own_storage.products.showing(fingerprint.fingerprint_id)
        shown = [each for each in products if options.admits(each)]
        self._then()
        return [Match(each, 0.999, self.verdict, Evidence(0, 0)) for each in shown]


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[EmbeddedStorage]:
    """A folder with the product ``old``, which shows picture 1."""
    with closing(EmbeddedStorage(tmp_path, VERSION)) as made:
        register(made, [a_registration("old", 1, sku="O")], 1)
        yield made


@pytest.fixture
def check(storage: EmbeddedStorage) -> IdenticalCheck:
    return IdenticalCheck(storage)


@pytest.fixture
def arrivals(storage: EmbeddedStorage, check: IdenticalCheck) -> CheckedArrivals:
    return CheckedArrivals(storage, check, lambda: NOW)


def a_registration(entity_id: str, *numbers: int, sku: str = "") -> Registration:
    images = [RegisteredImage(f"{number}.jpg", a_fingerprint(number)) for number in numbers]
    return Registration(entity_id, sku, images)


def told(storage: EmbeddedStorage) -> list[tuple[str, str]]:
    """Types and subjects of what was told after the first product."""
    return [(event.type.value, event.subject) for event in storage.events.page(1, 99)]


def test_should_store_what_no_other_product_shows(
    storage: EmbeddedStorage, arrivals: CheckedArrivals
) -> None:
    for number, policy in enumerate(OnDuplicate, 2):
        assert arrivals.store(a_registration(f"p{number}", number), policy) is CREATED
    assert [kind for kind, _ in told(storage)] == ["picture.registered"] * 3
    assert storage.flags.page("", 9) == []


def test_should_refuse_a_duplicate_and_say_of_what(
    storage: EmbeddedStorage, arrivals: CheckedArrivals
) -> None:
    refused = arrivals.store(a_registration("new", 1), OnDuplicate.REFUSE)
    assert isinstance(refused, Refused)
    assert refused.reason == "The product 'old' shows the same picture (99.9 %). Nothing is stored."
    assert storage.products.get_many(["new"]) == {}
    assert told(storage) == [("duplicate.found", "new")]
    [event] = storage.events.page(1, 9)
    assert event.data == {
        "entity_id": "new",
        "sku": "",
        "images": [{"image_url": "1.jpg", "fingerprint_id": a_fingerprint(1).fingerprint_id}],
        "fingerprint_id": a_fingerprint(1).fingerprint_id,
        "on_duplicate": "refuse",
        "match": {
            "entity_id": "old",
            "sku": "O",
            "image_url": "1.jpg",
            "image_index": 0,
            "match_percentage": 99.9,
            "verdict": "duplicate",
        },
    }


def test_should_accept_a_duplicate_and_tell(
    storage: EmbeddedStorage, arrivals: CheckedArrivals
) -> None:
    assert arrivals.store(a_registration("new", 1), OnDuplicate.ACCEPT) is CREATED
    assert told(storage) == [("duplicate.found", "new"), ("picture.registered", "new")]
    assert storage.flags.get_many(["new"]) == {}


def test_should_flag_a_duplicate_until_it_is_accepted(
    storage: EmbeddedStorage, arrivals: CheckedArrivals
) -> None:
    assert arrivals.store(a_registration("new", 1), OnDuplicate.FLAG) is CREATED
    flag = storage.flags.get_many(["new"])["new"]
    assert (flag.match["entity_id"], flag.flagged_at) == ("old", NOW)
    register(storage, [a_registration("new", 1, sku="other")], 2)
    assert storage.flags.get_many(["new"]) == {"new": flag}
    arrivals.store(a_registration("new", 1), OnDuplicate.ACCEPT)
    assert storage.flags.get_many(["new"]) == {}


def test_should_forget_the_flag_of_a_deleted_product(
    storage: EmbeddedStorage, arrivals: CheckedArrivals
) -> None:
    arrivals.store(a_registration("new", 1), OnDuplicate.FLAG)
    storage.products.delete("new")
    assert storage.flags.page("", 9) == []


def test_should_let_a_flag_go_with_its_picture(
    storage: EmbeddedStorage, arrivals: CheckedArrivals
) -> None:
    arrivals.store(a_registration("new", 1), OnDuplicate.FLAG)
    flag = storage.flags.get_many(["new"])["new"]
    arrivals.store(a_registration("new", 5), OnDuplicate.FLAG)
    [product] = storage.products.get_many(["new"]).values()
    assert not flag.is_of(product)


def test_should_leave_out_the_product_itself_and_its_sku(arrivals: CheckedArrivals) -> None:
    refuse = OnDuplicate.REFUSE
    assert arrivals.store(a_registration("other", 1, sku="O"), refuse) is CREATED
    assert isinstance(arrivals.store(a_registration("third", 1, sku="T"), refuse), Refused)


def test_should_not_check_again_what_a_product_shows_already(
    arrivals: CheckedArrivals, check: IdenticalCheck
) -> None:
    arrivals.store(a_registration("new", 1), OnDuplicate.ACCEPT)
    again = arrivals.store(a_registration("new", 1, sku="S"), OnDuplicate.REFUSE)
    assert (again, check.searches) == (REPLACED, 1)


def test_should_check_each_further_picture_that_is_new(
    arrivals: CheckedArrivals, check: IdenticalCheck
) -> None:
    arrivals.store(a_registration("new", 7, 8), OnDuplicate.REFUSE)
    refused = arrivals.store(a_registration("new", 7, 8, 1), OnDuplicate.REFUSE)
    assert isinstance(refused, Refused)
    assert check.searches == 3


@pytest.mark.parametrize("verdict", [Verdict.COLOUR_VARIANT, Verdict.SIMILAR])
def test_should_take_no_other_colour_for_a_duplicate(
    arrivals: CheckedArrivals, check: IdenticalCheck, verdict: Verdict
) -> None:
    check.verdict = verdict
    assert arrivals.store(a_registration("new", 1), OnDuplicate.REFUSE) is CREATED


def test_should_let_only_one_of_equal_products_pass_at_once(storage: EmbeddedStorage) -> None:
    """All have searched before any is stored."""
    count = 4
    barrier, first = threading.Barrier(count), threading.local()

    def meet() -> None:
        if not getattr(first, "is_over", False):
            first.is_over = True
            barrier.wait(30)

    arrivals = CheckedArrivals(storage, IdenticalCheck(storage, meet), lambda: NOW)

    def arrive(number: int) -> Arrival:
        return arrivals.store(a_registration(f"n{number}", 9), OnDuplicate.REFUSE)

    with ThreadPoolExecutor(count) as threads:
        outcomes = list(threads.map(arrive, range(count)))
    assert outcomes.count(CREATED) == 1
    assert sum(isinstance(each, Refused) for each in outcomes) == count - 1
    assert len(list(storage.products.showing(a_fingerprint(9).fingerprint_id))) == 1


def test_should_end_although_others_store_all_the_time(storage: EmbeddedStorage) -> None:
    numbers = iter(range(100, 200))

    def another() -> None:
        if not storage._database._own_connection:
            number = next(numbers)
            register(storage, [a_registration(f"x{number}", number)], 1)

    arrivals = CheckedArrivals(storage, IdenticalCheck(storage, another), lambda: NOW)
    assert arrivals.store(a_registration("new", 2), OnDuplicate.REFUSE) is CREATED


def test_should_find_an_edited_copy_by_its_fingerprint(
    tmp_path: Path, fingerprinter: PictureFingerprinter
) -> None:
    original, other = (prepare(path.read_bytes()) for path in PHOTOS[:2])
    width, height = original.whole.size
    cropped = prepare_image(original.whole.crop((width // 10, height // 10, width, height)))
    with closing(EmbeddedStorage(tmp_path, fingerprinter.version)) as storage:
        check = StoredCheck(storage, build_verifier(Calibration.shipped(), fingerprinter.network))
        arrivals = CheckedArrivals(storage, check, lambda: NOW)
        prints = [fingerprinter.fingerprint(each) for each in (original, other, cropped)]
        outcomes = [
            arrivals.store(
                Registration(name, "", [RegisteredImage(None, each)]), OnDuplicate.REFUSE
            )
            for name, each in zip(("original", "other", "copy"), prints, strict=True)
        ]
        types = [event.type for event in storage.events.page(0, 9)]
        sides = [
            Side(name, (DecidedPicture.of(each),))
            for name, each in (("original", prints[0]), ("copy", prints[2]))
        ]
        storage.decisions.put(Decision.about(sides, DecisionKind.NOT_DUPLICATE, NOW))
        copy = Registration("copy", "", [RegisteredImage(None, prints[2])])
        assert arrivals.store(copy, OnDuplicate.REFUSE) is CREATED, "as was decided"
    assert outcomes[:2] == [CREATED, CREATED]
    assert isinstance(outcomes[2], Refused)
    assert outcomes[2].match.product.entity_id == "original"
    assert outcomes[2].match.verdict is Verdict.EDITED_COPY
    assert types[-1] is EventType.DUPLICATE_FOUND
