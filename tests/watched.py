"""Lookalike in all its forms, on a network of its own whose resolver notes what is looked up.

``python -m tests.watched FOLDER SECONDS``, within ``unshare --map-root-user --net --mount``, prints
the names. The folder has ``shirt.png``; each form is asked for a picture at an address of its own.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from tests.lambda_environment import ENVIRONMENT

_UP = 1
_SET_FLAGS = 0x8914
"""``SIOCSIFFLAGS`` (netdevice(7))."""
_NO_SUCH_NAME = b"\x81\x83"
_SERVICE = "http://127.0.0.1:8080"
_HANDLER = "import sys, time, {module}; print(flush=True); time.sleep({seconds})"
HANDLERS = ("find_similar", "manage_products")


def main() -> None:
    """Use every form, wait, and print what was looked up."""
    folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
    _use_own_resolver(folder)
    with _noted_questions() as asked, _service(folder), _handlers(seconds):
        _use_python()
        _use_commands(folder)
        time.sleep(seconds)  # onnxruntime waits for some seconds before it reports
    print(*sorted(asked), flush=True)


def _use_own_resolver(folder: Path) -> None:
    """Ask this machine alone for names, and bring its network up."""
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\n", encoding="ascii")
    subprocess.run(  # noqa: S603 - in a mount namespace of our own
        ["/bin/mount", "--bind", folder / "resolv.conf", "/etc/resolv.conf"], check=True
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))


@contextmanager
def _noted_questions() -> Iterator[set[str]]:
    """The names that are asked for until the end of the block; there are none of them."""
    asked = set[str]()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.bind(("127.0.0.1", 53))

        def answer() -> None:
            while True:
                question, asker = resolver.recvfrom(512)
                asked.add(_name_of(question))
                resolver.sendto(question[:2] + _NO_SUCH_NAME + question[4:], asker)

        threading.Thread(target=answer, daemon=True).start()
        yield asked


def _name_of(question: bytes) -> str:
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode())
        at += 1 + question[at]
    return ".".join(labels)


def _use_python() -> None:
    from lookalike import Catalogue, LookalikeError  # noqa: PLC0415 - the resolver is there first

    shirt = Path(sys.argv[1]) / "shirt.png"
    catalogue = Catalogue()
    catalogue.add("shirt", shirt)
    assert catalogue.check(shirt).is_duplicate
    code = ""
    try:
        catalogue.check("http://python.example/p.jpg")
    except LookalikeError as error:
        code = error.code
    assert code == "host_not_allowed"


def _use_commands(folder: Path) -> None:
    rows = "entity_id,sku,image_url\na,A,shirt.png\nb,B,http://import.example/p.jpg\n"
    (folder / "shop.csv").write_text(rows, encoding="utf-8")
    data = ("--data", folder / "commands")
    _run("import", folder / "shop.csv", "--images-root", folder, *data, codes=(3,))
    _run("check", folder / "shirt.png", *data)
    _run("check", "http://check.example/p.jpg", *data, codes=(1,))


def _run(*arguments: object, codes: tuple[int, ...] = (0, 1)) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        _command(*arguments), capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode in codes, done


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-B", "-m", "lookalike", *map(str, arguments)]


@contextmanager
def _service(folder: Path) -> Iterator[None]:
    """A service that has checked an upload and an address, and then is idle."""
    with subprocess.Popen(  # noqa: S603 - our own program
        _command("serve", "--data", folder / "service"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _wait_for_service()
            shirt = (folder / "shirt.png").read_bytes()
            assert _asked("/find_similar", shirt)["matches"] == []
            refusal = _asked("/find_similar?image_url=http://service.example/p.jpg")
            assert refusal["code"] == "host_not_allowed", refusal
            yield
        finally:
            process.terminate()


def _wait_for_service() -> None:
    deadline = time.monotonic() + 100
    while True:
        try:
            _asked("/health")
        except URLError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        else:
            return


def _asked(path: str, data: bytes | None = None) -> Any:  # noqa: ANN401 - whatever is answered
    headers = {"Content-Type": "image/jpeg"} if data else {}
    request = urllib.request.Request(_SERVICE + path, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=100) as answer:
            return json.load(answer)
    except HTTPError as error:
        return json.load(error)


@contextmanager
def _handlers(seconds: float) -> Iterator[None]:
    """Functions as AWS starts them, which then are idle."""
    processes = [
        subprocess.Popen(  # noqa: S603 - our own interpreter and text
            [sys.executable, "-B", "-c", _HANDLER.format(module=module, seconds=seconds)],
            env=os.environ | ENVIRONMENT | {"AWS_LAMBDA_FUNCTION_NAME": name},
            stdout=subprocess.PIPE,
        )
        for name, module in ((name, f"lambdas.{name}.handler") for name in HANDLERS)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == b"\n", process.wait()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.communicate()


if __name__ == "__main__":
    main()
