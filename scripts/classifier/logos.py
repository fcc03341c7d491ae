"""Write the made shop of filled logos that the shipped classifier is fitted to beside real shops.

    python -m scripts.classifier.logos PICTURES/cards

Words on filled boxes and discs of all colours are alike in nearly everything, and each is a picture
of its own. ``scripts.classifier.catalogues`` then takes the folder for a shop like all others.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

from lookalike.evaluation.edits.blanks import FILLED, blank

LOGOS = 150


def main() -> None:
    """Write the pictures into the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--number", type=int, default=LOGOS)
    arguments = parser.parse_args()
    write_logos(arguments.folder, arguments.number)
    print(f"{arguments.number} logos: {arguments.folder}")


def write_logos(folder: Path, number: int) -> None:
    """Write so many logos, the same ones each time."""
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(FILLED)
    for seed in range(number):
        name = names[seed % len(names)]
        path = folder / f"{name}_{seed:03}"
        path.write_bytes(blank(name, seed))
        with Image.open(path) as picture:
            suffix = str(picture.format).lower()
        path.replace(path.with_suffix(f".{suffix}"))


if __name__ == "__main__":
    main()
