"""A missing extra is explained with the place that the package was installed from."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.errors import SettingInvalidError
from lookalike.extras import installed_from, missing_extra, needs_extra


def test_should_name_the_extra_and_the_missing_module() -> None:
    with pytest.raises(SettingInvalidError) as refused, needs_extra("evaluation"):
        raise ModuleNotFoundError(name="matplotlib")
    assert "matplotlib is not installed" in refused.value.detail
    assert "extra 'evaluation'" in refused.value.detail


def test_should_name_the_folder_or_wheel_that_the_package_comes_from() -> None:
    said = missing_extra("aws", "boto3", Path("/src/look alike"))
    assert said.endswith("pip install '/src/look alike[aws]'.")


def test_should_explain_both_ways_if_the_origin_is_unknown() -> None:
    said = missing_extra("aws", "boto3", None)
    assert "pip install '.[aws]'" in said
    assert ".whl[aws]'" in said
    assert "'lookalike[aws]'" not in said, "nobody may install a name that is not ours"


def test_should_not_blame_an_extra_for_a_missing_module_of_ours() -> None:
    with pytest.raises(ModuleNotFoundError), needs_extra("evaluation"):
        raise ModuleNotFoundError(name="lookalike.nothing")


class _Distribution:
    """An installed distribution with this record of its origin (PEP 610)."""

    def __init__(self, record: str | None) -> None:
        self._record = record

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return self._record


@pytest.mark.parametrize(
    "record",
    [
        None,
        "",
        "no JSON",
        "{}",
        '{"url": "https://shop.example/lookalike.whl"}',
        '{"url": "file:///gone"}',
    ],
)
def test_should_not_know_an_origin_that_is_no_file_of_this_machine(
    record: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.distribution", lambda _: _Distribution(record))
    assert installed_from() is None


def test_should_find_the_wheel_that_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = tmp_path / "my wheels" / "lookalike-1-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.touch()
    record = f'{{"url": "{wheel.as_uri()}"}}'
    monkeypatch.setattr("importlib.metadata.distribution", lambda _: _Distribution(record))
    assert installed_from() == wheel
