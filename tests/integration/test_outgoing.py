"""Nothing is looked up on the network but the hosts of pictures that were asked for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APART = ("unshare", "--map-root-user", "--net", "--mount")
"""A network and mounts of its own, as an ordinary user."""

WATCHED = r"""
import fcntl, pathlib, socket, struct, subprocess, sys, threading, time

def bring_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP

def name_of(question):
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode())
        at += 1 + question[at]
    return ".".join(labels)

def refuse_and_record():
    while True:
        question, asker = resolver.recvfrom(512)
        asked.add(name_of(question))
        resolver.sendto(question[:2] + b"\x81\x83" + question[4:], asker)  # no such name

folder, seconds = pathlib.Path(sys.argv[1]), float(sys.argv[2])
(folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
subprocess.run(["mount", "--bind", folder / "resolv.conf", "/etc/resolv.conf"], check=True)
bring_loopback_up()
asked = set()
resolver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
resolver.bind(("127.0.0.1", 53))
threading.Thread(target=refuse_and_record, daemon=True).start()

from lookalike import Catalogue, LookalikeError
catalogue = Catalogue()
catalogue.add("shirt", folder / "shirt.png")
assert catalogue.check(folder / "shirt.png").is_duplicate
try:
    catalogue.check("http://asked-for.example/p.jpg")
except LookalikeError as error:
    assert error.code == "host_not_allowed", error
time.sleep(seconds)  # onnxruntime waits for some seconds before it reports
print(*sorted(asked), flush=True)
"""


def _may_be_set_apart() -> bool:
    if shutil.which(APART[0]) is None:
        return False
    return subprocess.run([*APART, "true"], capture_output=True, check=False).returncode == 0  # noqa: S603 - our own


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.skipif(not _may_be_set_apart(), reason="users may not create network namespaces here")
def test_should_look_up_nothing_but_the_hosts_of_pictures(tmp_path: Path) -> None:
    picture = next((ROOT / "sample" / "photos").glob("*.jpg"))
    (tmp_path / "shirt.png").write_bytes(picture.read_bytes())
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [*APART, sys.executable, "-B", "-c", WATCHED, str(tmp_path), "12"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["asked-for.example"]
    assert list(home.rglob("*")) == []
