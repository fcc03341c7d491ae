"""Every hash of the registry follows the interface; a new one is tested by its line there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lookalike.evaluation.edits import apply
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.distances import hamming
from lookalike.fingerprint.hash_algorithm import HashAlgorithm
from lookalike.fingerprint.layout import LAYOUTS
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.registry import HASHES
from lookalike.images.preparation import PreparedPicture, prepare
from tests.images import encoded, picture


@pytest.fixture(params=HASHES, ids=lambda algorithm: algorithm.layout.name)
def algorithm(request: pytest.FixtureRequest) -> HashAlgorithm:
    """A hash of the registry."""
    found: HashAlgorithm = request.param
    return found


@pytest.fixture(scope="module")
def pictures() -> Mapping[str, PreparedPicture]:
    """Upright, wide, small, with a border, and plain."""
    upright = picture(300, 400, seed=1)
    files = {
        "upright": encoded(upright, "PNG"),
        "wide": encoded(picture(700, 200, seed=2), "PNG"),
        "small": encoded(picture(16, 16, seed=3), "PNG"),
        "bordered": apply("pad_white10", upright, seed=0),
        "white": encoded(picture(64, 64).point([255] * 768), "PNG"),
    }
    return {name: prepare(data) for name, data in files.items()}


@pytest.fixture(params=["upright", "wide", "small", "bordered", "white"])
def prepared(
    request: pytest.FixtureRequest, pictures: Mapping[str, PreparedPicture]
) -> PreparedPicture:
    """One of these pictures."""
    return pictures[request.param]


def _stored(
    algorithm: HashAlgorithm, prepared: PreparedPicture, network: Network
) -> dict[str, bytes]:
    return algorithm.stored_hashes(Analysis(prepared, network))


def _queried(algorithm: HashAlgorithm, prepared: PreparedPicture, network: Network) -> bytes:
    return algorithm.query_rows(Analysis(prepared, network)).tobytes()


def test_should_have_names_and_fields_of_their_own() -> None:
    names = Counter(algorithm.layout.name for algorithm in HASHES)
    fields = Counter(field for algorithm in HASHES for field in algorithm.layout.fields)
    assert set(names.values()) == {1}
    assert set(fields.values()) == {1}


def test_should_give_every_layout_to_the_stores() -> None:
    assert {algorithm.layout.name: algorithm.layout for algorithm in HASHES} == LAYOUTS


def test_should_have_whole_64_bit_words(algorithm: HashAlgorithm) -> None:
    assert algorithm.layout.bits % 64 == 0


def test_should_store_fields_of_the_layout_in_full_width(
    algorithm: HashAlgorithm, prepared: PreparedPicture, network: Network
) -> None:
    layout = algorithm.layout
    stored = _stored(algorithm, prepared, network)
    assert layout.fields[0] in stored
    assert set(stored) <= set(layout.fields)
    assert {len(value) for value in stored.values()} == {layout.bits // 8}


def test_should_never_score_a_larger_distance_higher(algorithm: HashAlgorithm) -> None:
    scores = [algorithm.retrieval_score(bits) for bits in range(algorithm.layout.bits + 1)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]
    assert np.isfinite(scores).all()


def test_should_search_graphs_with_a_sensible_number_of_candidates(
    algorithm: HashAlgorithm,
) -> None:
    """OpenSearch limits ``ef_search`` to 10,000."""
    assert 1 <= algorithm.layout.ef_search <= 10_000


def test_should_query_with_rows_of_packed_bits(
    algorithm: HashAlgorithm, prepared: PreparedPicture, network: Network
) -> None:
    rows = algorithm.query_rows(Analysis(prepared, network))
    assert rows.dtype == np.uint8
    assert rows.ndim == 2
    assert len(rows) >= 1
    assert rows.shape[1] == algorithm.layout.bits // 8


def test_should_find_a_picture_by_itself_at_distance_0(
    algorithm: HashAlgorithm, prepared: PreparedPicture, network: Network
) -> None:
    stored = _stored(algorithm, prepared, network)[algorithm.layout.fields[0]]
    rows = algorithm.query_rows(Analysis(prepared, network))
    assert hamming(rows, np.frombuffer(stored, np.uint8)[None])[0, 0] == 0


def test_should_give_the_same_bits_each_time(
    algorithm: HashAlgorithm, prepared: PreparedPicture, network: Network
) -> None:
    """Also where one analysis serves stored and queried hashes, in either order."""
    analysis = Analysis(prepared, network)
    assert algorithm.query_rows(analysis).tobytes() == _queried(algorithm, prepared, network)
    assert algorithm.stored_hashes(analysis) == _stored(algorithm, prepared, network)


def test_should_give_the_same_bits_in_every_thread(
    algorithm: HashAlgorithm, pictures: Mapping[str, PreparedPicture], network: Network
) -> None:
    expected = [_stored(algorithm, prepared, network) for prepared in pictures.values()]
    with ThreadPoolExecutor(8) as pool:
        results = pool.map(
            lambda prepared: _stored(algorithm, prepared, network), list(pictures.values()) * 8
        )
        assert list(results) == expected * 8


def test_should_keep_no_state(
    algorithm: HashAlgorithm, prepared: PreparedPicture, network: Network
) -> None:
    before = dict(vars(algorithm)), dict(vars(type(algorithm)))
    _stored(algorithm, prepared, network)
    _queried(algorithm, prepared, network)
    assert (dict(vars(algorithm)), dict(vars(type(algorithm)))) == before


def test_should_leave_the_picture_as_it_is(
    algorithm: HashAlgorithm, prepared: PreparedPicture, network: Network
) -> None:
    before = prepared.whole.tobytes()
    _stored(algorithm, prepared, network)
    _queried(algorithm, prepared, network)
    assert prepared.whole.tobytes() == before
    assert prepared.whole.mode == "RGB"


def test_should_all_be_part_of_a_fingerprint(
    fingerprinter: PictureFingerprinter, prepared: PreparedPicture, network: Network
) -> None:
    expected: dict[str, bytes] = {}
    for algorithm in HASHES:
        expected |= _stored(algorithm, prepared, network)
    assert fingerprinter.fingerprint(prepared).hashes == expected
    rows = fingerprinter.query(prepared).rows
    assert {name: row.tobytes() for name, row in rows.items()} == {
        algorithm.layout.name: _queried(algorithm, prepared, network) for algorithm in HASHES
    }
