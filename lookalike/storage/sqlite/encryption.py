"""Signatures at rest: as they are, or encrypted with a key that the operator keeps elsewhere.

AES-256-GCM (NIST SP 800-38D), with a random nonce for each signature. The id of the picture is
authenticated with it, so signatures cannot be exchanged either. Which key a database was begun with
is told by a proof in it: an empty text that only this key decrypts.
"""

from __future__ import annotations

import os
import sqlite3
from abc import ABC, abstractmethod
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

from lookalike.errors import StorageInvalidError
from lookalike.storage.sqlite.database import SqliteDatabase

KEY_VARIABLE = "LOOKALIKE_KEY_FILE"
"""The environment variable that names the file with the key."""
KEY_BYTES = 32
_NONCE_BYTES = 12
"""96 bits; random ones are safe for 2^32 signatures of one key (SP 800-38D, 8.3)."""
_PROOF = "proof"
"""What is authenticated with the proof; no picture has this id."""


class Sealing(ABC):
    """How signatures are written and read."""

    @abstractmethod
    def seal(self, signature: bytes, fingerprint_id: str) -> bytes:
        """What is stored of the signature of this picture."""

    @abstractmethod
    def open(self, sealed: bytes, fingerprint_id: str) -> bytes:
        """The signature of this picture, from what is stored of it.

        Raises:
            StorageInvalidError: it was written with another key, for another picture, or changed.
        """


class Unsealed(Sealing):
    """Signatures as they are."""

    @override
    def seal(self, signature: bytes, fingerprint_id: str) -> bytes:
        return signature

    @override
    def open(self, sealed: bytes, fingerprint_id: str) -> bytes:
        return sealed


class Sealed(Sealing):
    """Encrypted signatures.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    @override
    def seal(self, signature: bytes, fingerprint_id: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, signature, fingerprint_id.encode())

    @override
    def open(self, sealed: bytes, fingerprint_id: str) -> bytes:
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, text, fingerprint_id.encode())
        except (InvalidTag, ValueError) as error:
            raise StorageInvalidError(
                f"The stored signature of the picture {fingerprint_id} cannot be decrypted: it was "
                "changed. Restore the database from a backup."
            ) from error


def sealing_of(
    database: SqliteDatabase, folder: Path, key: bytes | None, *, read_only: bool
) -> Sealing:
    """How the signatures of a database are written and read; an empty one is begun with the key.

    Raises:
        StorageInvalidError: it was begun with another key, with none, or with one and none is here.
    """
    with database.reading() as connection:
        proof = _proof(connection)
    if key is None and proof is None:
        return Unsealed()
    if key is None:
        raise StorageInvalidError(
            f"The signatures in the folder {folder} are encrypted: name the file with their key in "
            f"{KEY_VARIABLE}."
        )
    sealing = Sealed(key)
    if proof is None:
        proof = _begun(database, folder, sealing, read_only=read_only)
    try:
        sealing.open(proof, _PROOF)
    except StorageInvalidError as error:
        raise StorageInvalidError(
            f"The signatures in the folder {folder} are encrypted with another key than the one "
            f"in the file that {KEY_VARIABLE} names."
        ) from error
    return sealing


def _begun(database: SqliteDatabase, folder: Path, sealing: Sealing, *, read_only: bool) -> bytes:
    """The proof of a database without pictures, which another process may have begun meanwhile."""
    proof = sealing.seal(b"", _PROOF)
    with database.reading() if read_only else database.writing() as connection:
        if connection.execute("SELECT 1 FROM fingerprints LIMIT 1").fetchone():
            raise StorageInvalidError(
                f"The signatures in the folder {folder} are not encrypted: unset {KEY_VARIABLE}, "
                "or import the catalogue into a new folder."
            )
        if not read_only:
            connection.execute("INSERT OR IGNORE INTO encryption VALUES (1, ?)", [proof])
        return _proof(connection) or proof


def _proof(connection: sqlite3.Connection) -> bytes | None:
    row = connection.execute("SELECT proof FROM encryption").fetchone()
    return row[0] if row else None
