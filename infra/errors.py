"""Errors before anything is deployed."""

from __future__ import annotations

from collections.abc import Iterable


class UnknownEnvironmentError(ValueError):
    """The context names an environment that is not defined."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no environment {name!r}. Known are {', '.join(sorted(known))}.")


class InvalidEnvironmentError(ValueError):
    """An environment has settings that cannot be deployed."""

    def __init__(self, name: str, flaws: Iterable[str]) -> None:
        super().__init__("\n".join([f"The environment {name!r} cannot be deployed:", *flaws]))
