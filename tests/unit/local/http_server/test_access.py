"""Requests are admitted by the key that they have and the role that their route needs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from lookalike.errors import PermanentError, StorageUnavailableError
from lookalike.http.key_errors import KeyRefusedError, RoleMissingError
from lookalike.local.http_server.access import MAX_AGE, Access
from lookalike.local.http_server.asgi import AsgiApplication
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.local.http_server.request_note import RequestNote
from lookalike.storage.api_keys import ApiKey, Role, new_key
from tests.service import Parts
from tests.unit.local.http_server.asking import LIMITS, ask

READ, WRITE, METRICS = "GET /status", "PUT /products/<entity_id>", "GET /metrics"


@dataclass
class Keys:
    """Keys that a test makes."""

    stored: list[ApiKey] = field(default_factory=list)
    now: float = 0.0
    reads: int = 0

    def make(self, role: Role = Role.READ) -> tuple[bytes, ApiKey]:
        token, key = new_key("a shop", role, 1.0)
        self.stored.append(key)
        return token.encode(), key

    def read(self) -> list[ApiKey]:
        self.reads += 1
        return list(self.stored)

    @property
    def access(self) -> Access:
        return Access(self.read, clock=lambda: self.now)


@pytest.fixture
def keys() -> Keys:
    return Keys()


def test_should_admit_everybody_before_the_first_key(keys: Keys) -> None:
    assert keys.access.admit(WRITE, []) == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"x-api-key", b"%s"),
        (b"X-Api-Key", b"  %s "),
        (b"authorization", b"Bearer %s"),
        (b"Authorization", b"bearer   %s"),
    ],
)
def test_should_take_a_key_in_either_header(keys: Keys, name: bytes, value: bytes) -> None:
    token, key = keys.make()
    assert keys.access.admit(READ, [(name, value % token)]) == key.key_id


@pytest.mark.parametrize("header", [(b"authorization", b"Basic %s"), (b"cookie", b"x-api-key=%s")])
def test_should_find_no_key_elsewhere(keys: Keys, header: tuple[bytes, bytes]) -> None:
    token, _ = keys.make()
    with pytest.raises(KeyRefusedError, match="needs an API key"):
        keys.access.admit(READ, [(header[0], header[1] % token)])


def test_should_refuse_what_is_no_valid_key(keys: Keys) -> None:
    token, key = keys.make()
    other, _ = Keys().make()
    forged = b"lookalike_%s_%s" % (key.key_id.encode(), other.rpartition(b"_")[2])
    for text in (b"nonsense", b"\xff\xfe", b"lookalike_", other, forged, token + b"x", token[:-1]):
        with pytest.raises(KeyRefusedError, match="unknown or was revoked"):
            keys.access.admit(READ, [(b"x-api-key", text)])


@pytest.mark.parametrize(
    ("route", "allowed"),
    [
        ("GET /health", [Role.READ, Role.WRITE, Role.ADMIN]),
        (READ, [Role.READ, Role.WRITE, Role.ADMIN]),
        (None, [Role.READ, Role.WRITE, Role.ADMIN]),
        (WRITE, [Role.WRITE, Role.ADMIN]),
        (METRICS, [Role.ADMIN]),
        ("GET /not/listed", [Role.ADMIN]),
    ],
)
@pytest.mark.parametrize("role", list(Role))
def test_should_let_each_role_do_what_it_may(
    keys: Keys, route: str | None, allowed: list[Role], role: Role
) -> None:
    token, _ = keys.make(role)
    headers = [(b"x-api-key", token)]
    if role in allowed:
        keys.access.admit(route, headers)
    else:
        with pytest.raises(RoleMissingError, match=f"this key has the role {role}"):
            keys.access.admit(route, headers)


def test_should_leave_pages_and_health_to_everybody(keys: Keys) -> None:
    keys.make()
    for route in ("GET /", "GET /docs", "GET /openapi.json", "GET /health"):
        assert keys.access.admit(route, []) == ""


def test_should_notice_within_a_second_that_a_key_is_revoked(keys: Keys) -> None:
    token, key = keys.make()
    access, headers = keys.access, [(b"x-api-key", token)]
    access.admit(READ, headers)
    access.admit(READ, headers)
    assert keys.reads == 1
    keys.stored[:] = [ApiKey(key.key_id, key.name, key.role, key.digest, 1.0, revoked_at=2.0)]
    keys.now += MAX_AGE
    with pytest.raises(KeyRefusedError):
        access.admit(READ, headers)
    with pytest.raises(KeyRefusedError):  # nobody gets in because the last key is gone
        access.admit(READ, [])


def test_should_admit_nobody_while_the_keys_cannot_be_read() -> None:
    def fail() -> list[ApiKey]:
        raise StorageUnavailableError("The disk is away.")

    with pytest.raises(StorageUnavailableError):
        Access(fail).admit(READ, [])


def asked(
    parts: Parts, keys: Keys, method: str, target: str, **headers: bytes
) -> tuple[int, str, list[RequestNote]]:
    """Status and code of an answer, and what was noted of it."""
    notes: list[RequestNote] = []
    resolver = build_resolver(parts.routers(), "0.1.0")
    application = AsgiApplication(resolver, limits=LIMITS, access=keys.access, on_end=notes.append)
    sent = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    answer = asyncio.run(ask(application, method, target, headers=sent))
    code = answer.json.get("code", "") if answer.content else ""
    assert (answer.headers.get("www-authenticate") == "Bearer") is (answer.status == 401)
    return answer.status, code, notes


def test_a_request_without_a_key_is_401_before_its_body_is_read(parts: Parts, keys: Keys) -> None:
    keys.make()
    received: list[int] = []
    resolver = build_resolver(parts.routers(), "0.1.0")
    application = AsgiApplication(resolver, limits=LIMITS, access=keys.access)
    answer = asyncio.run(ask(application, "POST", "/imports", [b"x"] * 9, received=received))
    assert (answer.status, answer.json["code"], received) == (401, "key_refused", [])
    assert answer.headers["connection"] == "close"


def test_a_key_without_the_role_is_403(parts: Parts, keys: Keys) -> None:
    token, key = keys.make()
    status, code, [note] = asked(parts, keys, "DELETE", "/products/1", x_api_key=token)
    assert (status, code) == (403, "role_missing")
    assert (note.route, note.status, note.key_id) == ("DELETE /products/<entity_id>", 403, "")
    status, code, [note] = asked(parts, keys, "GET", "/status", x_api_key=token)
    assert (status, code, note.key_id) == (200, "", key.key_id)


def test_an_unknown_path_is_404_for_whoever_has_a_key(parts: Parts, keys: Keys) -> None:
    token, _ = keys.make()
    assert asked(parts, keys, "GET", "/nope", x_api_key=token)[:2] == (404, "unknown_path")
    assert asked(parts, keys, "GET", "/nope")[:2] == (401, "key_refused")


def test_refusals_are_permanent() -> None:
    assert issubclass(KeyRefusedError, PermanentError)
    assert issubclass(RoleMissingError, PermanentError)
