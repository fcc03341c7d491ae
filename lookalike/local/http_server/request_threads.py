"""Resolves requests in threads, as long as their clients wait."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.http.problems import CallerGoneError, DeadlineError, StoppingError
from lookalike.local.http_server.body_reader import DisconnectedError, Receive
from lookalike.local.http_server.concurrent_resolver import ConcurrentRestResolver
from lookalike.local.http_server.fair_places import FairPlaces
from lookalike.local.overload.caller import Caller, working_for


class RequestThreads:
    """Some threads for one kind of requests.

    Many requests may wait for a thread, none of them for long, and clients take turns. The work on
    a request ends at its next step when its client has gone, or when it takes too long.

    Args:
        resolver: answers the requests.
        name: of the threads.
        threads: how many.
        max_wait: seconds that a request may wait for a thread.
        seconds: until a request is given up that has a thread.
    """

    def __init__(
        self,
        resolver: ConcurrentRestResolver,
        name: str,
        *,
        threads: int,
        max_wait: float,
        seconds: float,
    ) -> None:
        self._resolver = resolver
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = FairPlaces(threads, max_wait)
        self._seconds = seconds

    def shutdown(self, *, wait: bool) -> None:
        """Drop requests that have not begun, and wait for the threads if that is asked for."""
        self._executor.shutdown(wait=wait, cancel_futures=True)

    @property
    def waiting(self) -> int:
        """How many requests wait for a thread."""
        return self._places.waiting

    def waiting_before(self, client: str) -> int:
        """How many requests would get a thread before a further one of this client."""
        return self._places.waiting_before(client)

    async def resolve(
        self, event: dict[str, Any], receive: Receive, caller: Caller
    ) -> dict[str, Any]:
        """The resolver's answer to an event.

        Args:
            event: the request.
            receive: tells when its client has gone.
            caller: for whom it is.

        Raises:
            OverloadedError: no thread was free in time.
            DeadlineError: it takes too long.
            DisconnectedError: the client has gone. No thread works for it any more.
        """
        async with self._places.place(caller.client):
            return await self._resolve(event, receive, caller)

    async def _resolve(
        self, event: dict[str, Any], receive: Receive, caller: Caller
    ) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        answer = loop.run_in_executor(self._executor, self._work, caller, event)
        try:
            await self._wait(answer, caller, receive)
            return answer.result()
        finally:  # the server may have cancelled this task
            caller.give_up(StoppingError("The service is being stopped."))

    async def _wait(
        self, answer: asyncio.Future[dict[str, Any]], caller: Caller, receive: Receive
    ) -> None:
        """Return when there is an answer.

        Beyond the time, the work ends at its next step, and its answer says so. What was done
        before that step, such as an import that was accepted just then, is answered as it is.
        """
        departure = asyncio.create_task(_departure(receive))
        ends: set[asyncio.Future[Any]] = {answer, departure}
        try:
            done, _ = await asyncio.wait(
                ends, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            departure.cancel()
        if answer not in done:
            is_gone = departure in done
            caller.give_up(_gone() if is_gone else _too_long())
            await asyncio.wait({answer})
            if is_gone:
                raise DisconnectedError

    def _work(self, caller: Caller, event: dict[str, Any]) -> dict[str, Any]:
        with working_for(caller):
            return self._resolver.resolve(event, LambdaContext())


async def _departure(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _gone() -> CallerGoneError:
    return CallerGoneError("The client has gone.")


def _too_long() -> DeadlineError:
    return DeadlineError("The request takes too long. Ask for less at once.")
