"""A manifest: the catalogue file of a backfill, and what there is to know of it beforehand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.rows import CatalogueReader
from lookalike.images.fetching.fetcher import is_path
from lookalike.storage.import_runs import FailedRow

_FILES = "files"
"""Stands for a host where a row has the path of a file."""


@dataclass(frozen=True, slots=True)
class ManifestProfile:
    """What a manifest holds.

    Attributes:
        kind: its format, in words.
        rows: all of its rows.
        products: rows that can become products.
        refused: rows that cannot, by the code of the reason.
        repeated_pictures: pictures whose address an earlier row has.
        hosts: pictures by the host that has them, the largest first.
    """

    kind: str
    rows: int
    products: int
    refused: Mapping[str, int]
    repeated_pictures: int
    hosts: Mapping[str, int]

    def __str__(self) -> str:
        """Return it as lines for people."""
        lines = [f"{self.kind}: {self.rows:,} rows, {self.products:,} products"]
        lines += [f"  refused, {code}: {count:,}" for code, count in self.refused.items()]
        lines += [f"  pictures that an earlier row has: {self.repeated_pictures:,}"]
        lines += [f"  pictures at {host}: {count:,}" for host, count in self.hosts.items()]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A catalogue in any format, which is read anew whenever it is asked for."""

    path: Path

    def profile(self) -> ManifestProfile:
        """Read it to its end, and count.

        Raises:
            CatalogueError: it cannot be read as a catalogue.
        """
        refused, hosts, seen, products = Counter[str](), Counter[str](), set[int](), 0
        pictures = 0
        with self._opened() as reader:
            for row in reader:
                if isinstance(row, FailedRow):
                    refused[row.code] += 1
                    continue
                products += 1
                pictures += len(row.image_urls)
                seen.update(map(hash, row.image_urls))
                hosts.update(map(_host, row.image_urls))
            kind = reader.kind
        rows = products + refused.total()
        repeated = pictures - len(seen)
        found = dict(refused.most_common())
        return ManifestProfile(kind, rows, products, found, repeated, dict(hosts.most_common()))

    def products(self) -> Iterator[CatalogueRow]:
        """The rows that can become products, in order.

        Raises:
            CatalogueError: it cannot be read as a catalogue.
        """
        with self._opened() as reader:
            yield from (row for row in reader if isinstance(row, CatalogueRow))

    def sample(self, count: int, seed: int = 0) -> list[CatalogueRow]:
        """Some products from anywhere, each as likely as any other, in their order.

        Raises:
            CatalogueError: it cannot be read as a catalogue.
        """
        chance, chosen = random.Random(seed), list[CatalogueRow]()  # noqa: S311 - no secret
        for number, row in enumerate(self.products()):
            if number < count:
                chosen.append(row)
            elif (place := chance.randrange(number + 1)) < count:
                chosen[place] = row
        return sorted(chosen, key=lambda row: row.number)

    @contextmanager
    def _opened(self) -> Iterator[CatalogueReader]:
        with self.path.open("rb") as file:
            yield CatalogueReader(file)


def _host(address: str) -> str:
    try:
        return _FILES if is_path(address) else urlsplit(address).hostname or address
    except ValueError:
        return address
