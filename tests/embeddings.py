"""Models that embed a picture of ``fake_prepare`` by its number, and products that have it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from typing_extensions import override

from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.pictures import Picture
from lookalike.products import Product
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import Models
from lookalike.storage.embeddings import EmbeddingSpace, Vector, pack
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION, a_picture, a_product


class FakeNetwork(Network):
    """A network that is never run."""

    def __init__(self) -> None:
        """Load nothing."""


class FakeModel(EmbeddingModel):
    """Embeds the picture of number n at n degrees on a circle."""

    def __init__(self, name: str = "fake", *, at_registration: bool = True) -> None:
        self.name = name
        self.space = EmbeddingSpace(f"{name}-1", 8)
        self.at_registration = at_registration

    @override
    def embed(self, analysis: Analysis) -> Vector:
        return at_degrees(analysis.picture.width)


FAKE_MODEL = FakeModel()
FAKE_MODELS = Models({"fake": FAKE_MODEL}, "fake")


def at_degrees(degrees: float) -> Vector:
    """A vector whose cosine to another one is that of the difference of their degrees."""
    angle = math.radians(degrees)
    return np.array([math.cos(angle), math.sin(angle), *[0.0] * 6], np.float32)


def cosine_of(degrees: float) -> float:
    """The cosine of an angle."""
    return math.cos(math.radians(degrees))


def embedded_picture(number: int) -> Picture:
    """The picture of that number with the embedding of ``FAKE_MODEL``."""
    picture = a_picture(number)
    embeddings = {FAKE_MODEL.space.version: pack(at_degrees(number))}
    return replace(picture, fingerprint=replace(picture.fingerprint, embeddings=embeddings))


def a_catalogue(products: Mapping[int, Product]) -> MemoryStorage:
    """A storage with these products, each of which shows the embedded picture of its number."""
    storage = MemoryStorage(VERSION)
    storage.pictures.put_many([embedded_picture(number) for number in products])
    shown = [
        replace(product, fingerprint_id=a_product(number).fingerprint_id)
        for number, product in products.items()
    ]
    storage.products.put_many(shown)
    return storage
