"""The check function from its own zip, with an index and tables that it can reach."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookalike.aws.entry_point import NAMESPACE_VARIABLE
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import prepare
from lookalike.matching.shipped import fingerprinter
from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.dynamodb.items import picture_item, product_item
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.schema import IndexSettings
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.storage.retries import RetryPolicy
from scripts.benchmarks import dynamodb_stand_in, first_check
from scripts.benchmarks.machine import ONE_THREAD
from scripts.benchmarks.pictures import Photo, paths
from scripts.benchmarks.search_node import search_node
from scripts.benchmarks.synthetic_catalogue import LAST_SEEN, product_of
from scripts.opensearch_server.server import FULL_SPEED, JavaOptions

_ROOT = Path(__file__).parents[2]
_BUNDLING = """\
from infra.bundling import bundle
from infra.function_specs import function_spec
from infra.environments import emulated_environment

spec = function_spec("find_similar")
print(bundle(spec.contents, emulated_environment().target))
"""
"""Run in a process of its own: benchmarks import nothing of the deployment."""
_RETRIES = RetryPolicy(timeout=60, deadline=300)
FULL_SPEED_JAVA = JavaOptions("1g", FULL_SPEED)


@dataclass(frozen=True)
class Started:
    """One process of the function.

    Attributes:
        built: seconds from the start until the handler could be called.
        answered: seconds from the start to the first answer.
        cpu: processor seconds to the first answer.
        times: wall and processor seconds of the later checks, by query.
    """

    built: float
    answered: float
    cpu: float
    times: Mapping[str, Sequence[tuple[float, float]]]


class CheckFunction:
    """Starts the function, which finds index and tables in its environment.

    Args:
        root: folder for files.
        environment: variables.
        queries: pictures to ask about, by name.
    """

    def __init__(
        self, root: Path, environment: Mapping[str, str], queries: Mapping[str, Photo]
    ) -> None:
        self._output = root / "started.json"
        self._environment = environment
        self._zip = root / "zip"
        shutil.copytree(contents_of_zip(), self._zip)  # what is deployed stays as it was bundled
        self._queries = root / "queries"
        self._queries.mkdir()
        for name, photo in queries.items():
            (self._queries / name).write_bytes(photo.content)

    def started(self, bytecode: Path | None = None, uncounted: int = 0, rounds: int = 0) -> Started:
        """Start the function, and ask it all queries for some rounds.

        Args:
            bytecode: folder for compiled modules; ``None``: each start compiles all modules, as in
                Lambda, where zips contain no bytecode and the folder is read-only.
            uncounted: warm-up rounds, in which the search server gets faster, too.
            rounds: rounds that count.
        """
        compiling = (
            {"PYTHONPYCACHEPREFIX": str(bytecode)} if bytecode else {"PYTHONDONTWRITEBYTECODE": "1"}
        )
        numbers = (time.monotonic(), uncounted, rounds)
        arguments = [*map(str, numbers), str(self._queries), str(self._output)]
        subprocess.run(  # noqa: S603 - our own script
            # Not the interpreter of the virtual environment, which brings libraries of its own.
            [f"{sys.base_prefix}/bin/python3", "-P", "-s", first_check.__file__, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**self._environment, "PYTHONPATH": str(self._zip), **compiling},
        )
        return Started(**json.loads(self._output.read_text("utf-8")))


def contents_of_zip() -> Path:
    """A folder with the contents of the function's zip, for this machine and interpreter."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _BUNDLING], cwd=_ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return Path(done.stdout.strip())


@contextmanager
def check_function(
    root: Path, pictures: Sequence[Picture], queries: Mapping[str, Photo], java: JavaOptions
) -> Iterator[CheckFunction]:
    """The function, with an index and tables of pictures on a server with these options."""
    with ExitStack() as stack:
        url = stack.enter_context(search_node(java))
        client = stack.enter_context(closing(connect(url, OpenSearchService.UNSIGNED)))
        IndexAdmin(client, ALGORITHM_VERSION, retries=_RETRIES).create(IndexSettings(replicas=0))
        vectors = OpenSearchVectors(client, ALGORITHM_VERSION, retries=_RETRIES, refresh="true")
        vectors.add([VectorEntry.of(picture.fingerprint) for picture in pictures])
        address = stack.enter_context(_tables(root / "tables.json", pictures))
        yield CheckFunction(root, _environment(url, address), queries)


def pictures_of(sample: int, left_out: AbstractSet[str]) -> list[Picture]:
    """The pictures of sample photographs except for those left out."""
    computes = fingerprinter()
    held = [path for path in paths()[:sample] if path.name not in left_out]
    return [Picture(computes.fingerprint(prepare(p.read_bytes())), LAST_SEEN) for p in held]


@contextmanager
def _tables(path: Path, pictures: Sequence[Picture]) -> Iterator[str]:
    """The address of a stand-in for DynamoDB with these pictures."""
    products = [product_of(picture, number) for number, picture in enumerate(pictures)]
    items = list(map(picture_item, pictures)), list(map(product_item, products))
    path.write_text(dynamodb_stand_in.to_json(*items), "utf-8")
    command = [sys.executable, "-m", dynamodb_stand_in.__name__, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def _environment(index: str, address: str) -> dict[str, str]:
    """The variables that Lambda and the deployment set, and none of this process."""
    settings: dict[str, Any] = {
        "PRODUCTS_TABLE": dynamodb_stand_in.PRODUCTS,
        "PICTURES_TABLE": dynamodb_stand_in.PICTURES,
        "IMPORTS_TABLE": "imports",
        "DECISIONS_TABLE": "decisions",
        "EVENTS_TABLE": "events",
        "UPLOADS_BUCKET": "uploads",
        "OPENSEARCH_ENDPOINT": index,
        "OPENSEARCH_SERVICE": OpenSearchService.UNSIGNED.value,
    }
    return {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_FUNCTION_NAME": "find_similar",
        "LAMBDA_TASK_ROOT": "/var/task",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_ENDPOINT_URL_DYNAMODB": address,
        NAMESPACE_VARIABLE: "Lookalike/benchmark",
        # Without a trace, X-Ray writes to the log that it has none.
        "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047",
        **ONE_THREAD,
        **{f"LOOKALIKE_{name}": value for name, value in settings.items()},
    }
