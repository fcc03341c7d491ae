"""What keeps a model from embedding a picture, split by what has to happen next."""

from __future__ import annotations

from lookalike.errors import ImageError, TransientError


class PictureRefusedError(ImageError):
    """The model never embeds this picture; it embeds others."""

    code = "model_refused_picture"
    title = "Model refuses the picture"


class ModelAwayError(TransientError):
    """The service that embeds pictures does not answer, or has too much to do."""

    code = "model_away"
    title = "Model does not answer"


class ModelDeniedError(TransientError):
    """The service embeds no picture for these credentials until somebody changes something."""

    code = "model_denied"
    title = "Model may not be used"
    retry_after = 600
