"""Nothing is looked up on the network but the hosts of pictures that were asked for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APART = ("unshare", "--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child")
"""A network and mounts of its own, as an ordinary user; what it starts ends with it."""
ASKED_FOR = ["check.example", "import.example", "python.example", "service.example"]


def _may_be_set_apart() -> bool:
    if shutil.which(APART[0]) is None:
        return False
    return subprocess.run([*APART, "true"], capture_output=True, check=False).returncode == 0  # noqa: S603 - our own


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(not _may_be_set_apart(), reason="users may not create network namespaces here")
def test_should_look_up_nothing_but_the_hosts_of_pictures(tmp_path: Path) -> None:
    """Neither the Python API, nor the service, commands, and functions of AWS; see ``watched``."""
    picture = next((ROOT / "sample" / "photos").glob("*.jpg"))
    (tmp_path / "shirt.png").write_bytes(picture.read_bytes())
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(  # noqa: S603 - our own program
        [*APART, sys.executable, "-B", "-m", "tests.watched", str(tmp_path), "12"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ASKED_FOR
    assert list(home.rglob("*")) == []
