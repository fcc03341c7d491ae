"""What `make test` has around its tests: a folder for temporary files, and a command beside."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests import fetched
from tests.beside import Beside
from tests.conftest import FileScheduling
from tests.run import environment_of_tests
from tests.scratch import scratch_folder

ENORMOUS = 2**80


def test_should_remove_temporary_files_where_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError), scratch_folder(tmp_path, 0) as folder:
        folder.mkdir()
    assert list(tmp_path.iterdir()) == []


def test_should_let_every_user_read_temporary_files(tmp_path: Path) -> None:
    with scratch_folder(tmp_path, 0) as folder:
        assert folder.parent == tmp_path
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755


@pytest.mark.parametrize(("name", "needed_bytes"), [("none", 0), (".", ENORMOUS)])
def test_should_keep_temporary_files_elsewhere_without_room_in_memory(
    tmp_path: Path, name: str, needed_bytes: int
) -> None:
    with scratch_folder(tmp_path / name, needed_bytes) as folder:
        assert folder.is_dir()
        assert tmp_path not in folder.parents


def test_should_let_the_processes_of_tests_keep_what_they_compile() -> None:
    ours = {"PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"}
    expected = {"LANG": "C.UTF-8", "LOOKALIKE_TEST_OPENSEARCH": "http://127.0.0.1:9"}
    assert environment_of_tests(ours, "http://127.0.0.1:9") == expected


@pytest.mark.parametrize(
    ("node", "together"),
    [
        ("tests/e2e/test_stack.py::test_a", "tests/e2e/"),
        ("tests/unit/infra/test_api.py::test_a[b::c]", "tests/unit/infra/"),
        ("tests/unit/test_run.py::test_a", "tests/unit/test_run.py"),
    ],
)
def test_should_run_what_shares_something_large_in_one_process(node: str, together: str) -> None:
    assert object.__new__(FileScheduling)._split_scope(node) == together


@pytest.mark.parametrize(("end", "code"), [("true", 0), ("false", 1)])
def test_should_print_the_whole_output_of_the_command_beside(
    capsys: pytest.CaptureFixture[str], end: str, code: int
) -> None:
    with Beside(f"echo one; echo two >&2; {end}") as beside:
        pass
    assert beside.exit_code == code
    assert "one\ntwo\n" in capsys.readouterr().out


def test_should_run_nothing_beside_unless_asked_to(capsys: pytest.CaptureFixture[str]) -> None:
    with Beside("") as beside:
        pass
    assert (beside.exit_code, capsys.readouterr().out) == (0, "")


def test_should_end_the_command_beside_where_the_run_fails() -> None:
    with pytest.raises(OSError, match="full"), Beside("exec sleep 600") as beside:
        raise OSError("full")
    assert beside.exit_code != 0


def test_should_fail_where_a_download_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> Path:
        raise ConnectionError("no network")

    monkeypatch.setattr(fetched, "_steps", lambda: iter([("One", unreachable)]))
    with pytest.raises(ConnectionError, match="no network"):
        fetched.main()
