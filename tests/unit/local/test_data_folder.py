"""Which calibration is used: the named one, else that of the data folder, else as shipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lookalike.errors import SettingInvalidError
from lookalike.local.data_folder import CALIBRATION_FILE, CALIBRATION_VARIABLE, read_calibration
from lookalike.matching.calibration import Calibration
from lookalike.verification.classifier import classifier_version


@pytest.fixture(autouse=True)
def _not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CALIBRATION_VARIABLE, raising=False)


def written(path: Path, **changed: object) -> Path:
    """A calibration, whole but for what is changed; ``None`` leaves a value out."""
    values = {
        "slope": 0.5,
        "intercept": 1.0,
        "growth": 0.25,
        "classifier_version": classifier_version(),
    } | changed
    kept = {name: value for name, value in values.items() if value is not None}
    path.write_text(json.dumps(kept), encoding="utf-8")
    return path


def test_should_take_the_shipped_one_unless_told_otherwise(tmp_path: Path) -> None:
    assert read_calibration(tmp_path) == read_calibration() == Calibration.shipped()


def test_should_take_the_one_of_the_data_folder(tmp_path: Path) -> None:
    written(tmp_path / CALIBRATION_FILE)
    assert read_calibration(tmp_path) == Calibration(0.5, 1.0, 0.25)


def test_should_take_the_one_that_is_named_before_that_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / CALIBRATION_FILE)
    named = written(tmp_path / "mine.json", slope=2)
    monkeypatch.setenv(CALIBRATION_VARIABLE, str(named))
    assert read_calibration(tmp_path) == read_calibration() == Calibration(2.0, 1.0, 0.25)


def test_should_not_go_on_without_the_one_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CALIBRATION_VARIABLE, str(tmp_path / "gone.json"))
    with pytest.raises(SettingInvalidError, match=r"gone\.json cannot be read: No such file"):
        read_calibration(tmp_path)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"growth": None}, "'growth' is missing"),
        ({"slope": "steep"}, "steep"),
        ({"slope": [1]}, "no calibration"),
        ({"slope": -1}, "rising slopes"),
        ({"intercept": float("nan")}, "finite"),
        ({"classifier_version": "0-old"}, f"version 0-old, and this is {classifier_version()}"),
    ],
)
def test_should_say_why_a_calibration_cannot_be_used(
    changed: dict[str, object], said: str, tmp_path: Path
) -> None:
    path = written(tmp_path / CALIBRATION_FILE, **changed)
    with pytest.raises(SettingInvalidError) as refused:
        read_calibration(tmp_path)
    assert said in refused.value.detail
    assert str(path) in refused.value.detail
    assert "evaluate --calibrate" in refused.value.detail


@pytest.mark.parametrize("content", [b"", b"[]", b"slope: 1", b"\xff\xfe"])
def test_should_refuse_what_is_no_calibration_at_all(content: bytes, tmp_path: Path) -> None:
    (tmp_path / CALIBRATION_FILE).write_bytes(content)
    with pytest.raises(SettingInvalidError, match="cannot be used"):
        read_calibration(tmp_path)
