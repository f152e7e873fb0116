"""Installs as they are told where standard error is not a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import load._console as console
from load import _config, _events
from load._events import Change, InstallFailed, InstallFinished, InstallProgress, InstallStarted, Loaded

LINE = "load: installed humanize 4.17.0 with uv in 0.1 s (into the environment /venv)\n"


@pytest.fixture(autouse=True)
def attached(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The console, as the only listener."""
    monkeypatch.setattr(_events, "_subscribers", ())
    console.attach()
    console.attach()
    yield
    _config.configure(quiet=None)


def install() -> None:
    """Emit the events of one install."""
    _events.emit(InstallStarted(["humanize"], "uv", "/venv"))
    _events.emit(InstallProgress("Resolved 1 package in 5ms"))
    changes = [Change("humanize", None, "4.17.0")]
    _events.emit(InstallFinished(["humanize"], changes, backend="uv", target="/venv", overlay=False, seconds=0.1))


def test_an_install_is_one_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Attaching twice does not double it, and standard output stays the program's own."""
    install()
    assert capsys.readouterr() == ("", LINE)


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """The setting holds from the moment it is made."""
    _config.configure(quiet=True)
    install()
    _config.configure(quiet=False)
    install()
    assert capsys.readouterr() == ("", LINE)


def test_what_goes_wrong_is_told_by_its_error_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever asked gets it, and may have expected it."""
    _events.emit(InstallStarted(["nosuch"], "uv", "/venv"))
    _events.emit(InstallFailed(["nosuch"], ImportError("no")))
    _events.emit(Loaded("json", "json", "imported", seconds=0.1))
    assert capsys.readouterr() == ("", "")
