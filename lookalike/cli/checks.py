"""Checking pictures against a data folder or a service, one or many."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lookalike.api.find_similar.models import CheckAnswer
from lookalike.cli.remote.errors import RemoteForbiddenError, RemoteRefusedError
from lookalike.cli.remote.service import RemoteService
from lookalike.cli.remote.waiting import Waiting
from lookalike.cli.sources import picture_source
from lookalike.cores import usable_cores
from lookalike.errors import ImageError, ImageUnreachableError, LookalikeError
from lookalike.local.components import build_reader
from lookalike.local.data_folder import open_storage, read_calibration
from lookalike.matching.check import CheckOptions
from lookalike.matching.shipped import build_matcher, fingerprinter
from lookalike.terminal import errors
from lookalike.threads import results_in_order

_USER_INFO = re.compile(r"(?<=://)[^/?#]*@")
Check = Callable[[str], CheckAnswer]
"""Checks the picture with a name. Safe to call from several threads."""

REQUESTS_AT_ONCE = 8
"""Single requests are answered as fast as batches: both fill all cores of a service on one machine,
and on AWS they are spread over functions. They are not limited to what fits into one body."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The result for one picture: an answer, or an error that is only about this picture.

    Attributes:
        image: its name, as it was given or found in a folder.
    """

    image: str
    answer: CheckAnswer | None = None
    error: LookalikeError | None = None


@dataclass(frozen=True, slots=True)
class Checks:
    """How pictures are checked.

    Attributes:
        check: checks one.
        at_once: how many are checked at the same time, where there are several.
        before_end: called before running checks are waited for; may tell them to give up.
    """

    check: Check
    at_once: int
    before_end: Callable[[], None] = lambda: None

    def one(self, image: str) -> CheckAnswer:
        """Check a single picture.

        Raises:
            LookalikeError: the picture cannot be used, and the detail begins with its name; or the
                error is not about the picture.
        """
        with named_errors(image):
            return self.check(image)

    def all(self, images: Iterable[str], should_stop: Callable[[], bool]) -> Iterator[Checked]:
        """Check all pictures; one that cannot be used does not keep the others from it.

        Raises:
            LookalikeError: the error is not about a picture, such as a service that is away.
        """
        return results_in_order(self._checked, images, self.at_once, should_stop, self.before_end)

    def _checked(self, image: str) -> Checked:
        try:
            return Checked(image, self.check(image))
        except RemoteForbiddenError:
            raise
        except (ImageError, ImageUnreachableError, RemoteRefusedError) as error:
            return Checked(image, error=error)


@contextmanager
def named_errors(image: str) -> Iterator[None]:
    """Let the detail of errors that are about a picture begin with its name."""
    try:
        yield
    except (ImageError, ImageUnreachableError) as error:
        error.detail = named_detail(image, error)
        raise
    except RemoteRefusedError as error:
        if error.reason.startswith("image_"):
            error.detail = named_detail(image, error)
        raise


def named_detail(image: str, error: LookalikeError) -> str:
    """What is wrong with a picture, in a sentence that begins with its name.

    A user name and a password in an address are left out: terminals and logs keep what they show.
    """
    if error.detail.startswith(image.rstrip("/")):
        return error.detail
    return f"{_USER_INFO.sub('', image)}: {error.detail}"


@contextmanager
def checks_in_folder(
    data: Path, options: CheckOptions, *, allow_private_hosts: bool
) -> Iterator[Checks]:
    """Check against the catalogue in a data folder, and say at the end if it is empty."""
    calibration = read_calibration(data)
    reader = build_reader(allow_private_hosts=allow_private_hosts)
    with closing(open_storage(data, read_only=True)) as storage:
        matcher = build_matcher(storage, fingerprinter(), calibration)

        def check(image: str) -> CheckAnswer:
            picture = reader.read(picture_source(image))
            return CheckAnswer.of(matcher.check(picture, options))

        yield Checks(check, usable_cores())
        if not storage.products.page(limit=1).products:
            errors.print(f"The catalogue in {data} is empty: no check finds anything.")


def checks_at_service(service: RemoteService, waiting: Waiting, options: CheckOptions) -> Checks:
    """Check against the catalogue of a running or deployed service."""

    def check(image: str) -> CheckAnswer:
        return service.check(picture_source(image), options)

    return Checks(check, REQUESTS_AT_ONCE, waiting.end)
