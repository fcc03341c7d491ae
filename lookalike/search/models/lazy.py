"""A model that is loaded when a picture is first embedded with it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from typing_extensions import override

from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.analysis import Analysis
from lookalike.search.models.errors import ModelDeniedError
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.settings import ModelSettings
from lookalike.search.models.version import space_of
from lookalike.storage.embeddings import Vector


class LazyModel(EmbeddingModel):
    """Knows its space at once, and loads the rest later.

    So whoever asks for no embedding waits for no file, and misses none.

    Args:
        name: as the configuration names it.
        settings: of the model.
        build: loads it. A ``SettingInvalidError`` is final; other errors let it try again.
    """

    def __init__(
        self, name: str, settings: ModelSettings, build: Callable[[], EmbeddingModel]
    ) -> None:
        self.name = name
        self.at_registration = settings.at_registration
        self.space = space_of(name, settings)
        self._build = build
        self._model: EmbeddingModel | None = None
        self._flaw: SettingInvalidError | None = None
        self._lock = threading.Lock()

    @override
    def embed(self, analysis: Analysis) -> Vector:
        """See ``EmbeddingModel``.

        Raises:
            ModelDeniedError: it cannot be used as it is configured, too.
        """
        try:
            model = self.loaded()
        except SettingInvalidError as error:
            message = f"The model {self.name!r} cannot be used: {error.detail}"
            raise ModelDeniedError(message) from error
        return model.embed(analysis)

    def loaded(self) -> EmbeddingModel:
        """The model itself.

        Raises:
            SettingInvalidError: it cannot be used.
            ModelAwayError: what it is loaded from does not answer.
        """
        with self._lock:
            if self._flaw is not None:
                raise self._flaw
            if self._model is None:
                try:
                    self._model = self._build()
                except SettingInvalidError as error:
                    self._flaw = error
                    raise
            return self._model
