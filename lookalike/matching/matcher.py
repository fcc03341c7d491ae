"""The interface of matchers, which answer checks and compare pictures."""

from __future__ import annotations

from abc import ABC, abstractmethod

from lookalike.images.preparation import PreparedPicture
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Finding


class Matcher(ABC):
    """Answers checks against one catalogue. Several threads may call it at once."""

    @abstractmethod
    def check(self, picture: PreparedPicture, options: CheckOptions) -> CheckResult:
        """Find the products that show this picture.

        Raises:
            ImageFeaturelessError: the picture shows too little to be matched, and no product that
                the caller wants to see shows the identical picture, shows a sure copy of what its
                border surrounds, or was decided to be a duplicate.
            StorageUnavailableError: a store does not answer.
        """

    @abstractmethod
    def compare(
        self, a: PreparedPicture, b: PreparedPicture, effort: Effort = Effort.NORMAL
    ) -> Finding:
        """Find out whether two pictures come from one photograph; ``a`` is the query.

        Raises:
            ImageFeaturelessError: one of them shows too little, they are not identical, and what
                its border surrounds is no sure copy; the detail begins with ``a`` or ``b``.
        """
