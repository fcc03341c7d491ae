"""Which questions are asked: decided by digests, so that a later and larger run asks them again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import visibly_recoloured
from lookalike.evaluation.questions.ground_truth import Order, Relations, number_of
from lookalike.evaluation.questions.question import Held, Kind, Question
from lookalike.evaluation.screening import Look

EDITS_OF_UNRELATED = 10
"""Edits of each unrelated picture, beside it as it is."""
THEN = ("", "crop10", "pad_white10")
"""What follows a recolouring."""
EDITED_IN_TENTH = 20
"""Edited pictures of each domain that are also asked of other sizes of the index, at most."""
PUBLISHED_PICTURES = 200
"""Pictures of each domain that go through the edits of published benchmarks, at most."""
TENTH = 10


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is asked.

    Attributes:
        edited: pictures of each domain that go through every edit.
        unrelated: pictures of each domain that are asked without their product.
        seed: of every choice.
    """

    edited: int
    unrelated: int
    seed: int


@dataclass(frozen=True, slots=True)
class Library:
    """Names of the edits of each kind."""

    edits: Sequence[str]
    random: Sequence[str]
    chains: Sequence[str]
    composites: Sequence[str]
    recolourings: Sequence[str]
    hard_negatives: Sequence[str]
    published: Sequence[str]


class Questioner:
    """Asks about a catalogue.

    Args:
        entries: the whole catalogue.
        looks: of every entry.
        asked: the entries that may be asked about.
        library: the edits.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        looks: Mapping[str, Look],
        asked: Collection[str],
        library: Library,
        amount: Amount,
    ) -> None:
        self._library = library
        self._amount = amount
        self._entries = {entry.entity_id: entry for entry in entries}
        self._asked = [entry for entry in entries if entry.entity_id in asked]
        self._relations = Relations(entries, looks)
        self._looks = looks
        self._domains: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self._asked:
            self._domains[entry.domain].append(entry)

    def questions(self) -> list[Question]:
        """Every question about the whole index, domain by domain."""
        found: list[Question] = []
        for domain in sorted({entry.domain for entry in self._asked}):
            edited = self._picked(domain, "edited", self._amount.edited)
            unrelated = self._picked(domain, "unrelated", self._amount.unrelated)
            for entry in edited:
                found += self._about_edits(entry)
            for entry in unrelated:
                found += self._about_nothing(entry)
                found += self._about_its_product(entry)
            found += self._as_published(domain)
        return self._beside_made(found)

    def at_other_size(self, held: Held, index: str) -> list[Question]:
        """Some of the questions, to be asked of an index of another size.

        Args:
            held: which.
            index: changes with what it holds.
        """
        found: list[Question] = []
        for domain in sorted({entry.domain for entry in self._asked}):
            for entry in self._picked(domain, "edited", self.edited_at_other_size):
                found += self._edits(entry, Kind.EDIT, self._library.edits)
            for entry in self._picked(domain, "unrelated", self._amount.unrelated):
                found += self._about_nothing(entry)
        return [replace(question, held=held, index=index) for question in found]

    @property
    def edited_at_other_size(self) -> int:
        """How many pictures of each domain that is."""
        return min(self._amount.edited, EDITED_IN_TENTH)

    def tenth(self) -> list[str]:
        """A tenth of the catalogue; the pictures that are edited are in it."""
        domains = sorted({entry.domain for entry in self._asked})
        edited = [
            entry.entity_id
            for domain in domains
            for entry in self._picked(domain, "edited", self.edited_at_other_size)
        ]
        others = sorted(self._entries.keys() - set(edited), key=Order(self._amount.seed, "tenth"))
        rest = max(0, len(self._entries) // TENTH - len(edited))
        return [*edited, *others[:rest]]

    def _about_edits(self, entry: Entry) -> Iterator[Question]:
        yield from self._edits(entry, Kind.EDIT, self._library.edits)
        yield from self._edits(entry, Kind.RANDOM, self._library.random)
        yield from self._edits(entry, Kind.CHAIN, self._library.chains)
        yield from self._with_another(entry, Kind.COMPOSITE, self._library.composites)
        yield from self._with_another(entry, Kind.HARD_NEGATIVE, self._library.hard_negatives)
        siblings = frozenset(e.entity_id for e in self._relations.siblings(entry))
        for then in THEN:
            for question in self._edits(entry, Kind.RECOLOURED, self._library.recolourings):
                yield replace(question, then=then, without=siblings)

    def _edits(self, entry: Entry, kind: Kind, names: Iterable[str]) -> Iterator[Question]:
        for name in names:
            yield self._question(entry, kind, name, expected=self._relations.shown_too(entry))

    def _with_another(self, entry: Entry, kind: Kind, names: Iterable[str]) -> Iterator[Question]:
        """Questions with a picture of another product, which is out of the catalogue."""
        own = self._relations.related(entry)
        for name in names:
            other = self._another(entry.domain, own, f"{kind} {name} {entry.entity_id}")
            if other is None:
                return
            question = self._question(entry, kind, name, expected=self._relations.shown_too(entry))
            gone = self._relations.related(other)
            if kind is Kind.HARD_NEGATIVE:
                gone |= own
                question = replace(question, expected=(), held=Held.MADE)
            yield replace(question, other=other.entity_id, without=frozenset(gone))

    def _another(self, domain: str, own: set[str], salt: str) -> Entry | None:
        """A picture that may be asked about and is none of its own; ``None`` without any."""
        pool = self._domains[domain]
        first = number_of(self._amount.seed, salt) % len(pool)
        turned = chain(islice(pool, first, None), islice(pool, first))
        return next((other for other in turned if other.entity_id not in own), None)

    def _beside_made(self, questions: list[Question]) -> list[Question]:
        """Hard negatives know the made entries that show what they show, and look for none."""
        made: defaultdict[str, set[str]] = defaultdict(set)
        for question in questions:
            if question.held is Held.MADE:
                made[question.query].add(question.made_entry)
        index = str(number_of(*sorted(name for names in made.values() for name in names)))
        return [
            replace(q, without=q.without.union(*self._made_of(q.other, made)), index=index)
            if q.held is Held.MADE
            else q
            for q in questions
        ]

    def _made_of(self, shown: str, made: Mapping[str, set[str]]) -> list[set[str]]:
        return [made.get(name, set()) for name in self._relations.related(self._entries[shown])]

    def _about_nothing(self, entry: Entry) -> Iterator[Question]:
        yield self._unrelated(entry, "")
        names = [*self._library.edits, *self._library.random]
        for name in sorted(names, key=Order(self._amount.seed, entry.entity_id))[
            :EDITS_OF_UNRELATED
        ]:
            yield self._unrelated(entry, name)

    def _unrelated(self, entry: Entry, name: str) -> Question:
        question = self._question(entry, Kind.UNRELATED, name)
        return replace(question, without=frozenset(self._relations.related(entry)))

    def _about_its_product(self, entry: Entry) -> Iterator[Question]:
        """Real recolourings that one sees, and other views, where the catalogue has them."""
        siblings = self._relations.siblings(entry)
        colours = [
            e
            for e in siblings
            if e.view == entry.view and e.colour != entry.colour and self._shows(entry, e)
        ]
        views = [e for e in siblings if e.view != entry.view]
        own = self._relations.related(entry)
        for kind, targets in ((Kind.OTHER_COLOUR, colours), (Kind.OTHER_VIEW, views)):
            for name in (target.entity_id for target in targets):
                question = self._question(entry, kind, "", expected=(name,))
                yield replace(question, other=name, without=frozenset(own - {name}))

    def _shows(self, entry: Entry, other: Entry) -> bool:
        """Whether one sees that colours are other ones: those of a trim may not show."""
        looks = (self._looks[e.entity_id].thumbnail for e in (entry, other))
        return visibly_recoloured(*looks)

    def _as_published(self, domain: str) -> Iterator[Question]:
        wanted = max(self._amount.edited, min(self._amount.unrelated, PUBLISHED_PICTURES))
        for entry in self._picked(domain, "edited", wanted):
            yield from self._edits(entry, Kind.PUBLISHED, self._library.published)

    def _question(
        self, entry: Entry, kind: Kind, name: str, expected: tuple[str, ...] = ()
    ) -> Question:
        seed = number_of(self._amount.seed, kind, name, entry.entity_id)
        return Question(kind, name, entry.domain, entry.entity_id, seed, expected)

    def _picked(self, domain: str, salt: str, number: int) -> list[Entry]:
        """The first pictures of a domain in an order of their own; each picture once."""
        once: dict[str, Entry] = {}
        for entry in self._asked:
            if entry.domain == domain:
                once.setdefault(self._relations.picture(entry), entry)
        order = Order(self._amount.seed, salt)
        return sorted(once.values(), key=lambda entry: order(entry.entity_id))[:number]
