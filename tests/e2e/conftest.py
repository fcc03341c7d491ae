"""One deployment with the sample catalogue, and a local service with the same, for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import boto3
import pytest
from opensearchpy import OpenSearch

from lookalike.aws.looks import deployed_space
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.opensearch.looks import OpenSearchLooks
from lookalike.storage.opensearch.schema import alias_name
from lookalike.storage.opensearch.service import LOOKS_BASE
from tests.e2e.deployment import (
    Deployment,
    administrators_client,
    deployed,
    named,
    torn_down,
)
from tests.e2e.emulator import Emulator, emulator
from tests.e2e.pictures import Pictures, ServedPictures, UploadedPictures
from tests.e2e.service import Api, register, sample, serve, wait_until
from tests.integration.processes import Service, lookalike, serving
from tests.servers import PictureServer

STACK_VARIABLE = "LOOKALIKE_E2E_STACK"
"""Names a stack in the account of the credentials, which is then tested instead of an emulator."""
ALIAS = alias_name("pictures", ALGORITHM_VERSION)


class Index:
    """The deployment's index, behind its back."""

    def __init__(self, client: OpenSearch) -> None:
        self._client = client

    def count(self) -> int:
        """Pictures that searches show."""
        self._client.indices.refresh(index=ALIAS)
        return int(self._client.count(index=ALIAS)["count"])

    def has(self, fingerprint_id: str) -> bool:
        """Whether it has that picture."""
        return bool(self._client.exists(index=ALIAS, id=fingerprint_id))

    def take(self, fingerprint_id: str) -> Mapping[str, object]:
        """Remove that picture's document, and give it."""
        document: Mapping[str, object] = self._client.get(index=ALIAS, id=fingerprint_id)["_source"]
        self._client.delete(index=ALIAS, id=fingerprint_id, params={"refresh": "true"})
        return document

    def put(self, fingerprint_id: str, document: Mapping[str, object]) -> None:
        """Add a document."""
        self._client.index(
            index=ALIAS, id=fingerprint_id, body=dict(document), params={"refresh": "true"}
        )

    def wait(self, fingerprint_id: str, *, there: bool) -> None:
        """Until it has that picture, or no longer has it."""
        wait_until(
            lambda: self.has(fingerprint_id) is there, f"{fingerprint_id} in the index: {not there}"
        )


@pytest.fixture(scope="package")
def emulated(opensearch_url: str) -> Iterator[Emulator]:
    """An emulator; boto3 and commands ask it as long as tests of this folder run."""
    with emulator(opensearch_url) as running, pytest.MonkeyPatch.context() as patch:
        for name, text in running.environment().items():
            patch.setenv(name, text)
        yield running


@pytest.fixture(scope="package")
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """The deployment that the tests are about."""
    name = os.environ.get(STACK_VARIABLE)
    if name:
        return named(name)
    emulated_deployment: Deployment = request.getfixturevalue("emulated_deployment")
    return emulated_deployment


@pytest.fixture(scope="package")
def emulated_deployment(
    emulated: Emulator, opensearch: OpenSearch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """The application, just deployed, and torn down when all tests have seen it."""
    application = deployed(emulated, tmp_path_factory.mktemp("cdk.out"))
    yield application
    torn_down(application)
    assert not boto3.client("dynamodb").list_tables()["TableNames"], "dev and test keep no data"
    opensearch.indices.delete(index=f"{ALIAS}-*")
    opensearch.indices.delete(index=f"{LOOKS_BASE}-*")
    for base in ("pictures", LOOKS_BASE):
        opensearch.indices.delete_index_template(name=f"{base}-*", params={"ignore": 404})


@pytest.fixture(scope="package")
def web() -> Iterator[PictureServer]:
    """The sample's pictures on loopback."""
    with PictureServer() as server:
        serve(server)
        yield server


@pytest.fixture(scope="package")
def keyless(deployment: Deployment) -> Api:
    """The API for callers without a key."""
    return Api(deployment.url, None)


@pytest.fixture(scope="package")
def api(deployment: Deployment) -> Api:
    """The API for callers with the key that its operator has given them."""
    shown = lookalike("key", "--stack", deployment.stack)
    assert shown.code == 0, shown.errors
    return Api(deployment.url, shown.output.strip())


@pytest.fixture(scope="package")
def pictures(deployment: Deployment, request: pytest.FixtureRequest, api: Api) -> Pictures:
    """Pictures that the deployment can fetch."""
    if deployment.emulator is None:
        return UploadedPictures(api)
    return ServedPictures(request.getfixturevalue("web"))


@pytest.fixture(scope="package")
def administrator(deployment: Deployment, request: pytest.FixtureRequest) -> OpenSearch:
    """A client that may do anything with the deployment's indices."""
    endpoint = deployment.outputs["OpenSearchEndpoint"]
    if deployment.emulator is None:
        role = deployment.outputs["OpenSearchAdministratorRole"]
        return administrators_client(endpoint, role)
    client: OpenSearch = request.getfixturevalue("opensearch")
    return client


@pytest.fixture(scope="package")
def index(administrator: OpenSearch) -> Index:
    """What the stream of pictures writes to."""
    return Index(administrator)


@pytest.fixture(scope="package")
def looks(administrator: OpenSearch) -> OpenSearchLooks:
    """What the stream of products writes to."""
    return OpenSearchLooks(administrator, deployed_space())


@pytest.fixture(scope="package")
def registered(
    deployment: Deployment, api: Api, pictures: Pictures, index: Index
) -> Iterator[Mapping[str, str]]:
    """The sample in the deployment and in its index: fingerprint ids by entity id."""
    known = register(api.request, sample(), pictures.address)
    for fingerprint_id in set(known.values()):
        index.wait(fingerprint_id, there=True)
    assert index.count() == len(set(known.values())) or deployment.is_shared
    yield known
    if deployment.is_shared:
        for entity_id in known:
            api.request("DELETE", f"/products/{entity_id}")


@pytest.fixture(scope="package")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service on this machine without any products."""
    with serving(tmp_path_factory.mktemp("local"), "--allow-private-hosts") as running:
        yield running


@pytest.fixture(scope="package")
def registered_here(local: Service, web: PictureServer) -> Mapping[str, str]:
    """The sample in that service."""
    return register(local.request, sample(), lambda path: web.url(f"/{path}"))
