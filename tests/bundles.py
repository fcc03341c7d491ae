"""The bundles that tests need: every function, for every machine that it may run on."""

from __future__ import annotations

from pathlib import Path

from infra.bundling import bundle
from infra.environments import SMALL, Target, emulated_environment
from infra.function_specs import BUNDLED, FunctionSpec, fitted, function_spec

ARCHITECTURES = ("arm64", "x86_64")


def bundled(spec: FunctionSpec, architecture: str | None = None) -> Path:
    """The bundle of a function for AWS, or for this machine where no architecture is given."""
    here = emulated_environment().target
    target = here if architecture is None else Target(architecture=architecture)
    return bundle(spec.name, spec.contents, target)


def checks_with_faiss() -> Path:
    """The bundle of the function that checks, where it searches a small index."""
    spec = fitted(function_spec("find_similar"), SMALL)
    return bundle(f"{spec.name}_with_faiss", spec.contents, SMALL.target)


def every_bundle() -> list[tuple[FunctionSpec, str | None]]:
    """What ``bundled`` takes, for all bundles."""
    return [(spec, architecture) for architecture in (*ARCHITECTURES, None) for spec in BUNDLED]
