"""Write the catalogues of the shops that the shipped classifier is fitted to.

    python -m scripts.classifier.catalogues PICTURES --output catalogues

``PICTURES`` holds one folder for each shop. ``labels.csv``, beside this file, says of their
pictures what their shops do not: which ones show one product, in which colour and view, and which
ones were made of one photograph. The pairs that look most alike were looked at, down to where
``docs/decisions.md`` says. A picture without a label is a product of its own; of pictures that
cannot be told apart with certainty, one is left out.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from lookalike.evaluation.catalogues import SUFFIXES

LABELS = Path(__file__).with_name("labels.csv")
UNCERTAIN = "uncertain"
"""The view of a picture that is left out."""
COLUMNS = ("entity_id", "sku", "colour", "view", "photograph", "image_url")


def main() -> None:
    """Write one catalogue for each folder of pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--output", type=Path, default=Path("catalogues"))
    arguments = parser.parse_args()
    with LABELS.open(encoding="utf-8", newline="") as file:
        labels = {row.pop("picture"): row for row in csv.DictReader(file)}
    arguments.output.mkdir(parents=True, exist_ok=True)
    for shop in sorted(path for path in arguments.pictures.iterdir() if path.is_dir()):
        rows = _rows(shop, labels)
        with (arguments.output / f"{shop.name}.csv").open(
            "w", encoding="utf-8", newline=""
        ) as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        print(f"{shop.name}: {len(rows)} pictures")


def _rows(shop: Path, labels: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """A row for each picture of a shop whose label is certain."""
    rows = []
    for path in sorted(shop.iterdir()):
        name = f"{shop.name}/{path.name}"
        label = labels.get(name, {})
        if path.suffix.lower() in SUFFIXES and label.get("view") != UNCERTAIN:
            rows.append({"entity_id": name, "image_url": str(path.resolve())} | label)
    return rows


if __name__ == "__main__":
    main()
