"""The decisions of a data folder or of a service, for commands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lookalike.api.decisions.models import DecisionAnswer, DecisionRequest, DecisionsAnswer
from lookalike.api.decisions.service import Decide
from lookalike.cli.remote.service import RemoteService
from lookalike.decisions import DecisionKind
from lookalike.http.cursors import position_of
from lookalike.local.data_folder import open_existing_storage, open_storage
from lookalike.storage.decisions import DecisionFilter

_PAGE = 500


@dataclass(frozen=True, slots=True)
class KeptDecisions:
    """Decisions, wherever they are kept.

    Attributes:
        put: decides; as ``PUT /decisions``.
        page: the page that begins at a cursor; as ``GET /decisions``.
        delete: undoes the decision of an id; as ``DELETE /decisions/{id}``.
    """

    put: Callable[[DecisionRequest], DecisionAnswer]
    page: Callable[[DecisionFilter, str, int], DecisionsAnswer]
    delete: Callable[[str], None]

    def every(
        self, entity_id: str | None = None, kind: DecisionKind | None = None
    ) -> Iterator[DecisionAnswer]:
        """All decisions that meet the conditions, read page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.page(DecisionFilter(entity_id, kind), cursor, _PAGE)
            yield from page.decisions
            cursor = page.next_cursor


@contextmanager
def kept_decisions(
    data: Path, url: str | None, api_key: str | None, *, read_only: bool = False
) -> Iterator[KeptDecisions]:
    """Open the decisions of a service, or else of a data folder."""
    if url:
        service = RemoteService(url, api_key)
        yield KeptDecisions(service.put_decision, service.decisions, service.delete_decision)
        return
    storage = open_storage(data, read_only=True) if read_only else open_existing_storage(data)
    with closing(storage):
        decide = Decide(storage, time.time)

        def put(request: DecisionRequest) -> DecisionAnswer:
            return DecisionAnswer.of(decide.listed(decide.put(request.new)[0]))

        def page(wanted: DecisionFilter, cursor: str, limit: int) -> DecisionsAnswer:
            after = position_of(cursor) if cursor else ""
            return DecisionsAnswer.of(decide.page(wanted, after, limit))

        yield KeptDecisions(put, page, decide.delete)
