"""Is this product photograph already in my catalogue, even edited?

The Python API in five lines:

    from lookalike import Catalogue

    catalogue = Catalogue("my-catalogue")
    catalogue.add("shirt-1", "shirt.jpg")
    print(catalogue.check("shirt-cropped.jpg").matches)

See ``docs/python-api.md`` for the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lookalike.errors import ImageError, LookalikeError
    from lookalike.fingerprint.fingerprint_json import fingerprint_from_json, fingerprint_to_json
    from lookalike.matching.check import CheckOptions, CheckResult, Match
    from lookalike.matching.effort import Effort
    from lookalike.matching.finding import Finding, Verdict
    from lookalike.pictures import Fingerprint
    from lookalike.products import Product
    from lookalike.python_api.catalogue import Catalogue
    from lookalike.python_api.new_products import AddReport, NewProduct, Refusal
    from lookalike.python_api.pictures import compare, fingerprint_of

__version__ = "0.2.0"
"""The version of the package; ``lookalike.fingerprint.version`` has that of the fingerprints."""

__all__ = [
    "AddReport",
    "Catalogue",
    "CheckOptions",
    "CheckResult",
    "Effort",
    "Finding",
    "Fingerprint",
    "ImageError",
    "LookalikeError",
    "Match",
    "NewProduct",
    "Product",
    "Refusal",
    "Verdict",
    "compare",
    "fingerprint_from_json",
    "fingerprint_of",
    "fingerprint_to_json",
]

_HOMES = {
    "AddReport": "lookalike.python_api.new_products",
    "Catalogue": "lookalike.python_api.catalogue",
    "CheckOptions": "lookalike.matching.check",
    "CheckResult": "lookalike.matching.check",
    "Effort": "lookalike.matching.effort",
    "Finding": "lookalike.matching.finding",
    "Fingerprint": "lookalike.pictures",
    "ImageError": "lookalike.errors",
    "LookalikeError": "lookalike.errors",
    "Match": "lookalike.matching.check",
    "NewProduct": "lookalike.python_api.new_products",
    "Product": "lookalike.products",
    "Refusal": "lookalike.python_api.new_products",
    "Verdict": "lookalike.matching.finding",
    "compare": "lookalike.python_api.pictures",
    "fingerprint_from_json": "lookalike.fingerprint.fingerprint_json",
    "fingerprint_of": "lookalike.python_api.pictures",
    "fingerprint_to_json": "lookalike.fingerprint.fingerprint_json",
}


def __getattr__(name: str) -> object:
    """Import what is asked for, when it is asked for: functions on AWS need none of it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'lookalike' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the names that are imported when they are first used, too."""
    return sorted({*globals(), *__all__})
