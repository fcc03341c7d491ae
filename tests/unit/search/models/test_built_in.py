from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network, NetworkOutput
from lookalike.images.preparation import prepare_image
from lookalike.search.models.built_in import BuiltInModel, colours
from lookalike.search.models.settings import BuiltInSettings
from tests.embeddings import FakeNetwork

DEEP = np.random.default_rng(3).normal(size=512).astype(np.float32)


class OneOutput(FakeNetwork):
    """A network that describes every picture alike."""

    def run(self, view: Image.Image) -> NetworkOutput:  # noqa: ARG002 - as the network has it
        return NetworkOutput(DEEP, np.empty((784, 64), np.float32))


def analysis_of(colour: str, network: Network | None = None) -> Analysis:
    return Analysis(prepare_image(Image.new("RGB", (64, 64), colour)), network or OneOutput())


def test_should_weigh_what_the_network_sees_and_the_colours() -> None:
    model = BuiltInModel("m", BuiltInSettings(dimension=512, colour=0.3))
    red, blue = (model.embed(analysis_of(colour)) for colour in ("red", "blue"))
    assert red.shape == (512,)
    assert float(red @ red) == pytest.approx(1, abs=1e-5)
    assert float(red @ blue) == pytest.approx(0.7, abs=1e-5)
    plain = BuiltInModel("m", BuiltInSettings(dimension=128, colour=0))
    seen = plain.embed(analysis_of("red"))
    assert seen == pytest.approx(DEEP[:128] / np.linalg.norm(DEEP[:128]), abs=1e-5)


def test_should_have_a_version_of_dimension_and_colour() -> None:
    settings = [(512, 0.3), (256, 0.3), (512, 0.2)]
    versions = {
        BuiltInModel("m", BuiltInSettings(dimension=dimension, colour=colour)).space.version
        for dimension, colour in settings
    }
    assert len(versions) == 3


def test_should_count_colours_by_their_shares() -> None:
    half = Image.new("RGB", (64, 64), "red")
    half.paste("white", (0, 0, 32, 64))
    red, white = (colours(Image.new("RGB", (8, 8), name)) for name in ("red", "white"))
    assert float(red @ white) == 0
    assert float(colours(half) @ red) == pytest.approx(0.5**0.5, abs=1e-5)
    assert red.shape == (192,)
