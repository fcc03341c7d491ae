"""The web page is served with what it loads, within a policy that lets nothing else in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lookalike.api.find_similar.models import EvidenceAnswer
from lookalike.http.page_files import PageFiles
from lookalike.http.pages import page_routes
from lookalike.http.resolver import with_routes
from lookalike.local.http_server.concurrent_resolver import ConcurrentRestResolver
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Verdict
from tests.service import Answer, Client

SOURCES = Path(__file__).parents[3] / "web" / "src"
INDEX = '<!doctype html><script type="module" src="./assets/index-1.js"></script>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a built page is."""
    assets = tmp_path / "page" / "assets"
    assets.mkdir(parents=True)
    assets.with_name("index.html").write_text(INDEX, encoding="utf-8")
    (assets / "index-1.js").write_text("'…'", encoding="utf-8")
    (assets / "icon-1.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return assets.parent


def served(folder: Path) -> Client:
    pages = page_routes(lambda: json.dumps({"openapi": "3.1.0"}), PageFiles(folder))
    return Client(with_routes(ConcurrentRestResolver(), [pages]))


def policy_of(answer: Answer) -> dict[str, str]:
    written = answer.headers["Content-Security-Policy"]
    return dict(part.split(maxsplit=1) for part in written.split(";"))


def test_should_serve_the_page_and_what_it_loads(folder: Path) -> None:
    page = served(folder).get("/")
    assert page.content.decode() == INDEX
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    script = served(folder).get("/assets/index-1.js")
    assert script.content.decode() == "'…'"
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert served(folder).get("/assets/icon-1.svg").headers["Content-Type"].startswith("image/svg")


def test_should_let_browsers_keep_what_never_changes_and_nothing_else(folder: Path) -> None:
    assert "immutable" in served(folder).get("/assets/index-1.js").headers["Cache-Control"]
    assert served(folder).get("/").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["index-2.js", "..", "..%2Findex.html", "..%2F..%2Fsecret.txt"])
def test_should_serve_no_other_files(folder: Path, name: str) -> None:
    answer = served(folder).get(f"/assets/{name}")
    assert answer.status == 404
    assert answer.json["code"] == "unknown_path"


def test_should_say_so_where_the_page_has_not_been_built(tmp_path: Path) -> None:
    page = served(tmp_path).get("/")
    assert page.status == 200
    assert "make setup" in page.content.decode()
    assert served(tmp_path).get("/assets/index-1.js").status == 404


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_should_be_shown_in_no_page_of_others_and_load_no_code(folder: Path, path: str) -> None:
    policy = policy_of(served(folder).get(path))
    assert policy["frame-ancestors"] == policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"


def test_should_run_only_scripts_of_its_own_and_write_no_markup(folder: Path) -> None:
    policy = policy_of(served(folder).get("/"))
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert {"http:", "https:", "blob:"} <= set(policy["img-src"].split())


def test_should_show_the_docs_in_the_width_of_a_phone(folder: Path) -> None:
    assert '<meta name="viewport"' in served(folder).get("/docs").content.decode()


def test_should_know_every_verdict_and_effort_and_all_evidence_but_distances() -> None:
    """TypeScript holds names against the contract; that none is forgotten is held here."""
    written = "".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.ts*"))
    evidence = EvidenceAnswer.model_fields.keys() - {"phash_distance", "deep_distance"}
    for name in (*Verdict, *Effort, *evidence):
        assert re.search(rf"\b{name}\b", written), name
