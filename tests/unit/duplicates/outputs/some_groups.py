"""Groups for tests of outputs."""

from __future__ import annotations

from typing import Any

from lookalike.duplicates.groups import Group


def a_group(sku: str = "SKU-1", name: str = "a") -> Group:
    """A photograph, and an edited copy of it that another product shows."""
    return {
        "id": f"group-{name}",
        "kind": "edited_copy",
        "match_percentage": 98.5,
        "products": 2,
        "keep": {"entity_id": f"{name}1", "reasons": ["It is the largest.", "It is the oldest."]},
        "members": [_member(f"{name}1", sku, "1" * 32), _member(f"{name}2", "", "2" * 32)],
        "pictures": [_picture("1" * 32), _picture("2" * 32)],
        "links": [
            {
                "a": "2" * 32,
                "b": "1" * 32,
                "match_percentage": 98.5,
                "verdict": "edited_copy",
                "evidence": {"outline_of_a": [[0, 0], [1, 0], [1, 1]]},
            }
        ],
        "decided": False,
        "decisions": [],
    }


def a_decided_group() -> Group:
    """The same, and somebody has decided about both products."""
    decision = {
        "id": "d",
        "a": "a1",
        "b": "a2",
        "decision": "duplicate",
        "note": "One <shirt>.",
        "by": "Ada",
        "decided_at": "2026-11-22T10:00:00+00:00",
    }
    return a_group() | {"decided": True, "decisions": [decision]}


def _member(entity_id: str, sku: str, fingerprint_id: str) -> dict[str, Any]:
    return {
        "entity_id": entity_id,
        "sku": sku,
        "image_url": f"https://shop.example/{entity_id}.jpg",
        "attributes": {"category": "shirts"},
        "fingerprint_id": fingerprint_id,
    }


def _picture(fingerprint_id: str) -> dict[str, Any]:
    return {
        "fingerprint_id": fingerprint_id,
        "width": 400,
        "height": 533,
        "trim_box": [0, 0, 1, 1],
        "thumbnail": "",
    }
