"""Whether a person is there; real terminals are looked at in `tests/functional/test_prompt.py`."""

from __future__ import annotations

import io
import os
import sys
import threading
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from load._console import consent, person
from load._console.consent import Consent, ask_install
from load._console.person import person_is_there
from load._events import Change

QUESTION = Consent(
    ["pandas>=2"],
    [Change("pandas", None, "3.1.1"), Change("numpy", "1.26.4", "2.4.6"), Change("old", "1.0", None)],
    target="the environment /venv",
    reasons=["numpy would be replaced"],
    source="the package index",
    command=["uv", "install", "pandas>=2"],
)


class Screen(io.StringIO):
    """A stream that says that it is a terminal, with the descriptor of none."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def kernel(monkeypatch: pytest.MonkeyPatch, *, cell: dict[str, Any] | None, allow: bool = True) -> None:
    """Let this process look like a Jupyter kernel that carries out `cell`."""
    parent = {"content": cell} if cell is not None else {}
    running = SimpleNamespace(get_parent=lambda channel: parent if channel == "shell" else {}, _allow_stdin=allow)
    application = SimpleNamespace(initialized=lambda: True, instance=lambda: SimpleNamespace(kernel=running))
    module = ModuleType("ipykernel.kernelapp")
    module.IPKernelApp = application  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ipykernel.kernelapp", module)


def at_terminals(monkeypatch: pytest.MonkeyPatch, *, foreground: bool | None = True) -> None:
    """Let the streams say that they are terminals, and the system in which group this process is.

    No fixture: pytest puts its own streams back between setup and test.
    """
    monkeypatch.setattr(sys, "stdin", Screen())
    monkeypatch.setattr(sys, "stderr", Screen())
    if foreground is not None:
        monkeypatch.setattr(person, "_in_foreground", lambda descriptor: foreground)


def test_nobody_is_there_without_terminals() -> None:
    """Nor is anything read, nor shown."""
    assert not person_is_there()
    assert ask_install(QUESTION) == "no"


@pytest.mark.parametrize("stream", [None, io.StringIO()], ids=["absent", "a file"])
@pytest.mark.parametrize("name", ["stdin", "stderr"])
def test_both_streams_must_be_terminals(name: str, stream: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is not enough."""
    at_terminals(monkeypatch)
    assert person_is_there()
    monkeypatch.setattr(sys, name, stream)
    assert not person_is_there()


def test_a_stream_without_descriptor_is_no_controlling_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of an editor that plays a terminal; nor is a group in the background asked."""
    at_terminals(monkeypatch, foreground=None)
    assert not person_is_there()
    at_terminals(monkeypatch, foreground=False)
    assert not person_is_there()


def test_only_the_main_thread_of_the_main_process_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker, of whatever kind, must never wait for an answer."""
    at_terminals(monkeypatch)
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(person_is_there()))
    thread.start()
    thread.join()
    assert found == [False]
    monkeypatch.setattr(person, "_PROCESS", os.getpid() + 1)
    assert not person_is_there()


def test_a_worker_of_multiprocessing_never_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have the terminal as its standard error, and a process group in the foreground."""
    at_terminals(monkeypatch)
    assert person_is_there()
    workers = ModuleType("multiprocessing.process")
    workers.parent_process = lambda: object()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "multiprocessing.process", workers)
    assert not person_is_there()


@pytest.mark.parametrize(
    ("cell", "allow", "expected"),
    [
        ({"allow_stdin": True}, True, True),
        ({"allow_stdin": False}, False, False),
        ({"allow_stdin": True}, False, False),
        ({}, True, False),
        (None, True, False),
    ],
    ids=["front end", "nbconvert", "switched off", "callback of a widget", "between cells"],
)
def test_a_notebook_is_asked_where_its_front_end_can(
    cell: dict[str, Any] | None, *, allow: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request of the running cell says so."""
    kernel(monkeypatch, cell=cell, allow=allow)
    assert person_is_there() is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        *(("y", "yes"), (" YES ", "yes"), ("", "no"), ("n", "no"), ("yeah", "no"), ("y = 3", "no"), ("ja", "no")),
        *(("a", "no"), ("always", "no")),  # nothing that it could be written to
    ],
)
def test_a_notebook_is_asked_through_its_input(
    answer: str, expected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan stands on standard error before the question is put; only a clear yes is one."""
    kernel(monkeypatch, cell={"allow_stdin": True})
    shown_before: list[str] = []

    def front_end(prompt: str) -> str:
        shown_before.append(capsys.readouterr().err)
        assert prompt == "Install? [y/d/N] "
        return answer

    monkeypatch.setattr("builtins.input", front_end)
    assert ask_install(QUESTION) == expected
    assert "".join(shown_before) == (
        "load asks before it installs\n"
        "  asked for:  pandas>=2\n"
        "  from:       the package index\n"
        "  into:       the environment /venv\n"
        "  by running: uv install 'pandas>=2'\n"
        "  changes:    + comes along, ! replaces what is installed, - is removed\n"
        "    !  numpy   1.26.4 → 2.4.6\n"
        "    -  old     1.0 → removed\n"
        "    +  pandas  3.1.1\n"
        "  because:    numpy would be replaced\n"
        "  answer:     y yes, d details, anything else no\n"
    )


@pytest.mark.parametrize("error", [EOFError, KeyboardInterrupt, RuntimeError("no front end"), OSError])
def test_no_answer_is_no(
    error: type[BaseException] | BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """However it fails to come."""
    kernel(monkeypatch, cell={"allow_stdin": True})

    def front_end(prompt: str) -> str:
        raise error

    monkeypatch.setattr("builtins.input", front_end)
    assert ask_install(QUESTION) == "no"
    assert capsys.readouterr().out == ""


def test_who_cannot_be_shown_the_plan_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A yes to what was not seen is none."""
    kernel(monkeypatch, cell={"allow_stdin": True})
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(consent, "_answer", lambda prompt: "y")
    assert ask_install(QUESTION) == "no"


def test_changes_that_are_not_known_are_told_as_such(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build tells its needs only while it runs; and hostile text does not steer the terminal."""
    kernel(monkeypatch, cell={"allow_stdin": True})
    monkeypatch.setattr("builtins.input", lambda prompt: "n")
    question = Consent(["x"], [], target="the environment /\x1b[2J", reasons=["it is built"])
    assert ask_install(question) == "no"
    shown = capsys.readouterr().err
    assert "not known before it is done" in shown
    assert "/\\x1b[2J" in shown
