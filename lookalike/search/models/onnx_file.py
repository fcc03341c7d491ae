"""A model of your own, in an ONNX file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from typing_extensions import override

from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.analysis import Analysis
from lookalike.inference import inference_session
from lookalike.search.models.errors import PictureRefusedError
from lookalike.search.models.model import EmbeddingModel, unit
from lookalike.search.models.settings import OnnxSettings
from lookalike.search.models.version import space_of
from lookalike.storage.embeddings import Vector

if TYPE_CHECKING:
    from lookalike.inference import Session

_VECTOR, _TOKENS, _MAP = 1, 2, 3
"""Dimensions of one picture's output: (d,), (tokens, d) and (d, height, width)."""


class OnnxModel(EmbeddingModel):
    """Embeds with a network of the operator's.

    It takes pictures of shape (1, 3, size, size), float32, RGB, levels of 0 to 1 less the mean and
    divided by the deviation.

    Args:
        name: as the configuration names it.
        settings: of the model; ``settings.file`` is absolute, or starts from the current folder.

    Raises:
        SettingInvalidError: the file cannot be read, is another one or no such model, or its
            output does not have the dimension.
    """

    def __init__(self, name: str, settings: OnnxSettings) -> None:
        self.name = name
        self.at_registration = settings.at_registration
        self._settings = settings
        self._session = _session(name, settings)
        self._input = _input(name, settings, self._session)
        self._output = _output(name, settings, self._session)
        self.space = space_of(name, settings)
        self._try()

    @override
    def embed(self, analysis: Analysis) -> Vector:
        try:
            vector = self._run(analysis.trimmed)
        except Exception as error:
            raise PictureRefusedError(
                f"The model {self.name!r} cannot embed the picture: {_line(error)}"
            ) from error
        return unit(vector)

    def _run(self, frame: Image.Image) -> Vector:
        pixels = _pixels(frame, self._settings)
        [output] = self._session.run([self._output], {self._input: pixels[None]})
        return _pooled(np.asarray(output, np.float32)[0], self._settings.pooling)

    def _try(self) -> None:
        """Embed a grey picture: whatever is wrong with the settings is said before any other."""
        side = self._settings.size
        try:
            found = self._run(Image.new("RGB", (side, side), (127, 127, 127)))
        except Exception as error:
            raise _invalid(self.name, f"cannot embed a picture ({_line(error)})") from error
        if found.shape != (self._settings.dimension,):
            shape = " x ".join(map(str, found.shape)) or "one number"
            raise _invalid(
                self.name,
                f"returns {shape} with pooling {self._settings.pooling!r}, and the settings say "
                f"dimension {self._settings.dimension}",
            )
        if not np.isfinite(found).all():
            raise _invalid(self.name, "returns numbers for a grey picture that are not finite")


def _session(name: str, settings: OnnxSettings) -> Session:
    content = _content(name, settings.file)
    digest = hashlib.sha256(content).hexdigest()
    if digest != settings.sha256:
        raise _invalid(name, f"has the digest {digest}, and the settings say {settings.sha256}")
    try:
        return inference_session(content)
    except Exception as error:
        raise _invalid(name, f"is no ONNX model that runs here ({_line(error)})") from error


def _content(name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _invalid(name, f"cannot be read: {path} ({error.strerror})") from error


def _input(name: str, settings: OnnxSettings, session: Session) -> str:
    names = [each.name for each in session.get_inputs()]
    if settings.input is None and len(names) > 1:
        listed = ", ".join(names)
        raise _invalid(name, f"has several inputs ({listed}): say which takes pictures (input)")
    return _known(name, "input", settings.input or names[0], names)


def _output(name: str, settings: OnnxSettings, session: Session) -> str:
    names = [each.name for each in session.get_outputs()]
    return _known(name, "output", settings.output or names[0], names)


def _known(name: str, what: str, wanted: str, names: list[str]) -> str:
    if wanted not in names:
        raise _invalid(name, f"has no {what} {wanted!r}; it has {', '.join(names)}")
    return wanted


def _pixels(frame: Image.Image, settings: OnnxSettings) -> NDArray[np.float32]:
    """The input of the network, shape (3, size, size)."""
    side = (settings.size, settings.size)
    if settings.crop == "centre":
        frame = _centre_square(frame)
    resized = frame.resize(side, Image.Resampling.BICUBIC, reducing_gap=2)
    levels = np.asarray(resized, np.float32) / np.float32(255)
    mean, deviation = (np.array(each, np.float32) for each in (settings.mean, settings.deviation))
    return np.ascontiguousarray(((levels - mean) / deviation).transpose(2, 0, 1))


def _centre_square(frame: Image.Image) -> Image.Image:
    side = min(frame.size)
    left, top = ((length - side) // 2 for length in frame.size)
    return frame.crop((left, top, left + side, top + side))


def _pooled(output: Vector, pooling: str) -> Vector:
    """One vector of an output of one, two or three dimensions, without that of the batch."""
    if pooling == "none" or output.ndim == _VECTOR:
        return output
    if output.ndim == _MAP:
        output = output.reshape(len(output), -1).T
    if output.ndim != _TOKENS:
        raise ValueError(f"pooling {pooling!r} takes tokens or a map, not {output.shape}")
    if pooling == "first":
        output = output[:1]
    pooled: Vector = output.max(axis=0) if pooling == "max" else output.mean(axis=0)
    return pooled


def _invalid(name: str, what: str) -> SettingInvalidError:
    return SettingInvalidError(f"The model {name!r} of models.toml {what}.")


def _line(error: Exception) -> str:
    """The first line of an error of a library, without its full stop."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")[:200]
