"""Which rows of a batch can be loaded at the moment: those whose hosts have a free slot."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass

from lookalike.aws.imports.host_slots import HostSlots
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.errors import StorageUnavailableError
from lookalike.images.fetching.host_gate import HostGate
from lookalike.images.fetching.silent_hosts import SilentHosts
from lookalike.images.fetching.web_address import host_of

FIRST_PAUSE, LONGEST_PAUSE = 5, 60
"""Seconds until a batch asks again for slots of hosts that have none."""
_JITTER = random.SystemRandom()


class HostsBusyError(StorageUnavailableError):
    """No slot of a host is free; what was loaded of a batch need not be loaded again."""

    code = "hosts_busy"
    title = "Hosts busy"


@dataclass(frozen=True, slots=True)
class BatchHosts:
    """The hosts that batches ask for pictures.

    Attributes:
        slots: of hosts.
        gate: lets pictures be fetched from hosts of which a slot is held.
        silent: refuses pictures of hosts that do not answer.
        slow: the hosts that ask for a delay between pictures, as far as they are known.
    """

    slots: HostSlots
    gate: HostGate
    silent: SilentHosts
    slow: Callable[[], AbstractSet[str]] = frozenset

    @contextmanager
    def ready(self, rows: Sequence[CatalogueRow]) -> Iterator[list[CatalogueRow]]:
        """The rows whose hosts may be asked inside.

        Raises:
            HostsBusyError: there is none.
        """
        hosts = [hosts_of(row) for row in rows]
        wanted = frozenset().union(*hosts)
        with self.slots.held(wanted, self.slow()) as held, self.gate.opened(held):
            found = [row for row, needed in zip(rows, hosts, strict=True) if needed <= held]
            if not found:
                raise HostsBusyError(f"{len(rows):,} rows wait for hosts that others ask.")
            yield found


def hosts_of(row: CatalogueRow) -> frozenset[str]:
    """The hosts that are asked for the pictures of a row; none, if an export has them."""
    addresses = () if row.pictures else row.image_urls
    return frozenset(filter(None, map(host_of, addresses)))


def pause_after(before: int) -> int:
    """Seconds until a batch tries again, if it has waited for so many already.

    Decorrelated jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return min(LONGEST_PAUSE, _JITTER.randint(FIRST_PAUSE, 3 * max(FIRST_PAUSE, before)))
