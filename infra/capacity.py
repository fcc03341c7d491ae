"""One model of what a deployment holds: its limits and its machines follow from the load.

The time of a search is measured (``docs/performance.md``, "Candidates on OpenSearch"), and so is
that of the functions; what is assumed says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lookalike.aws.settings import MAX_RECONCILE_PARTS
from lookalike.images.fetching.polite import DOWNLOADS_A_HOST

ENGINE = "3.7"
"""Version of OpenSearch that domains have."""
DAY_SECONDS = 86_400
PAGES_PER_SECOND = 5
"""Requests for pages, the contract and health, which need no key, from all callers together."""
PICTURES_A_SHARD = 20_000_000
_HASHES_BYTES = 1_000
"""Of the index of pictures, in each copy: 566 to 807 were measured."""
_LOOKS_BYTES = 1_300
"""Of the index by looks: 1.1 x (2 x 512 + 8 x 16), as OpenSearch estimates a graph of half floats
with 16 links. https://docs.opensearch.org/latest/mappings/supported-field-types/knn-methods-engines/"""
BYTES_A_PICTURE = _HASHES_BYTES + _LOOKS_BYTES
_MEASURED = ((100_000, 0.0295), (1_000_000, 0.0816))
"""Pictures in a shard, and seconds that a core takes for one check's search among them. Client and
server shared the cores of that measurement, so it is rather too long."""
_BUSY_SHARE = 2 / 3
"""The share of the cores that searches may keep busy."""
_DOWNLOAD_SECONDS = 0.3
"""Of a picture; assumed."""
_FUNCTION_SECONDS = 0.1
"""Of a check or a registration, beside the download and the search."""
IMPORT_SECONDS = _DOWNLOAD_SECONDS / DOWNLOADS_A_HOST + _FUNCTION_SECONDS
"""Of a picture in a batch of an import, whose pictures come from one host. Longer than it takes,
since a function fingerprints one picture while it waits for others."""
COMPARISON_SECONDS = 0.25
"""Of a stored picture that is compared with those near it: reading it and them, the search, and the
verification, which takes 0.06 to 0.14 (``docs/duplicates.md``)."""
COMPARED_SHARE = 0.5
"""The share of the checks in a second that may go to comparing stored pictures, each of which takes
one search: the others stay for callers."""
_PICTURES_A_PART = 250_000
"""Of a reconciliation: one takes minutes."""
_SLOW_FACTOR = 2
"""How much longer requests may take while hosts of pictures are slow, and calls still fit."""
_BURST_SECONDS = 2
_BUSY_DAY_SHARE = 0.25
"""A key may send its limit for this share of a day."""
_HEAP_SHARE, _HEAP_LIMIT_GIB, _CACHE_SHARE = 0.5, 32, 0.75
"""The Java heap, and the share of what it leaves that is counted as available to the index."""
SMALL_INDEX_PICTURES = 2_000_000
"""The most pictures that a small index holds: twice as many as were measured."""
SMALL_BYTES_A_PICTURE = 200
"""Of a small index in the memory of a function."""
_PROCESS_MIB = 600
"""Of a function beside the index: model and libraries, which take 223 MiB after a comparison (on
x86_64), pictures, and the decoder."""
_WRITTEN_COPIES = 3
"""Copies of a small index that a compaction has at once: what was read, what is new, and a field
of it while it is sorted."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A type of data nodes.

    Attributes:
        cores: that it may keep busy all day: burstable types, 20 % of each.
        memory_gib: memory.
    """

    cores: float
    memory_gib: int

    @property
    def index_bytes(self) -> float:
        """The bytes of an index that fit into the memory that the Java heap leaves."""
        heap = min(self.memory_gib * _HEAP_SHARE, _HEAP_LIMIT_GIB)
        return (self.memory_gib - heap) * _CACHE_SHARE * 2**30


MACHINES: Mapping[str, Machine] = {
    "t3.small.search": Machine(0.4, 2),
    "t3.medium.search": Machine(0.4, 4),
    "r7g.large.search": Machine(2, 16),
    "r7g.xlarge.search": Machine(4, 32),
    "r7g.2xlarge.search": Machine(8, 64),
    "r7g.4xlarge.search": Machine(16, 128),
    "r7g.8xlarge.search": Machine(32, 256),
    "r7g.12xlarge.search": Machine(48, 384),
    "r7g.16xlarge.search": Machine(64, 512),
}
"""Types that the model knows, the smallest first."""
BURSTABLE = "t3."
_MANAGER = "m7g.large.search"
_MAX_NODES_A_ZONE = 26
"""80 data nodes of a domain, OpenSearch Service's default limit, in three zones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The most that callers may ask for, all together.

    Attributes:
        pictures: pictures in the catalogue.
        checks_per_second: checks; each picture of a batch is one.
        registrations_per_second: all other requests with a key, most of which register products.
        imports_per_second: pictures that an import loads, beside these requests.
    """

    pictures: int
    checks_per_second: int
    registrations_per_second: int
    imports_per_second: int = 20

    @property
    def search_seconds(self) -> float:
        """Seconds of a core that the search of one check takes, in all shards together."""
        shards = math.ceil(self.pictures / PICTURES_A_SHARD)
        return shards * _seconds(self.pictures / shards)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSize:
    """The machines of an OpenSearch Service domain.

    Attributes:
        data_nodes: number of nodes that hold the vectors.
        data_instance: their type.
        volume_gib: disk of each data node.
        zones: availability zones that they are spread over.
        managers: dedicated manager nodes; 0 or 3.
        manager_instance: their type; unused without managers.
        standby: whether the nodes of one zone stand by for a failure. Needs three zones, three
            managers, and indices with two replicas.
    """

    data_nodes: int
    data_instance: str
    volume_gib: int
    zones: int = 1
    managers: int = 0
    manager_instance: str = ""
    standby: bool = False

    @property
    def replicas(self) -> int:
        """Replicas of each shard: one in every other zone."""
        return self.zones - 1

    def checks_per_second(self, load: Load) -> float:
        """The checks that the machines serve among the pictures of that load.

        Raises:
            KeyError: the model does not know their type.
        """
        answering = self.zones - 1 if self.standby else self.zones
        nodes = self.data_nodes * answering / self.zones
        return nodes * MACHINES[self.data_instance].cores * _BUSY_SHARE / load.search_seconds

    @property
    def pictures(self) -> int:
        """The pictures whose index fits into the memory of each zone.

        Raises:
            KeyError: the model does not know the type of the machines.
        """
        return self.pictures_of(BYTES_A_PICTURE)

    def pictures_of(self, bytes_a_picture: float) -> int:
        """The same, where the indices take so many bytes of a picture together.

        Raises:
            KeyError: the model does not know the type of the machines.
        """
        nodes = self.data_nodes // self.zones
        return int(nodes * MACHINES[self.data_instance].index_bytes / bytes_a_picture)

    def holds(self, load: Load) -> bool:
        """Return whether the machines serve that load.

        Raises:
            KeyError: the model does not know their type.
        """
        is_fast = self.checks_per_second(load) >= load.checks_per_second
        return is_fast and self.pictures >= load.pictures


def one_node(load: Load) -> DomainSize:
    """The smallest single node that serves a load: for development.

    Raises:
        ValueError: none does.
    """
    return _smallest(
        load, [DomainSize(data_nodes=1, data_instance=name, volume_gib=10) for name in MACHINES]
    )


def three_zones(load: Load) -> DomainSize:
    """The smallest domain that serves a load, and goes on where a zone fails.

    Raises:
        ValueError: none does.
    """
    volume = max(100, math.ceil(load.pictures * BYTES_A_PICTURE * 1.45 / 2**30))
    lasting = [name for name in MACHINES if not name.startswith(BURSTABLE)]
    sizes = [(1, name) for name in lasting]
    sizes += [(nodes, lasting[-1]) for nodes in range(2, _MAX_NODES_A_ZONE + 1)]
    return _smallest(
        load,
        [
            DomainSize(
                data_nodes=3 * nodes,
                data_instance=name,
                volume_gib=math.ceil(volume / nodes) if nodes > 1 else volume,
                zones=3,
                managers=3,
                manager_instance=_MANAGER,
                standby=True,
            )
            for nodes, name in sizes
        ],
    )


def _smallest(load: Load, sizes: list[DomainSize]) -> DomainSize:
    for size in sizes:
        if size.holds(load):
            return size
    message = f"No domain that the model knows serves {load}."
    raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """Limits of requests.

    Attributes:
        rate: requests a second, on average; a part of one is one every so many seconds.
        burst: requests at once.
        day: requests a day; of a key.
    """

    rate: float
    burst: int
    day: int

    @classmethod
    def of(cls, rate: float) -> Throttle:
        """The limits that go with a rate.

        Rates are doubles, of 0 or more:
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-usageplan-throttlesettings.html
        """
        day = int(rate * DAY_SECONDS * _BUSY_DAY_SHARE)
        return cls(rate=rate, burst=math.ceil(rate * _BURST_SECONDS), day=day)


def concurrency(load: Load) -> dict[str, int]:
    """Executions at once that a load needs, by function; of one part of a reconciliation."""
    fetched = _DOWNLOAD_SECONDS + _FUNCTION_SECONDS
    check = fetched + load.search_seconds
    return {
        "find_similar": math.ceil(load.checks_per_second * check * _SLOW_FACTOR),
        "manage_products": math.ceil(load.registrations_per_second * fetched * _SLOW_FACTOR),
        "reconcile_index": 1,
        "import_batch": math.ceil(load.imports_per_second * IMPORT_SECONDS),
        "compare_pictures": math.ceil(load.checks_per_second * COMPARED_SHARE * COMPARISON_SECONDS),
    }


def reconcile_parts(load: Load, domain: DomainSize | None, account_concurrency: int) -> int:
    """Parts of a reconciliation that are worked on at once.

    Where an index is filled, each part keeps about a core of the domain busy, as a worker of
    ``lookalike index rebuild`` does. Nine in ten executions of the account stay for others.

    Args:
        load: of the environment.
        domain: its machines; ``None``: there is no domain, so that there is one part.
        account_concurrency: executions at once that the account may have.
    """
    if domain is None:
        return 1
    machine = MACHINES.get(domain.data_instance)
    cores = int(domain.data_nodes * machine.cores) if machine else domain.data_nodes
    wanted = math.ceil(load.pictures / _PICTURES_A_PART)
    return max(1, min(wanted, cores, MAX_RECONCILE_PARTS, account_concurrency // 10))


def checked_batches(load: Load) -> int:
    """Batches of an import at once whose products are checked before they are stored.

    Each product takes one search, so they share the searches that comparing pictures may take.
    """
    seconds = IMPORT_SECONDS + COMPARISON_SECONDS
    return math.ceil(load.checks_per_second * COMPARED_SHARE * seconds)


def small_index_memory_mib(load: Load, copies: int = 1) -> int:
    """The memory of a function that has a small index, in steps of 64 MiB."""
    index = load.pictures * SMALL_BYTES_A_PICTURE * copies / 2**20
    return math.ceil((_PROCESS_MIB + index) / 64) * 64


def compaction_memory_mib(load: Load) -> int:
    """The memory of the function that compacts a small index."""
    return small_index_memory_mib(load, _WRITTEN_COPIES)


def bytes_with_models(dimensions: Iterable[int]) -> float:
    """Bytes of a picture in all indices, with one by looks for a model of each dimension."""
    return _HASHES_BYTES + sum(1.1 * (2 * dimension + 8 * 16) for dimension in dimensions)


def _seconds(pictures: float) -> float:
    """Seconds of a core for a search in one shard: a power law through what was measured.

    Below the smallest measurement it is constant.
    """
    (few, fast), (many, slow) = _MEASURED
    exponent: float = math.log(slow / fast) / math.log(many / few)
    return fast * math.pow(max(pictures, few) / few, exponent)
