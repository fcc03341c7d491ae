"""Shows and counts the answers of ``lookalike check`` for several pictures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lookalike.cli.checks import named_detail
from lookalike.cli.output import complain, show_check, show_json
from lookalike.cli.remote.errors import RemoteRefusedError
from lookalike.matching.finding import Verdict
from lookalike.terminal import console, counted, errors

if TYPE_CHECKING:
    from lookalike.cli.checks import Checked
    from lookalike.errors import LookalikeError


class CheckReport:
    """Shows each answer as it comes, and counts them.

    Args:
        pictures: how many are going to be checked.
        as_json: whether to print one JSON object a line.
    """

    def __init__(self, pictures: int, *, as_json: bool) -> None:
        self._pictures = pictures
        self._as_json = as_json
        self.found = 0
        self.in_other_colours = 0
        self.missing = 0
        self.failed = 0

    def show(self, checked: Checked) -> None:
        """Show and count the answer for one picture, or why there is none."""
        if checked.answer is None:
            self.failed += 1
        elif checked.answer.is_duplicate:
            self.found += 1
        elif any(match.verdict is Verdict.COLOUR_VARIANT for match in checked.answer.matches):
            self.in_other_colours += 1
        else:
            self.missing += 1
        if self._as_json:
            show_json(_line(checked))
        elif checked.answer is not None:
            console.print(checked.image)
            show_check(checked.answer)
        if checked.error is not None:
            complain(named_detail(checked.image, checked.error))

    def conclude(self) -> None:
        """Print the counts on standard error, and how far the check came if it was stopped."""
        checked = self.found + self.in_other_colours + self.missing + self.failed
        how_far = "" if checked == self._pictures else f"Stopped after {checked} of "
        errors.print(
            f"{how_far}{counted(self._pictures, 'picture')}: {self.found} in the catalogue, "
            f"{self.in_other_colours} only in other colours, {self.missing} not in it, "
            f"{self.failed} could not be checked."
        )


def _line(checked: Checked) -> str:
    """One line of JSON, with the keys of an item of ``POST /find_similar/batch``."""
    document = {
        "image": checked.image,
        "result": checked.answer and checked.answer.model_dump(mode="json"),
        "problem": checked.error and _problem(checked.error),
    }
    return json.dumps(document, ensure_ascii=False)


def _problem(error: LookalikeError) -> dict[str, str]:
    code = error.reason if isinstance(error, RemoteRefusedError) else error.code
    return {"code": code, "title": error.title, "detail": error.detail}
