"""2,000 pictures through the stream into a real OpenSearch, with everything going wrong.

Batches come twice and in any order across pictures, records in their midst can never be applied,
the index is busy, slow and refuses parts of what it is sent, answers get lost, the function dies,
and so does the server, midway. Nothing is lost for it, and nothing is there that should not be.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import prepare
from lookalike.storage.dynamodb.items import picture_item
from lookalike.sync.stream_batches import StreamFollower
from scripts.benchmarks.synthetic_catalogue import bases_of, synthetic_pictures
from scripts.opensearch_server.server import OpenSearchServer
from tests.integration.opensearch.proxy import (
    Ask,
    Asked,
    Fault,
    FaultyProxy,
    Said,
    hangs,
    hangs_up,
    honest,
    loses_the_answer,
    refuses,
    refuses_items,
)
from tests.integration.sync.catalogue import Catalogue, Entries, entries
from tests.integration.sync.deployment import ATTEMPTS, FIRST_TIMEOUT, Deployment
from tests.integration.sync.mapping import Mapping, Record

ITEMS = 2_000
MIDWAY = 30
"""Of the invocations that it takes: all of ``WEATHER`` is met before the server dies."""
WHILE_DEAD = 6
MANY = 5_000
WEATHER: Sequence[Sequence[Fault]] = (
    [],
    [refuses(429)],
    [refuses_items(429, {3, 40})],
    [],
    [refuses(503)] * ATTEMPTS,
    [hangs_up],
    [],
    [refuses_items(503, {5, 6}), *[refuses_items(429, {0})] * (ATTEMPTS - 1)],
    [loses_the_answer],
    [],
    [hangs(2 * FIRST_TIMEOUT)],
    [refuses(429)] * ATTEMPTS,
)
"""What the requests of an invocation meet; then again from the first."""
SHOWERS = [
    fault
    for trouble in (refuses(503), refuses(429), loses_the_answer, hangs(2 * FIRST_TIMEOUT))
    for fault in (trouble, *[honest] * 5)
]
"""The faults that requests of a reconciliation meet."""
DIES_EVERY = 11
DRIFTED = 20


class DyingFunction:
    """The stream function, which now and then is ended when it has done all but answer.

    Args:
        function: what takes batches.
        proxy: makes the weather, all of which ``met`` has that a request has met.
        fatal: a record that the function never survives.
    """

    def __init__(self, function: StreamFollower, proxy: FaultyProxy, fatal: Record) -> None:
        self._function = function
        self._proxy = proxy
        self._fatal = fatal
        self._weather = cycle(WEATHER)
        self._invocations = 0
        self.met: set[Fault] = set()

    def __call__(self, records: Sequence[Record]) -> int | None:
        self._invocations += 1
        self._proxy.faults.extend(map(self._noted, next(self._weather)))
        if self._fatal in records:
            raise MemoryError
        outcome = self._function.handle_batch(records)
        if self._invocations % DIES_EVERY == 0:
            raise TimeoutError
        return outcome.retry_from

    def _noted(self, fault: Fault) -> Fault:
        def noted(asked: Asked, ask: Ask) -> Said | None:
            self.met.add(fault)
            return fault(asked, ask)

        return noted


@pytest.fixture
def catalogue(fingerprinter: PictureFingerprinter, sample_pictures: Sequence[Path]) -> Catalogue:
    """Fingerprints of a few photographs, with noise."""
    contents = [path.read_bytes() for path in sample_pictures[:3]]
    bases = bases_of([fingerprinter.fingerprint(prepare(content)) for content in contents])
    batches = synthetic_pictures(ITEMS, bases, np.random.default_rng(1))
    return Catalogue.of([picture for batch in batches for picture in batch])


@pytest.fixture
def followed(
    catalogue: Catalogue, deployment: Deployment, server: OpenSearchServer, proxy: FaultyProxy
) -> Deployment:
    """The index after all records."""
    function = DyingFunction(deployment.index_pictures, proxy, catalogue.fatal_record)
    mapping = Mapping(function, deployment.give_up)
    deployment.write(catalogue.first_items)
    mapping.send(catalogue.first_records)
    assert not mapping.deliver(MIDWAY)
    assert function.met == {fault for some in WEATHER for fault in some}
    server.kill()
    assert not mapping.deliver(WHILE_DEAD)
    server.start()
    assert {*catalogue.damaged_ids} <= deployment.searchable().keys()
    deployment.remove(each.fingerprint_id for each in (*catalogue.gone, *catalogue.back))
    deployment.write(map(picture_item, catalogue.back))
    deployment.write(each.stored for each in catalogue.damaged if each.stored)
    mapping.send(catalogue.later_records)
    assert mapping.deliver(MANY)
    proxy.faults.clear()
    return deployment


@pytest.mark.slow
def test_should_lose_nothing_and_add_nothing_whatever_goes_wrong(
    catalogue: Catalogue, followed: Deployment, proxy: FaultyProxy
) -> None:
    assert differing(followed.searchable(), catalogue.followed) == {}
    assert texts(followed.failed()) == texts(catalogue.poison_records)

    drift(catalogue, followed)
    proxy.faults.extend([*[hangs_up] * ATTEMPTS, *SHOWERS])
    reconciled, interruptions = followed.reconciled()
    beyond_repair = sum(each.stored is not None for each in catalogue.poison)
    missing = DRIFTED + beyond_repair + 1
    assert (interruptions, len(proxy.faults)) == (1, 0)
    assert (reconciled.behind, reconciled.ahead) == (missing, DRIFTED)
    assert reconciled.unrepaired == beyond_repair

    mend(catalogue, followed)
    followed.replay()
    assert texts(followed.failed()) == texts(p.record for p in catalogue.poison if p.is_hopeless)
    reconciled, _ = followed.reconciled()
    assert (reconciled.behind, reconciled.ahead, reconciled.unrepaired) == (0, 0, 0)
    assert differing(followed.searchable(), catalogue.mended) == {}


def differing(found: Entries, expected: Entries) -> dict[str, tuple[object, object]]:
    """By id, what is missing, too much, or not as it should be."""
    return {
        key: (found.get(key), expected.get(key))
        for key in found.keys() | expected.keys()
        if found.get(key) != expected.get(key)
    }


def texts(records: Iterable[Record]) -> list[str]:
    """To compare them whole, in no order."""
    return sorted(json.dumps(record, sort_keys=True) for record in records)


def drift(catalogue: Catalogue, deployment: Deployment) -> None:
    """As if the index were restored from an old snapshot."""
    deployment.vectors.remove(each.fingerprint_id for each in catalogue.back[:DRIFTED])
    deployment.vectors.add(list(entries(catalogue.gone[:DRIFTED]).values()))


def mend(catalogue: Catalogue, deployment: Deployment) -> None:
    """What an operator does with damaged items."""
    stored = [each for each in (*catalogue.poison, *catalogue.damaged) if each.stored]
    deployment.write(each.mended for each in stored if each.mended)
    deployment.remove(
        each.stored["fingerprint_id"]["S"] for each in stored if each.stored and not each.mended
    )
