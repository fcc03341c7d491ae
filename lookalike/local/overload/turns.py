"""Those who wait, by client: clients take turns, however many of their requests wait."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Turns(Generic[Item]):
    """A queue for each client, from which they are served in turns (round robin).

    So a client with one request waits for one request of each other client, and not for all of
    them. The first comes first, or else the newest, among clients as among the requests of one;
    either way, a client that was served comes after all others. Not safe to use from several
    threads.
    """

    def __init__(self) -> None:
        self._queues = OrderedDict[str, deque[Item]]()  # in the order of their turns

    def __len__(self) -> int:
        """How many wait."""
        return sum(map(len, self._queues.values()))

    def before(self, client: str) -> int:
        """How many would be served before a further one of this client."""
        own = len(self._queues.get(client, ()))
        turn = [*self._queues, client].index(client)
        return sum(
            min(len(queue), own + 1 if row <= turn else own)
            for row, queue in enumerate(self._queues.values())
        )

    def add(self, client: str, item: Item) -> None:
        """Let one wait."""
        self._queues.setdefault(client, deque()).append(item)

    def discard(self, client: str, item: Item) -> None:
        """Let one leave, if it waits."""
        queue = self._queues.get(client, deque())
        if item in queue:
            queue.remove(item)
            if not queue:
                del self._queues[client]

    def take(
        self, *, newest: bool = False, may: Callable[[str], bool] = lambda _: True
    ) -> Item | None:
        """Take out the next one; ``None`` where there is none.

        Args:
            newest: whether the newest client goes first, and its newest one.
            may: whether this client may be served now; otherwise it is the next one's turn.
        """
        clients = reversed(self._queues) if newest else iter(self._queues)
        client = next(filter(may, clients), None)
        if client is None:
            return None
        queue = self._queues.pop(client)
        item = queue.pop() if newest else queue.popleft()
        if queue:
            self._queues[client] = queue
            self._queues.move_to_end(client, last=not newest)
        return item
