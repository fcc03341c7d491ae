"""The whole benchmark on a few pictures: answers, a stop, a continued run, and reports."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lookalike.cli.app import app
from lookalike.errors import CatalogueError
from lookalike.evaluation.answers.synthetic_entries import compute_embeddings, synthetic_entries
from lookalike.evaluation.benchmark import ANSWERS, Measured, measure
from lookalike.evaluation.methods import Ours
from lookalike.evaluation.questions.labelled import LABELLED_DOMAIN
from lookalike.evaluation.questions.question import IndexKind, Kind
from lookalike.evaluation.report.accuracy_report import document, summary
from lookalike.evaluation.report.files import write_document
from lookalike.evaluation.scoring.similarities import similarities_of
from lookalike.evaluation.settings import EvaluationSettings, SampleSize
from tests.unit.evaluation.builders import SOME_EDITS

COLOURS = ("red", "blue", "", "", "", "")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, sample_pictures: tuple[Path, ...]) -> Path:
    """A catalogue of six photographs, two of which are said to be colours of one shirt."""
    folder = tmp_path_factory.mktemp("shop")
    rows = ["entity_id,sku,image_url,colour,view"]
    for number, colour in enumerate(COLOURS):
        (folder / f"{number}.jpg").write_bytes(sample_pictures[number].read_bytes())
        sku = "shirt" if colour else f"sku-{number}"
        rows.append(f"{number},{sku},{number}.jpg,{colour},{'main' if colour else ''}")
    rows.append("7,x,missing.jpg,,")
    (folder / "shop.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    lines = ["query,relevant_entity_id", "0.jpg,0", "1,", "2.jpg,2", "2.jpg,3"]
    (folder / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def settings(shop: Path) -> EvaluationSettings:
    """A small run with two methods, labels and a larger index."""
    return EvaluationSettings(
        [shop / "shop.csv"],
        shop / "out",
        SampleSize(2, 6, 1),
        methods=("ours", "phash"),
        labelled=shop / "labels.csv",
        grow=20,
        edit_names=SOME_EDITS,
    )


@pytest.fixture(scope="module")
def measured(settings: EvaluationSettings) -> Measured:
    """The results of that run."""
    return measure(settings)


def test_should_answer_every_question_once(measured: Measured) -> None:
    lines = (measured.settings.output / ANSWERS).read_text("utf-8").splitlines()
    keys = [(row["question"], row["method"]) for row in map(json.loads, lines[1:])]
    assert len(keys) == len(set(keys))
    edits = measured.results.answers("ours", "shop", Kind.EDIT)
    assert len(edits) == 2 * len(SOME_EDITS.edits)


def test_should_find_unchanged_pictures(measured: Measured) -> None:
    for method in measured.settings.methods:
        unchanged = measured.results.answers(method, "shop", Kind.EDIT, edits=["unchanged"])
        assert unchanged
        assert all(scored.is_right and scored.score > 0.9 for scored in unchanged)


def test_should_not_find_excluded_entries(measured: Measured) -> None:
    for scored in measured.results.answers("ours", "shop", Kind.UNRELATED, Kind.OTHER_COLOUR):
        assert {hit.entity_id for hit in scored.answer.hits}.isdisjoint(scored.question.excluded)


def test_should_ask_hard_negatives_of_an_index_with_their_counterparts(
    measured: Measured,
) -> None:
    answers = measured.results.answers(
        "phash", "shop", Kind.HARD_NEGATIVE, index_kind=IndexKind.WITH_COUNTERPARTS
    )
    assert len(answers) == 2
    assert all(
        any(hit.entity_id.startswith("made|") for hit in scored.answer.hits) for scored in answers
    )


def test_should_list_what_was_refused(measured: Measured) -> None:
    assert [(one.name, one.code) for one in measured.refused] == [("7", "image_not_found")]


def test_should_ask_a_grown_index(measured: Measured) -> None:
    assert measured.index_sizes == {IndexKind.WHOLE: 6, IndexKind.GROWN: 26}
    grown = measured.results.answers("ours", "shop", Kind.EDIT, index_kind=IndexKind.GROWN)
    assert len(grown) == 2 * len(SOME_EDITS.edits)


def test_should_leave_out_synthetic_entries_with_the_signature_of_the_query(
    measured: Measured, settings: EvaluationSettings
) -> None:
    """A synthetic entry with the signature of the query would rightly be found."""
    paths = {entry.entity_id: entry.path for entry in measured.entries}
    real = {name: Ours().describe(path.read_bytes()) for name, path in paths.items()}
    views = compute_embeddings([*paths.values()], workers=1)
    synthetic = synthetic_entries(real, views, settings.grow, settings.sample_size.seed)
    grown = measured.results.answers(
        "ours", "shop", Kind.EDIT, Kind.UNRELATED, index_kind=IndexKind.GROWN
    )
    named = {hit.entity_id for scored in grown for hit in scored.answer.hits}
    assert named & synthetic.fingerprints.keys()
    for scored in grown:
        likes = synthetic.with_signature_of([scored.question.query])
        assert likes.isdisjoint(hit.entity_id for hit in scored.answer.hits)


def test_should_answer_labelled_queries(measured: Measured) -> None:
    found = {
        j.question.query: j
        for j in measured.results.answers("ours", LABELLED_DOMAIN, Kind.LABELLED)
    }
    first, own, third = found.values()
    assert first.is_right
    assert own.question.excluded == {"1"}
    assert third.question.expected == ("2", "3")


def test_should_continue_where_it_was_stopped(
    measured: Measured, settings: EvaluationSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    path = settings.output / ANSWERS
    whole = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(whole[:-5]) + "\n", "utf-8")
    again = measure(settings)
    assert "Continuing" in capsys.readouterr().err
    assert summary(again) == summary(measured)
    before = {tuple(json.loads(line)["hits"][0]) for line in whole[-5:]}
    after = {tuple(json.loads(line)["hits"][0]) for line in path.read_text().splitlines()[-5:]}
    assert after == before


def test_should_discard_answers_about_another_catalogue_only_on_request(
    measured: Measured, shop: Path, tmp_path: Path
) -> None:
    there = (measured.settings.output / ANSWERS).read_text("utf-8")
    copy = tmp_path / ANSWERS
    copy.write_text(there, "utf-8")
    smaller = tmp_path / "shop.csv"
    lines = (shop / "shop.csv").read_text("utf-8").splitlines()
    smaller.write_text("\n".join(lines[:4]) + "\n", "utf-8")
    command = ["evaluate", str(smaller), "--images-root", str(shop), "--output", str(tmp_path)]
    command += ["--methods", "phash", "--edited", "1", "--unrelated", "1", "--workers", "1"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 2
    assert "about another catalogue" in done.stderr
    assert "--anew" in done.stderr
    assert copy.read_text("utf-8") == there
    assert CliRunner().invoke(app, [*command, "--anew"]).exit_code == 0
    kept = [json.loads(line) for line in copy.read_text("utf-8").splitlines()[1:]]
    assert {row["method"] for row in kept} == {"phash"}


@pytest.fixture(scope="module")
def report(measured: Measured) -> dict[str, str]:
    """The files of the report, by name."""
    written = document(measured, similarities_of(measured), "lookalike evaluate shop.csv")
    folder = measured.settings.output
    write_document(written, folder, "accuracy")
    return {path.name: path.read_text("utf-8") for path in folder.iterdir() if path.is_file()}


def test_should_report_every_edit_and_method(report: dict[str, str]) -> None:
    text = report["accuracy.md"]
    for name in (*SOME_EDITS.edits, *SOME_EDITS.random, *SOME_EDITS.chains, *SOME_EDITS.composites):
        assert f"\n| {name} | 2 |" in text
    for words in (
        "    lookalike evaluate shop.csv",
        "| Lookalike |",
        "| pHash, 64 bit |",
        "| hard negative: shared_frame | 2 |",
        "| other colours of the catalogue that differ noticeably | 2 |",
        "## Size of the index",
        "## Labelled queries",
        "| published: PDQ | .090 | .013 | .545 |",
        "| 7 | shop | image_not_found |",
    ):
        assert words in text
    assert "nan" not in text


def test_should_write_every_plot_that_the_report_names(report: dict[str, str]) -> None:
    named = re.findall(r"\]\(([^)]+\.svg)\)", report["accuracy.md"])
    assert len(named) == 5
    assert {*named} <= report.keys()
    assert report["accuracy.html"].count("<figure>") == 5


def test_should_write_the_overview_as_json(measured: Measured) -> None:
    found = json.loads(summary(measured))
    assert found["shop"].keys() == {"ours", "phash"}
    assert found["shop"]["ours"]["edits_first"] == 1
    assert 0 <= found["shop"]["phash"]["ece"] <= 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--methods", "ours,magic"], "no such method: magic"),
        (["--methods", ","], "name at least one."),
        (["--edits", "crop5,pastd"], "no such edit: pastd. Choose from pasted."),
        (["--edits", "?"], "Choose from area60_vintage_jpeg40,"),
        (["--edits", ","], "name at least one."),
        (["--half", "third"], "all, report or fit"),
        (["--edited", "0"], "--edited"),
        (
            ["--labelled", "wrong.csv"],
            "line 1: the columns query and relevant_entity_id are needed",
        ),
    ],
)
def test_should_refuse_bad_options_with_code_2(
    options: list[str], said: str, shop: Path, tmp_path: Path
) -> None:
    (tmp_path / "wrong.csv").write_text("a,b\n", encoding="utf-8")
    given = [str(tmp_path / word) if word.endswith(".csv") else word for word in options]
    command = ["evaluate", str(shop / "shop.csv"), "--output", str(tmp_path / "out")]
    done = CliRunner().invoke(app, [*command, "--workers", "1", *given])
    assert done.exit_code == 2
    assert said in re.sub(r"\s+", " ", done.stderr)


def test_should_refuse_a_file_that_is_no_catalogue_as_import_does(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("some,words\n1,2\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["evaluate", str(path), "--output", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "entity_id" in done.stderr


def test_should_explain_how_to_install_the_extra(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imagehash", None)
    for name in [name for name in sys.modules if name.startswith("lookalike.evaluation.")]:
        monkeypatch.delitem(sys.modules, name)
    command = ["evaluate", str(shop / "shop.csv"), "--output", str(tmp_path / "out")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 2
    assert "imagehash is not installed" in re.sub(r"\s+", " ", done.stderr)
    assert "pip install 'lookalike[" not in done.stderr


@pytest.mark.slow
def test_should_evaluate_a_folder_from_the_command_line(shop: Path, tmp_path: Path) -> None:
    """With every edit, in two processes."""
    command = ["evaluate", str(shop), "--output", str(tmp_path), "--methods", "phash"]
    options = ["--edited", "1", "--unrelated", "1", "--workers", "2"]
    done = CliRunner().invoke(app, [*command, *options])
    assert done.exit_code == 0, done.stderr
    assert re.search(r"right picture first in [\d.]+% of \d+ edited queries; \d+ of", done.stdout)
    assert "accuracy.html" in done.stdout
    assert json.loads((tmp_path / "summary.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("row", "said"),
    [("", "There is no picture in the catalogue"), ("1,1,gone.jpg\n", "The first: ")],
    ids=["empty", "no picture that is there"],
)
def test_should_refuse_catalogues_of_which_no_picture_can_be_used(
    tmp_path: Path, row: str, said: str
) -> None:
    catalogue = tmp_path / "shop.csv"
    catalogue.write_text(f"entity_id,sku,image_url\n{row}", encoding="utf-8")
    with pytest.raises(CatalogueError, match=said):
        measure(EvaluationSettings([catalogue], tmp_path / "out", SampleSize(1, 1, 1)))
