"""A host that never answers costs a batch some seconds, and its rows are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest
from typing_extensions import override

from lookalike.aws.imports.batch_hosts import BatchHosts, HostsBusyError
from lookalike.aws.imports.batches import BatchLoader
from lookalike.aws.imports.files import BATCHES, PROGRESS
from lookalike.aws.objects import BatchName
from lookalike.duplicates.arrival import CheckedArrivals
from lookalike.errors import ImageNotFoundError
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.fetching.fetcher import CatalogueFetcher, ImageFetcher
from lookalike.images.fetching.host_gate import HostGate
from lookalike.images.fetching.polite import DOWNLOADS_A_HOST, PoliteFetcher
from lookalike.images.fetching.silent_hosts import SilentHosts
from lookalike.images.fetching.web import HostUnansweredError
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.imports.fingerprint_worker import FingerprintWorker
from lookalike.imports.inline_pool import InlinePool
from lookalike.storage.run_state import RunState
from tests.builders import a_fingerprint
from tests.fakes import Clock
from tests.unit.aws import BUCKET
from tests.unit.duplicates.test_arrival import IdenticalCheck
from tests.unit.lambdas.imports.conftest import ROWS_A_BATCH, Deployment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from lookalike.images.preparation import PreparedPicture
    from lookalike.pictures import Fingerprint

SECONDS_OF_A_CALL = 220
SECONDS_OF_A_FETCH = 10
EVERY = 4
"""One row in so many names a host that answers."""


class Internet(ImageFetcher):
    """A host that answers at once, and one that never does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.asked = list[str]()

    @override
    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        if "//alive." in address:
            return address.encode()
        self._clock.now += SECONDS_OF_A_FETCH
        raise HostUnansweredError("The host did not send the picture in time.")


class Fingerprints(Fingerprinter):
    """Of pictures that are no more than a number."""

    version = ALGORITHM_VERSION

    @override
    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        return a_fingerprint(int(str(picture)), version=self.version)

    @override
    def query(self, picture: PreparedPicture) -> NoReturn:
        raise AssertionError("Imports only register.")

    @override
    def deferred_query(self, picture: PreparedPicture) -> NoReturn:
        raise AssertionError("Imports only register.")


def a_feed(rows: int) -> bytes:
    hosts = ["alive" if number % EVERY == 0 else "dead" for number in range(rows)]
    lines = [f"{n},https://{host}.example/{n}.jpg" for n, host in enumerate(hosts)]
    return "\n".join(["entity_id,image_url", *lines]).encode()


def a_loader(deployment: Deployment, internet: Internet, clock: Clock) -> BatchLoader:
    """What a function has, but for the network, pictures and time."""

    def pause(seconds: float) -> None:
        clock.now += seconds

    def prepare(content: bytes) -> PreparedPicture:
        return content.decode().rpartition("/")[2].removesuffix(".jpg")  # type: ignore[return-value]

    gate = HostGate(internet)
    silent = SilentHosts(gate, clock)
    fetcher = CatalogueFetcher(PoliteFetcher(silent, DOWNLOADS_A_HOST))
    worker = FingerprintWorker(fetcher, Fingerprints(), prepare, pause)
    loader = CatalogueImport(deployment.storage, fetcher, InlinePool(worker), clock)
    arrivals = CheckedArrivals(deployment.storage, IdenticalCheck(deployment.storage), clock)
    hosts = BatchHosts(deployment.slots, gate, silent)
    return BatchLoader(deployment.files, deployment.runs, loader, arrivals, hosts)


def test_should_refuse_the_rows_of_a_host_that_never_answers(deployment: Deployment) -> None:
    import_id = deployment.service.start(a_feed(2 * ROWS_A_BATCH)).run.import_id
    clock = Clock()
    internet = Internet(clock)
    loader = a_loader(deployment, internet, clock)
    for key in deployment.begin():
        begun = clock()
        loader.load(key, lambda begun=begun: clock() - begun > SECONDS_OF_A_CALL)  # type: ignore[misc]
    deployment.finish()
    run = deployment.service.get(import_id).run
    alive = 2 * ROWS_A_BATCH // EVERY
    assert (run.state, run.done, run.failed) == (RunState.DONE, alive, 2 * ROWS_A_BATCH - alive)
    failures = deployment.failures(import_id)
    assert {failure.code for failure in failures} == {"image_unreachable"}
    assert {failure.detail for failure in failures} == {
        "The host did not send the picture in time."
    }
    dead = [address for address in internet.asked if "//dead." in address]
    assert len(dead) < ROWS_A_BATCH, "each batch finds out by some fetches"


@pytest.fixture
def refusing(deployment: Deployment) -> Deployment:
    """None of its pictures are there."""
    for number in range(ROWS_A_BATCH):
        address = f"https://shop.example/{number}.jpg"
        deployment.pool.outcomes[address] = ImageNotFoundError("There is no picture.")
    return deployment


def _interrupted(deployment: Deployment) -> tuple[str, str, list[str]]:
    """The ids of a run and of its batch, which a call could not finish; pictures that it asked."""
    rows = [f"{number},https://shop.example/{number}.jpg" for number in range(ROWS_A_BATCH)]
    feed = "\n".join(["entity_id,image_url", *rows]).encode()
    import_id = deployment.service.start(feed).run.import_id
    [key] = deployment.begin()
    late = iter([False, False, True])
    with pytest.raises(HostsBusyError):
        deployment.loader.load(key, lambda: next(late, True))
    [settled, *_] = deployment.pool.tasks
    return import_id, key, list(settled)


def test_should_not_ask_again_for_pictures_of_rows_that_were_refused(
    refusing: Deployment, s3: S3Client
) -> None:
    import_id, key, settled = _interrupted(refusing)
    assert 0 < len(settled) < ROWS_A_BATCH
    assert refusing.service.get(import_id).run.failed == 0, "they are counted with their batch"
    refusing.pool.tasks.clear()
    refusing.load([key])
    assert not set(refusing.pool.seen) & set(settled)
    refusing.finish()
    run = refusing.service.get(import_id).run
    assert (run.state, run.failed) == (RunState.DONE, ROWS_A_BATCH)
    assert len(refusing.failures(import_id)) == ROWS_A_BATCH
    left = s3.list_objects_v2(Bucket=BUCKET, Prefix=PROGRESS)
    assert left["KeyCount"] == 0


def test_should_ask_again_for_them_when_failed_rows_are_tried_again(refusing: Deployment) -> None:
    import_id, key, settled = _interrupted(refusing)
    refusing.service.cancel(import_id)
    refusing.pool.outcomes.clear()
    refusing.pool.tasks.clear()
    refusing.service.resume(import_id, retry_failed=True)
    assert refusing.begin() == [key]
    assert BatchName.of(key).key(BATCHES) == key
    refusing.load([key])
    assert set(settled) < set(refusing.pool.seen)
    assert refusing.service.get(import_id).run.done == ROWS_A_BATCH
