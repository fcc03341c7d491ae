"""For every domain, models are fitted to the others, and kept until something changes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lookalike.errors import CatalogueError
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.fitting import left_out
from lookalike.evaluation.fitting.collection import about_samples
from lookalike.evaluation.fitting.dataset import write
from lookalike.evaluation.fitting.left_out import MAX_FOLDS, SAMPLES, folds_of, left_out_models
from lookalike.evaluation.fitting.sample import Sample
from lookalike.evaluation.settings import FittingSettings
from lookalike.matching.calibration import Calibration
from lookalike.verification.classifier import RECOLOURED, SAME_PHOTOGRAPH, version_of_models
from tests.unit.evaluation.fitting.builders import ENTRIES, random_samples

SETTINGS = FittingSettings(queries=9, pairs=1, rounds=10)

FILES = {f"{name}.{kind}" for name in (SAME_PHOTOGRAPH, RECOLOURED) for kind in ("onnx", "json")}
FILES |= {"calibration.json"}


@pytest.fixture
def entries(tmp_path: Path) -> list[Entry]:
    """The entries of the dataset, in two domains; all have one file."""
    path = tmp_path / "picture.jpg"
    path.write_bytes(b"a picture")
    return [replace(entry, path=path) for entry in ENTRIES]


def keep_samples(entries: list[Entry], output: Path, samples: list[Sample]) -> None:
    """Write samples as if they had been collected before."""
    write(output / SAMPLES, entries, samples, about_samples(entries, SETTINGS))


@pytest.fixture
def output(entries: list[Entry], tmp_path: Path) -> Path:
    """A folder with the samples of a stopped run."""
    keep_samples(entries, tmp_path, list(random_samples(np.random.default_rng(0))))
    return tmp_path


def test_should_fit_to_the_other_domains(entries: list[Entry], output: Path) -> None:
    folders = left_out_models(entries, output, 1, SETTINGS)
    assert folders.keys() == {"home", "shop"}
    for domain, other in (("home", "shop"), ("shop", "home")):
        folder = folders[domain]
        assert {path.name for path in folder.iterdir()} == FILES
        written = json.loads((folder / "calibration.json").read_text("utf-8"))
        assert written["fitted_on"] == {other: 40}
        assert Calibration.read(folder / "calibration.json", version_of_models(folder)).slope > 0
    assert version_of_models(folders["home"]) != version_of_models(folders["shop"])


def test_should_tell_that_models_are_fitted_to_few_pictures(
    entries: list[Entry],
    output: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for few, is_told in ((40, False), (41, True)):
        monkeypatch.setattr(left_out, "FEW_PICTURES", few)
        left_out_models(entries, output, 1, SETTINGS)
        told = " ".join(capsys.readouterr().err.split())
        assert ("fitted to 40 pictures alone" in told) is is_told


def test_should_fit_again_only_what_is_missing(entries: list[Entry], output: Path) -> None:
    folders = left_out_models(entries, output, 1, SETTINGS)
    kept, lost = (folders[name] / "calibration.json" for name in ("home", "shop"))
    kept.write_text(kept.read_text("utf-8") + "\n", "utf-8")
    text = lost.read_text("utf-8")
    lost.unlink()
    left_out_models(entries, output, 1, SETTINGS)
    assert kept.read_text("utf-8").endswith("\n\n")
    assert lost.read_text("utf-8") == text


def test_should_fit_again_with_other_settings(entries: list[Entry], output: Path) -> None:
    folder = left_out_models(entries, output, 1, SETTINGS)["home"]
    before = version_of_models(folder)
    left_out_models(entries, output, 1, replace(SETTINGS, rounds=11))
    assert version_of_models(folder) != before


@pytest.mark.parametrize("change", ["colour", "photograph", "group"])
def test_should_collect_again_when_a_catalogue_changes(entries: list[Entry], change: str) -> None:
    values: dict[str, Any] = {change: "another"}
    changed = [replace(entries[0], **values), *entries[1:]]
    assert about_samples(changed, SETTINGS) != about_samples(entries, SETTINGS)
    assert about_samples([*entries], SETTINGS) == about_samples(entries, SETTINGS)


def test_should_refuse_a_single_domain(entries: list[Entry], output: Path) -> None:
    alone = [entry for entry in entries if entry.domain == "shop"]
    with pytest.raises(CatalogueError, match="at least two catalogues"):
        left_out_models(alone, output, 1, SETTINGS)


@pytest.mark.parametrize("workers", [1, 2])
def test_should_refuse_domains_that_say_too_little(
    entries: list[Entry], tmp_path: Path, workers: int
) -> None:
    """Without the domain ``home``, no picture is compared with an unrelated one."""
    samples = [
        Sample(n, n, n, "crop25", recoloured=False, features={"fine_agreement": 1.0, "colour": 0.0})
        for n in range(len(entries))
    ]
    keep_samples(entries, tmp_path, samples)
    with pytest.raises(CatalogueError, match="Without home, the catalogues show too little"):
        left_out_models(entries, tmp_path, workers, SETTINGS)


def test_should_divide_many_domains_into_folds(entries: list[Entry]) -> None:
    """Each domain is left out once, and folds have about as many entries."""
    many = [
        replace(entries[0], domain=f"shop{number:02}", entity_id=f"{number}-{picture}")
        for number in range(13)
        for picture in range(number + 1)
    ]
    folds = folds_of(many)
    assert len(folds) == MAX_FOLDS
    assert sorted(name for fold in folds for name in fold) == [f"shop{n:02}" for n in range(13)]
    sizes = [sum(entry.domain in fold for entry in many) for fold in folds]
    assert max(sizes) - min(sizes) <= 2


def test_should_share_models_among_the_domains_of_a_fold(
    entries: list[Entry], output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left_out, "MAX_FOLDS", 3)
    four = [
        replace(entry, domain=entry.domain + ("", "2")[number // 2 % 2])
        for number, entry in enumerate(entries)
    ]
    keep_samples(four, output, list(random_samples(np.random.default_rng(0))))
    folders = left_out_models(four, output, 1, SETTINGS)
    assert folders.keys() == {"home", "home2", "shop", "shop2"}
    assert len(set(folders.values())) == 3
    for domain, folder in folders.items():
        fitted_on = json.loads((folder / "calibration.json").read_text("utf-8"))["fitted_on"]
        assert domain not in fitted_on
