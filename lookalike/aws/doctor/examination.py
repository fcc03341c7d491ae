"""The examination: one question to AWS after the other, each answered by a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lookalike.aws.doctor.asking import Clients, NotEnoughError, NotToldError
from lookalike.aws.doctor.needs import Needs
from lookalike.aws.doctor.questions import QUESTIONS

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


class State(StrEnum):
    """The outcome of a question."""

    FIT = "fit"
    UNFIT = "unfit"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question.

    Attributes:
        about: what was examined.
        state: whether the deployment would work.
        detail: what was found, and what to do where it does not fit.
    """

    about: str
    state: State
    detail: str


def examine(needs: Needs, clients: Clients) -> Iterator[Finding]:
    """Yield a finding for each question; nothing in the account is changed.

    Args:
        needs: what the environment needs.
        clients: returns a client of boto3 for the name of a service.
    """
    for about, question in QUESTIONS.items():
        yield _finding(about, question, needs, clients)


def _finding(
    about: str, question: Callable[[Needs, Clients], str], needs: Needs, clients: Clients
) -> Finding:
    try:
        return Finding(about, State.FIT, question(needs, clients))
    except NotEnoughError as error:
        return Finding(about, State.UNFIT, str(error))
    except NotToldError as error:
        return Finding(about, State.UNKNOWN, str(error))
    except ClientError as error:
        return Finding(about, State.UNKNOWN, _refusal(error.response))
    except BotoCoreError as error:
        return Finding(about, State.UNKNOWN, f"{error}")


def _refusal(response: Any) -> str:  # noqa: ANN401 - botocore's own
    code = response["Error"]["Code"]
    if code in _DENIED:
        return "These credentials may not ask."
    return f"AWS answered {code}: {response['Error'].get('Message', '')}"
