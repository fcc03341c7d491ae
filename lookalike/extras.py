"""Names the extra of the package that a command needs and that is not installed.

Lookalike is in no package registry, so the advice names the place that it was installed from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lookalike.errors import SettingInvalidError

PACKAGE = "lookalike"


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Run a block that imports modules of an extra, such as ``evaluation`` or ``aws``.

    Raises:
        SettingInvalidError: one of the modules is not installed; the message says how to install.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        module = error.name or "A module"
        if module.partition(".")[0] == PACKAGE:
            raise  # a mistake of ours, which no extra would help
        raise SettingInvalidError(missing_extra(extra, module, installed_from())) from error


def missing_extra(extra: str, module: str, origin: Path | None) -> str:
    """Write the message for a user who lacks an extra.

    Args:
        extra: its name.
        module: the module that is not installed.
        origin: source folder or wheel that the package was installed from, if known.
    """
    missing = f"{module} is not installed. It comes with Lookalike's extra '{extra}'"
    if origin:
        return f"{missing}: pip install '{origin}[{extra}]'."
    return (
        f"{missing}. Install Lookalike with it from where you got Lookalike: in its source folder "
        f"with pip install '.[{extra}]', or from its wheel file with pip install "
        f"'./lookalike-….whl[{extra}]'."
    )


def installed_from() -> Path | None:
    """The folder or wheel that this package was installed from (PEP 610), if it is still there."""
    try:
        written = metadata.distribution(PACKAGE).read_text("direct_url.json")
        address = urlsplit(json.loads(written or "{}").get("url", ""))
    except (metadata.PackageNotFoundError, ValueError):
        return None
    path = Path(unquote(address.path))
    return path if address.scheme == "file" and path.exists() else None
