"""Which calibration is used (the named one, else the folder's, else as shipped), and which key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lookalike.errors import SettingInvalidError, StorageInvalidError
from lookalike.local.data_folder import (
    CALIBRATION_FILE,
    CALIBRATION_VARIABLE,
    open_storage,
    read_calibration,
    read_key,
)
from lookalike.matching.calibration import Calibration
from lookalike.storage.sqlite.encryption import KEY_VARIABLE
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
    assert "evaluate --calibrate" in refused.value.at_command_line


@pytest.mark.parametrize("content", [b"", b"[]", b"slope: 1", b"\xff\xfe"])
def test_should_refuse_what_is_no_calibration_at_all(content: bytes, tmp_path: Path) -> None:
    (tmp_path / CALIBRATION_FILE).write_bytes(content)
    with pytest.raises(SettingInvalidError, match="cannot be used"):
        read_calibration(tmp_path)


def test_should_have_no_key_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    assert read_key() is None


def test_should_open_the_folder_with_the_key_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("ab" * 32 + "\n", encoding="ascii")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "key"))
    assert read_key() == b"\xab" * 32
    open_storage(tmp_path / "data").close()
    monkeypatch.delenv(KEY_VARIABLE)
    with pytest.raises(
        StorageInvalidError, match="are encrypted: name the file with their key in LOOK"
    ):
        open_storage(tmp_path / "data")


def test_should_not_go_on_without_the_key_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signatures would be written as they are."""
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(SettingInvalidError, match="gone, which LOOKALIKE_KEY_FILE names, cannot"):
        read_key()


@pytest.mark.parametrize("content", [b"", b"ab" * 31, b"ab" * 33, b"secret" * 8, b"\xff" * 32])
def test_should_refuse_what_is_no_key_without_repeating_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "key"))
    with pytest.raises(SettingInvalidError, match="holds no key: it must have 64 hex") as refused:
        read_key()
    assert "secret" not in refused.value.detail
    assert "abab" not in refused.value.detail
