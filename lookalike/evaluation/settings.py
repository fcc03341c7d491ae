"""Settings of an evaluation: catalogues, sample size, methods and edits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from pathlib import Path

from lookalike.errors import BadParameterError
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import (
    CHAINS,
    COMPOSITES,
    EDITS,
    HARD_NEGATIVES,
    LISTINGS,
    RANDOM,
    RECOLOURINGS,
)
from lookalike.evaluation.edits.published import PUBLISHED_EDITS
from lookalike.evaluation.edits.single import UNCHANGED
from lookalike.evaluation.methods import Ours
from lookalike.evaluation.split import Half, assigned_half

ROUNDS = 600
"""Trees of each model of the classifier."""


@dataclass(frozen=True, slots=True)
class SampleSize:
    """The number of questions, and their selection.

    Attributes:
        edited: pictures of each domain that go through every edit.
        unrelated: pictures of each domain that are asked about while their product is left out.
        seed: of every random choice.
    """

    edited: int
    unrelated: int
    seed: int


@dataclass(frozen=True, slots=True)
class EditNames:
    """The names of the edits to measure with, by kind of question."""

    edits: Sequence[str]
    random: Sequence[str]
    chains: Sequence[str]
    composites: Sequence[str]
    recolourings: Sequence[str]
    hard_negatives: Sequence[str]
    listings: Sequence[str]
    published: Sequence[str]

    def only(self, chosen: Collection[str]) -> EditNames:
        """The edits with these names and the unchanged picture; all edits if none is named.

        Raises:
            BadParameterError: there is no edit of a name.
        """
        kinds: dict[str, Sequence[str]] = asdict(self)
        known = [name for names in kinds.values() for name in names]
        for name in chosen:
            if name not in known:
                near = get_close_matches(name, known) or sorted(known)
                raise BadParameterError(f"no such edit: {name}. Choose from {', '.join(near)}.")
        if not chosen:
            return self
        return EditNames(
            **{
                kind: tuple(name for name in names if name in {*chosen, UNCHANGED})
                for kind, names in kinds.items()
            }
        )


ALL_EDITS = EditNames(
    edits=tuple(EDITS),
    random=tuple(RANDOM),
    chains=tuple(CHAINS),
    composites=tuple(COMPOSITES),
    recolourings=tuple(RECOLOURINGS),
    hard_negatives=tuple(HARD_NEGATIVES),
    listings=tuple(LISTINGS),
    published=tuple(PUBLISHED_EDITS),
)


@dataclass(frozen=True, slots=True)
class FittingSettings:
    """Settings of fitting the classifier.

    Attributes:
        queries: edited queries of each domain, at most; ``COLOUR_SHARE`` further ones for each are
            about colours alone.
        pairs: of each kind of shared thing that are made in each domain; of siblings,
            ``SIBLINGS_FACTOR`` times as many, at most.
        rounds: trees of each model.
    """

    queries: int = 1500
    pairs: int = 10
    rounds: int = ROUNDS


@dataclass(frozen=True, slots=True)
class EvaluationSettings:
    """Settings of what to measure, and where to write the results.

    Attributes:
        sources: catalogue files and folders.
        output: the folder for answers and reports.
        sample_size: how many questions are asked.
        images_root: see ``read_catalogues``.
        methods: names; reports give details of the first.
        half: the half of the pictures that questions may be about; ``None``: all.
        labelled: a file of queries and right answers.
        grow: number of synthetic entries that are added in the largest index.
        workers: number of processes.
        sku_pattern: see ``read_catalogues``.
        anew: whether to discard the answers in ``output``.
        edit_names: the edits.
        leave_one_out: how the models for each domain are fitted to the other ones; ``None``: all
            domains are answered by the shipped models.
        columns: see ``read_catalogues``.
    """

    sources: Sequence[Path]
    output: Path
    sample_size: SampleSize
    images_root: Path | None = None
    methods: Sequence[str] = (Ours.name,)
    half: Half | None = None
    labelled: Path | None = None
    grow: int = 0
    workers: int = 1
    sku_pattern: str = ""
    anew: bool = False
    edit_names: EditNames = ALL_EDITS
    leave_one_out: FittingSettings | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def queried(self, entries: Sequence[Entry]) -> list[Entry]:
        """The entries that questions may be about: those of the chosen half."""
        return [entry for entry in entries if self.half in (None, assigned_half(entry.style))]
