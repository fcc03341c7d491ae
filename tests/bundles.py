"""The bundles that tests need: every zip, for every machine that it may run on."""

from __future__ import annotations

from pathlib import Path

from infra.bundling import Contents, bundle
from infra.environments import SMALL, Target, emulated_environment
from infra.function_specs import ZIPS, fitted, function_spec

ARCHITECTURES = ("arm64", "x86_64")


def bundled(contents: Contents, architecture: str | None = None) -> Path:
    """The bundle of a zip for AWS, or for this machine where no architecture is given."""
    here = emulated_environment().target
    target = here if architecture is None else Target(architecture=architecture)
    return bundle(contents, target)


def checks_with_faiss() -> Path:
    """The bundle of the function that checks, where it searches a small index."""
    return bundle(fitted(function_spec("find_similar"), SMALL).contents, SMALL.target)


def every_bundle() -> list[tuple[Contents, str | None]]:
    """What ``bundled`` takes, for all bundles."""
    return [(contents, machine) for machine in (*ARCHITECTURES, None) for contents in ZIPS]
