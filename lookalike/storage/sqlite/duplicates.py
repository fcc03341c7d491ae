"""Links between pictures, and the runs that find them, in SQLite tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from typing_extensions import override

from lookalike.errors import UnknownDuplicateRunError
from lookalike.storage.duplicates import DuplicateRun, DuplicateStore, PictureLink, PictureToCompare
from lookalike.storage.run_state import RunState
from lookalike.storage.sqlite.columns import DUPLICATE_RUN, LINK, Row
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.rows import in_chunks, placeholders

_PAGE_SIZE = 1_000

_PUT = f"""
INSERT INTO duplicate_runs ({DUPLICATE_RUN.names}) VALUES ({DUPLICATE_RUN.placeholders})
ON CONFLICT (run_id) DO UPDATE SET ({DUPLICATE_RUN.names}) = ({DUPLICATE_RUN.excluded})
"""  # noqa: S608 - column names of our own
_SELECT = f"SELECT {DUPLICATE_RUN.names} FROM duplicate_runs"  # noqa: S608 - as above
_RUNNING = f"{_SELECT} WHERE state = ? ORDER BY created_at, run_id"
_UNCOMPARED = """
FROM vectors WHERE seq > ? AND version = ?
AND EXISTS (
    SELECT 1 FROM shown_pictures AS shown WHERE shown.fingerprint_id = vectors.fingerprint_id
)
AND NOT EXISTS (
    SELECT 1 FROM compared_pictures AS compared
    WHERE compared.fingerprint_id = vectors.fingerprint_id AND recipe = ?
)
"""
_MARK = """
INSERT OR REPLACE INTO compared_pictures (fingerprint_id, recipe)
SELECT fingerprint_id, ? FROM pictures WHERE fingerprint_id = ?
"""
_ADD_LINK = f"""
INSERT INTO picture_links (least, greatest, recipe, {LINK.names})
SELECT ?, ?, ?, {LINK.placeholders}
WHERE EXISTS (SELECT 1 FROM pictures WHERE fingerprint_id = ?)
AND EXISTS (SELECT 1 FROM pictures WHERE fingerprint_id = ?)
ON CONFLICT (least, greatest) DO UPDATE
SET (recipe, {LINK.names}) = (excluded.recipe, {LINK.excluded})
WHERE recipe != excluded.recipe OR probability < excluded.probability
"""  # noqa: S608 - as above
_LINKS = f"""
SELECT least, greatest, {LINK.names} FROM picture_links
WHERE recipe = ? AND probability >= ? AND (least, greatest) > (?, ?)
AND EXISTS (SELECT 1 FROM shown_pictures WHERE fingerprint_id = least)
AND EXISTS (SELECT 1 FROM shown_pictures WHERE fingerprint_id = greatest)
ORDER BY least, greatest LIMIT {_PAGE_SIZE}
"""  # noqa: S608 - as above
_SEVERAL = f"""
SELECT * FROM (
    SELECT fingerprint_id FROM products WHERE fingerprint_id > :after
    GROUP BY fingerprint_id HAVING count(*) > 1 ORDER BY fingerprint_id LIMIT {_PAGE_SIZE}
) UNION SELECT * FROM (
    SELECT fingerprint_id FROM further_pictures AS further WHERE fingerprint_id > :after
    GROUP BY fingerprint_id HAVING count(*) > 1
    OR EXISTS (SELECT 1 FROM products WHERE products.fingerprint_id = further.fingerprint_id)
    ORDER BY fingerprint_id LIMIT {_PAGE_SIZE}
) ORDER BY fingerprint_id LIMIT {_PAGE_SIZE}
"""  # noqa: S608 - a number of our own
"""Each half walks an index in order and stops early, unlike a query of ``shown_pictures``."""


class SqliteDuplicates(DuplicateStore):
    """The links between the pictures of one algorithm version in a database."""

    def __init__(self, database: SqliteDatabase, version: str) -> None:
        self._database = database
        self._version = version

    @override
    def put(self, run: DuplicateRun) -> None:
        with self._database.writing() as connection:
            connection.execute(_PUT, DUPLICATE_RUN.row(run))

    @override
    def get(self, run_id: str) -> DuplicateRun:
        rows = self._read(f"{_SELECT} WHERE run_id = ?", [run_id])
        if not rows:
            raise UnknownDuplicateRunError(f"There is no run {run_id!r} of duplicates.")
        return DuplicateRun(**DUPLICATE_RUN.fields(rows[0]))

    @override
    def running(self) -> list[DuplicateRun]:
        rows = self._read(_RUNNING, [RunState.RUNNING.value])
        return [DuplicateRun(**DUPLICATE_RUN.fields(row)) for row in rows]

    @override
    def sweep(self, finished_before: float) -> int:
        with self._database.writing() as connection:
            query = "DELETE FROM duplicate_runs WHERE finished_at < ?"
            return connection.execute(query, [finished_before]).rowcount

    @override
    def uncompared(self, recipe: str, after: int = -1, limit: int = 100) -> list[PictureToCompare]:
        query = f"SELECT seq, fingerprint_id {_UNCOMPARED} ORDER BY seq LIMIT ?"
        rows = self._read(query, [after, self._version, recipe, limit])
        return [PictureToCompare(*row) for row in rows]

    @override
    def count_uncompared(self, recipe: str) -> int:
        [(count,)] = self._read(f"SELECT count(*) {_UNCOMPARED}", [-1, self._version, recipe])
        return int(count)

    @override
    def add_compared(
        self, recipe: str, fingerprint_ids: Iterable[str], links: Sequence[PictureLink]
    ) -> None:
        with self._database.writing() as connection:
            connection.executemany(_MARK, ((recipe, each) for each in fingerprint_ids))
            connection.executemany(
                _ADD_LINK,
                ((*_ends(link), recipe, *LINK.row(link), link.a, link.b) for link in links),
            )

    @override
    def links(self, recipe: str, least: float) -> Iterator[PictureLink]:
        ends: Sequence[str] = ("", "")
        while rows := self._read(_LINKS, [recipe, least, *ends]):
            yield from (PictureLink(**LINK.fields(row[2:])) for row in rows)
            ends = rows[-1][:2]

    @override
    def positions(self, fingerprint_ids: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for chunk in in_chunks(fingerprint_ids):
            query = f"SELECT fingerprint_id, seq FROM vectors WHERE fingerprint_id IN ({placeholders(chunk)})"  # noqa: S608, E501 - question marks
            found.update(self._read(query, chunk))
        return found

    @override
    def put_groups(self, run_id: str, first: int, groups: Sequence[Mapping[str, Any]]) -> None:
        rows = ((run_id, number, _json(group)) for number, group in enumerate(groups, first))
        with self._database.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO duplicate_groups VALUES (?, ?, ?)", rows)

    @override
    def groups(self, run_id: str, after: int = 0, limit: int = 100) -> list[Mapping[str, Any]]:
        self.get(run_id)
        query = (
            "SELECT content FROM duplicate_groups WHERE run_id = ? AND number > ? "
            "ORDER BY number LIMIT ?"
        )
        return [json.loads(content) for (content,) in self._read(query, [run_id, after, limit])]

    @override
    def shown_by_several(self) -> Iterator[str]:
        last = ""
        while rows := self._read(_SEVERAL, {"after": last}):
            yield from (row[0] for row in rows)
            last = rows[-1][0]

    def _read(self, query: str, values: Sequence[object] | Mapping[str, object]) -> list[Row]:
        with self._database.reading() as connection:
            return connection.execute(query, values).fetchall()


def _ends(link: PictureLink) -> tuple[str, str]:
    return min(link.a, link.b), max(link.a, link.b)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
