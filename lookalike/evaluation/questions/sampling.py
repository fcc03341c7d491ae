"""Which questions are asked about a catalogue.

All choices follow from digests, so a larger run asks the questions of a smaller one again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import noticeably_recoloured
from lookalike.evaluation.questions.counterparts import asked_of_counterparts
from lookalike.evaluation.questions.ground_truth import GroundTruth
from lookalike.evaluation.questions.question import IndexKind, Kind, Question
from lookalike.evaluation.questions.seeding import SeededOrder, digest_number
from lookalike.evaluation.screening import ScreenedPicture
from lookalike.evaluation.settings import EditNames, SampleSize

EDITS_OF_UNRELATED = 10
"""Edits of each unrelated picture, beside the picture as it is."""
SECOND_EDITS = ("", "crop10", "pad_white10")
"""Edits after a recolouring."""
REDUCTION = "random_rendition"
"""The edit that reduces pictures as shops store them."""
MAX_EDITED_OTHER_INDEX = 20
"""Edited pictures of each domain that indexes of another size are asked about."""
MAX_PUBLISHED = 200
"""Pictures of each domain that go through the edits of published benchmarks."""
TENTH = 10


class QuestionSampler:
    """Draws the questions about a catalogue.

    Args:
        entries: the whole catalogue.
        screened: the screened picture of every entry, by entity id.
        queried: entity ids of the entries that questions may be about.
        edit_names: the edits.
        size: how many pictures to draw, and the seed.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        screened: Mapping[str, ScreenedPicture],
        queried: Collection[str],
        edit_names: EditNames,
        size: SampleSize,
    ) -> None:
        self._edit_names = edit_names
        self._size = size
        self._entries = {entry.entity_id: entry for entry in entries}
        self._queried = [entry for entry in entries if entry.entity_id in queried]
        self._ground_truth = GroundTruth(entries, screened)
        self._screened = screened
        self._domains: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self._queried:
            self._domains[entry.domain].append(entry)

    def questions(self) -> list[Question]:
        """All questions about the whole catalogue, domain by domain."""
        found: list[Question] = []
        for domain in sorted(self._domains):
            for entry in self._sample(domain, "edited", self._size.edited):
                found += self._edited_questions(entry)
            for entry in self._sample(domain, "unrelated", self._size.unrelated):
                found += self._unrelated_questions(entry)
                found.append(self._reduced_question(entry))
                found += self._product_questions(entry)
                found += self._rendition_questions(entry)
            found += self._published_questions(domain)
        return asked_of_counterparts(found, self._entries, self._ground_truth)

    def for_index(self, kind: IndexKind, version: str) -> list[Question]:
        """Some of the questions, for an index of another size.

        Args:
            kind: of the index.
            version: differs between indexes of this kind with different contents.
        """
        found: list[Question] = []
        for domain in sorted(self._domains):
            for entry in self._sample(domain, "edited", self._edited_other_index):
                found += self._edits(entry, Kind.EDIT, self._edit_names.edits)
            for entry in self._sample(domain, "unrelated", self._size.unrelated):
                found += self._unrelated_questions(entry)
        return [replace(each, index_kind=kind, index_version=version) for each in found]

    @property
    def _edited_other_index(self) -> int:
        return min(self._size.edited, MAX_EDITED_OTHER_INDEX)

    def tenth_of_catalogue(self) -> list[str]:
        """Entity ids of a tenth of the catalogue, the pictures that are edited among them."""
        edited = [
            entry.entity_id
            for domain in sorted(self._domains)
            for entry in self._sample(domain, "edited", self._edited_other_index)
        ]
        order = SeededOrder(self._size.seed, "tenth")
        others = sorted(self._entries.keys() - set(edited), key=order)
        rest = max(0, len(self._entries) // TENTH - len(edited))
        return [*edited, *others[:rest]]

    def _edited_questions(self, entry: Entry) -> Iterator[Question]:
        names = self._edit_names
        yield from self._edits(entry, Kind.EDIT, names.edits)
        yield from self._edits(entry, Kind.RANDOM, names.random)
        yield from self._edits(entry, Kind.CHAIN, names.chains)
        yield from self._with_second_picture(entry, Kind.COMPOSITE, names.composites)
        yield from self._with_second_picture(entry, Kind.HARD_NEGATIVE, names.hard_negatives)
        yield from self._listings(entry)
        others = frozenset(e.entity_id for e in self._ground_truth.others_of_product(entry))
        for second in SECOND_EDITS:
            for question in self._edits(entry, Kind.RECOLOURED, names.recolourings):
                yield replace(question, second_edit=second, excluded=others)

    def _edits(self, entry: Entry, kind: Kind, names: Iterable[str]) -> Iterator[Question]:
        expected = self._ground_truth.showing_same_picture(entry)
        for name in names:
            yield self._question(entry, kind, name, expected)

    def _with_second_picture(
        self, entry: Entry, kind: Kind, names: Iterable[str]
    ) -> Iterator[Question]:
        """Questions with a picture of another product, which the search leaves out."""
        own = self._ground_truth.related(entry)
        for question in self._edits(entry, kind, names):
            other = self._other(entry.domain, own, f"{kind} {question.edit} {entry.entity_id}")
            if other is None:
                return
            excluded = self._ground_truth.related(other)
            found = replace(question, other=other.entity_id, excluded=frozenset(excluded))
            if kind is Kind.HARD_NEGATIVE:
                found = replace(
                    found,
                    expected=(),
                    excluded=frozenset(excluded | own),
                    index_kind=IndexKind.WITH_COUNTERPARTS,
                )
            yield found

    def _listings(self, entry: Entry) -> Iterator[Question]:
        """Questions for another listing of the picture, in place of the picture itself."""
        own = frozenset(self._ground_truth.related(entry))
        for question in self._edits(entry, Kind.LISTING, self._edit_names.listings):
            found = replace(question, other=entry.entity_id, excluded=own)
            yield replace(
                found, expected=(found.counterpart,), index_kind=IndexKind.WITH_COUNTERPARTS
            )

    def _other(self, domain: str, own: set[str], salt: str) -> Entry | None:
        """An entry of the domain that is not among its own; ``None`` if there is none."""
        pool = self._domains[domain]
        first = digest_number(self._size.seed, salt) % len(pool)
        rotated = chain(islice(pool, first, None), islice(pool, first))
        return next((other for other in rotated if other.entity_id not in own), None)

    def _unrelated_questions(self, entry: Entry) -> Iterator[Question]:
        yield self._unrelated(entry, "")
        names = [*self._edit_names.edits, *self._edit_names.random]
        order = SeededOrder(self._size.seed, entry.entity_id)
        for name in sorted(names, key=order)[:EDITS_OF_UNRELATED]:
            yield self._unrelated(entry, name)

    def _unrelated(self, entry: Entry, edit: str) -> Question:
        question = self._question(entry, Kind.UNRELATED, edit)
        return replace(question, excluded=frozenset(self._ground_truth.related(entry)))

    def _reduced_question(self, entry: Entry) -> Question:
        """A question with the reduced picture under one of the single edits."""
        names = self._edit_names.edits
        name = names[digest_number(self._size.seed, Kind.REDUCED, entry.entity_id) % len(names)]
        expected = self._ground_truth.showing_same_picture(entry)
        return replace(self._question(entry, Kind.REDUCED, REDUCTION, expected), second_edit=name)

    def _product_questions(self, entry: Entry) -> Iterator[Question]:
        """Questions for noticeably other colours and other views that the catalogue holds."""
        others = self._ground_truth.others_of_product(entry)
        colours = [
            e
            for e in others
            if e.view == entry.view and e.colour != entry.colour and self._differs(entry, e)
        ]
        views = [e for e in others if e.view != entry.view]
        own = self._ground_truth.related(entry)
        for kind, targets in ((Kind.OTHER_COLOUR, colours), (Kind.OTHER_VIEW, views)):
            for name in (target.entity_id for target in targets):
                question = self._question(entry, kind, "", expected=(name,))
                yield replace(question, other=name, excluded=frozenset(own - {name}))

    def _rendition_questions(self, entry: Entry) -> Iterator[Question]:
        """A question for other renditions of the photograph, if the catalogue holds some."""
        equal = self._ground_truth.equal_pictures(entry)
        shown = self._ground_truth.showing_same_picture(entry)
        others = tuple(name for name in shown if name not in equal)
        if others:
            question = self._question(entry, Kind.RENDITION, "", expected=others)
            yield replace(question, excluded=equal)

    def _differs(self, entry: Entry, other: Entry) -> bool:
        """Return whether the colours differ noticeably: those of a trim may not."""
        thumbnails = (self._screened[e.entity_id].thumbnail for e in (entry, other))
        return noticeably_recoloured(*thumbnails)

    def _published_questions(self, domain: str) -> Iterator[Question]:
        number = max(self._size.edited, min(self._size.unrelated, MAX_PUBLISHED))
        for entry in self._sample(domain, "edited", number):
            yield from self._edits(entry, Kind.PUBLISHED, self._edit_names.published)

    def _question(
        self, entry: Entry, kind: Kind, edit: str, expected: tuple[str, ...] = ()
    ) -> Question:
        seed = digest_number(self._size.seed, kind, edit, entry.entity_id)
        return Question(kind, edit, entry.domain, entry.entity_id, seed, expected)

    def _sample(self, domain: str, salt: str, number: int) -> list[Entry]:
        """The first entries of a domain in an order of the salt; each picture once."""
        once: dict[str, Entry] = {}
        for entry in self._domains[domain]:
            once.setdefault(self._ground_truth.picture(entry), entry)
        order = SeededOrder(self._size.seed, salt)
        return sorted(once.values(), key=lambda entry: order(entry.entity_id))[:number]
