"""What people have decided is a label, scored as a check scores it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from lookalike.cli.app import app
from lookalike.cli.calibrating import calibrated
from lookalike.decisions import Decision, DecisionKind, Side
from lookalike.errors import ImageNotFoundError
from lookalike.evaluation import decided_scores
from lookalike.evaluation.decided_scores import DecisionScorer
from lookalike.evaluation.scoring.recalibration import Line, Recalibration, pairs_from, recalibrate
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import Calibration
from lookalike.products import Product
from lookalike.python_api.catalogue import Catalogue
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION, a_decided_picture, a_decision, a_fingerprint_id, a_product
from tests.unit.matching.fakes import NumberedFingerprinter, ToldVerifier, numbered, stock

DUPLICATE, NOT_DUPLICATE, VARIANT = DecisionKind


@pytest.fixture
def storage() -> Iterator[MemoryStorage]:
    """Five products, each with a picture of its own."""
    with closing(MemoryStorage(VERSION)) as storage:
        stock(storage, *(a_product(number) for number in range(1, 6)))
        yield storage


def scores(
    storage: MemoryStorage, read: Callable[[str], PreparedPicture] | None = None
) -> DecisionScorer:
    verifier = ToldVerifier({2: 0.9, 3: 0.2, 4: 0.7, 1: 0.6})
    return DecisionScorer(storage, read or by_number, NumberedFingerprinter(), verifier)


def by_number(address: str) -> PreparedPicture:
    """The picture that the address of a product of the builders names."""
    return numbered(int(Path(address).stem))


def test_should_score_pairs_as_a_check_does(storage: MemoryStorage) -> None:
    storage.decisions.put(a_decision(1, 2, DUPLICATE))
    storage.decisions.put(a_decision(1, 3, NOT_DUPLICATE))
    done: list[int] = []
    found = scores(storage).scored(done.append)
    assert sorted(zip(found.scores, found.right, strict=True)) == [(0.2, False), (0.9, True)]
    assert found.query == [0, 0], "pairs of one product stay together"
    assert (done, dict(found.left_out)) == ([1, 1], {})
    assert len(found.pairs.right) == 2


def test_should_ask_about_the_other_picture_where_one_cannot_be_read(
    storage: MemoryStorage,
) -> None:
    def read(address: str) -> PreparedPicture:
        if address.endswith("/1.jpg"):
            raise ImageNotFoundError("It is gone.")
        return by_number(address)

    storage.decisions.put(a_decision(1, 2, DUPLICATE))
    assert scores(storage, read).scored(lambda _: None).scores == [0.6]


def without_address(product: Product) -> Product:
    return replace(product, image_url=None)


@pytest.mark.parametrize(
    ("reason", "numbers", "kind"),
    [
        (decided_scores.OUTDATED, (1, 9), DUPLICATE),
        (decided_scores.VARIANTS, (1, 2), VARIANT),
        (decided_scores.UNREADABLE, (4, 5), DUPLICATE),
    ],
)
def test_should_say_which_decisions_are_no_labels(
    storage: MemoryStorage, reason: str, numbers: tuple[int, int], kind: DecisionKind
) -> None:
    storage.products.put_many([without_address(a_product(number)) for number in (4, 5)])
    storage.decisions.put(a_decision(*numbers, kind))
    found = scores(storage).scored(lambda _: None)
    assert (found.scores, dict(found.left_out)) == ([], {reason: 1})


def test_should_leave_out_pictures_that_were_replaced_at_their_address(
    storage: MemoryStorage,
) -> None:
    storage.decisions.put(a_decision(1, 2, DUPLICATE))
    found = scores(storage, lambda _: numbered(8)).scored(lambda _: None)
    assert dict(found.left_out) == {decided_scores.UNREADABLE: 1}


def test_should_leave_out_the_identical_picture(storage: MemoryStorage) -> None:
    storage.products.put_many([a_product(7, fingerprint_id=a_fingerprint_id(1))])
    sides = (
        Side("entity-000001", (a_decided_picture(1),)),
        Side("entity-000007", (a_decided_picture(1),)),
    )
    storage.decisions.put(Decision.about(sides, DUPLICATE, 1.0))
    found = scores(storage).scored(lambda _: None)
    assert dict(found.left_out) == {decided_scores.IDENTICAL: 1}


def test_should_say_what_percentages_become() -> None:
    right = [True] * 60 + [False] * 60
    found = recalibrate(pairs_from([0.7] * 60 + [0.6] * 60, right, range(120)))
    changes = dict(found.changes)
    assert list(changes) == [0.5, 0.75, 0.9, 0.95, 0.99]
    assert changes[0.5] < 0.5 < changes[0.75]
    same = Recalibration(Line(1.0, 0.0), found.before, found.after, found.pairs)
    assert dict(same.changes)[0.9] == pytest.approx(0.9)


def evaluate(data: Path, *options: str) -> Result:
    place = ["--data", str(data), "--output", str(data / "out"), "--images-root", str(data)]
    return CliRunner().invoke(app, ["evaluate", *options, *place])


@pytest.mark.parametrize("spelt", [("--calibrate", "--decisions"), ("--decisions",)])
def test_should_refuse_too_few_decisions_with_the_number_needed(
    tmp_path: Path, sample_pictures: tuple[Path, ...], spelt: tuple[str, ...]
) -> None:
    with Catalogue(tmp_path) as catalogue:
        for number, photo in enumerate(sample_pictures[:2]):
            with Image.open(photo) as opened:
                opened.save(tmp_path / f"{number}.png")
            catalogue.add(str(number), tmp_path / f"{number}.png", image_url=f"{number}.png")
        catalogue.decide("0", "1", "not_duplicate")
    done = evaluate(tmp_path, *spelt)
    assert done.exit_code == 2
    words = " ".join(done.stderr.split())
    assert "The decisions give 0 right and 1 wrong pairs; at least 50 of each" in words


def test_should_need_a_catalogue_without_decisions(tmp_path: Path) -> None:
    done = evaluate(tmp_path)
    assert (done.exit_code, "CATALOGUE.csv" in done.stderr) == (2, True)


def test_should_write_a_calibration_and_say_what_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = [True] * 60 + [False] * 60
    found = recalibrate(pairs_from([0.9] * 60 + [0.7] * 60, right, range(120)))
    [path] = calibrated(found, tmp_path / "new")
    fitted = Calibration.read(path)
    shipped = Calibration.shipped()
    assert fitted.intercept < found.line.slope * shipped.intercept
    shown = capsys.readouterr().out
    assert f"  75 % becomes {100 * dict(found.changes)[0.75]:.2f} %." in shown
    assert "Brier score" in shown
