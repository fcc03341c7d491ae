"""The function behind a custom resource: CloudFormation calls it and waits for its answer.

(Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html)
"""

from __future__ import annotations

import json
import logging
from typing import Any

import urllib3
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.prepare_search import Preparation, prepare

log = logging.getLogger("lookalike.prepare_search")

_MAX_REASON_LENGTH = 500


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Prepare the search service at creation and update; do nothing at deletion.

    Every failure is answered, because CloudFormation would wait an hour for the answer.
    """
    try:
        if event["RequestType"] != "Delete":
            prepare(Preparation.model_validate(event["ResourceProperties"]))
    except Exception as error:
        log.exception("The search service could not be prepared.")
        _answer(event, context, "FAILED", f"{type(error).__name__}: {error}")
    else:
        _answer(event, context, "SUCCESS", "Prepared.")


def _answer(event: dict[str, Any], context: LambdaContext, status: str, reason: str) -> None:
    body = {
        "Status": status,
        "Reason": f"{reason[:_MAX_REASON_LENGTH]} (log stream {context.log_stream_name})",
        "PhysicalResourceId": event.get("PhysicalResourceId", event["LogicalResourceId"]),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    urllib3.request(
        "PUT",
        event["ResponseURL"],
        body=json.dumps(body).encode(),
        headers={"Content-Type": ""},  # the type that the address was presigned for
        timeout=10,
        retries=5,
    )
