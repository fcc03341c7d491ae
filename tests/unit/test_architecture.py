"""The rules of the layout, read from the source: one direction, and no work at import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("lambdas", "scripts", "infra", "tests")
LONGEST_FILE = {"lambdas": 250, "scripts": 250, "tests": 320}
LONGEST_FUNCTION = 30
SHORT_FUNCTION = 10
SHORT_SHARE = 0.8
NEVER_IMPORTED = {"torch", "torchvision", "tensorflow"}
OPENCV_IN = ("scripts.evaluation.edits", "tests.unit.evaluation")
NOT_IN_PRODUCTION = {"scipy", "onnx", "sklearn", "imagehash", "pandas", "pywt"}
WORK = {"open", "connect", "getenv", "environ", "load", "Session", "resource"} | {
    f"{verb}_{kind}" for verb in ("read", "write") for kind in ("text", "bytes")
}
"""Names that reach for a file, the environment or the network."""


@cache
def _source(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _files(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _imports(path: Path) -> set[str]:
    """Dotted names of all imported modules, wherever in the file they are imported."""
    found: set[str] = set()
    for node in ast.walk(_source(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_name(path)} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _function_folder(module: str) -> str | None:
    """The Lambda that a module belongs to; ``None`` for what is shared and for the package."""
    parts = module.split(".")
    inside = len(parts) > 1 and parts[0] == "lambdas" and parts[1] != "shared"
    return parts[1] if inside and (ROOT / "lambdas" / parts[1]).is_dir() else None


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [("lambdas", {"scripts", "infra", "tests"}), ("scripts", {"infra", "tests"})],
)
def test_should_point_in_one_direction_between_packages(package: str, forbidden: set[str]) -> None:
    for path in _files(package):
        assert not {name.split(".")[0] for name in _imports(path)} & forbidden, _name(path)


def test_should_not_import_a_function_from_what_is_shared() -> None:
    for path in _files("lambdas/shared"):
        folders = {_function_folder(name) for name in _imports(path)}
        assert folders <= {None}, _name(path)


def test_should_not_import_one_function_from_another() -> None:
    """But for wiring, which joins the routes that one Lambda answers."""
    for path in _files("lambdas"):
        own = _function_folder(_name(path))
        if own and path.stem != "wiring":
            folders = {_function_folder(name) for name in _imports(path)}
            assert folders <= {None, own}, _name(path)


def test_should_not_point_back_from_a_service_to_what_calls_it() -> None:
    """Handlers, wiring and routes know services; models are plain values that all know."""
    outer = {"handler", "routes", "wiring"}
    for path in _files("lambdas"):
        if _function_folder(_name(path)) and path.stem not in outer:
            called = {part for name in _imports(path) for part in name.split(".")[2:3]}
            own = {n for n in _imports(path) if _function_folder(n)}
            assert not (called & outer and own), _name(path)


def test_should_keep_concepts_free_of_http() -> None:
    """Pictures, hashes, matching and storage do not know how they are asked."""
    concepts = ("images", "fingerprint", "matching", "storage", "catalogue")
    for path in _files(*(f"lambdas/shared/{concept}" for concept in concepts)):
        web = {n for n in _imports(path) if n.startswith(("lambdas.shared.http", "aws_lambda"))}
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
    for path in _files("lambdas"):
        assert not {name.split(".")[0] for name in _imports(path)} & NOT_IN_PRODUCTION, _name(path)


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
    for path in _files("infra", "lambdas", "scripts"):
        for node in _run_at_import(_source(path)):
            if isinstance(node, ast.Attribute):
                assert node.attr not in WORK, f"{_name(path)}:{node.lineno}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in WORK, f"{_name(path)}:{node.lineno}"


def test_should_call_nothing_for_its_effect_when_imported() -> None:
    for path in _files("lambdas"):
        for node in _source(path).body:
            effect = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            assert not effect, f"{_name(path)}:{node.lineno}"


@pytest.mark.parametrize("package", LONGEST_FILE)
def test_should_have_short_files(package: str) -> None:
    for path in _files(package):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= LONGEST_FILE[package], _name(path)


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
        for path in _files("lambdas", "scripts")
        for node in ast.walk(_source(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert {name for name, length in lengths.items() if length > LONGEST_FUNCTION} == set()
    short = sum(length <= SHORT_FUNCTION for length in lengths.values())
    assert short >= SHORT_SHARE * len(lengths)


@pytest.mark.parametrize("name", ["utils", "util", "common", "helpers", "helper", "misc"])
def test_should_name_files_by_what_they_are_about(name: str) -> None:
    assert not [
        path for path in _files("infra", "lambdas", "scripts") if name in (*path.parts, path.stem)
    ]
