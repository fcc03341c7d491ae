"""Documents name only what exists, draw the layout as it is, and have short lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path

import pytest

from tests.unit.test_architecture import FLOORS, MAY_IMPORT

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "deploy",
    "docs",
    "infra",
    "lambdas",
    "lookalike",
    "notebooks",
    "sample",
    "scripts",
    "tests",
)
"""Top-level folders: what stands in backticks and begins with one of them is a path."""
MAX_LINE = 120
KNOWN_FLAWS = frozenset[str]()
"""Findings of the other tests, as they print them, that wait to be mended. Keep this empty."""

PATHS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(p for name in FOLDERS for p in (ROOT / name).rglob("*.md")))
)
NAMES = [str(path.relative_to(ROOT)) for path in PATHS]

_FENCE = re.compile(r"^\s*(```|~~~)")
_CODE_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_ADDRESS = re.compile(r"https?://[^\s)>]+")
_PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./*<>{{}}\[\]-]*")
_MODULE = re.compile(r"python3? -m ([\w.]+)")
_MAKE = re.compile(r"(?:^|[\s;&|`(])make((?: +[^\s;&|`#)]+)*)")
_FLOOR = re.compile(r"^ *(\d+) │ ([\w ]+)│", re.MULTILINE)
_ARROW = re.compile(r"(\w+) → (\w+(?:, \w+)*)")
_TARGETS = re.compile(r"^([\w.-]+(?: [\w.-]+)*) *:(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """A Markdown text, taken apart.

    Attributes:
        prose: its lines outside code blocks, each with its number.
        blocks: the lines of its code blocks.
    """

    prose: tuple[tuple[int, str], ...]
    blocks: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Document:
        prose: list[tuple[int, str]] = []
        blocks: list[str] = []
        is_code = False
        for number, line in enumerate(text.splitlines(), 1):
            if _FENCE.match(line):
                is_code = not is_code
            elif is_code:
                blocks.append(line)
            else:
                prose.append((number, line))
        return cls(tuple(prose), tuple(blocks))

    @property
    def spans(self) -> list[str]:
        """What stands in backticks; a span may be wrapped at a line's end."""
        text = "\n".join(line for _, line in self.prose)
        joined = re.sub(r"(?<=\S)\n(?=\S)", " ", text)
        return _CODE_SPAN.findall(joined)

    @property
    def code(self) -> list[str]:
        return [*self.blocks, *self.spans]


def document(name: str) -> Document:
    return Document.of((ROOT / name).read_text(encoding="utf-8"))


def long_lines(text: Document) -> list[int]:
    """Numbers of lines that are too long, except tables, indented code and single long links."""
    return [
        number
        for number, line in text.prose
        if len(line) > MAX_LINE and not line.startswith(("|", "    ")) and not _fits_without(line)
    ]


def _fits_without(line: str) -> bool:
    links = [*_ADDRESS.findall(line), *_LINK.findall(line)]
    return len(line) - max(map(len, links), default=0) <= MAX_LINE and len({*links}) == 1


def links(text: Document) -> list[str]:
    """Where links lead that stay within the repository."""
    targets = [target for _, line in text.prose for target in _LINK.findall(line)]
    return [target for target in targets if not target.startswith(("http:", "https:", "mailto:"))]


def anchors(text: Document) -> set[str]:
    """The anchors of headings, as GitHub makes them."""
    headings = [line.lstrip("#").strip() for _, line in text.prose if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(name: str, link: str) -> bool:
    """Whether a link of a document leads to a file, and to one of its headings if it names one."""
    path, _, anchor = link.partition("#")
    target = (ROOT / name).parent / path if path else ROOT / name
    if not target.exists() or not anchor:
        return target.exists()
    return anchor in anchors(Document.of(target.read_text(encoding="utf-8")))


def paths(text: Document) -> list[str]:
    """The paths in code that begin with a top-level folder; ``*`` stands for any name."""
    words = (word.strip("@'\",;:()") for line in text.code for word in line.split())
    return [re.sub(r"<[^>]*>|\{[^}]*\}", "*", word) for word in words if _PATH.fullmatch(word)]


def exists(path: str) -> bool:
    return any(True for _ in ROOT.glob(path.rstrip("/")))


def modules(text: Document) -> list[str]:
    """The modules that ``python -m`` is said to run."""
    return [name for line in text.code for name in _MODULE.findall(line)]


def runs(module: str) -> bool:
    """Whether ``python -m`` can run it."""
    try:
        spec = find_spec(module)
        is_package = spec is not None and spec.submodule_search_locations is not None
        return spec is not None and (not is_package or find_spec(f"{module}.__main__") is not None)
    except ModuleNotFoundError:
        return False


def targets(text: Document) -> list[str]:
    """The targets that ``make`` is said to make."""
    commands = (re.split(r"\s#", line)[0] for line in text.code)
    words = [word for line in commands for each in _MAKE.findall(line) for word in each.split()]
    return [word for word in words if not word.startswith("-") and "=" not in word]


def targets_of_makefile() -> set[str]:
    rules = _TARGETS.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
    return {name for rule in rules for name in rule.split()}


def unknown(flaws: Iterator[str]) -> list[str]:
    return [flaw for flaw in flaws if flaw not in KNOWN_FLAWS]


def test_should_find_the_documents() -> None:
    assert {"README.md", "docs/architecture.md", "sample/README.md"} <= {*NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_should_have_short_lines(name: str) -> None:
    assert long_lines(document(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_should_link_to_what_exists(name: str) -> None:
    broken = (link for link in links(document(name)) if not leads_somewhere(name, link))
    assert unknown(f"{name}: {link}" for link in broken) == []


@pytest.mark.parametrize("name", NAMES)
def test_should_name_paths_that_exist(name: str) -> None:
    missing = (path for path in paths(document(name)) if not exists(path))
    assert unknown(f"{name}: {path}" for path in missing) == []


@pytest.mark.parametrize("name", NAMES)
def test_should_name_modules_that_run(name: str) -> None:
    missing = (module for module in modules(document(name)) if not runs(module))
    assert unknown(f"{name}: {module}" for module in missing) == []


@pytest.mark.parametrize("name", NAMES)
def test_should_name_targets_of_the_makefile(name: str) -> None:
    missing = (target for target in targets(document(name)) if target not in targets_of_makefile())
    assert unknown(f"{name}: make {target}" for target in missing) == []


def test_should_draw_the_floors_as_they_are() -> None:
    drawing = "\n".join(document("docs/architecture.md").blocks)
    floors = {int(number): {*rooms.split()} for number, rooms in _FLOOR.findall(drawing)}
    assert floors == dict(enumerate(FLOORS))


def test_should_draw_who_may_import_what() -> None:
    drawing = "\n".join(document("docs/architecture.md").blocks)
    arrows = {name: {*others.split(", ")} for name, others in _ARROW.findall(drawing)}
    assert arrows == {name: others for name, others in MAY_IMPORT.items() if others}


def test_should_say_what_every_room_is() -> None:
    rows = [line for _, line in document("docs/architecture.md").prose]
    rooms = re.findall(r"^\| `lookalike/(\w+)(?:/|\.py)` \|", "\n".join(rows), re.MULTILINE)
    assert sorted(rooms) == sorted(room for floor in FLOORS for room in floor)


def test_should_show_every_promise_of_security_by_a_test() -> None:
    lines = [line for _, line in document("docs/security.md").prose]
    start = lines.index("| promise | shown by |")
    rows = list(takewhile(lambda line: line.startswith("|"), lines[start + 2 :]))
    assert len(rows) > 20
    for row in rows:
        named = _CODE_SPAN.findall(row.split("|")[2])
        assert named, row
        for path in named:
            assert path.startswith("tests/"), path
            assert "def test_" in (ROOT / path).read_text(encoding="utf-8"), path


TEXT = Document.of(
    """# A heading: `code`, too
[a link](docs/no.md#here), [one to the web](https://example.com) and `lookalike/no/file.py`.
A span `wrapped
at an end`, `lookalike COMMAND`, and `lambdas/<name>/handler.py`.
```
make PYTHON=python3.12 setup && make -s nothing   # make a comment
.venv/bin/python -m scripts.nothing --option @sample/no.jpg
```
| a table | """
    + "x" * MAX_LINE
    + " |\n"
    + "word " * 30
    + "\n[a long link](https://example.com/"
    + "x" * MAX_LINE
    + ")\n"
)


def test_should_find_lines_that_are_too_long() -> None:
    assert long_lines(TEXT) == [10]


def test_should_find_links_within_the_repository() -> None:
    assert links(TEXT) == ["docs/no.md#here"]


def test_should_follow_links_to_headings() -> None:
    assert anchors(TEXT) == {"a-heading-code-too"}
    assert leads_somewhere("README.md", "docs/glossary.md#the-catalogue")
    assert not leads_somewhere("README.md", "docs/glossary.md#no-heading")
    assert not leads_somewhere("docs/glossary.md", "docs/glossary.md")


def test_should_find_paths() -> None:
    assert paths(TEXT) == ["sample/no.jpg", "lookalike/no/file.py", "lambdas/*/handler.py"]
    assert [exists(path) for path in paths(TEXT)] == [False, False, True]
    assert "wrapped at an end" in TEXT.spans


def test_should_find_modules() -> None:
    assert modules(TEXT) == ["scripts.nothing"]
    known = ("scripts.nothing", "scripts.nothing.deeper", "scripts", "scripts.model.build", "venv")
    assert [runs(name) for name in known] == [False, False, False, True, True]


def test_should_find_targets_of_make() -> None:
    assert targets(TEXT) == ["setup", "nothing"]
    assert {"run", "test", "setup"} <= targets_of_makefile()
