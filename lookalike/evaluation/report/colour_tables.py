"""What real other colours of a product are called, by the lightness of the product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import numpy as np
from PIL import Image

from lookalike.evaluation.benchmark import Measured
from lookalike.evaluation.edits import DARK, MID, PALE, Palette
from lookalike.evaluation.edits.garments import regions
from lookalike.evaluation.methods import METHODS
from lookalike.evaluation.questions.question import Kind
from lookalike.evaluation.report.document import NOTHING, Section, Table, share_text
from lookalike.evaluation.report.domain_tables import Domain, has_called_variant
from lookalike.evaluation.report.negative_tables import has_called_copy
from lookalike.evaluation.scoring.scored_answers import ScoredAnswer, share

PALETTES: Mapping[str, Palette] = {"pale": PALE, "mid": MID, "dark": DARK}
ONE_PHOTOGRAPH = 24
"""Bits of 256 up to which the pHashes of two colours differ where one photograph was recoloured, as
far as a plain hash can tell."""
TEXT = """Pairs of pictures of one product and view in two colours that differ noticeably, in all \
catalogues. *By product* is the mean of the products' shares, so that one product with many \
pictures counts once. A pair is pale, mid or dark if the largest region of one colour is so in \
both pictures. *One photograph* are pairs whose pHashes of 256 bits differ by {bits} at most."""


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
        **{name: partial(lightness.is_of, name) for name in PALETTES},
    }
    columns = ["", "pairs", "products", "called copies", "by product"]
    columns += ["called variants", "by product"]
    rows = [
        [label, *_cells([each for each in answers if keep(each)], group)]
        for label, keep in kinds.items()
    ]
    title = f"Real other colours ({METHODS[domains[0].first].title})"
    return Section(title, TEXT.format(bits=ONE_PHOTOGRAPH), [Table(columns, rows)])


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
    """The names of the palettes that the largest regions of pictures are of."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._names: dict[str, str] = {}

    def is_of(self, palette: str, scored: ScoredAnswer) -> bool:
        """Return whether both pictures of a question are of a palette."""
        pictures = scored.question.query, scored.question.other
        return all(self._of(name) == palette for name in pictures)

    def _of(self, name: str) -> str:
        if name not in self._names:
            self._names[name] = _lightness(self._measured.screened[name].thumbnail)
        return self._names[name]


def _lightness(picture: Image.Image) -> str:
    """The palette of a picture's largest region by its lightness alone; empty without a region."""
    found = regions(picture)
    if not found:
        return ""
    within = (
        name
        for name, palette in PALETTES.items()
        if palette.lightness[0] <= found[0].lightness <= palette.lightness[1]
    )
    return next(within, "")
