"""Image embeddings of Amazon Bedrock."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from typing_extensions import override

from lookalike.errors import SettingInvalidError, TransientError
from lookalike.extras import needs_extra
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.version import RECIPE as PREPARATION
from lookalike.search.models.model import EmbeddingModel, unit
from lookalike.search.models.settings import BedrockSettings
from lookalike.search.models.version import version_of
from lookalike.storage.embeddings import EmbeddingSpace, Vector

SIDE = 512
"""Pixels of the longer side of what is sent; the model takes up to 2,048."""
_QUALITY = 90
_LATER = frozenset(
    {
        "ConnectTimeoutError",
        "ConnectionClosedError",
        "EndpointConnectionError",
        "InternalServerException",
        "ModelErrorException",
        "ModelNotReadyException",
        "ModelTimeoutException",
        "ReadTimeoutError",
        "ServiceUnavailableException",
        "ThrottlingException",
    }
)
"""Errors after which the same request may succeed.
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html"""

_ATTEMPTS: dict[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 8,
    "retries": {"mode": "standard", "total_max_attempts": 3},
}
"""They end before a caller gives up."""

Client = Any
"""Of ``bedrock-runtime``."""


class ModelAwayError(TransientError):
    """The service that embeds pictures does not answer."""

    code = "model_away"
    title = "Model does not answer"


class BedrockModel(EmbeddingModel):
    """Embeds by requests to Amazon Bedrock, each of which costs money and sends a picture there.

    Request and answer are those of Amazon Titan Multimodal Embeddings:
    https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html

    Args:
        name: as the configuration names it.
        settings: of the model.
        connect: returns a client of a region; ``None``: that of the environment.

    Raises:
        SettingInvalidError: the extra ``aws`` is not installed, or there are no credentials, no
            region or no such model for them.
    """

    def __init__(
        self,
        name: str,
        settings: BedrockSettings,
        connect: Callable[[str | None], Client] | None = None,
    ) -> None:
        self.name = name
        self.at_registration = settings.at_registration
        self._settings = settings
        self._client = (connect or _connect)(settings.region)
        decisive = (PREPARATION, SIDE, _QUALITY, settings.model, settings.dimension)
        version = version_of(name, *decisive)
        self.space = EmbeddingSpace(version, settings.dimension, settings.quantisation)
        self._try()

    @override
    def embed(self, analysis: Analysis) -> Vector:
        """See ``EmbeddingModel``.

        Raises:
            ModelAwayError: Bedrock does not answer, or refuses.
        """
        return unit(self._asked(analysis.trimmed))

    def _asked(self, frame: Image.Image) -> Vector:
        request = {
            "inputImage": base64.b64encode(_jpeg(frame)).decode(),
            "embeddingConfig": {"outputEmbeddingLength": self._settings.dimension},
        }
        answer = json.loads(self._invoked(json.dumps(request)))
        vector: Vector = np.asarray(answer.get("embedding") or (), np.float32)
        if vector.shape != (self._settings.dimension,):
            message = answer.get("message") or f"{vector.size} numbers"
            raise ModelAwayError(f"The model {self.name!r} answers without an embedding: {message}")
        return vector

    def _invoked(self, body: str) -> bytes:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra

        try:
            answer = self._client.invoke_model(modelId=self._settings.model, body=body)
            content: bytes = answer["body"].read()
        except (BotoCoreError, ClientError) as error:
            raise ModelAwayError(
                f"The model {self.name!r} does not answer ({_code(error)}); try again."
            ) from error
        return content

    def _try(self) -> None:
        """Embed a grey picture: what is wrong with the settings is said before anything else."""
        try:
            self._asked(Image.new("RGB", (SIDE, SIDE), (127, 127, 127)))
        except ModelAwayError as error:
            cause = error.__cause__
            if cause is None or _code(cause) not in _LATER:
                raise SettingInvalidError(
                    f"The model {self.name!r} of models.toml cannot be used: {cause or error}"
                ) from error


def _connect(region: str | None) -> Client:
    with needs_extra("aws"):
        import boto3  # noqa: PLC0415 - an extra
        from botocore.config import Config  # noqa: PLC0415

        from lookalike.storage.aws_access import translated_aws_errors  # noqa: PLC0415
    with translated_aws_errors():
        return boto3.client("bedrock-runtime", region_name=region, config=Config(**_ATTEMPTS))


def _code(error: BaseException) -> str:
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", type(error).__name__))


def _jpeg(frame: Image.Image) -> bytes:
    small = frame.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2)
    file = BytesIO()
    small.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
