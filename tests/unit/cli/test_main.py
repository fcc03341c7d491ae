"""The command line says that it stopped, whenever Ctrl-C comes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from lookalike.cli.main import main
from lookalike.cli.termination import Stopped, stop_requests


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Leave the handler of SIGTERM as it was."""
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


def code_of_a_run(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> object:
    """The exit code of the command line where running a command raises this."""

    def run() -> None:
        raise error

    monkeypatch.setitem(sys.modules, "lookalike.cli.app", SimpleNamespace(run=run))
    with pytest.raises(SystemExit) as caught:
        main()
    return caught.value.code


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(130)])
def test_should_say_that_it_stopped_at_ctrl_c(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Outside of commands Python interrupts it; within, Typer ends it silently."""
    assert code_of_a_run(error, monkeypatch) == 130
    assert capsys.readouterr().err == "lookalike: Stopped.\n"


@pytest.mark.parametrize(("error", "code"), [(Stopped(), 130), (SystemExit(4), 4)])
def test_should_add_nothing_to_what_a_command_has_said(
    error: BaseException,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert code_of_a_run(error, monkeypatch) == code
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_should_end_with_the_code_of_the_signal_that_asked_for_it(
    number: signal.Signals, code: int
) -> None:
    signal.signal(signal.SIGTERM, lambda *_: None)
    with stop_requests() as request:
        signal.raise_signal(number)
    with pytest.raises(SystemExit) as caught:
        request.raise_it()
    assert caught.value.code == code
