"""The command line reads the answers of a service whole, and those of an older one, too."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lookalike.api.compare.models import CompareAnswer, ComparisonEvidence
from lookalike.api.find_similar.models import EvidenceAnswer
from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.cli.app import app
from lookalike.cli.remote.errors import RemoteRefusedError
from lookalike.cli.remote.service import RemoteService
from lookalike.matching.check import CheckOptions
from lookalike.matching.effort import Effort
from tests.builders import a_fingerprint
from tests.fakes import a_match, a_picture_file
from tests.servers import PictureServer, answer
from tests.service import Parts

_EVIDENCE = a_match().evidence


def test_should_read_all_evidence_of_a_check(url: str) -> None:
    [match] = RemoteService(url).check(a_picture_file(1), CheckOptions()).matches
    assert match.evidence == EvidenceAnswer.of(_EVIDENCE)
    assert match.evidence.outline_of_match == _EVIDENCE.outline_of_match


def test_should_read_all_evidence_of_a_comparison(url: str) -> None:
    answer = RemoteService(url).compare(a_picture_file(1), a_picture_file(2))
    assert answer.evidence == ComparisonEvidence.of(_EVIDENCE)
    assert answer.evidence.outline_of_a == _EVIDENCE.outline_of_query


@pytest.mark.parametrize("effort", Effort)
def test_should_pass_the_effort_on(url: str, parts: Parts, effort: Effort) -> None:
    service = RemoteService(url)
    service.check(a_picture_file(1), CheckOptions(effort=effort))
    service.compare(a_picture_file(1), a_picture_file(2), effort)
    assert [options.effort for options in parts.matcher.options] == [effort]
    assert parts.matcher.efforts == [effort]


def test_should_pass_on_which_products_are_wanted(url: str, parts: Parts, tmp_path: Path) -> None:
    picture = tmp_path / "a.jpg"
    picture.write_bytes(a_picture_file(1))
    conditions = {"--exclude-entity-id": "1", "--exclude-sku": "S,1", "--filter": "colour:a:b"}
    words = [word for pair in conditions.items() for word in pair]
    done = CliRunner().invoke(
        app, ["check", str(picture), "--url", url, *words, "--exclude-entity-id", "2"]
    )
    assert done.exit_code == 0, done.output
    [options] = parts.matcher.options
    assert options.exclude_entity_ids == {"1", "2"}
    assert options.exclude_skus == {"S,1"}
    assert options.attributes == {("colour", "a:b")}


def test_should_delete_products_of_a_service(url: str, parts: Parts) -> None:
    register(parts.storage, [Registration("e/1", "", [RegisteredImage(None, a_fingerprint(1))])], 1)
    done = CliRunner().invoke(app, ["delete", "e/1", "nobody", "--url", url])
    assert (done.exit_code, done.stdout) == (3, "1 product deleted.\n")
    assert done.stderr == "There is no product with the entity_id 'nobody' in the catalogue.\n"
    assert parts.storage.products.count() == 0


def test_should_not_tell_an_older_service_of_the_default_effort() -> None:
    with PictureServer() as older:
        for path in ("/find_similar", "/compare"):
            older.route(path, answer(b"{}", status=400, content_type="application/json"))
        service = RemoteService(older.url(""))
        for ask in (
            partial(service.check, b"a", CheckOptions()),
            partial(service.compare, b"a", b"b"),
        ):
            with pytest.raises(RemoteRefusedError):
                ask()
        sent = [request.path.encode() + request.body for request in older.requests]
    assert len(sent) == 2
    assert not any(b"effort" in request for request in sent)


def test_should_read_what_a_service_without_outlines_answers() -> None:
    answer = {
        "match_percentage": 80.0,
        "verdict": "edited_copy",
        "evidence": {
            "phash_distance": 2,
            "deep_distance": 90,
            "flipped": False,
            "rotation": 90,
            "area_of_a": 1.0,
            "area_of_b": 0.5,
        },
    }
    evidence = CompareAnswer.model_validate(answer).evidence
    assert (evidence.outline_of_a, evidence.outline_of_b) == (None, None)
