"""An emulated AWS for commands that use one."""

from __future__ import annotations

from tests.unit.aws import aws

__all__ = ["aws"]
