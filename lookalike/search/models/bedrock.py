"""Image embeddings of Amazon Bedrock."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from typing_extensions import override

from lookalike.errors import LookalikeError, SettingInvalidError
from lookalike.extras import needs_extra
from lookalike.fingerprint.analysis import Analysis
from lookalike.search.models.errors import (
    ModelAwayError,
    ModelDeniedError,
    PictureRefusedError,
)
from lookalike.search.models.model import EmbeddingModel, unit
from lookalike.search.models.settings import BedrockSettings
from lookalike.search.models.version import BEDROCK_QUALITY, BEDROCK_SIDE, space_of
from lookalike.storage.embeddings import Vector

_OF_THE_PICTURE = frozenset({"ModelErrorException", "ValidationException"})
"""Errors that may be about the picture alone.
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html"""
_DENIED = frozenset(
    {
        "AccessDeniedException",
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "NoCredentialsError",
        "ResourceNotFoundException",
        "UnrecognizedClientException",
    }
)
"""Errors after which no request succeeds until somebody changes permissions or settings. All others
are those of a service that is busy or away.
https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html"""

_ATTEMPTS: dict[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 6,
    "retries": {"mode": "standard", "total_max_attempts": 2},
}
"""A request that is throttled or not answered is repeated once after a pause: 17 seconds in all, of
the 28 that a function has for its caller."""

Client = Any
"""Of ``bedrock-runtime``."""

log = logging.getLogger("lookalike.search")


class BedrockModel(EmbeddingModel):
    """Embeds by requests to Amazon Bedrock, each of which costs money and sends a picture there.

    Request and answer are those of Amazon Titan Multimodal Embeddings:
    https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html

    Args:
        name: as the configuration names it.
        settings: of the model.
        connect: returns a client of a region; ``None``: that of the environment.
        is_tried: whether the model is asked for the embedding of a grey picture at once, so that
            wrong settings are told before anything else.

    Raises:
        SettingInvalidError: the extra ``aws`` is not installed, or there are no credentials, no
            region or no such model for them.
    """

    is_remote = True

    def __init__(
        self,
        name: str,
        settings: BedrockSettings,
        connect: Callable[[str | None], Client] | None = None,
        *,
        is_tried: bool = True,
    ) -> None:
        self.name = name
        self.at_registration = settings.at_registration
        self._settings = settings
        self._client = (connect or _connect)(settings.region)
        self.space = space_of(name, settings)
        if is_tried:
            self._try()

    @override
    def embed(self, analysis: Analysis) -> Vector:
        """See ``EmbeddingModel``."""
        try:
            return unit(self._asked(analysis.trimmed))
        except PictureRefusedError:
            self._ask_grey()  # does it refuse this picture, or every one?
            raise

    def _asked(self, frame: Image.Image) -> Vector:
        request = {
            "inputImage": base64.b64encode(_jpeg(frame)).decode(),
            "embeddingConfig": {"outputEmbeddingLength": self._settings.dimension},
        }
        answer = json.loads(self._invoked(json.dumps(request)))
        vector: Vector = np.asarray(answer.get("embedding") or (), np.float32)
        if vector.shape != (self._settings.dimension,):
            message = answer.get("message") or f"{vector.size} numbers"
            raise PictureRefusedError(
                f"The model {self.name!r} answers without an embedding: {message}"
            )
        return vector

    def _invoked(self, body: str) -> bytes:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra

        try:
            answer = self._client.invoke_model(modelId=self._settings.model, body=body)
            content: bytes = answer["body"].read()
        except (BotoCoreError, ClientError) as error:
            raise self._translated(error) from error
        return content

    def _translated(self, error: Exception) -> LookalikeError:
        code = _code(error)
        if code in _OF_THE_PICTURE:
            return PictureRefusedError(f"The model {self.name!r} refuses the picture: {error}")
        if code in _DENIED:
            return ModelDeniedError(f"The model {self.name!r} may not be used: {error}")
        return ModelAwayError(f"The model {self.name!r} does not answer ({code}); try again.")

    def _ask_grey(self) -> None:
        """Ask for the embedding of a grey picture, which nothing can be wrong with.

        Raises:
            ModelDeniedError: the model refuses it, or may not be used at all.
            ModelAwayError: Bedrock does not answer.
        """
        try:
            self._asked(Image.new("RGB", (BEDROCK_SIDE, BEDROCK_SIDE), (127, 127, 127)))
        except PictureRefusedError as error:
            message = f"The model {self.name!r} embeds not even a grey picture: {error}"
            raise ModelDeniedError(message) from error

    def _try(self) -> None:
        """Say what is wrong with the settings before anything else is done."""
        try:
            self._ask_grey()
        except ModelDeniedError as error:
            raise SettingInvalidError(f"models.toml: {error}") from error
        except ModelAwayError as error:
            log.warning("%s", error)


def _connect(region: str | None) -> Client:
    with needs_extra("aws"):
        import boto3  # noqa: PLC0415 - an extra
        from botocore.config import Config  # noqa: PLC0415

        from lookalike.storage.aws_access import translated_aws_errors  # noqa: PLC0415
    with translated_aws_errors():
        return boto3.client("bedrock-runtime", region_name=region, config=Config(**_ATTEMPTS))


def _code(error: BaseException) -> str:
    # Errors of connections have a response, too, and it is None.
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", type(error).__name__))


def _jpeg(frame: Image.Image) -> bytes:
    small = frame.convert("RGB")
    small.thumbnail((BEDROCK_SIDE, BEDROCK_SIDE), Image.Resampling.LANCZOS, reducing_gap=2)
    file = BytesIO()
    small.save(file, "JPEG", quality=BEDROCK_QUALITY)
    return file.getvalue()
