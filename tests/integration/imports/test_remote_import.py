"""Which rows are sent to a service, and which are there already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typing_extensions import override

from lookalike.api.products.models import ProductAnswer
from lookalike.api.products.service import ProductDescription, StoredProduct
from lookalike.api.status.models import StatusAnswer
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.registration import RegisteredImage, Registration
from lookalike.cli.remote.catalogue_import import RemoteImport
from lookalike.cli.remote.errors import (
    RemoteForbiddenError,
    RemoteRefusedError,
    RemoteRoleError,
    RemoteUnavailableError,
)
from lookalike.cli.remote.service import RemoteService
from lookalike.cli.remote.waiting import Waiting
from lookalike.errors import ImageNotFoundError, LookalikeError
from lookalike.images.fetching.folder import FolderFetcher
from lookalike.imports.batch import Batch
from lookalike.pictures import Fingerprint
from lookalike.products import Product, ProductState
from tests.builders import VERSION, a_fingerprint, a_product

PRODUCT = a_product(1)
ROW = CatalogueRow(2, PRODUCT.entity_id, PRODUCT.sku, PRODUCT.image_url or "", PRODUCT.attributes)


def an_answer(product: Product, fingerprint: Fingerprint | None) -> ProductAnswer:
    """The answer about a product, whose picture may be lost."""
    fingerprints = {product.fingerprint_id: fingerprint} if fingerprint else {}
    return ProductAnswer.of(StoredProduct(product, fingerprints))


class OneProductService(RemoteService):
    """Has one product, and takes any."""

    def __init__(
        self, fingerprint: Fingerprint | None, state: ProductState = ProductState.ACTIVE
    ) -> None:
        super().__init__("http://127.0.0.1:9")
        self._state = state
        self.stored = an_answer(replace(PRODUCT, state=state), fingerprint)

    @override
    def product(self, entity_id: str) -> ProductAnswer:
        assert entity_id == PRODUCT.entity_id
        return self.stored

    @override
    def put_product(self, entity_id: str, product: ProductDescription) -> ProductAnswer:
        sent = replace(
            PRODUCT,
            sku=product.sku,
            attributes=product.attributes,
            image_url=product.images[0].image_url,
            state=self._state,
        )
        self.stored = an_answer(sent, a_fingerprint(1))
        return self.stored


def sent(
    row: CatalogueRow, fingerprint: Fingerprint | None, state: ProductState = ProductState.ACTIVE
) -> Batch:
    """What became of the row."""
    batches: list[Batch] = []
    RemoteImport(OneProductService(fingerprint, state), None, VERSION).run([row], batches.append)
    [batch] = batches
    return batch


def test_should_pass_over_what_is_there_as_it_is() -> None:
    assert sent(ROW, a_fingerprint(1)) == Batch(unchanged=1)


@pytest.mark.parametrize("fingerprint", [a_fingerprint(1, version="older"), None])
def test_should_send_what_is_there_in_another_version(fingerprint: Fingerprint | None) -> None:
    """Its picture cannot be found until the service has computed it anew."""
    assert sent(ROW, fingerprint) == Batch(done=1)


def test_should_send_what_has_changed() -> None:
    assert sent(replace(ROW, sku="another"), a_fingerprint(1)) == Batch(done=1)


def test_should_send_a_file_with_its_path_and_change_nothing_the_second_time(
    tmp_path: Path,
) -> None:
    (tmp_path / "shirt.jpg").write_bytes(b"a picture")
    service = OneProductService(a_fingerprint(1))
    batches: list[Batch] = []
    row = replace(ROW, image_url="shirt.jpg")
    for _ in range(2):
        RemoteImport(service, FolderFetcher(tmp_path), VERSION).run([row], batches.append)
    assert service.stored.image_url == "shirt.jpg"
    assert batches == [Batch(done=1), Batch(unchanged=1)]


def test_should_count_pictures_that_no_check_will_find_whether_sent_or_there() -> None:
    state = ProductState.FEATURELESS
    assert sent(ROW, a_fingerprint(1), state) == Batch(unchanged=1, featureless=1)
    assert sent(ROW, None, state) == Batch(done=1, featureless=1)


class RefusingService(OneProductService):
    """Refuses to take a product, and perhaps whatever it is asked."""

    def __init__(self, refusal: LookalikeError, of_all: RemoteForbiddenError | None = None) -> None:
        super().__init__(None)
        self._refusal = refusal
        self._of_all = of_all

    @override
    def put_product(self, entity_id: str, product: ProductDescription) -> ProductAnswer:
        raise self._refusal

    @override
    def status(self) -> StatusAnswer:
        if self._of_all is not None:
            raise self._of_all
        return StatusAnswer.model_construct()


ATTACK = RemoteForbiddenError("It looks like an attack.", "request_refused")
CORRUPT = RemoteRefusedError("It cannot be decoded.", "image_corrupt")


@pytest.mark.parametrize("refusal", [ATTACK, CORRUPT], ids=["by the firewall", "by the service"])
def test_should_go_on_after_a_row_that_is_refused_for_itself(refusal: RemoteRefusedError) -> None:
    service = RefusingService(refusal)
    batches: list[Batch] = []
    RemoteImport(service, None, VERSION).run([ROW, ROW], batches.append)
    refusals = [(failed.row, failed.code) for batch in batches for failed in batch.failures]
    assert refusals == [(ROW.number, refusal.reason)] * 2


@pytest.mark.parametrize("code", ["key_refused", "request_refused", "refused"])
def test_should_stop_where_everything_is_refused(code: str) -> None:
    """An unknown key, or too many requests of this address, is the fault of no row."""
    general = RemoteForbiddenError("You may not.", code)
    service = RefusingService(general, general)
    batches: list[Batch] = []
    with pytest.raises(RemoteUnavailableError, match=r"You may not\."):
        RemoteImport(service, None, VERSION).run([ROW, ROW], batches.append)
    assert batches == []


def test_should_stop_at_the_first_row_where_the_key_may_not_write() -> None:
    """Other questions are answered, so that only the code tells that no row is to blame."""
    batches: list[Batch] = []
    refusing = RefusingService(RemoteRoleError("This needs another key."))
    with pytest.raises(RemoteRoleError, match=r"This needs another key\..*--api-key"):
        RemoteImport(refusing, None, VERSION).run([ROW, ROW], batches.append)
    assert batches == []


class AwayService(OneProductService):
    """Is away for the first who asks; all others wait for it."""

    def __init__(self, waiting: Waiting) -> None:
        super().__init__(None)
        self._waiting = waiting
        self._first = iter([RemoteUnavailableError("Away for long.")])

    @override
    def put_product(self, entity_id: str, product: ProductDescription) -> ProductAnswer:
        for error in self._first:
            raise error
        self._waiting.wait(3_600)
        return self.product(entity_id)


def test_should_not_go_on_waiting_when_the_import_has_ended() -> None:
    waiting = Waiting()
    loading = RemoteImport(AwayService(waiting), None, VERSION, waiting)
    with pytest.raises(RemoteUnavailableError, match="Away for long"):
        loading.run([ROW] * 3, lambda _batch: None)


class SeveralPicturesService(RemoteService):
    """Stores what it is sent, but for pictures whose address it refuses."""

    def __init__(self, *refused: str) -> None:
        super().__init__("http://127.0.0.1:9")
        self._refused = refused
        self.sent: list[ProductDescription] = []
        self.stored: ProductAnswer | None = None

    @override
    def product(self, entity_id: str) -> ProductAnswer | None:
        return self.stored

    @override
    def put_product(self, entity_id: str, product: ProductDescription) -> ProductAnswer:
        self.sent.append(product)
        addresses = [image.image_url for image in product.images]
        known = {name: a_fingerprint(n) for n, name in enumerate(addresses)}
        kept = [
            RegisteredImage(name, known[name]) for name in addresses if name not in self._refused
        ]
        stored = Registration(entity_id, product.sku, kept, product.attributes).product
        fingerprints = {each.fingerprint_id: each for each in known.values()}
        refused = {
            n: ImageNotFoundError("Not there.")
            for n, name in enumerate(addresses)
            if name in self._refused
        }
        self.stored = ProductAnswer.of(StoredProduct(stored, fingerprints))
        return ProductAnswer.of(StoredProduct(stored, fingerprints, refused=refused))


SEVERAL = CatalogueRow(
    2, "1", "S", "https://a/1.jpg", further_image_urls=("https://a/2.jpg", "no.jpg")
)


def imported(service: RemoteService, row: CatalogueRow, folder: Path | None = None) -> Batch:
    batches: list[Batch] = []
    fetcher = FolderFetcher(folder) if folder else None
    RemoteImport(service, fetcher, VERSION).run([row], batches.append)
    [batch] = batches
    return batch


def test_should_send_all_pictures_of_a_row_and_pass_over_it_the_next_time() -> None:
    service = SeveralPicturesService()
    assert imported(service, SEVERAL).done == 1
    assert [image.image_url for image in service.sent[0].images] == [*SEVERAL.image_urls]
    assert imported(service, SEVERAL).unchanged == 1
    assert len(service.sent) == 1


def test_should_say_which_pictures_a_product_was_stored_without(tmp_path: Path) -> None:
    """One is no file here, one is refused by the service."""
    service = SeveralPicturesService("https://a/2.jpg")
    batch = imported(service, SEVERAL, tmp_path)
    assert (batch.done, batch.rows) == (1, 1)
    [refused] = batch.refused_images
    assert refused.detail.startswith("The product is stored without 2 of its 3 pictures. no.jpg: ")
    assert refused.detail.endswith("https://a/2.jpg: Not there.")
    again = imported(service, SEVERAL, tmp_path)
    assert (again.unchanged, len(again.refused_images)) == (1, 1)


def test_should_refuse_a_row_of_which_no_picture_can_be_sent(tmp_path: Path) -> None:
    service = SeveralPicturesService()
    row = CatalogueRow(2, "1", "S", "no.jpg", further_image_urls=("nor.jpg",))
    [failure] = imported(service, row, tmp_path).failures
    assert (failure.code, failure.image_url) == ("image_not_found", "no.jpg")
    assert "nor.jpg: " in failure.detail
    assert service.sent == []
