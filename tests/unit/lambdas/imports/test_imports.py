"""An import on AWS makes the same catalogue as on one machine, whatever stops it on the way."""

from __future__ import annotations

from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from lookalike.aws.imports.batch_hosts import HostsBusyError
from lookalike.aws.imports.batches import BatchUnfinishedError
from lookalike.aws.imports.files import BATCHES, FAILED
from lookalike.aws.objects import BatchName
from lookalike.catalogue.rows import CatalogueReader
from lookalike.errors import (
    BadParameterError,
    ImageNotFoundError,
    UnknownImportError,
)
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.products import Product
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.run_state import RunState
from tests.contract.storage.moto_dynamodb import NAMES
from tests.unit.aws import BUCKET
from tests.unit.imports.instant_pool import Files, InstantPool
from tests.unit.lambdas.imports.conftest import ROWS_A_BATCH, Deployment

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

ROWS = 3 * ROWS_A_BATCH - 1
MISSING = range(0, ROWS, 40)
"""Rows whose picture is not there."""
NO_PICTURE = range(20, ROWS, 40)
"""Rows that name none."""


def address(number: int) -> str:
    return f"https://shop.example/{number}.jpg"


def a_catalogue(rows: int = ROWS) -> bytes:
    """A file in which one row in twenty is bad, in one of two ways."""
    lines = [
        f"{number},S{number},{'NULL' if number in NO_PICTURE else address(number)},red"
        for number in range(rows)
    ]
    return "\n".join(["entity_id,sku,image_url,colour", *lines]).encode()


def lose_pictures(pool: InstantPool) -> None:
    for number in MISSING:
        pool.outcomes[address(number)] = ImageNotFoundError("It is not there.")


@pytest.fixture
def lossy(deployment: Deployment) -> Deployment:
    """A deployment that cannot get some pictures."""
    lose_pictures(deployment.pool)
    return deployment


def loaded_here() -> tuple[dict[str, Product], list[FailedRow]]:
    """Products and failures of the same catalogue on one machine."""
    pool, failures = InstantPool(), list[FailedRow]()
    lose_pictures(pool)
    with closing(MemoryStorage(ALGORITHM_VERSION)) as storage:
        loader = CatalogueImport(storage, Files(), pool, lambda: 0)
        rows = CatalogueReader(BytesIO(a_catalogue()))
        loader.run(rows, lambda batch: failures.extend(batch.failures))
        page = storage.products.page(limit=1000)
        return {product.entity_id: product for product in page.products}, failures


def test_should_make_the_catalogue_that_one_machine_makes(lossy: Deployment) -> None:
    run = lossy.service.start(a_catalogue()).run
    assert (run.state, run.total) == (RunState.RUNNING, None)
    lossy.run()
    products, failures = loaded_here()
    assert lossy.products() == products
    assert lossy.failures(run.import_id) == failures
    ended = lossy.service.get(run.import_id)
    assert (ended.run.state, ended.run.done, ended.left) == (RunState.DONE, len(products), 0)
    assert ended.run.failed == len(failures) == len(MISSING) + len(NO_PICTURE)


def test_should_stop_and_go_on_with_what_is_left(lossy: Deployment) -> None:
    import_id = lossy.service.start(a_catalogue()).run.import_id
    first, *others = lossy.begin()
    lossy.load([first])
    cancelled = lossy.service.cancel(import_id)
    lossy.load(others)
    assert cancelled.run.state is RunState.CANCELLED
    assert lossy.machine.stopped == [f"{import_id}-1"]
    assert len(lossy.pool.seen) <= ROWS_A_BATCH, "what was cancelled is not read"

    resumed = lossy.service.resume(import_id, retry_failed=False)
    assert (resumed.run.state, resumed.run.finished_at) == (RunState.RUNNING, None)
    assert lossy.begin() == others
    assert lossy.service.get(import_id).done_before > 0, "the rate counts from here"
    lossy.run()
    assert lossy.products() == loaded_here()[0]
    ended = lossy.service.get(import_id).run
    assert (ended.state, ended.settled) == (RunState.DONE, ROWS)


def test_should_try_failed_rows_alone_again(lossy: Deployment) -> None:
    import_id = lossy.service.start(a_catalogue()).run.import_id
    lossy.run()
    lossy.pool.outcomes.clear()
    seen = len(lossy.pool.seen)
    lossy.service.resume(import_id, retry_failed=True)
    lossy.run()
    assert lossy.pool.seen[seen:] == [address(number) for number in MISSING]
    ended = lossy.service.get(import_id).run
    assert (ended.state, ended.failed, ended.settled) == (RunState.DONE, len(NO_PICTURE), ROWS)
    assert {failure.code for failure in lossy.failures(import_id)} == {"no_picture"}


def test_should_try_rows_again_that_fail_again(lossy: Deployment) -> None:
    import_id = lossy.service.start(a_catalogue()).run.import_id
    lossy.run()
    before = lossy.service.get(import_id).run
    for _ in range(2):
        lossy.service.resume(import_id, retry_failed=True)
        lossy.begin()
        lossy.run()  # the first step is taken twice, as after a crash
    after = lossy.service.get(import_id).run
    assert (after.done, after.failed) == (before.done, before.failed)
    assert lossy.failures(import_id) == loaded_here()[1]


def test_should_count_a_batch_once_however_often_it_is_loaded(
    lossy: Deployment, s3: S3Client
) -> None:
    """Step Functions promises to call at least once."""
    import_id = lossy.service.start(a_catalogue()).run.import_id
    keys = lossy.begin()
    contents = {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}
    lossy.load(keys)
    for key, content in contents.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=content)
    lossy.load(keys)
    assert lossy.finish() == 0
    assert lossy.service.get(import_id).run.settled == ROWS


def test_should_go_on_with_a_batch_that_took_too_long(lossy: Deployment) -> None:
    import_id = lossy.service.start(a_catalogue()).run.import_id
    [first, *_] = lossy.begin()
    late = iter([False, False, True])
    with pytest.raises(HostsBusyError):
        lossy.loader.load(first, lambda: next(late, True))
    assert 0 < len(lossy.products()) < ROWS_A_BATCH
    lossy.load([first])
    run = lossy.service.get(import_id).run
    assert (run.unchanged, run.done) == (0, len(lossy.products()))


def test_should_fail_with_a_batch_that_does_not_get_on(lossy: Deployment) -> None:
    lossy.service.start(a_catalogue())
    [first, *_] = lossy.begin()
    with pytest.raises(BatchUnfinishedError):
        lossy.loader.load(first, lambda: True)


def test_should_say_that_rows_are_left(lossy: Deployment) -> None:
    import_id = lossy.service.start(a_catalogue()).run.import_id
    lossy.load(lossy.begin()[1:])
    left = lossy.ending.finish(import_id, 1, "States.ExceedToleratedFailureThreshold")
    run = lossy.service.get(import_id).run
    assert left > 0
    assert run.state is RunState.FAILED
    assert f"{left} rows are left (States.ExceedToleratedFailureThreshold)" in run.detail
    assert f"/imports/{import_id}/resume" in run.detail


def test_should_leave_an_attempt_alone_that_came_after(lossy: Deployment) -> None:
    """The end of an execution that was stopped may arrive late."""
    import_id = lossy.service.start(a_catalogue()).run.import_id
    lossy.service.cancel(import_id)
    lossy.service.resume(import_id, retry_failed=False)
    assert lossy.ending.finish(import_id, 1) == 0
    assert lossy.preparation.prepare(import_id, 1, retry_failed=False).rows_left == 0
    assert lossy.service.get(import_id).run.state is RunState.RUNNING


def test_should_refuse_a_damaged_file_as_a_whole(deployment: Deployment) -> None:
    import_id = deployment.service.start(b"PK\x03\x04 cut off").run.import_id
    assert deployment.begin() == []
    deployment.finish()
    run = deployment.service.get(import_id).run
    assert run.state is RunState.FAILED
    assert "XLSX" in run.detail
    assert deployment.products() == {}


def test_should_read_the_columns_that_are_named(deployment: Deployment) -> None:
    catalogue = f"Nr,Bild,Foto\n1,x,{address(1)}\n".encode()
    wanted = {"entity_id": "Nr", "image_url": "Foto"}
    for columns in ({"entity_id": "Nr", "image_url": "none"}, wanted):
        run = deployment.service.start(catalogue, columns=columns).run
        deployment.run()
        ended = deployment.service.get(run.import_id).run
        assert ended.state is (RunState.DONE if columns == wanted else RunState.FAILED)
        assert ("no column 'none'" in ended.detail) is (columns != wanted)
    assert deployment.products()["1"].image_url == address(1)


def test_should_resume_an_import_that_was_stopped_while_it_was_divided(
    lossy: Deployment,
) -> None:
    import_id = lossy.service.start(a_catalogue()).run.import_id
    lossy.service.cancel(import_id)
    assert lossy.begin() == []
    lossy.service.resume(import_id, retry_failed=False)
    lossy.run()
    assert lossy.products() == loaded_here()[0]


def test_should_read_a_file_in_the_bucket_or_an_upload(
    deployment: Deployment, s3: S3Client
) -> None:
    upload = "0" * 32
    for key in ("shop/catalogue.csv", f"uploads/{upload}"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=a_catalogue(3))
    for source in (f"s3://{BUCKET}/shop/catalogue.csv", f"upload:{upload}"):
        import_id = deployment.service.start_from(source).run.import_id
        deployment.run()
        assert deployment.service.get(import_id).run.settled == 3


@pytest.mark.parametrize(
    "source", ["s3://other/x.csv", f"s3://{BUCKET}/none.csv", f"s3://{BUCKET}/", "upload:x", "/x"]
)
def test_should_refuse_another_source(deployment: Deployment, source: str) -> None:
    with pytest.raises(BadParameterError):
        deployment.service.start_from(source)
    assert deployment.machine.work == []


def test_should_not_resume_what_runs_or_is_unknown(deployment: Deployment) -> None:
    import_id = deployment.service.start(a_catalogue(1)).run.import_id
    with pytest.raises(BadParameterError, match="runs"):
        deployment.service.resume(import_id, retry_failed=False)
    with pytest.raises(UnknownImportError):
        deployment.service.resume("none", retry_failed=False)


def test_should_cancel_an_import_once(deployment: Deployment) -> None:
    import_id = deployment.service.start(a_catalogue(1)).run.import_id
    deployment.run()
    assert deployment.service.cancel(import_id).run.state is RunState.DONE
    assert deployment.machine.stopped == []


def test_should_read_the_name_of_a_batch_in_any_folder() -> None:
    name = BatchName("a" * 32, 12, 50)
    assert name.key(BATCHES) == f"{BATCHES}{'a' * 32}/0000000012-50.json"
    assert BatchName.of(name.key(FAILED)) == name


def test_should_let_runs_and_failures_expire(lossy: Deployment, dynamodb: DynamoDBClient) -> None:
    lossy.service.start(a_catalogue())
    lossy.run()
    items = dynamodb.scan(TableName=NAMES.imports)["Items"]
    assert len(items) > len(MISSING) + len(NO_PICTURE)
    assert all("expires_at" in item for item in items)
