"""A new verdict is one line, and everything in Python that shows verdicts shows it.

The page has words and an icon for each verdict of the contract; without them, ``make check`` stops.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.integration.recipes.scratch import copy_source

_BEFORE = '    SIMILAR = "similar"'
_LINE = '    TOY = "toy", "a toy of the same shape", True\n'
_SCRIPT = """
import json
from dataclasses import replace
from lookalike.cli.words import match_in_words
from lookalike.evaluation.scoring.scored_answers import COPY_VERDICTS
from lookalike.matching.finding import Verdict
from lookalike.api.find_similar.models import CheckAnswer
from tests.fakes import FakeMatcher, a_match, a_picture_file, fake_prepare
from tests.service import KNOWN, Client, some_parts
from lookalike.local.http_server.concurrent_resolver import build_resolver

with some_parts() as parts:
    parts.matcher.find = lambda picture: (replace(a_match(1), verdict=Verdict.TOY),)
    client = Client(build_resolver(parts.routers(), "1"))
    answer = client.get(f"/find_similar?image_url={KNOWN}").json
    print(json.dumps({
        "verdict": answer["matches"][0]["verdict"],
        "is_duplicate": answer["is_duplicate"],
        "contract": client.get("/openapi.json").json["components"]["schemas"]["Verdict"]["enum"],
        "command line": match_in_words(CheckAnswer.model_validate(answer).matches[0]),
        "benchmark": "toy" in COPY_VERDICTS,
    }))
"""


def test_should_show_a_new_verdict_everywhere(tmp_path: Path) -> None:
    copy = copy_source(tmp_path)
    copy.replace("lookalike/matching/finding.py", _BEFORE, _LINE + _BEFORE)
    shown: dict[str, Any] = json.loads(copy.run(_SCRIPT))
    assert shown.pop("command line").startswith("A toy of the same shape. Mirrored.")
    assert shown == {
        "verdict": "toy",
        "is_duplicate": True,
        "contract": ["duplicate", "edited_copy", "colour_variant", "toy", "similar"],
        "benchmark": True,
    }
