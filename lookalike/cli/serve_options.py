"""Values of options that ``lookalike serve`` alone has."""

from __future__ import annotations

from enum import StrEnum

from lookalike.storage.api_keys import Role


class LogFormat(StrEnum):
    """The format of the log."""

    TEXT = "text"
    """Time, logger and a sentence."""
    JSON = "json"
    """An object with what the sentence says in keys of their own."""


class MetricsRole(StrEnum):
    """Who may read metrics, where API keys are needed."""

    NONE = "none"
    """Everybody."""
    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    @property
    def role(self) -> Role | None:
        """The role that is needed."""
        return None if self is MetricsRole.NONE else Role(self.value)
