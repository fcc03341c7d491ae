"""The whole benchmark where each catalogue is answered by models that are fitted to the others."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lookalike.cli.app import app
from lookalike.errors import CatalogueError, SettingInvalidError
from lookalike.evaluation.benchmark import ANSWERS, Measured, measure
from lookalike.evaluation.fitting.left_out import FOLDER, SAMPLES
from lookalike.evaluation.questions.question import Kind
from lookalike.evaluation.report.accuracy_report import document
from lookalike.evaluation.report.markdown import markdown
from lookalike.evaluation.settings import EvaluationSettings, FittingSettings, SampleSize
from tests.unit.evaluation.builders import SOME_EDITS

PICTURES = 6
"""Pictures of each catalogue."""


@pytest.fixture(scope="module")
def catalogues(
    tmp_path_factory: pytest.TempPathFactory, sample_pictures: tuple[Path, ...]
) -> list[Path]:
    """Two catalogues; the first two pictures of the second one are said to be one photograph."""
    folder = tmp_path_factory.mktemp("shops")
    paths = []
    for name, first in (("hats", 0), ("mugs", PICTURES)):
        rows = ["entity_id,sku,image_url,photograph"]
        for number in range(first, first + PICTURES):
            (folder / f"{number}.jpg").write_bytes(sample_pictures[number].read_bytes())
            photograph = "one" if name == "mugs" and number < first + 2 else ""
            rows.append(f"{number},{number},{number}.jpg,{photograph}")
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text("\n".join(rows) + "\n", "utf-8")
    return paths


@pytest.fixture(scope="module")
def settings(catalogues: list[Path]) -> EvaluationSettings:
    """A small run on both catalogues."""
    return EvaluationSettings(
        catalogues,
        catalogues[0].parent / "out",
        SampleSize(1, 3, 1),
        methods=("ours", "phash"),
        edit_names=replace(SOME_EDITS, edits=("unchanged", "crop10"), composites=()),
        leave_one_out=FittingSettings(queries=24, pairs=1, rounds=20),
    )


@pytest.fixture(scope="module")
def measured(settings: EvaluationSettings) -> Measured:
    """The results of that run."""
    return measure(settings)


@pytest.mark.slow
def test_should_answer_each_catalogue_with_models_of_the_other(measured: Measured) -> None:
    assert measured.models.keys() == {"hats", "mugs"}
    for left_out, other in (("hats", "mugs"), ("mugs", "hats")):
        text = (measured.models[left_out] / "calibration.json").read_text("utf-8")
        assert json.loads(text)["fitted_on"] == {other: PICTURES}
        unchanged = measured.results.answers("ours", left_out, Kind.EDIT, edits=["unchanged"])
        assert [each.is_right for each in unchanged] == [True]


@pytest.mark.slow
def test_should_ask_for_other_renditions(measured: Measured) -> None:
    assert measured.results.answers("ours", "hats", Kind.RENDITION) == []
    asked = measured.results.answers("ours", "mugs", Kind.RENDITION)
    assert {each.question.query for each in asked} <= {"6", "7"}
    assert all(each.question.excluded == {each.question.query} for each in asked)


@pytest.mark.slow
def test_should_report_shop_by_shop_by_models_that_it_took_no_part_in(measured: Measured) -> None:
    text = " ".join(markdown(document(measured, {}, "lookalike evaluate")).split())
    assert "every figure is of a shop that took no part in fitting" in text
    assert "## Shop by shop" in text
    assert text.index("## Shop by shop") < text.index("## Definitions")
    assert f"| hats | {PICTURES} | .000 (0 of {PICTURES}) |" in text
    assert f"| all 2 | {2 * PICTURES} | .000 (0 of {2 * PICTURES}) |" in text
    assert text.index("### Hard negatives of all catalogues") < text.index("## Definitions")
    assert "nan" not in text


@pytest.mark.slow
def test_should_use_samples_models_and_answers_again(
    measured: Measured, settings: EvaluationSettings
) -> None:
    output = measured.settings.output
    kept = [output / SAMPLES, output / ANSWERS, *(output / FOLDER).rglob("*.json")]
    before = [path.read_bytes() for path in kept]
    times = [path.stat().st_mtime_ns for path in kept if path.name != ANSWERS]
    measure(settings)
    assert [path.read_bytes() for path in kept] == before
    assert [path.stat().st_mtime_ns for path in kept if path.name != ANSWERS] == times


@pytest.mark.slow
def test_should_refuse_answers_of_other_models(
    measured: Measured, settings: EvaluationSettings
) -> None:
    assert measured.models
    with pytest.raises(SettingInvalidError, match="--anew"):
        measure(replace(settings, leave_one_out=None))


def test_should_refuse_catalogues_of_which_one_cannot_be_used(
    catalogues: list[Path], settings: EvaluationSettings, tmp_path: Path
) -> None:
    gone = tmp_path / "gone.csv"
    gone.write_text("entity_id,sku,image_url\n1,1,gone.jpg\n", "utf-8")
    with pytest.raises(CatalogueError, match="at least two catalogues"):
        measure(replace(settings, sources=[catalogues[0], gone], output=tmp_path / "out"))


@pytest.mark.parametrize(
    ("number", "options", "said"),
    [
        (1, [], "at least two catalogues"),
        (2, ["--half", "report"], "not together with --half"),
        (2, ["--calibrate", "LABELS"], "not together with --calibrate"),
        (2, ["--labelled", "LABELS"], "not together with --labelled"),
    ],
)
def test_should_refuse_options_that_do_not_fit(
    catalogues: list[Path], tmp_path: Path, number: int, options: list[str], said: str
) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("query,relevant_entity_id\n1,\n", "utf-8")
    given = [str(labels) if word == "LABELS" else word for word in options]
    sources = [str(path) for path in catalogues[:number]]
    command = ["evaluate", *sources, "--leave-one-out", "--output", str(tmp_path / "out")]
    done = CliRunner().invoke(app, [*command, *given])
    assert done.exit_code == 2
    assert said in re.sub(r"[\s│]+", " ", done.stderr)
    assert not (tmp_path / "out").exists()
