"""All errors of Lookalike, as one tree split by what the caller should do.

``PermanentError``: the same call will fail again; change the input.
``TransientError``: the same call may succeed later; keep it and retry.

Every error carries a ``code`` (stable, for programs) and a ``detail`` (a sentence for
people that says what is wrong and what to do). Neither ever contains a stack trace, an
internal address or a credential; what only the operator may see of a detail is ``private``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Self


class LookalikeError(Exception):
    """Base of all errors that a caller may see."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Error"
    private: str = ""
    """A part of the detail, such as a path, that callers over the network do not see."""

    def __init__(self, detail: str, at_command_line: str = "") -> None:
        """Say what is wrong, and what commands alone add: what can be typed there."""
        super().__init__(detail)
        self.detail, self.at_command_line = detail, at_command_line

    def __str__(self) -> str:
        """Return the detail, with whatever it was prefixed by."""
        return self.detail


@contextmanager
def prefix_errors(name: str) -> Iterator[None]:
    """Prefix the detail of errors within by the name of what they are about, such as ``a``."""
    try:
        yield
    except LookalikeError as error:
        error.detail = f"{name}: {error.detail}"
        raise


class PermanentError(LookalikeError):
    """The same call will fail again."""


class TransientError(LookalikeError):
    """The same call may succeed later."""

    retry_after: ClassVar[int] = 5
    """Seconds after which a retry is sensible."""


class BadParameterError(PermanentError):
    """A parameter or a body is missing, malformed or out of range."""

    code = "bad_parameter"
    title = "Bad parameter"


class UnknownProductError(PermanentError):
    """No product has that entity id."""

    code = "unknown_product"
    title = "Unknown product"

    @classmethod
    def of(cls, entity_id: str, why: str | None = None) -> Self:
        """The error about the product with this id; ``why`` there is none is a sentence."""
        absent = f"There is no product with the entity_id {entity_id!r} in the catalogue."
        return cls(f"{absent} {why}" if why else absent)


class UnknownImportError(PermanentError):
    """No import has that id."""

    code = "unknown_import"
    title = "Unknown import"


class UnknownDuplicateRunError(PermanentError):
    """No search for duplicates has that id."""

    code = "unknown_duplicate_run"
    title = "Unknown search for duplicates"


class UnknownDecisionError(PermanentError):
    """Nothing is decided under that id."""

    code = "unknown_decision"
    title = "Unknown decision"


class DecisionConflictError(PermanentError):
    """Somebody else has decided about these products, or undone a decision, meanwhile."""

    code = "decision_conflict"
    title = "Another decision stands"


class BodyTooLargeError(PermanentError):
    """The request body is larger than this service reads."""

    code = "body_too_large"
    title = "Request body too large"


class ImageError(PermanentError):
    """The picture itself is refused."""


class ImageUnsupportedError(ImageError):
    """The bytes are not in an image format that Lookalike reads."""

    code = "image_unsupported"
    title = "Not an image we read"


class ImageCorruptError(ImageError):
    """The bytes start like an image but cannot be decoded to the end."""

    code = "image_corrupt"
    title = "Image corrupt"


class ImageTooLargeError(ImageError):
    """The picture has too many bytes or pixels to be decoded in bounded memory."""

    code = "image_too_large"
    title = "Image too large"


class ImageTooSmallError(ImageError):
    """The picture has too few pixels to be distinguished from others."""

    code = "image_too_small"
    title = "Image too small"


class ImageFeaturelessError(ImageError):
    """The picture shows too little (white, one colour, a lone word) to be matched with others."""

    code = "image_featureless"
    title = "Image featureless"


class ImageUrlError(ImageError):
    """The address of the picture is refused before or while it is fetched."""


class UrlInvalidError(ImageUrlError):
    """The address is not an http or https URL that we fetch."""

    code = "url_invalid"
    title = "Address not valid"


class HostNotAllowedError(ImageUrlError):
    """The address leads to a private, loopback, link-local or otherwise reserved network."""

    code = "host_not_allowed"
    title = "Host not allowed"


class ImageNotFoundError(ImageUrlError):
    """The server says that there is no such picture (or the file does not exist)."""

    code = "image_not_found"
    title = "Image not found"


class ImageForbiddenError(ImageUrlError):
    """The server (or the file system) refuses to hand out the picture."""

    code = "image_forbidden"
    title = "Image forbidden"


class TooManyRedirectsError(ImageUrlError):
    """The address redirects more often than we follow."""

    code = "too_many_redirects"
    title = "Too many redirects"


class ImageUnreachableError(TransientError):
    """The picture's server cannot be reached, is too slow, or answers with an error."""

    code = "image_unreachable"
    title = "Image unreachable"


class StorageUnavailableError(TransientError):
    """A store or an index that we depend on does not answer."""

    code = "storage_unavailable"
    title = "Storage unavailable"


class StorageInvalidError(PermanentError):
    """The data folder or a table cannot be used: absent, foreign, damaged, or not writable."""

    code = "storage_invalid"
    title = "Storage not usable"


class TransactionTooLargeError(PermanentError):
    """A transaction is larger than the storage can write as one; nothing was written."""

    code = "transaction_too_large"
    title = "Transaction too large"


class SettingInvalidError(PermanentError):
    """A setting of the operator cannot be used."""

    code = "setting_invalid"
    title = "Setting not usable"


class CatalogueError(PermanentError):
    """A catalogue file cannot be read as a catalogue at all."""

    code = "catalogue_invalid"
    title = "Catalogue not valid"


class RowRefusedError(PermanentError):
    """One row of a catalogue cannot become a product."""

    code = "row_refused"
    title = "Row refused"


class NoPictureError(RowRefusedError):
    """The row names no picture (empty, ``NULL``, ``no_selection`` …)."""

    code = "no_picture"
    title = "Row without a picture"


class OutdatedFingerprintError(RowRefusedError):
    """The row of an export has a fingerprint of another algorithm version."""

    code = "fingerprint_outdated"
    title = "Fingerprint of another algorithm version"
