"""``lookalike import`` as its users meet it."""

from __future__ import annotations

import csv
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time
from contextlib import closing, suppress
from fcntl import ioctl
from pathlib import Path

import pytest
from PIL import Image

from lookalike.cli.failures import COLUMNS
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.integration.processes import (
    PATIENCE,
    RECOGNISED,
    ROOT,
    SAMPLE,
    Done,
    all_contents,
    command,
    contents,
    descendants,
    entity_ids,
    environment,
    lookalike,
    some_rows,
    started,
    wait_for_workers,
    wait_until_gone,
)

HEADER = "entity_id,sku,image_url\n"
COLUMNS_SHOWN = """\
CSV with commas, UTF-8:
  entity_id   entity_id
  sku         sku
  image_url   image_url
"""


def a_catalogue(folder: Path, text: str | bytes) -> Path:
    """A catalogue file."""
    path = folder / "catalogue.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.slow
def test_should_load_the_sample_and_say_so(loaded: tuple[Path, Done]) -> None:
    data, done = loaded
    assert (done.code, done.errors) == (0, "")
    counts = {"rows": 199, "done": 199, "unchanged": 0, "failed": 0, "featureless": 0}
    no_flaws = {"without_some_pictures": 0, "flagged": 0, "reasons": {}}
    assert done.json == {**counts, **no_flaws, **RECOGNISED}
    products, fingerprints = all_contents(data)
    assert len(products) == len(fingerprints) == 199


@pytest.mark.slow
def test_a_second_run_should_change_nothing(tmp_path: Path) -> None:
    catalogue = a_catalogue(tmp_path, some_rows(5))
    arguments = ("import", catalogue, "--data", tmp_path / "data", "--images-root", SAMPLE)
    first, second = lookalike(*arguments), lookalike(*arguments)
    shown = f"{COLUMNS_SHOWN}  attributes  category\n"
    assert first == Done(0, f"{shown}5 rows: 5 loaded, 0 unchanged, 0 refused.\n", "")
    assert second == Done(0, f"{shown}5 rows: 0 loaded, 5 unchanged, 0 refused.\n", "")


def test_should_refuse_rows_with_their_reasons(tmp_path: Path) -> None:
    """Two of them, with a name in a strange script and a quote; the import reaches its end."""
    rows = '1,S,NULL\n"2,""x""",S,größe/ß.jpg\n3,S,no_selection\n4,S\n,S,a.jpg\n5,S,../../x\n'
    catalogue = a_catalogue(tmp_path, HEADER + rows)
    failures = tmp_path / "failures.csv"
    done = lookalike(
        "import", catalogue, "--data", tmp_path / "data", "--images-root", tmp_path,
        "--failures", failures, "--json",
    )  # fmt: skip
    reasons = {"no_picture": 3, "image_not_found": 1, "row_refused": 1, "url_invalid": 1}
    counts = {"rows": 6, "done": 0, "unchanged": 0, "failed": 6, "featureless": 0}
    flaws = {"without_some_pictures": 0, "flagged": 0, "reasons": reasons}
    assert done.json == {**counts, **flaws, **RECOGNISED}
    assert done.code == 3
    with failures.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert [line[:4] for line in lines] == [
        ["2", "1", "NULL", "no_picture"],
        ["3", '2,"x"', "größe/ß.jpg", "image_not_found"],
        ["4", "3", "no_selection", "no_picture"],
        ["5", "4", "", "no_picture"],
        ["6", "", "a.jpg", "row_refused"],
        ["7", "5", "../../x", "url_invalid"],
    ]
    assert all(line[4] for line in lines)


def test_should_say_every_time_how_many_pictures_no_check_will_find(tmp_path: Path) -> None:
    Image.new("RGB", (400, 500), "white").save(tmp_path / "soon.png")
    catalogue = a_catalogue(tmp_path, HEADER + "1,S,soon.png\n2,S,soon.png\n")
    arguments = ("import", catalogue, "--data", tmp_path / "data", "--images-root", tmp_path)
    told = "2 of the loaded and unchanged show too little in their picture"
    for counts in ("2 loaded, 0 unchanged", "0 loaded, 2 unchanged"):
        done = lookalike(*arguments)
        assert done.code == 0
        assert counts in done.output
        assert told in done.output


def test_should_name_the_reasons_to_people(tmp_path: Path) -> None:
    """Each for itself, the most frequent first, and where all rows are listed."""
    rows = "1,S,NULL\n2,S,\n3,S,\n,S,a.jpg\n,S,b.jpg\n,S,c.jpg\n4,S,a.jpg,more\n"
    catalogue = a_catalogue(tmp_path, HEADER + rows)
    arguments = ("import", catalogue, "--data", tmp_path / "data")
    done = lookalike(*arguments)
    assert done.code == 3
    assert done.output == f"{COLUMNS_SHOWN}7 rows: 0 loaded, 0 unchanged, 7 refused.\n"
    *reasons, where = done.errors.splitlines()
    assert [line.strip() for line in reasons] == [
        "3 rows: The row has no entity_id. (row_refused, first in row 5)",
        "2 rows: The row names no picture: the cell is empty. (no_picture, first in row 3)",
        "1 row: The row names no picture: NULL. (no_picture, first in row 2)",
        "1 row: The row has 4 cells, the first line only 3. (row_unreadable, first in row 8)",
    ]
    assert where == "To list every refused row with its reason: --failures FILE"
    failures = tmp_path / "failures.csv"
    assert str(failures) in lookalike(*arguments, "--failures", failures).errors.splitlines()[-1]


def test_paths_should_need_a_root(tmp_path: Path) -> None:
    catalogue = a_catalogue(tmp_path, HEADER + "1,S,a.jpg\n")
    done = lookalike("import", catalogue, "--data", tmp_path / "data")
    assert done.code == 3
    assert "--images-root" in done.errors


HALF_OF_A_LIST = b'[{"id": 1, "image_link": "a.jpg"}, {"id": 2, '


@pytest.mark.parametrize("content", [b"", b"a,b,c\n", b"\xff\xd8\xff\xe0\0", HALF_OF_A_LIST])
def test_a_file_that_is_no_catalogue_should_end_with_one_sentence(
    tmp_path: Path, content: bytes
) -> None:
    catalogue = a_catalogue(tmp_path, content)
    done = lookalike("import", catalogue, "--data", tmp_path / "data")
    assert (done.code, done.output) == (1, "")
    assert re.fullmatch(r"lookalike: [^\n]+\n", done.errors)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.csv"],
        [],
        ["README.md", "--columns", "x"],
        ["README.md", "--encoding", "x"],
        ["sample", "--images-root", "docs"],
        ["README.md", "--images-root", "missing"],
        ["README.md", "--x"],
    ],
)
def test_wrong_usage_should_be_told_apart(arguments: list[str]) -> None:
    done = lookalike("import", *arguments)
    assert (done.code, done.output) == (2, "")
    assert "Traceback" not in done.errors


def test_failures_should_not_overwrite_the_catalogue(tmp_path: Path) -> None:
    catalogue = a_catalogue(tmp_path, HEADER + "1,S,NULL\n")
    done = lookalike("import", catalogue, "--data", tmp_path / "data", "--failures", catalogue)
    assert done.code == 2
    assert "overwrite" in done.errors
    assert catalogue.read_text(encoding="utf-8") == HEADER + "1,S,NULL\n"


def test_failures_that_cannot_be_written_should_be_said(tmp_path: Path) -> None:
    catalogue = a_catalogue(tmp_path, HEADER + "1,S,NULL\n")
    done = lookalike("import", catalogue, "--data", tmp_path / "data", "--failures", tmp_path)
    assert done.code == 1
    assert re.fullmatch(r"lookalike: [^\n]+ cannot be written: [^\n]+\n", done.errors)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_should_refuse_fifty_thousand_rows_without_a_picture(tmp_path: Path) -> None:
    kinds = ("NULL", "no_selection", "", "P/G/missing.jpg")
    rows = "".join(f"{number},S-{number},{kinds[number % 4]}\n" for number in range(50_000))
    catalogue = a_catalogue(tmp_path, HEADER + rows)
    failures = tmp_path / "failures.csv"
    done = lookalike(
        "import", catalogue, "--data", tmp_path / "data", "--images-root", tmp_path,
        "--failures", failures, "--json",
    )  # fmt: skip
    assert done.code == 3
    assert done.json["reasons"] == {"no_picture": 37_500, "image_not_found": 12_500}
    with failures.open(encoding="utf-8", newline="") as file:
        numbers = [int(line["row"]) for line in csv.DictReader(file)]
    assert numbers == list(range(2, 50_002))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_should_go_on_after_kills_and_end_with_the_same_contents(
    tmp_path: Path, loaded_data: Path
) -> None:
    """Five times, at different moments; no worker outlives its import."""
    catalogue = a_catalogue(tmp_path, some_rows(100))
    data = tmp_path / "data"
    arguments = ("import", catalogue, "--data", data, "--images-root", SAMPLE)
    for stored in (0, 16, 32, 48, 64):
        with started(*arguments) as process:
            wait_for_workers(process)
            while stored and process.poll() is None and stored_products(data) < stored:
                time.sleep(0.02)
            workers = descendants(process.pid) if process.poll() is None else []
            process.kill()
            process.communicate()
        wait_until_gone(workers)
    done = lookalike(*arguments, "--json")
    assert done.code == 0
    assert done.json["done"] + done.json["unchanged"] == 100
    assert all_contents(data) == contents(loaded_data, entity_ids(some_rows(100)))


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("rows", [0, 1])
def test_should_stop_at_a_signal_and_go_on(
    tmp_path: Path, number: signal.Signals, code: int, rows: int
) -> None:
    """Both while its workers start and while they work; a terminal signals all processes.

    Nothing is left over either: Python's resource tracker would complain on standard error.
    """
    catalogue = a_catalogue(tmp_path, some_rows(150))
    data = tmp_path / "data"
    arguments = ("import", catalogue, "--data", data, "--images-root", SAMPLE, "--json")
    with started(*arguments) as process:
        wait_for_workers(process)
        while stored_products(data) < rows:
            assert process.poll() is None
            time.sleep(0.02)
        workers = descendants(process.pid)
        os.killpg(process.pid, number)
        output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (code, "")
    assert errors == "Stopped. The same command goes on from here.\n"
    wait_until_gone(workers)
    if rows:
        done = lookalike(*arguments)
        assert (done.code, done.json["done"] + done.json["unchanged"]) == (0, 150)


def stored_products(data: Path) -> int:
    """How many products the import has written so far."""
    with closing(EmbeddedStorage(data, ALGORITHM_VERSION, read_only=True)) as storage:
        return storage.products.count()


@pytest.mark.slow
def test_should_show_rate_and_time_left_on_a_terminal(tmp_path: Path) -> None:
    catalogue = a_catalogue(tmp_path, some_rows(40))
    terminal, side = pty.openpty()
    ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
    arguments = ("import", catalogue, "--data", tmp_path / "data", "--images-root", SAMPLE)
    with subprocess.Popen(  # noqa: S603 - our own program
        command(*arguments, "--json"),
        cwd=ROOT,
        env=environment() | {"TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=side,
    ) as process:
        os.close(side)
        shown = _read_all(terminal)
        assert process.stdout is not None
        assert json.loads(process.stdout.read())["done"] == 40
    assert re.search(r"Importing .*40/40", shown)
    assert re.search(r"[1-9]\d*/s", shown)
    assert re.search(r"\d:\d\d:\d\d", shown)
    assert "0 refused" in shown


def _read_all(terminal: int) -> str:
    """What is written until the other side is closed, which Linux says with an error."""
    parts = []
    with suppress(OSError):
        while part := os.read(terminal, 65_536):
            parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()
