"""What real other colours of a product are called, by the lightness of the product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import numpy as np
from PIL import Image

from lookalike.evaluation.benchmark import Measured
from lookalike.evaluation.edits import DARK, PALE
from lookalike.evaluation.edits.garments import Region, regions
from lookalike.evaluation.methods import METHODS
from lookalike.evaluation.questions.question import Kind
from lookalike.evaluation.report.document import NOTHING, Section, Table, share_text
from lookalike.evaluation.report.domain_tables import Domain, has_called_variant
from lookalike.evaluation.report.negative_tables import has_called_copy
from lookalike.evaluation.scoring.scored_answers import ScoredAnswer, share

LIGHTNESSES = ("pale", "mid", "dark")
MIXED = "mixed"
"""All other pairs, so that the rows of lightness add up to all pairs."""
GROUND_SHARE = 0.5
"""Share of a picture's edge from which on a region is the ground, and no product. A person or a
garment that the frame cuts reaches one side or two, and hardly the corners."""
ONE_PHOTOGRAPH = 24
"""Bits of 256 up to which the pHashes of two colours differ where one photograph was recoloured, as
far as a plain hash can tell."""
TEXT = """Pairs of pictures of one product and view in two colours that differ noticeably, in all \
catalogues. *By product* is the mean of the products' shares, so that one product with many \
pictures counts once. A pair is pale (L* from {pale:g}), dark (L* up to {dark:g}) or mid if the \
largest region of one colour is so in both pictures, the ground left out. *Mixed* are all other \
pairs: of two such kinds, or with a picture in which no region stands out from its ground. *One \
photograph* are pairs whose pHashes of 256 bits differ by {bits} at most."""


def other_colours(domains: Sequence[Domain], measured: Measured) -> Section | None:
    """The section on real other colours; ``None`` where no catalogue holds any."""
    answers = [each for domain in domains for each in _answers(domain)]
    if not answers:
        return None
    group = {entry.entity_id: entry.group for entry in measured.entries}
    lightness = _Lightness(measured)
    kinds: dict[str, Callable[[ScoredAnswer], bool]] = {
        "all": lambda _: True,
        "one photograph": lambda each: _bits_apart(each, measured) <= ONE_PHOTOGRAPH,
        **{name: partial(lightness.is_of, name) for name in (*LIGHTNESSES, MIXED)},
    }
    columns = ["", "pairs", "products", "called copies", "by product"]
    columns += ["called variants", "by product"]
    rows = [
        [label, *_cells([each for each in answers if keep(each)], group)]
        for label, keep in kinds.items()
    ]
    title = f"Real other colours ({METHODS[domains[0].first].title})"
    limits = {"pale": PALE.lightness[0], "dark": DARK.lightness[1]}
    return Section(title, TEXT.format(bits=ONE_PHOTOGRAPH, **limits), [Table(columns, rows)])


def _answers(domain: Domain) -> list[ScoredAnswer]:
    return domain.answers(domain.first, Kind.OTHER_COLOUR)


def _cells(answers: Sequence[ScoredAnswer], group: Mapping[str, str]) -> list[str]:
    """Numbers of pairs and products, and both shares by pair and by product."""
    products: defaultdict[str, list[ScoredAnswer]] = defaultdict(list)
    for each in answers:
        products[group[each.question.query]].append(each)
    cells = [str(len(answers)), str(len(products))]
    for called in (has_called_copy, has_called_variant):
        cells += [share_text(share(answers, called)), _mean_text(products.values(), called)]
    return cells


def _mean_text(
    products: Iterable[Sequence[ScoredAnswer]], called: Callable[[ScoredAnswer], bool]
) -> str:
    shares = [share(answers, called) for answers in products]
    return share_text(float(np.mean(shares))) if shares else NOTHING


def _bits_apart(scored: ScoredAnswer, measured: Measured) -> int:
    """Bits between the pHashes of the two pictures of a question."""
    query, other = (
        np.frombuffer(measured.screened[name].phash, np.uint8)
        for name in (scored.question.query, scored.question.other)
    )
    return int(np.bitwise_count(query ^ other).sum())


class _Lightness:
    """How light the largest regions of pictures are, each computed once."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._names: dict[str, str] = {}

    def is_of(self, name: str, scored: ScoredAnswer) -> bool:
        """Return whether the pair of a question counts under this name."""
        first, second = map(self._of, (scored.question.query, scored.question.other))
        return name == (first if first == second else MIXED)

    def _of(self, name: str) -> str:
        if name not in self._names:
            self._names[name] = lightness_of(self._measured.screened[name].thumbnail)
        return self._names[name]


def lightness_of(picture: Image.Image) -> str:
    """One of ``LIGHTNESSES``: that of the largest region of one colour that is not the ground.

    The ends are open: black and pure white are dark and pale. Returns ``MIXED`` where there is no
    such region.
    """
    found = next((region for region in regions(picture) if not _is_ground(region)), None)
    if found is None:
        return MIXED
    if found.lightness >= PALE.lightness[0]:
        return "pale"
    return "dark" if found.lightness <= DARK.lightness[1] else "mid"


def _is_ground(region: Region) -> bool:
    """Whether a region takes half of the picture's edge, as black grounds and backdrops do."""
    mask = region.mask
    edge = np.concatenate([mask[0], mask[-1], mask[1:-1, 0], mask[1:-1, -1]])
    return bool(edge.mean() >= GROUND_SHARE)
