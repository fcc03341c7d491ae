"""Answers for several pictures are counted by what the catalogue has of each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lookalike.api.find_similar.models import CheckAnswer, MatchAnswer
from lookalike.cli.check_report import CheckReport
from lookalike.cli.checks import Checked
from lookalike.errors import ImageUnreachableError
from lookalike.http.answers import PictureAnswer
from lookalike.matching.finding import Verdict
from tests.fakes import a_match

_QUERY = PictureAnswer(phash="c93f32c337cc4c1c", quality=87, width=720, height=960)


def _checked(*verdicts: Verdict) -> Checked:
    """A picture that is found with these verdicts, the best match first."""
    is_duplicate = bool(verdicts) and verdicts[0].is_copy
    matches = [MatchAnswer.of(replace(a_match(), verdict=verdict)) for verdict in verdicts]
    answer = CheckAnswer(is_duplicate=is_duplicate, matches=matches, query=_QUERY)
    return Checked("a.jpg", answer)


def test_should_tell_other_colours_from_what_is_not_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = CheckReport(5, as_json=True)
    report.show(_checked(Verdict.EDITED_COPY, Verdict.COLOUR_VARIANT))
    report.show(_checked(Verdict.COLOUR_VARIANT, Verdict.SIMILAR))
    report.show(_checked(Verdict.SIMILAR))
    report.show(_checked())
    report.show(Checked("b.jpg", error=ImageUnreachableError("It is away.")))
    report.conclude()
    assert capsys.readouterr().err.splitlines()[-1] == (
        "5 pictures: 1 in the catalogue, 1 only in other colours, "
        "2 not in it, 1 could not be checked."
    )
