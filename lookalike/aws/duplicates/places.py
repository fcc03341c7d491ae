"""Where searches for duplicates keep what they know."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.aws.calibration import read_calibration
from lookalike.aws.duplicates.files import DuplicateFiles
from lookalike.aws.duplicates.runs import DeployedRuns
from lookalike.aws.objects import Objects
from lookalike.aws.run_items import RunItems
from lookalike.aws.settings import CalibratedSettings
from lookalike.aws.stores import dynamodb_client, s3_client
from lookalike.duplicates.comparison import recipe


@dataclass(frozen=True, slots=True)
class Places:
    """Where searches keep what they know."""

    files: DuplicateFiles
    runs: DeployedRuns

    @classmethod
    def of(cls, settings: CalibratedSettings, bucket: str) -> Places:
        """Those of a deployment.

        Raises:
            SettingInvalidError: the calibration cannot be used.
        """
        files = DuplicateFiles(Objects(s3_client(), bucket), recipe(read_calibration(settings)))
        items = RunItems(dynamodb_client(), settings.imports_table)
        return cls(files, DeployedRuns(items, files))
