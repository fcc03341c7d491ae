"""Products that are checked against the catalogue before they are stored."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from lookalike.catalogue.registration import Registration, described, register
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.matching.check import CheckOptions, Match
from lookalike.matching.stored_check import StoredCheck
from lookalike.storage.events import Event, EventType
from lookalike.storage.flags import Flag
from lookalike.storage.interfaces import PutOutcome, Storage

TRIES = 3
"""Checks without keeping others from writing. If they have stored something during each of them,
they wait for the next one."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A product was not stored.

    Attributes:
        match: the product that shows the same photograph.
    """

    match: Match

    @property
    def reason(self) -> str:
        """Why, in a sentence."""
        match = self.match
        return (
            f"The product {match.product.entity_id!r} shows {match.verdict.words} "
            f"({match.match_percentage:g} %). Nothing is stored."
        )


Arrival = PutOutcome | Refused
"""What became of a product that was checked."""


class Arrivals(ABC):
    """Stores products that are checked before."""

    @abstractmethod
    def store(
        self,
        registration: Registration,
        on_duplicate: OnDuplicate,
        note: Callable[[Arrival], None] = lambda _arrival: None,
    ) -> Arrival:
        """Check a product against the catalogue, and store it unless it is to be refused.

        Left out of the check are the product itself and those that share its sku, since one article
        may be listed several times. A picture that the product shows already does not arrive, and
        is not checked again.

        Args:
            registration: the product and its pictures.
            on_duplicate: what to do if another product shows one of them.
            note: called with the outcome, within the transaction that writes it.

        Raises:
            StorageUnavailableError: a store does not answer, and nothing was changed.
        """


@dataclass(frozen=True, slots=True)
class ArrivalPolicy:
    """How the products of an import arrive.

    Attributes:
        arrivals: checks and stores them.
        on_duplicate: what to do with those that others show already.
    """

    arrivals: Arrivals
    on_duplicate: OnDuplicate


class CheckedArrivals(Arrivals):
    """Checks and stores so that of two equal products, even at once, the later one is found.

    It is checked without a lock. If anything was registered meanwhile, which the number of the last
    event tells, it is checked again before it is stored. This holds for all processes that write to
    the folder. A storage without a count of events, such as that of AWS, promises less: two at once
    may both pass.

    Args:
        storage: receives the products.
        check: finds matches of fingerprints.
        clock: seconds since the epoch (UTC).
    """

    def __init__(self, storage: Storage, check: StoredCheck, clock: Callable[[], float]) -> None:
        self._storage = storage
        self._check = check
        self._clock = clock

    @override
    def store(
        self,
        registration: Registration,
        on_duplicate: OnDuplicate,
        note: Callable[[Arrival], None] = lambda _arrival: None,
    ) -> Arrival:
        for _ in range(TRIES):
            seen = self._storage.events.last()
            found = self._best(registration)
            with self._storage.transaction():
                if self._storage.events.last() == seen:
                    return self._noted(registration, found, on_duplicate, note)
        with self._storage.transaction():
            found = self._best(registration)
            return self._noted(registration, found, on_duplicate, note)

    def _noted(
        self,
        registration: Registration,
        found: _Found | None,
        on_duplicate: OnDuplicate,
        note: Callable[[Arrival], None],
    ) -> Arrival:
        arrival = self._settle(registration, found, on_duplicate)
        note(arrival)
        return arrival

    def _best(self, registration: Registration) -> _Found | None:
        """The best match of the pictures that arrive, if it is a duplicate or an edited copy."""
        stored = self._storage.products.get_many([registration.entity_id])
        known = stored.get(registration.entity_id)
        shown = set(known.pictures if known else ())
        new = {each.fingerprint.fingerprint_id: each.fingerprint for each in registration.images}
        found = [
            _Found(fingerprint_id, match)
            for fingerprint_id, fingerprint in new.items()
            if fingerprint_id not in shown
            for match in self._check.matches(fingerprint, _options(registration))
            if match.verdict.is_copy
        ]
        return max(found, key=lambda each: each.match.probability, default=None)

    def _settle(
        self, registration: Registration, found: _Found | None, on_duplicate: OnDuplicate
    ) -> Arrival:
        """Store, mark and tell, within a transaction."""
        if found is not None:
            self._storage.events.add([self._event(registration, found, on_duplicate)])
            if on_duplicate is OnDuplicate.REFUSE:
                return Refused(found.match)
        [outcome] = register(self._storage, [registration], int(self._clock()))
        if on_duplicate is OnDuplicate.ACCEPT:
            self._storage.flags.remove(registration.entity_id)
        elif found is not None:
            self._storage.flags.put(found.flag(registration.entity_id, self._clock()))
        return outcome

    def _event(self, registration: Registration, found: _Found, on_duplicate: OnDuplicate) -> Event:
        data = {
            **described(registration.product),
            "fingerprint_id": found.fingerprint_id,
            "on_duplicate": on_duplicate.value,
            "match": shown_match(found.match),
        }
        return Event.new(EventType.DUPLICATE_FOUND, registration.entity_id, data, self._clock())


@dataclass(frozen=True, slots=True)
class _Found:
    """A picture that arrives, and the product that shows the same photograph."""

    fingerprint_id: str
    match: Match

    def flag(self, entity_id: str, now: float) -> Flag:
        return Flag(entity_id, self.fingerprint_id, shown_match(self.match), now)


def _options(registration: Registration) -> CheckOptions:
    return CheckOptions(
        exclude_entity_ids=frozenset([registration.entity_id]),
        exclude_skus=frozenset([registration.sku] if registration.sku else []),
    )


def shown_match(match: Match) -> dict[str, Any]:
    """A match as events, flags and refusals have it."""
    return {
        "entity_id": match.product.entity_id,
        "sku": match.product.sku,
        "image_url": match.image_url,
        "image_index": match.image_index,
        "match_percentage": match.match_percentage,
        "verdict": match.verdict.value,
    }
