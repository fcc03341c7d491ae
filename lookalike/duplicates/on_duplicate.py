"""What to do with a product that shows a photograph which another one shows."""

from __future__ import annotations

from enum import StrEnum


class OnDuplicate(StrEnum):
    """What to do with a product that shows a photograph which another one shows."""

    ACCEPT = "accept"
    """Store it."""
    FLAG = "flag"
    """Store it and mark it."""
    REFUSE = "refuse"
    """Do not store it."""
