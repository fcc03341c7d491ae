"""``lookalike compare`` calls pictures as its user does."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from lookalike.cli.app import app
from tests.servers import PictureServer, answer


def test_should_name_the_picture_that_is_refused(tmp_path: Path) -> None:
    for name in ("one.jpg", "other.jpg"):
        (tmp_path / name).write_bytes(b"a picture")
    one, other = tmp_path / "one.jpg", tmp_path / "other.jpg"
    with PictureServer() as service:
        problem = b'{"code": "image_corrupt", "detail": "b: It cannot be decoded."}'
        service.route("/compare", answer(problem, status=422, content_type="application/json"))
        url = service.url("")
        refused = CliRunner().invoke(app, ["compare", str(one), str(other), "--url", url])
    assert str(refused.exception) == f"{other}: It cannot be decoded."
