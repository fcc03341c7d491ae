"""What a job has decided at its beginning, so that every later run does the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.spark.output_folder import OutputFolder

_NAME = "job.json"


@dataclass(frozen=True, slots=True)
class JobState:
    """What all runs of a job have in common.

    Attributes:
        manifest: address of the manifest.
        parts: how many parts it has.
        version: algorithm version of the fingerprints.
        started: seconds since the epoch (UTC).
        index: the index that is filled; empty until there is one.
    """

    manifest: str
    parts: int
    version: str
    started: int
    index: str = ""

    @classmethod
    def of(cls, output: OutputFolder, manifest: str, new: Callable[[], JobState]) -> JobState:
        """The state of the job in a folder; a new one where there is none.

        Raises:
            SettingInvalidError: the folder has the output of another manifest or release.
        """
        try:
            state = cls(**json.loads(output.read(_NAME)))
        except FileNotFoundError:
            state = new()
            state.save(output)
        if (state.manifest, state.version) != (manifest, ALGORITHM_VERSION):
            raise SettingInvalidError(
                f"{output.address} has the output of {state.manifest} in algorithm version "
                f"{state.version}. Name another folder."
            )
        return state

    def save(self, output: OutputFolder) -> None:
        """Write the state."""
        output.put(_NAME, json.dumps(asdict(self)).encode())
