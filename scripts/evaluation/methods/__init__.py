"""Methods of finding copies: ours, and those it is compared with."""

from __future__ import annotations

from scripts.evaluation.methods.crop_resistant import CropResistant
from scripts.evaluation.methods.hashes import ImageSearch, LongPHash, Pdq, PlainPHash
from scripts.evaluation.methods.interfaces import Hit, Index, Method
from scripts.evaluation.methods.ours import Ours

METHODS: dict[str, type[Method]] = {
    method.name: method for method in (Ours, ImageSearch, PlainPHash, LongPHash, Pdq, CropResistant)
}
"""All methods, by the name they are chosen by."""

__all__ = ["METHODS", "Hit", "Index", "Method", "Ours"]
