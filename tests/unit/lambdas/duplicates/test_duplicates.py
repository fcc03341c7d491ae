"""A search for duplicates on AWS finds the groups of one machine, whatever stops it on the way."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from PIL import ImageOps

from lookalike.aws.duplicates.runner import DeployedDuplicates
from lookalike.aws.state_machine import StateMachine
from lookalike.decisions import DecisionKind
from lookalike.duplicates.comparison_worker import ComparisonWorker
from lookalike.duplicates.groups import Group
from lookalike.duplicates.keeping import Keep
from lookalike.errors import (
    BadParameterError,
    StorageUnavailableError,
    UnknownDuplicateRunError,
)
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.http.problems import DuplicatesQueueFullError
from lookalike.images.preparation import prepare, prepare_image
from lookalike.local.duplicates.comparison_pool import ComparisonHere
from lookalike.local.duplicates.search import DuplicateSearch
from lookalike.matching.calibration import Calibration
from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.duplicates import PictureLink
from lookalike.storage.memory.journal import Journal
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.memory.vectors import MemoryVectors
from lookalike.storage.run_state import RunState
from tests.builders import a_decision, a_fingerprint_id, a_picture, a_product
from tests.contract.storage.moto_dynamodb import NAMES
from tests.unit.lambdas.duplicates.conftest import Deployment, OneMachine, Searcher

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

PHOTOS = sorted((Path(__file__).parents[4] / "sample" / "photos").glob("*.jpg"))[:2]
IDS = [a_fingerprint_id(number) for number in range(12)]
A, B, C, D, *_ = IDS
EVERY = [
    PictureLink(A, B, 0.999, "edited_copy", {"flipped": True}),
    PictureLink(C, B, 0.97, "edited_copy"),
    PictureLink(D, IDS[4], 0.9, "duplicate"),
    PictureLink(IDS[4], D, 0.95, "duplicate"),
    PictureLink(IDS[5], IDS[6], 0.8, "colour_variant"),
    PictureLink(IDS[7], IDS[8], 0.6, "edited_copy"),
    PictureLink(IDS[8], IDS[9], 0.3, "similar"),
]
"""What comparisons find: copies, a chain, colours, links from both sides, weak links."""


def register(storage: Searcher, numbers: Sequence[int]) -> None:
    storage.storage.pictures.put_many([a_picture(number) for number in numbers])
    storage.storage.products.put_many([a_product(number) for number in numbers])


def fill(searcher: Searcher) -> None:
    """Pictures with every kind of link, several pictures of a product, products of one picture."""
    register(searcher, range(10))
    searcher.storage.pictures.put_many([a_picture(10), a_picture(11)])
    searcher.storage.products.put_many([
        a_product(20, fingerprint_id=IDS[9], further=(10,)),
        a_product(21, fingerprint_id=IDS[9]),
        a_product(22, fingerprint_id=A),
    ])  # fmt: skip
    searcher.link(*EVERY)


@pytest.fixture(params=["here", "deployment"])
def searcher(request: pytest.FixtureRequest) -> Searcher:
    """A runner of either kind."""
    found: Searcher = request.getfixturevalue(request.param)
    return found


class TestRunner:
    """What holds on one machine and on AWS."""

    def test_should_compare_what_products_show_and_group_it(self, searcher: Searcher) -> None:
        fill(searcher)
        run = searcher.search()
        assert (run.state, run.total, run.compared) == (RunState.DONE, 11, 11)
        groups = searcher.groups(run)
        assert (run.groups, len(groups)) == (5, 5)
        assert {group["kind"] for group in groups} == {
            "edited_copy",
            "duplicate",
            "colour_variant",
            "same_picture",
        }

    def test_should_compare_only_what_is_new(self, searcher: Searcher) -> None:
        fill(searcher)
        before = searcher.groups(searcher.search())
        asked = len(searcher.pool.asked)
        again = searcher.search()
        assert (again.total, len(searcher.pool.asked)) == (0, asked)
        assert searcher.groups(again) == before
        register(searcher, [30])
        searcher.link(PictureLink(a_fingerprint_id(30), D, 0.99, "edited_copy"))
        more = searcher.search()
        assert (more.total, more.compared) == (1, 1)
        assert {"entity-000030", "entity-000003"} <= {
            member["entity_id"] for group in searcher.groups(more) for member in group["members"]
        }

    def test_should_compare_pairs_with_a_common_neighbour(self, searcher: Searcher) -> None:
        register(searcher, range(3))
        searcher.link(EVERY[0], EVERY[1])
        searcher.search()
        pairs = [{task.fingerprint_id, *task.others} for task in searcher.pool.asked if task.others]
        assert pairs == [{A, C}]

    def test_should_forget_pictures_that_no_product_shows(self, searcher: Searcher) -> None:
        fill(searcher)
        searcher.search()
        searcher.storage.products.delete("entity-000001")
        groups = searcher.groups(searcher.search())
        shown = {member["fingerprint_id"] for group in groups for member in group["members"]}
        assert B not in shown

    def test_should_respect_decisions(self, searcher: Searcher) -> None:
        register(searcher, range(4))
        searcher.link(PictureLink(A, B, 0.99, "edited_copy"), PictureLink(C, D, 0.9, "duplicate"))
        searcher.storage.decisions.put(a_decision(0, 1, DecisionKind.NOT_DUPLICATE))
        searcher.storage.decisions.put(a_decision(2, 3, DecisionKind.DUPLICATE))
        [group] = searcher.groups(searcher.search())
        members = {member["entity_id"] for member in group["members"]}
        assert (members, group["decided"]) == ({"entity-000002", "entity-000003"}, True)

    def test_should_stop_and_keep_what_was_compared(self, searcher: Searcher) -> None:
        fill(searcher)
        first = searcher.service.start(50, ["largest"]).run
        stopped = searcher.service.cancel(first.run_id).run
        searcher.work(first.run_id)
        ended = searcher.service.get(first.run_id).run
        assert stopped.state is ended.state is RunState.CANCELLED
        assert ended.finished_at is not None
        assert searcher.groups(ended) == []
        assert searcher.search().state is RunState.DONE
        done = searcher.service.cancel(first.run_id).run
        assert done == ended, "what has ended stays as it is"

    def test_should_go_on_with_the_search_that_runs(self, searcher: Searcher) -> None:
        first = searcher.service.start(50, ["largest"]).run
        assert searcher.service.start(50, ["largest"]).run == first

    def test_should_know_no_other_search(self, searcher: Searcher) -> None:
        for ask in (searcher.service.get, searcher.service.cancel):
            with pytest.raises(UnknownDuplicateRunError):
                ask("none")

    def test_should_list_groups_in_pages(self, searcher: Searcher) -> None:
        fill(searcher)
        run = searcher.search()
        pages, cursor = list[str](), ""
        for _ in range(5):
            page = searcher.service.groups(run.run_id, cursor, 1, thumbnails=False)
            pages += [group["id"] for group in page.groups]
            cursor = page.next_cursor or ""
        assert pages == [group["id"] for group in searcher.groups(run)]
        assert cursor == ""


@pytest.mark.parametrize("min_match", [50, 85])
def test_should_find_the_groups_of_one_machine(
    here: OneMachine, deployment: Deployment, min_match: float
) -> None:
    found = []
    for searcher in (here, deployment):
        fill(searcher)
        searcher.storage.decisions.put(a_decision(7, 8, DecisionKind.VARIANT))
        found.append(list(map(without_reasons, searcher.groups(searcher.search(min_match)))))
    assert found[0] == found[1]
    assert len(found[0]) > 2


def without_reasons(group: Group) -> Group:
    """Which name the order of registration on one machine alone."""
    return group | {"keep": group["keep"] and group["keep"]["entity_id"]}


def test_should_compare_as_one_machine_does(
    dynamodb: DynamoDBClient, s3: S3Client, fingerprinter: PictureFingerprinter
) -> None:
    """Real photographs, of which one is there mirrored, too."""
    first, second = (prepare(path.read_bytes()).whole for path in PHOTOS)
    files = (first, second, ImageOps.mirror(first))
    pictures = [Picture(fingerprinter.fingerprint(prepare_image(each)), 1) for each in files]
    version, calibration = fingerprinter.version, Calibration.shipped()
    vectors = MemoryVectors(Journal(), version)
    vectors.add([VectorEntry.of(each.fingerprint) for each in pictures])
    deployment = Deployment(dynamodb, s3, version=version, vectors=vectors)
    worker = ComparisonWorker(deployment.storage, calibration)
    deployment.compare = worker.compare_all
    with closing(MemoryStorage(version)) as here:
        for storage in (here, deployment.storage):
            storage.pictures.put_many(pictures)
            storage.products.put_many([
                a_product(number, fingerprint_id=each.fingerprint_id)
                for number, each in enumerate(pictures)
            ])  # fmt: skip
        with closing(ComparisonHere(here, calibration)) as pool:
            search = DuplicateSearch(here, pool, calibration)
            assert search.compare(0.5, lambda _count: None)
        [expected] = search.groups(0.5, Keep.order(["largest"]))
    [found] = deployment.groups(deployment.search())
    links = expected.pop("links"), found.pop("links")
    assert without_reasons(found) == without_reasons(expected)
    assert {link["verdict"] for each in links for link in each} == {"edited_copy"}


def test_should_go_on_where_a_search_has_failed(deployment: Deployment) -> None:
    """Batches that were settled need not be compared again."""
    fill(deployment)
    run_id = deployment.service.start(50, ["largest"]).run.run_id
    keys = deployment.pictures(run_id)
    deployment.work_on(keys[:-1])
    half = deployment.service.get(run_id).run
    assert 0 < half.compared < 11
    assert deployment.ending.finish(run_id, "States.Timeout") is RunState.FAILED
    deployment.work_on(keys)
    assert deployment.service.get(run_id).run.compared == half.compared, "it has ended"
    after = deployment.search()
    assert (after.state, after.total) == (RunState.DONE, 11 - half.compared)
    assert after.groups == 5


def test_should_fail_while_batches_are_left(deployment: Deployment) -> None:
    fill(deployment)
    run_id = deployment.service.start(50, ["largest"]).run.run_id
    deployment.work_on(deployment.pictures(run_id)[1:])
    assert deployment.ending.finish(run_id) is RunState.FAILED
    assert deployment.service.get(run_id).run.groups is None


def test_should_count_a_batch_once_however_often_it_is_compared(
    deployment: Deployment, s3: S3Client
) -> None:
    """Step Functions promises to call at least once."""
    fill(deployment)
    run_id = deployment.service.start(50, ["largest"]).run.run_id
    keys = deployment.pictures(run_id)
    first = s3.get_object(Bucket="a-bucket", Key=keys[0])["Body"].read()
    deployment.work_on(keys)
    s3.put_object(Bucket="a-bucket", Key=keys[0], Body=first)
    deployment.work_on(keys)
    assert deployment.service.get(run_id).run.compared == 11


def test_should_compare_anew_by_another_recipe(
    deployment: Deployment, dynamodb: DynamoDBClient, s3: S3Client
) -> None:
    fill(deployment)
    deployment.search()
    other = Deployment(dynamodb, s3, recipe="2")
    other.link(*EVERY)
    assert other.search().total == 11


def test_should_search_once_at_a_time(deployment: Deployment) -> None:
    first = deployment.service.start(50, ["largest"]).run
    with pytest.raises(DuplicatesQueueFullError):
        deployment.service.start(60, ["largest"])
    deployment.service.cancel(first.run_id)
    assert deployment.machine.stopped == [first.run_id]
    assert deployment.service.start(60, ["largest"]).run.run_id != first.run_id


def test_should_start_after_a_search_that_is_forgotten(
    deployment: Deployment, dynamodb: DynamoDBClient
) -> None:
    """The table forgets runs, not which one was the newest."""
    run_id = deployment.service.start(50, ["largest"]).run.run_id
    key = {"import_id": {"S": run_id}, "row": {"N": "0"}}
    dynamodb.delete_item(TableName=NAMES.imports, Key=key)
    assert deployment.search().state is RunState.DONE


def test_should_be_no_import(deployment: Deployment) -> None:
    deployment.search()
    assert deployment.storage.imports.newest(9) == []


def test_should_refuse_to_keep_the_oldest(deployment: Deployment) -> None:
    with pytest.raises(BadParameterError, match="registered first"):
        deployment.service.start(50, ["oldest"])
    assert deployment.service.start(50, []).run.keep == ("largest", "most_complete")


def test_should_fail_a_search_that_cannot_be_started(deployment: Deployment) -> None:
    machine = StateMachine(_Away(), "arn:aws:states:eu-central-1:1:stateMachine:m")
    with pytest.raises(StorageUnavailableError):
        DeployedDuplicates(deployment.runs, machine).start(50, Keep.order([]))
    newest = deployment.runs.newest()
    assert newest
    assert deployment.runs.get(newest).state is RunState.FAILED


class _Away:
    """Step Functions that refuses."""

    @staticmethod
    def start_execution(**_request: object) -> None:
        error = {"Error": {"Code": "StateMachineDoesNotExist", "Message": ""}}
        raise ClientError(error, "StartExecution")  # type: ignore[arg-type]
