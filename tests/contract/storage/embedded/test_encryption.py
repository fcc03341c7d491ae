"""With a key, nobody who has the data folder alone can read a signature; a wrong key is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lookalike.errors import LookalikeError, StorageInvalidError
from lookalike.storage.sqlite.database import FILE_NAME
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_fingerprint_id, a_picture

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
SIGNATURE = b"a thumbnail that shows what is in the picture" * 100


@pytest.fixture
def encrypted(folder: Path) -> Iterator[EmbeddedStorage]:
    """A folder with two pictures, written with the key."""
    with closing(EmbeddedStorage(folder, VERSION, key=KEY)) as storage:
        storage.pictures.put_many([a_picture(n, signature=SIGNATURE) for n in (1, 2)])
        yield storage


def signature(storage: EmbeddedStorage, number: int = 1) -> bytes:
    name = a_fingerprint_id(number)
    return storage.pictures.get_many([name])[name].fingerprint.signature


def refusal(folder: Path, key: bytes | None, *, read_only: bool = False) -> str:
    with pytest.raises(LookalikeError) as refused:
        EmbeddedStorage(folder, VERSION, key=key, read_only=read_only)
    assert isinstance(refused.value, StorageInvalidError)
    return refused.value.detail


def test_should_leave_nothing_of_a_signature_in_the_folder(
    encrypted: EmbeddedStorage, folder: Path
) -> None:
    """Neither in the log, where new rows are first, nor in the database."""
    written = [path.read_bytes() for path in folder.iterdir()]
    encrypted.close()
    written += [path.read_bytes() for path in folder.iterdir()]
    assert max(map(len, written)) > len(SIGNATURE)
    assert not [content for content in written if SIGNATURE[:20] in content]


def test_should_read_it_with_the_key(encrypted: EmbeddedStorage, folder: Path) -> None:
    assert signature(encrypted) == SIGNATURE
    for read_only in (False, True):
        with closing(EmbeddedStorage(folder, VERSION, key=KEY, read_only=read_only)) as storage:
            assert signature(storage) == SIGNATURE


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.usefixtures("encrypted")
def test_should_refuse_another_key_at_once(folder: Path, *, read_only: bool) -> None:
    assert "encrypted with another key" in refusal(folder, OTHER_KEY, read_only=read_only)


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.usefixtures("encrypted")
def test_should_refuse_to_go_without_the_key(folder: Path, *, read_only: bool) -> None:
    assert "are encrypted: name the file with their key" in refusal(
        folder, None, read_only=read_only
    )


@pytest.mark.parametrize("read_only", [False, True])
def test_should_not_mix_signatures_that_are_encrypted_with_others(
    storage: EmbeddedStorage, folder: Path, *, read_only: bool
) -> None:
    storage.pictures.put_many([a_picture(1, signature=SIGNATURE)])
    assert "are not encrypted" in refusal(folder, KEY, read_only=read_only)
    assert signature(storage) == SIGNATURE


def test_should_begin_an_empty_folder_with_the_key(storage: EmbeddedStorage, folder: Path) -> None:
    """As one that a service without a key has created, and that holds no picture yet."""
    storage.close()
    with closing(EmbeddedStorage(folder, VERSION, key=KEY, read_only=True)) as reader:
        assert reader.pictures.count() == 0
    EmbeddedStorage(folder, VERSION, key=KEY).close()
    assert "another key" in refusal(folder, OTHER_KEY)


def test_should_encrypt_equal_signatures_differently(
    encrypted: EmbeddedStorage, folder: Path
) -> None:
    encrypted.close()
    assert len({*stored(folder)}) == 2


def test_should_notice_signatures_that_were_exchanged(
    encrypted: EmbeddedStorage, folder: Path
) -> None:
    encrypted.close()
    first, second = stored(folder)
    change(folder, 1, second)
    change(folder, 2, first)
    with (
        closing(EmbeddedStorage(folder, VERSION, key=KEY)) as storage,
        pytest.raises(StorageInvalidError, match="cannot be decrypted: it was changed"),
    ):
        signature(storage)


@pytest.mark.parametrize("content", [b"", b"short", bytes(200)])
def test_should_notice_signatures_that_were_changed(
    encrypted: EmbeddedStorage, folder: Path, content: bytes
) -> None:
    encrypted.close()
    change(folder, 1, content)
    with closing(EmbeddedStorage(folder, VERSION, key=KEY)) as storage:
        with pytest.raises(StorageInvalidError, match=a_fingerprint_id(1)):
            signature(storage)
        assert signature(storage, 2) == SIGNATURE


def stored(folder: Path) -> list[bytes]:
    """What the database holds of the signatures."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        rows = connection.execute("SELECT signature FROM fingerprints ORDER BY picture").fetchall()
    return [content for (content,) in rows]


def change(folder: Path, picture: int, content: bytes) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection, connection:
        connection.execute(
            "UPDATE fingerprints SET signature = ? WHERE picture = ?", [content, picture]
        )
