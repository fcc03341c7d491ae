"""The notebook of a backfill fills the deployment, and proves it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import pytest

from tests.e2e.deployment import Deployment
from tests.e2e.pictures import Pictures
from tests.e2e.service import Api, sample
from tests.notebooks import Notebook

pytestmark = pytest.mark.timeout(1800)

ENTITY_IDS = [f"noted-{number}" for number in range(12)]


@pytest.fixture
def manifest(
    api: Api, pictures: Pictures, registered: Mapping[str, str], tmp_path: Path
) -> Iterator[Path]:
    """Twelve products, one of them without a picture; they are gone again afterwards."""
    assert registered, "their pictures are in the index"
    addresses = [pictures.address(entry.picture) for entry in islice(sample(), 11)]
    path = tmp_path / "manifest.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["entity_id", "image_url"])
        rows.writerows(zip(ENTITY_IDS, [*addresses, pictures.missing], strict=True))
    yield path
    for name in ENTITY_IDS:
        api.request("DELETE", f"/products/{name}")


def test_should_fill_the_deployment_and_prove_it(
    deployment: Deployment, api: Api, manifest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.invoke("reconcile_index")
    place: dict[str, object] = {"STACK": deployment.stack}
    if deployment.emulator is not None:  # its addresses are not those of the outputs
        place = {"STACK": None, "URL": api.url, "API_KEY": api.key, "ALLOW_PRIVATE_HOSTS": True}
    rest = {"MANIFEST": manifest, "PICTURES": None, "SAMPLES": 4, "SECONDS": 0.5}
    notebook = Notebook("backfill.ipynb")
    names = notebook.run({**place, **rest})
    printed = capsys.readouterr().out
    assert "12 rows, 12 products" in printed
    assert "done, 11 done, 0 unchanged, 1 refused of 12" in printed
    assert "image_not_found: 1, such as row 13" in printed
    assert "12 products in the manifest, 0 of them missing" in printed
    assert "100.0% of " in printed
    assert "not compared since the import has ended" in printed
    assert printed.rstrip().endswith("Not whole.")

    deployment.invoke("reconcile_index")
    notebook.run_last_cell(names)
    assert capsys.readouterr().out.rstrip().endswith("\nWhole.")
