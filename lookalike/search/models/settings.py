"""The settings of models, as ``models.toml`` has them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lookalike.mistakes import Form
from lookalike.storage.embeddings import Quantisation

COLOUR_NUMBERS = 192
"""Numbers of a built-in embedding that are about colours."""
NETWORK_NUMBERS = 512
"""Numbers that the network has for a picture."""
LEAST_NETWORK_NUMBERS = 64
BEDROCK_DIMENSIONS = (256, 384, 1024)
"""Of Amazon Titan Multimodal Embeddings."""
DEFAULT_MODEL = "built-in"

Name = Annotated[
    str,
    Form(
        "^[a-z0-9][a-z0-9_.-]{0,63}$",
        "must have 1 to 64 of the characters a to z, 0 to 9, _, . and -, and begin with a letter "
        "or a digit",
    ),
]
Digest = Annotated[
    str,
    Form("^[0-9a-f]{64}$", "must be a SHA-256 of 64 hexadecimal digits, in lower case"),
]
Levels = tuple[float, float, float]
"""A number for each of red, green and blue, on a scale of 0 to 1."""


class _Settings(BaseModel):
    """What the settings of all kinds share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantisation: Quantisation = Quantisation.FLOAT16
    at_registration: bool = True


class BuiltInSettings(_Settings):
    """Settings of the built-in model.

    Attributes:
        dimension: numbers of an embedding; 192 of them are about colours.
        colour: how much colours weigh, 0 to 1; with 0, all numbers are about the rest.
    """

    kind: Literal["built-in"] = "built-in"
    dimension: int = 512
    colour: float = Field(default=0.3, ge=0, lt=1)

    @model_validator(mode="after")
    def _possible(self) -> BuiltInSettings:
        colours = COLOUR_NUMBERS if self.colour else 0
        least, most = LEAST_NETWORK_NUMBERS + colours, NETWORK_NUMBERS + colours
        if not least <= self.dimension <= most:
            raise ValueError(f"dimension must be {least} to {most} here, not {self.dimension}")
        return self


class OnnxSettings(_Settings):
    """Settings of a model of your own in an ONNX file.

    Attributes:
        file: the file; a relative path starts from the folder of ``models.toml``.
        sha256: its digest, so that nobody's other file takes its place.
        size: side of the square of pixels that it takes.
        crop: ``squeeze`` the picture into that square, or cut its ``centre`` out.
        mean: subtracted from the levels.
        deviation: what these are then divided by.
        pooling: how its output becomes one vector: ``none`` (it is one), ``mean`` of all tokens or
            places, the ``first`` token, or ``max``.
        dimension: numbers of an embedding.
        input: the name of its input; by default its only one.
        output: the name of the output to use; by default the first.
    """

    kind: Literal["onnx"]
    file: Path
    sha256: Digest
    size: int = Field(default=224, ge=16, le=1024)
    crop: Literal["squeeze", "centre"] = "squeeze"
    mean: Levels = (0.0, 0.0, 0.0)
    deviation: Levels = (1.0, 1.0, 1.0)
    pooling: Literal["none", "mean", "first", "max"] = "none"
    dimension: int = Field(ge=8, le=4096)
    input: str | None = None
    output: str | None = None

    @model_validator(mode="after")
    def _divisible(self) -> OnnxSettings:
        if min(self.deviation) <= 0:
            raise ValueError("every deviation must be above zero")
        return self


class BedrockSettings(_Settings):
    """Settings of a model of Amazon Bedrock, which pictures are sent to.

    Attributes:
        model: its id; the model must take and answer what Amazon Titan Multimodal Embeddings does.
        dimension: numbers of an embedding.
        region: of AWS; ``None``: that of the environment.
        at_registration: off, so that no registration waits for Bedrock.
    """

    kind: Literal["bedrock"]
    model: str = "amazon.titan-embed-image-v1"
    dimension: int = 384
    region: str | None = None
    at_registration: bool = False

    @model_validator(mode="after")
    def _offered(self) -> BedrockSettings:
        if self.dimension not in BEDROCK_DIMENSIONS:
            raise ValueError(f"dimension must be 256, 384 or 1024 here, not {self.dimension}")
        return self


ModelSettings = Annotated[
    BuiltInSettings | OnnxSettings | BedrockSettings, Field(discriminator="kind")
]


class SearchSettings(BaseModel):
    """All of ``models.toml``.

    Attributes:
        default: the model of searches that name none.
        models: by name; with none at all, nothing is embedded.
        likeness: the file of what a cosine means, which ``lookalike evaluate --search`` wrote; a
            relative path starts from the folder of ``models.toml``.
        likeness_sha256: its digest, so that nobody's other file takes its place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: str = DEFAULT_MODEL
    models: dict[Name, ModelSettings] = {DEFAULT_MODEL: BuiltInSettings()}
    likeness: Path | None = None
    likeness_sha256: Digest | None = None

    @model_validator(mode="after")
    def _known_default(self) -> SearchSettings:
        if self.models and self.default not in self.models:
            known = ", ".join(sorted(self.models))
            raise ValueError(f"default names {self.default!r}, and the models are {known}")
        return self
