"""The function behind a custom resource: a deployment calls it until the search service is ready.

The provider framework of the CDK calls it, and answers CloudFormation.
(Source: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html)
"""

from __future__ import annotations

import logging
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.prepare_search import Preparation, prepare
from lookalike.errors import StorageUnavailableError

log = logging.getLogger("lookalike.prepare_search")


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Prepare the search service at creation and update; do nothing at deletion.

    The same function begins and completes: preparing twice is the same as once. A service that
    does not answer yet, whose name is not known yet, or that denies access yet is not complete; any
    other error fails the deployment at once.
    """
    resource = event.get("PhysicalResourceId") or event["LogicalResourceId"]
    return {"PhysicalResourceId": resource, "IsComplete": _is_complete(event)}


def _is_complete(event: dict[str, Any]) -> bool:
    if event["RequestType"] == "Delete":
        return True
    try:
        prepare(Preparation.model_validate(event["ResourceProperties"]))
    except StorageUnavailableError as error:
        log.warning("The search service is not ready: %s", error.detail)
        return False
    return True
