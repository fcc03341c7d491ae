"""The rules of the layout, read from the source: one direction, and no work at import."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("lookalike", "lambdas", "infra", "scripts", "tests")
MAY_IMPORT = {
    "lookalike": set[str](),
    "lambdas": {"lookalike"},
    "infra": {"lookalike"},
    "scripts": {"lookalike", "infra"},
}
"""Which of our packages each may import. The deployment names handlers by string."""
FLOORS = (
    {"cores", "errors", "mistakes"},
    {"extras", "images", "inference", "pictures", "products", "terminal", "threads"},
    {"decisions", "fingerprint"},
    {"verification", "storage"},
    {"matching", "catalogue", "search"},
    {"duplicates", "http", "sync"},
    {"api", "imports"},
    {"aws", "local"},
    {"python_api", "spark"},
    {"evaluation"},
    {"cli"},
    {"backfill"},
)
"""The rooms of ``lookalike``, from the ground up. A room imports from lower floors alone."""
STORAGE_KINDS = ("memory", "sqlite", "dynamodb", "opensearch")
VENDORS_IN = {
    "lookalike.storage.opensearch": (
        "lookalike.storage.opensearch",
        "lookalike.aws",
        "lookalike.cli.commands.index",
        "lookalike.cli.index_place",
        "lookalike.cli.stack",
        "lookalike.spark",
    ),
    "lookalike.storage.dynamodb": (
        "lookalike.storage.dynamodb",
        "lookalike.aws",
        "lookalike.cli.commands.restore",
        "lookalike.spark",
        "lookalike.sync.stream_records",  # whose format is that of DynamoDB's streams
    ),
    "lookalike.storage.small": (
        "lookalike.storage.small",
        "lookalike.storage.dynamodb.change_log",  # which keeps its log
        "lookalike.aws",
    ),
}
"""Adapters by the modules that may import them: the adapter itself, what composes a deployment, and
commands that administer the vendor's service."""
FUNCTION_FILES = {"__init__.py", "handler.py", "wiring.py"}
MAX_FILE_LINES = {"lookalike": 250, "lambdas": 250, "scripts": 250, "tests": 320}
MAX_FUNCTION_LINES = 30
SHORT_FUNCTION = 10
SHORT_SHARE = 0.8
NEVER_IMPORTED = {"torch", "torchvision", "tensorflow"}
OPENCV_IN = ("lookalike.evaluation.edits", "tests.unit.evaluation")
NOT_IN_PRODUCTION = {"scipy", "onnx", "sklearn", "imagehash", "pandas", "pywt"}
WORK = {"open", "connect", "getenv", "environ", "load", "Session", "resource"} | {
    f"{verb}_{kind}" for verb in ("read", "write") for kind in ("text", "bytes")
}
"""Names that reach for a file, the environment or the network."""


@cache
def _source(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def _forgotten_sources() -> Iterator[None]:
    """Their millions of objects would slow every garbage collection of later tests."""
    yield
    _source.cache_clear()


def _files(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def _imports(path: Path) -> frozenset[str]:
    """Dotted names of all imported modules, wherever in the file they are imported."""
    found: set[str] = set()
    for node in ast.walk(_source(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_name(path)} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def _floor_of(module: str) -> int:
    """How high up in ``lookalike`` a module is; above all floors for the package itself.

    Its version is a plain text, which every floor may know.
    """
    if module == "lookalike.__version__":
        return -1
    parts = module.split(".")
    rooms = [number for number, floor in enumerate(FLOORS) if parts[1:2] and parts[1] in floor]
    return rooms[0] if rooms else len(FLOORS)


def _ours(path: Path, package: str) -> set[str]:
    return {name for name in _imports(path) if name.split(".")[0] == package}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_should_point_in_one_direction_between_packages(package: str) -> None:
    others = {*PACKAGES} - {package} - MAY_IMPORT[package]
    for path in _files(package):
        assert not {name.split(".")[0] for name in _imports(path)} & others, _name(path)


def test_should_know_the_floor_of_every_room() -> None:
    paths = (ROOT / "lookalike").iterdir()
    rooms = {path.stem for path in paths if path.suffix in {"", ".py"}} - {
        "__init__",
        "__main__",
        "__pycache__",
    }
    assert rooms == set().union(*FLOORS)


def test_should_point_down_between_the_rooms_of_the_product() -> None:
    for path in _files("lookalike"):
        room, floor = ".".join(_name(path).split(".")[:2]), _floor_of(_name(path))
        for name in _ours(path, "lookalike"):
            is_same_room = f"{name}.".startswith(f"{room}.")
            assert is_same_room or _floor_of(name) < floor, f"{_name(path)} imports {name}"


def test_should_have_no_circle_of_imports_between_modules() -> None:
    """Imports inside functions and for type checkers count, too. An error names the circle."""
    modules = {_name(path).removesuffix(".__init__"): path for path in _files(*PACKAGES)}
    graph = {name: _imported_modules(path, modules) - {name} for name, path in modules.items()}
    TopologicalSorter(graph).prepare()


def _imported_modules(path: Path, modules: Collection[str]) -> set[str]:
    """``from a import b`` imports the package ``a``, and ``a.b`` if that is a module."""
    names = _imports(path)
    return {*names, *(name.rpartition(".")[0] for name in names)} & set(modules)


@pytest.mark.parametrize("kind", STORAGE_KINDS)
def test_should_keep_kinds_of_storage_apart(kind: str) -> None:
    others = tuple(f"lookalike.storage.{other}." for other in STORAGE_KINDS if other != kind)
    for path in _files(f"lookalike/storage/{kind}"):
        assert not [name for name in _imports(path) if name.startswith(others)], _name(path)


@pytest.mark.parametrize("adapter", VENDORS_IN)
def test_should_know_vendors_only_in_adapters_and_composition(adapter: str) -> None:
    for path in _files("lookalike", "lambdas"):
        if not _name(path).startswith(VENDORS_IN[adapter]):
            imported = [name for name in _imports(path) if name.startswith(f"{adapter}.")]
            assert not imported, f"{_name(path)} imports {imported}"


def test_should_not_import_one_function_from_another() -> None:
    for path in _files("lambdas"):
        own = ".".join(_name(path).split(".")[:2]) + "."
        assert not [name for name in _ours(path, "lambdas") if not name.startswith(own)]


def test_should_have_nothing_but_functions_among_the_functions() -> None:
    folders = [path for path in (ROOT / "lambdas").iterdir() if path.name != "__pycache__"]
    for folder in (path for path in folders if path.is_dir()):
        files = {path.name for path in folder.iterdir()} - {"__pycache__"}
        assert {"__init__.py", "handler.py"} <= files <= FUNCTION_FILES, folder.name


def test_should_not_point_back_from_a_service_to_what_calls_it() -> None:
    """Routes know services; models are plain values that all know."""
    for path in _files("lookalike/api"):
        if path.stem != "routes":
            assert not [name for name in _imports(path) if ".routes." in name], _name(path)


def test_should_keep_concepts_free_of_http() -> None:
    """Pictures, hashes, matching and storage do not know how they are asked."""
    below = FLOORS[: next(n for n, floor in enumerate(FLOORS) if "http" in floor)]
    for room in sorted(set().union(*below)):
        for path in [*_files(f"lookalike/{room}"), ROOT / "lookalike" / f"{room}.py"]:
            if path.exists():
                web = {name for name in _imports(path) if name.startswith("aws_lambda")}
                assert not web, _name(path)


def test_should_never_import_torch() -> None:
    for path in _files(*PACKAGES):
        assert not {name.split(".")[0] for name in _imports(path)} & NEVER_IMPORTED, _name(path)


def test_should_import_opencv_only_where_edits_are_made() -> None:
    """It weighs 160 MB: what runs for users does without."""
    for path in _files(*PACKAGES):
        if "cv2" in {name.split(".")[0] for name in _imports(path)}:
            assert _name(path).startswith(OPENCV_IN)


def test_should_need_nothing_in_production_that_is_for_development() -> None:
    for path in _files("lookalike", "lambdas"):
        if not _name(path).startswith("lookalike.evaluation."):
            assert not {n.split(".")[0] for n in _imports(path)} & NOT_IN_PRODUCTION, _name(path)


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What of a module runs when it is imported: all but bodies of functions and its main."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for outside in (*child.decorator_list, *child.args.defaults, *child.args.kw_defaults):
                if outside is not None:
                    yield from ast.walk(outside)
        elif not isinstance(child, ast.Lambda) and not _is_main(child):
            yield child
            yield from _run_at_import(child)


def _is_main(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


def test_should_reach_for_nothing_when_imported() -> None:
    """No file, no environment, no network, no client."""
    for path in _files("infra", "lambdas", "lookalike", "scripts"):
        for node in _run_at_import(_source(path)):
            if isinstance(node, ast.Attribute):
                assert node.attr not in WORK, f"{_name(path)}:{node.lineno}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in WORK, f"{_name(path)}:{node.lineno}"


def test_should_call_nothing_for_its_effect_when_imported() -> None:
    for path in _files("lookalike", "lambdas"):
        for node in _source(path).body:
            effect = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            assert not effect, f"{_name(path)}:{node.lineno}"


@pytest.mark.parametrize("package", MAX_FILE_LINES)
def test_should_have_short_files(package: str) -> None:
    for path in _files(package):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= MAX_FILE_LINES[package], _name(path)


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, without its docstring and without functions inside it."""
    has_docstring = ast.get_docstring(function) is not None and len(function.body) > 1
    body = [
        node
        for node in function.body[has_docstring:]
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in body)


def test_should_have_short_functions() -> None:
    """But for ``infra``, where a construct is one long statement of what there is."""
    lengths = {
        f"{_name(path)}.{node.name}": _length(node)
        for path in _files("lookalike", "lambdas", "scripts")
        for node in ast.walk(_source(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert {name for name, length in lengths.items() if length > MAX_FUNCTION_LINES} == set()
    short = sum(length <= SHORT_FUNCTION for length in lengths.values())
    assert short >= SHORT_SHARE * len(lengths)


@pytest.mark.parametrize("name", ["utils", "util", "common", "helpers", "helper", "misc"])
def test_should_name_files_by_what_they_are_about(name: str) -> None:
    assert not [
        path
        for path in _files("infra", "lambdas", "lookalike", "scripts")
        if name in (*path.parts, path.stem)
    ]
