"""Writes the listings of Amazon Berkeley Objects as a catalogue in JSON Lines.

    python -m scripts.data_sets.abo images.csv.gz listings_*.json.gz > abo.jsonl
    lookalike import abo.jsonl --images-root images/small

The data set (CC BY 4.0, https://amazon-berkeley-objects.s3.amazonaws.com/index.html) names the
pictures of a product by ids, whose paths are in a table of their own, and texts in many languages.
Products without a known picture are written, too: the import refuses them with a reason. It skips
what is loaded, and goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

ATTRIBUTES = {
    "product_type": "category",
    "color": "colour",
    "style": "style",
    "brand": "brand",
    "item_name": "name",
}
"""Lists of texts in a listing, and the attributes that they become."""
_ENGLISH = "en_"
_LONGEST = 200
"""Characters of an attribute; names of items are whole sentences."""


def main() -> None:
    """Write the listings that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.data_sets.abo",
        description="Write listings of Amazon Berkeley Objects as a catalogue in JSON Lines.",
    )
    parser.add_argument("images", type=Path, help="images.csv or images.csv.gz")
    parser.add_argument("listings", type=Path, nargs="+", help="listings_*.json or .json.gz")
    named = parser.parse_args()
    paths = read_paths(named.images)
    for product in products(named.listings, paths):
        sys.stdout.write(json.dumps(product, ensure_ascii=False) + "\n")


def read_paths(images: Path) -> dict[str, str]:
    """The path of each picture, by its id."""
    with _text(images) as file:
        return {row["image_id"]: row["path"] for row in csv.DictReader(file)}


def products(listings: Iterable[Path], paths: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The products of some files, as ``lookalike import`` takes them."""
    for listing in listings:
        with _text(listing) as file:
            for line in file:
                yield _product(json.loads(line), paths)


def _product(item: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    texts = {name: _first_text(item.get(key, [])) for key, name in ATTRIBUTES.items()}
    shown = [item.get("main_image_id", ""), *item.get("other_image_id", [])]
    main, *further = [paths[name] for name in shown if name in paths] or [""]
    return {
        "entity_id": item["item_id"],
        "sku": item["item_id"],
        "image_url": main,
        "additional_image_urls": further,
        "attributes": {name: text for name, text in texts.items() if text},
    }


def _first_text(values: Iterable[Mapping[str, Any]]) -> str:
    """The first English text, else the first one in any language; colours by their usual names."""
    listed = list(values)
    english = [each for each in listed if each.get("language_tag", _ENGLISH).startswith(_ENGLISH)]
    for each in english or listed:
        usual = each.get("standardized_values") or [each.get("value", "")]
        return str(usual[0])[:_LONGEST]
    return ""


def _text(path: Path) -> IO[str]:
    """A file of text, expanded where it is gzip."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
