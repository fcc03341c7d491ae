"""A digest of the code, models and libraries that decide about answers, or about other results.

It is derived from the imports, so that no list has to be kept: code that computes answers imports
what it needs. Reports and the command line are not among that, and do not invalidate answers.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

ANSWERING = "lookalike.evaluation.answers.run"
"""The module that computes all answers."""
SOURCE = Path(__file__).parents[3]
"""The folder that holds the package ``lookalike``."""


def code_version(
    source: Path = SOURCE, module: str = ANSWERING, without: Collection[str] = ()
) -> str:
    """Differs whenever a result might: 16 hex digits.

    Args:
        source: the folder with the package.
        module: computes the results: answers, unless another one is named.
        without: names of data files that do not decide about them.
    """
    modules = imported_modules(module, source)
    digest = hashlib.sha256()
    data = {path for path in _data_files(modules.values()) if path.name not in without}
    for path in sorted({*modules.values(), *data}):
        digest.update(f"{path.relative_to(source).as_posix()}\0".encode() + path.read_bytes())
    for name, version in sorted(libraries(modules.values()).items()):
        digest.update(f"{name} {version}\0".encode())
    return digest.hexdigest()[:16]


def imported_modules(name: str, source: Path = SOURCE) -> dict[str, Path]:
    """A module of ours and all of ours that it imports, directly or not, with their files.

    Imports within functions count; imports for type checking alone do not. A package that is merely
    on the way to a module does not count.
    """
    found: dict[str, Path] = {}
    waiting = [name]
    while waiting:
        module = waiting.pop()
        path = _file_of(module, source)
        if path is not None and module not in found:
            found[module] = path
            waiting += _imports(path.read_bytes())
    return found


def _file_of(module: str, source: Path) -> Path | None:
    """The file of a module of ours; ``None`` for other names."""
    place = source.joinpath(*module.split("."))
    files = (place / "__init__.py", place.with_suffix(".py"))
    return next((path for path in files if path.is_file()), None)


@cache
def _imports(content: bytes) -> Collection[str]:
    """Names of what a file imports: modules, and what it takes out of them."""
    names: set[str] = set()
    for node in _executed(ast.parse(content)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from _executed(child)


def _data_files(modules: Iterable[Path]) -> Iterator[Path]:
    """Models, coefficients and other files beside modules, or in folders of data beside them."""
    for folder in {path.parent for path in modules}:
        for path in folder.iterdir():
            if path.is_dir() and not any(path.glob("*.py")):
                yield from (each for each in path.rglob("*") if _is_data(each))
            elif _is_data(path):
                yield path


def _is_data(path: Path) -> bool:
    return path.is_file() and path.suffix not in {".py", ".pyc"}


def libraries(modules: Iterable[Path]) -> dict[str, str]:
    """Versions of the installed distributions that these files import, and of what those need."""
    named = {name.partition(".")[0] for path in modules for name in _imports(path.read_bytes())}
    return dict(_installed(frozenset(named - sys.stdlib_module_names)))


@cache
def _installed(packages: Collection[str]) -> Mapping[str, str]:
    """Versions of the distributions of packages, and of what those need."""
    providers = metadata.packages_distributions()
    waiting = [each for name in packages for each in providers.get(name, ())]
    found: dict[str, str] = {}
    while waiting:
        name = _normalized(waiting.pop())
        if name not in found and name != "lookalike":
            try:
                found[name] = metadata.version(name)
            except metadata.PackageNotFoundError:  # for another platform, or optional
                continue
            waiting += _requirements(name)
    return found


def _requirements(distribution: str) -> list[str]:
    """Names of the distributions that one needs without its extras."""
    needed = [each for each in metadata.requires(distribution) or () if "extra ==" not in each]
    return [match[0] for each in needed if (match := re.match(r"[\w.-]+", each))]


def _normalized(name: str) -> str:
    """Normalize the name of a distribution as PEP 503 says."""
    return re.sub(r"[-_.]+", "-", name).lower()
