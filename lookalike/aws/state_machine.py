"""State machines, which work on what takes long."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lookalike.errors import StorageUnavailableError

_OVER = frozenset({"ExecutionDoesNotExist", "ValidationException"})
"""What Step Functions says of an execution that cannot be stopped any more."""


class StateMachine:
    """A state machine of Step Functions.

    Args:
        client: client of Step Functions.
        arn: of the state machine.
    """

    def __init__(self, client: Any, arn: str) -> None:  # noqa: ANN401 - has no types
        self._client = client
        self._arn = arn

    def start(self, name: str, work: Mapping[str, object]) -> None:
        """Start the execution of that name; twice is the same as once.

        Args:
            name: tells it from all other executions.
            work: what its first step is told, as JSON has it.

        Raises:
            StorageUnavailableError: Step Functions does not answer, or refuses.
        """
        try:
            self._client.start_execution(
                stateMachineArn=self._arn, name=name, input=json.dumps(work)
            )
        except (BotoCoreError, ClientError) as error:
            raise StorageUnavailableError("This cannot be started now; try again.") from error

    def stop(self, name: str) -> None:
        """Stop an execution, unless it is over. Functions that it has called are finished.

        Raises:
            StorageUnavailableError: Step Functions does not answer, or refuses.
        """
        arn = f"{self._arn.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            self._client.stop_execution(executionArn=arn)
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] in _OVER:
                return
            raise StorageUnavailableError("This cannot be stopped now; try again.") from error
