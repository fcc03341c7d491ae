"""The check function takes the percentages that it is deployed with."""

from __future__ import annotations

import json

import pytest

from lambdas.find_similar.wiring import build_parts
from lookalike.aws.settings import PREFIX, CheckSettings, read_settings
from lookalike.errors import SettingInvalidError
from lookalike.images.preparation import PreparedPicture
from lookalike.verification.classifier import classifier_version
from tests.unit.aws import SETTINGS

VARIABLE = f"{PREFIX}CALIBRATION_JSON"
HALF_AS_SURE = {
    "slope": 0.01,
    "intercept": 0,
    "growth": 0,
    "classifier_version": classifier_version(),
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, aws: None) -> None:
    del aws
    for name, value in SETTINGS.items():
        monkeypatch.setenv(PREFIX + name, value)


def _probability(a: PreparedPicture, b: PreparedPicture) -> float:
    return build_parts(read_settings(CheckSettings)).matcher.compare(a, b).probability


def test_should_say_what_the_deployed_calibration_says(
    monkeypatch: pytest.MonkeyPatch, prepared_samples: dict[str, PreparedPicture]
) -> None:
    one, other, *_ = prepared_samples.values()
    assert _probability(one, other) < 0.1
    monkeypatch.setenv(VARIABLE, json.dumps(HALF_AS_SURE))
    assert _probability(one, other) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("text", ["{", "[]", '{"slope": 1}', '{"classifier_version": "0"}'])
def test_should_name_a_calibration_that_cannot_be_used(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(SettingInvalidError, match=f"{VARIABLE} cannot be used"):
        build_parts(read_settings(CheckSettings))
