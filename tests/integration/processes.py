"""``lookalike`` as its users meet it: as a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import requests

from lookalike.cli.main import main
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Fingerprint
from lookalike.products import Product
from lookalike.storage.sqlite.storage import EmbeddedStorage

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample"
SAMPLE_CATALOGUE = SAMPLE / "catalogue.csv"
RECOGNISED = {
    "format": "CSV with commas, UTF-8",
    "columns": {name: name for name in ("entity_id", "sku", "image_url")},
}
"""What an import says of catalogues with these columns in its JSON."""
Contents = tuple[dict[str, Product], list[Fingerprint]]

PATIENCE = 120
"""Seconds after which a test gives up; nothing here should come near."""


@dataclass(frozen=True)
class Done:
    """A process that has ended."""

    code: int
    output: str
    errors: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever was printed
        """The output as JSON."""
        return json.loads(self.output)


def command(*arguments: object) -> list[str]:
    """What starts ``lookalike`` with these arguments."""
    return [sys.executable, "-m", "lookalike", *map(str, arguments)]


def environment() -> dict[str, str]:
    """Without settings of the developer's machine."""
    strange = ("LOOKALIKE_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FORCE_COLOR")
    return {name: value for name, value in os.environ.items() if not name.startswith(strange)}


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "lookalike.cli.app",
        "lookalike.cli.catalogue_loading",
        "lookalike.cli.checks",
        "lookalike.local.components",
        "lookalike.matching.shipped",
    ]
)
"""Most of what a command takes is importing what it runs, which is done once for all of them."""


def lookalike(*arguments: object) -> Done:
    """Run a command to its end, in a process that is forked from one that has imported it."""
    with TemporaryDirectory() as folder:
        output, errors = (Path(folder, name) for name in ("output", "errors"))
        ours = (list(map(str, arguments)), environment(), output, errors)
        process = _FORKS.Process(target=_run_command, args=ours)
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            raise AssertionError(f"{arguments} does not end")
        return Done(process.exitcode, output.read_text("utf-8"), errors.read_text("utf-8"))


def _run_command(
    arguments: Sequence[str], variables: Mapping[str, str], output: Path, errors: Path
) -> None:
    """Be a process that was started with these arguments and variables."""
    for stream, path in ((sys.stdout, output), (sys.stderr, errors)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(variables)
    sys.argv[:] = ["lookalike", *arguments]
    main()


@contextmanager
def started(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A running command; killed at the end of the block if it still runs."""
    with subprocess.Popen(  # noqa: S603 - our own program
        command(*arguments),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # its Ctrl-C is not ours
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@dataclass
class Service:
    """A running ``lookalike serve``."""

    process: subprocess.Popen[str]
    url: str
    log: list[str] = field(default_factory=list)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def request(self, method: str, target: str, **what: Any) -> requests.Response:  # noqa: ANN401 - as requests has it
        """Ask it, without a proxy."""
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, self.url + target, timeout=PATIENCE, **what)


@contextmanager
def serving(data: Path, *arguments: object) -> Iterator[Service]:
    """The service on a free port."""
    with started("serve", "--data", data, "--port", 0, *arguments) as process:
        assert process.stderr is not None
        lines: queue.Queue[str | None] = queue.Queue()
        service = Service(process, "")
        reader = threading.Thread(target=_drain, args=(process.stderr, lines, service.log))
        reader.start()
        try:
            service.url = _url(lines)
            yield service
        finally:
            process.kill()
            reader.join(10)


def _drain(stream: IO[str], lines: queue.Queue[str | None], log: list[str]) -> None:
    for line in stream:
        log.append(line)
        lines.put(line)
    lines.put(None)


def _url(lines: queue.Queue[str | None]) -> str:
    seen = []
    while (line := lines.get(timeout=PATIENCE)) is not None:
        seen.append(line)
        if found := re.search(r"http://\S+", line):
            return found.group()
    raise AssertionError(f"the service does not start: {''.join(seen)}")


def wait_for_import(service: Service, import_id: str) -> Any:  # noqa: ANN401 - JSON
    """The answer of an import that has ended."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = service.request("GET", f"/imports/{import_id}").json()
        if answer["state"] != "running":
            return answer
        time.sleep(0.1)
    raise AssertionError("the import does not end")


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            children += map(int, (task / "children").read_text().split())
    return children + [grandchild for child in children for grandchild in descendants(child)]


def wait_for_workers(process: subprocess.Popen[str]) -> None:
    """Until the command has begun to start its worker processes."""
    while not descendants(process.pid):
        assert process.poll() is None
        time.sleep(0.02)


def wait_until_gone(pids: Sequence[int]) -> None:
    """Until none of the processes runs any more."""
    deadline = time.monotonic() + 20
    while left := [pid for pid in pids if _runs(pid)]:
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """Whether it does; one that has ended may wait for its parent to notice (Z)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def contents(data: Path, entity_ids: Sequence[str]) -> Contents:
    """These products of a data folder, and the fingerprints of the pictures that they show."""
    with closing(EmbeddedStorage(data, ALGORITHM_VERSION, read_only=True)) as storage:
        products = storage.products.get_many(entity_ids)
        shown = sorted({product.fingerprint_id for product in products.values()})
        pictures = storage.pictures.get_many(shown)
        return products, [pictures[name].fingerprint for name in shown]


def all_contents(data: Path) -> Contents:
    """All of a data folder with products of the sample; it has no others, and no other pictures."""
    products, fingerprints = contents(data, entity_ids(some_rows(200)))
    with closing(EmbeddedStorage(data, ALGORITHM_VERSION, read_only=True)) as storage:
        assert storage.products.count() == len(products)
        assert storage.pictures.count() == storage.vectors.count() == len(fingerprints)
    return products, fingerprints


def some_rows(count: int, first: int = 0) -> str:
    """A catalogue of some rows of the sample."""
    header, *rows = SAMPLE_CATALOGUE.read_text(encoding="utf-8").splitlines(keepends=True)
    return header + "".join(rows[first : first + count])


def entity_ids(catalogue: str) -> list[str]:
    """The ids of such a catalogue."""
    return [line.partition(",")[0] for line in catalogue.splitlines()[1:]]
