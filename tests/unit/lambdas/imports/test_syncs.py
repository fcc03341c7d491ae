"""A sync on AWS makes the catalogue equal to the feed, by the rules of one machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lookalike.aws.imports.deletion_plan import Compared
from lookalike.aws.imports.feed_names import FeedNames, NamedProducts
from lookalike.aws.imports.sync_files import SEGMENTS
from lookalike.aws.own_product import ENTITY_ID
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.feed_scope import FeedScope
from lookalike.catalogue.max_deletions import MaxDeletions
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.catalogue.unreadable_row import UnreadableRowError
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import CatalogueError, ImageNotFoundError
from lookalike.storage.events import EventType
from lookalike.storage.import_runs import FailedRow, ImportRun
from lookalike.storage.run_state import RunState
from tests.unit.aws import BUCKET
from tests.unit.lambdas.imports.conftest import DELETIONS_A_BATCH, Deployment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ALL = SyncOptions(MaxDeletions(100, is_share=True))
DRY = replace(ALL, dry_run=True)


def a_feed(numbers: Iterable[int], *further: str) -> bytes:
    rows = [f"{number},https://shop.example/{number}.jpg" for number in numbers]
    return "\n".join(["entity_id,image_url", *rows, *further]).encode()


def ended(deployment: Deployment, feed: bytes, sync: SyncOptions | None = ALL) -> ImportRun:
    """An import, when all steps are taken."""
    run = deployment.service.start(feed, sync).run
    deployment.run()
    return deployment.service.get(run.import_id).run


def counts(run: ImportRun) -> tuple[RunState, int, int, int]:
    return run.state, run.done, run.unchanged, run.deleted


def ids(deployment: Deployment) -> set[int]:
    return set(map(int, deployment.products()))


def names(*entity_ids: str) -> set[str]:
    """Which of the first twenty numbers a feed of these names."""
    feed, numbers = FeedNames("sync"), [str(number) for number in range(20)]
    list(feed.noted(CatalogueRow(1, entity_id, "", "x.jpg") for entity_id in entity_ids))
    return set(numbers) - set(NamedProducts("sync", feed.digests()).missing(numbers))


@pytest.fixture
def filled(deployment: Deployment) -> Deployment:
    """A deployment with the products 0 to 19."""
    ended(deployment, a_feed(range(20)), None)
    return deployment


def test_should_make_the_catalogue_equal_to_the_feed(filled: Deployment) -> None:
    run = ended(filled, a_feed(range(15, 30)))
    assert counts(run) == (RunState.DONE, 10, 5, 15)
    assert ids(filled) == {*range(15, 30)}
    [told] = filled.storage.events.page(0, 9, [EventType.IMPORT_FINISHED], run.import_id)
    assert told.data["deleted"] == 15


def test_should_fail_with_the_reason_before_anything_changes(filled: Deployment) -> None:
    run = ended(filled, a_feed(range(15, 30)), SyncOptions())
    assert counts(run) == (RunState.FAILED, 0, 0, 0)
    assert "delete 15 of 20 products (75 %), and may delete 10%" in run.detail
    assert ids(filled) == {*range(20)}
    told = filled.storage.events.page(0, 9, [EventType.IMPORT_FINISHED], run.import_id)
    assert [event.data["state"] for event in told] == ["failed"]


def test_should_never_empty_a_catalogue(filled: Deployment) -> None:
    run = ended(filled, a_feed([]))
    assert (run.state, "names no product" in run.detail) == (RunState.FAILED, True)
    assert ids(filled) == {*range(20)}


def test_should_delete_nothing_while_a_row_cannot_be_read(filled: Deployment) -> None:
    run = ended(filled, a_feed([1, 30], "2,x.jpg,,"))
    assert (counts(run), run.failed) == ((RunState.DONE, 1, 1, 0), 1)
    assert ids(filled) == {*range(20), 30}


def test_should_keep_products_whose_row_is_refused(filled: Deployment) -> None:
    gone = "https://elsewhere.example/3.jpg"
    filled.pool.outcomes[gone] = ImageNotFoundError("It is not there.")
    run = ended(filled, a_feed([1], f"3,{gone}", "4,NULL"))
    assert (run.failed, run.deleted) == (2, 17)
    assert ids(filled) == {1, 3, 4}


def test_should_keep_to_its_scope(deployment: Deployment) -> None:
    a, b = (FeedScope(frozenset({("seller", name)})) for name in "ab")
    for scope, numbers in ((a, range(4)), (b, range(10, 14)), (a, range(2))):
        run = ended(deployment, a_feed(numbers), replace(ALL, scope=scope))
        assert run.state is RunState.DONE
    assert ids(deployment) == {0, 1, *range(10, 14)}


def test_should_count_the_share_of_those_it_is_about(deployment: Deployment) -> None:
    """Further pictures are no products, although the table has items for them."""
    ended(deployment, a_feed(range(8)), None)
    pictures = " ".join(f"https://shop.example/{number}.jpg" for number in range(20, 30))
    feed = f"entity_id,seller,images\nx,a,{pictures}\ny,a,{pictures}\n".encode()
    ended(deployment, feed, None)
    scope = FeedScope(frozenset({("seller", "a")}))
    run = ended(deployment, b"entity_id,image_url\nx,https://shop.example/1.jpg\n",
                SyncOptions(MaxDeletions(49, is_share=True), scope))  # fmt: skip
    assert "delete 1 of 2 products" in run.detail


def test_should_keep_the_product_with_which_the_service_is_checked(filled: Deployment) -> None:
    ended(filled, f"entity_id,image_url\n{ENTITY_ID},https://shop.example/1.jpg\n".encode(), None)
    run = ended(filled, a_feed(range(20)), SyncOptions(MaxDeletions(0)))
    assert counts(run) == (RunState.DONE, 0, 20, 0)
    assert ENTITY_ID in filled.products()


def test_should_say_what_it_would_do_and_change_nothing(filled: Deployment) -> None:
    before = filled.products(), len(filled.pool.seen)
    run = ended(filled, a_feed(range(15, 30)), DRY)
    assert counts(run) == (RunState.DONE, 10, 5, 15)
    assert run.detail.startswith("15 products would be deleted: such as '")
    assert (filled.products(), len(filled.pool.seen)) == before
    assert filled.storage.events.page(0, 9, [EventType.IMPORT_FINISHED], run.import_id) == []
    refused = ended(filled, a_feed(range(15, 30)), SyncOptions(dry_run=True))
    assert (refused.state, refused.deleted) == (RunState.FAILED, 0)
    held_up = ended(filled, a_feed([1], "2,x.jpg,,"), DRY)
    assert "cannot be read" in held_up.detail


def test_should_check_before_it_stores_and_delete_after(filled: Deployment) -> None:
    feed = a_feed([1], "copy,https://shop.example/2.jpg")
    run = filled.service.start(feed, ALL, OnDuplicate.REFUSE).run
    filled.run()
    ended_run = filled.service.get(run.import_id).run
    assert (ended_run.failed, ended_run.deleted) == (1, 19)
    assert ids(filled) == {1}


def test_should_delete_last_and_only_when_all_rows_are_loaded(filled: Deployment) -> None:
    import_id = filled.service.start(a_feed(range(15, 40)), ALL).run.import_id
    first, *others = filled.begin()
    assert filled.compare()
    filled.load([first])
    assert filled.list_deletions() == []
    assert filled.finish() > 0
    failed = filled.service.get(import_id).run
    assert (failed.state, failed.deleted) == (RunState.FAILED, 0)
    filled.service.resume(import_id, retry_failed=False)
    assert filled.begin() == others
    filled.run()
    assert ids(filled) == {*range(15, 40)}


def test_should_stop_and_go_on_with_deletions(filled: Deployment) -> None:
    import_id = filled.service.start(a_feed(range(5)), ALL).run.import_id
    filled.load(filled.begin())
    assert filled.compare()
    [first, *others] = filled.list_deletions()
    filled.delete([first])
    filled.service.cancel(import_id)
    filled.delete(others)
    assert len(ids(filled)) == 20 - DELETIONS_A_BATCH, "what was cancelled is not deleted"
    filled.service.resume(import_id, retry_failed=False)
    filled.run()
    run = filled.service.get(import_id).run
    assert (run.state, run.deleted, ids(filled)) == (RunState.DONE, 15, {*range(5)})


def test_should_say_that_deletions_are_left(filled: Deployment) -> None:
    import_id = filled.service.start(a_feed(range(5)), ALL).run.import_id
    filled.load(filled.begin())
    assert filled.compare()
    filled.delete(filled.list_deletions()[1:])
    assert filled.ending.finish(import_id, 1, "Lambda.Timeout") == DELETIONS_A_BATCH
    run = filled.service.get(import_id).run
    assert run.state is RunState.FAILED
    assert "3 products that left the feed are still to be deleted (Lambda.Timeout)" in run.detail


def test_should_fail_where_it_is_not_known_what_left(filled: Deployment) -> None:
    import_id = filled.service.start(a_feed(range(5)), ALL).run.import_id
    filled.load(filled.begin())
    assert filled.ending.finish(import_id, 1, "States.TaskFailed") == 0
    run = filled.service.get(import_id).run
    assert (run.state, "was not deleted (States.TaskFailed)" in run.detail) == (
        RunState.FAILED,
        True,
    )


def test_should_count_a_batch_once_however_often_it_is_deleted(
    filled: Deployment, s3: S3Client
) -> None:
    """Step Functions promises to call at least once."""
    import_id = filled.service.start(a_feed(range(5)), ALL).run.import_id
    filled.load(filled.begin())
    assert filled.compare()
    keys = filled.list_deletions()
    assert keys == filled.list_deletions(), "the step may be taken twice"
    contents = {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}
    filled.delete(keys)
    for key, content in contents.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=content)
    filled.delete(keys)
    assert filled.finish() == 0
    assert filled.service.get(import_id).run.deleted == 15


def test_should_delete_nothing_when_refused_rows_are_tried_again(filled: Deployment) -> None:
    """Others may have added products since the sync was done."""
    gone = "https://shop.example/30.jpg"
    filled.pool.outcomes[gone] = ImageNotFoundError("It is not there.")
    run = ended(filled, a_feed([1, 30]))
    ended(filled, a_feed([7]), None)
    filled.pool.outcomes.clear()
    filled.service.resume(run.import_id, retry_failed=True)
    filled.run()
    assert ids(filled) == {1, 7, 30}


def test_should_leave_an_attempt_alone_that_came_after(filled: Deployment) -> None:
    import_id = filled.service.start(a_feed(range(5)), ALL).run.import_id
    filled.load(filled.begin())
    filled.service.cancel(import_id)
    filled.service.resume(import_id, retry_failed=False)
    assert not filled.plan.allow(import_id, 1, [])
    assert filled.plan.list_deletions(import_id, 1).left == 0
    assert filled.service.get(import_id).run.state is RunState.RUNNING


def test_should_find_each_product_in_one_segment(filled: Deployment) -> None:
    found = [
        entity_id
        for segment in range(SEGMENTS)
        for page in filled.segments.entity_ids(segment)
        for entity_id in page
    ]
    assert sorted(map(int, found)) == [*range(20)]


def test_should_have_nothing_leave_where_the_names_are_gone(filled: Deployment) -> None:
    """The bucket forgets them after 30 days."""
    import_id = filled.service.start(a_feed(range(5)), ALL).run.import_id
    filled.begin()
    filled.syncs.forget_names(import_id)
    assert filled.plan.compare(import_id, 0) == Compared(0, 0)


def test_should_tell_products_that_are_named_from_others() -> None:
    assert names("3", "7", "3", "x") == {"3", "7"}
    with pytest.raises(CatalogueError, match="names no product"):
        FeedNames("sync").digests()


def test_should_notice_what_cannot_be_read() -> None:
    feed = FeedNames("sync")
    refused = FailedRow(1, "1", None, "no_picture", "")
    assert list(feed.noted([refused])) == [refused]
    assert feed.is_complete
    list(feed.noted([FailedRow(2, "2", None, UnreadableRowError.code, "")]))
    assert not feed.is_complete
