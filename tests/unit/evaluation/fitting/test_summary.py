"""The summary tells what cross-fitted models get right, by domain and kind of sample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lookalike.evaluation.fitting.dataset import Dataset
from lookalike.evaluation.fitting.summary import summary
from tests.unit.evaluation.fitting.builders import some_scores


def test_should_summarise_every_domain_and_kind(dataset: Dataset) -> None:
    colour = np.where(dataset.is_other_colour, 1.0, -1.0)
    lines = summary(dataset, some_scores(dataset, 0), colour)
    assert [line.split(":")[0] for line in lines[:2]] == ["home", "shop"]
    assert "first 1.0000, found 1.0000, at one false match in 1,000 1.0000 of 30; " in lines[0]
    [edits] = [line for line in lines if line.startswith("edits:")]
    assert edits == "edits: 60, called variants 0.0000, called copies 1.0000"


def test_should_count_queries_about_colours_as_kinds_alone(dataset: Dataset) -> None:
    further = replace(dataset, is_about_colours=dataset.query % 4 == 0)
    scores, colour = some_scores(dataset, 0), np.full(len(dataset.query), -1.0)
    lines, rest = (
        summary(each, scores[kept], colour[kept])
        for each, kept in (
            (further, slice(None)),
            (dataset.of(~further.is_about_colours), ~further.is_about_colours),
        )
    )
    assert lines[:2] == rest[:2]
    assert lines[2:] == summary(dataset, scores, colour)[2:]
    assert lines[2:] != rest[2:]


def test_should_count_listings_as_a_kind_alone(dataset: Dataset) -> None:
    is_listing = dataset.is_own & (dataset.query % 4 == 0)
    further = replace(dataset, is_listing=is_listing)
    scores, colour = some_scores(dataset, 0), np.full(len(dataset.query), -1.0)
    scores[is_listing] = -1.0
    lines = summary(further, scores, colour)
    assert "found 1.0000" in lines[0]
    edits = (further.is_own & ~(further.is_recolouring | is_listing)).sum()
    assert f"edits: {edits}, called variants 0.0000, called copies 1.0000" in lines
    assert f"listings: {is_listing.sum()}, called variants 0.0000, called copies 0.0000" in lines
