"""Refused rows by their reason, with their pictures, as a notebook shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from lookalike.api.imports.models import FailureAnswer

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RefusedRows:
    """Rows by the code of the reason, the most frequent first."""

    by_reason: Mapping[str, Sequence[FailureAnswer]]

    def __str__(self) -> str:
        """Return the numbers as lines for people."""
        lines = [
            f"{code}: {len(rows):,}, such as row {rows[0].row}: {rows[0].detail}"
            for code, rows in self.by_reason.items()
        ]
        return "\n".join(lines) or "No row was refused."

    def _repr_html_(self) -> str:
        """Return the numbers with the first pictures of each reason."""
        return "".join(
            f"<h4>{escape(code)}: {len(rows):,}</h4>{''.join(map(_figure, rows[:_SHOWN]))}"
            for code, rows in self.by_reason.items()
        )


def by_reason(failures: Iterable[FailureAnswer]) -> RefusedRows:
    """Group refused rows."""
    groups = dict[str, list[FailureAnswer]]()
    for failure in failures:
        groups.setdefault(failure.code, []).append(failure)
    largest = sorted(groups.items(), key=lambda group: -len(group[1]))
    return RefusedRows(dict(largest))


def _figure(failure: FailureAnswer) -> str:
    address = failure.image_url or ""
    picture = (
        f'<img src="{escape(address)}" height="96" loading="lazy" referrerpolicy="no-referrer">'
        if address.startswith(("http://", "https://"))
        else ""
    )
    told = f"row {failure.row}, {failure.entity_id or 'no entity_id'}: {failure.detail}"
    return f"<figure>{picture}<figcaption>{escape(told)}</figcaption></figure>"
