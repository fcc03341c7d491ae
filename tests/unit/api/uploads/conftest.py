"""An emulated S3 for uploads."""

from __future__ import annotations

from tests.unit.aws import aws, s3

__all__ = ["aws", "s3"]
