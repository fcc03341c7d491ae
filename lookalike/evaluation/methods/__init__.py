"""Methods of finding copies: ours, and those that it is compared with."""

from __future__ import annotations

from lookalike.evaluation.methods.crop_resistant import CropResistant
from lookalike.evaluation.methods.hashes import ImageSearch, LongPHash, Pdq, PlainPHash
from lookalike.evaluation.methods.method import Hit, Index, Method
from lookalike.evaluation.methods.ours import Ours, OursFast, OursThorough

METHODS: dict[str, type[Method]] = {
    method.name: method
    for method in (
        *(Ours, OursFast, OursThorough),
        *(ImageSearch, PlainPHash, LongPHash, Pdq, CropResistant),
    )
}
"""All methods, by the name that the command line knows."""

__all__ = ["METHODS", "Hit", "Index", "Method", "Ours"]
