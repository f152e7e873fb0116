"""Consent: a person at a terminal is asked, sees exactly what would happen, and No is the default."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.terminal import END_OF_INPUT, INTERRUPT
from tests.support.wheels import sdist

MakeWheel = Callable[..., Path]
PROMPT = r"Install\? \[y[/ad]*/N\]"


@pytest.mark.parametrize(
    ("answer", "installed"),
    [
        ("y\n", True),
        ("yes\n", True),
        ("\n", False),
        ("n\n", False),
        ("maybe\n", False),
        (END_OF_INPUT, False),
        (INTERRUPT, False),
    ],
)
def test_only_a_clear_yes_installs(
    venv: Environment, index: Index, wheel: MakeWheel, answer: str, installed: bool
) -> None:
    """An unknown name is asked about at a terminal; end of input, Ctrl-C and anything unclear mean no."""
    index.add(wheel("frobnicator", requires=["companion"]), wheel("companion", "2.5"))
    result = venv.run_in_pty("import load; load.frobnicator", [(PROMPT, answer)])
    assert result.unanswered == ()
    assert "load does not know the name 'frobnicator'" in result.stderr
    assert re.search(r"\+ +companion +2\.5 +wheel", result.stderr)
    assert ("frobnicator" in venv.installed()) == installed
    assert (result.returncode == 0) == installed
    if not installed:
        assert "InstallRefused" in result.stderr
        assert "the answer was no" in result.stderr


def test_a_replacement_is_shown_and_made_after_a_yes(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """Old → new is part of the question; a yes replaces what is installed but not loaded."""
    index.add(wheel("soupsieve", "1.0"), wheel("soupsieve", "2.0"))
    venv.uv_pip("install", "soupsieve==1.0").check()
    index.add(wheel("beautifulsoup4", "4.99", import_names=["bs4"], requires=["soupsieve>=2"]))
    result = venv.run_in_pty("import load; print(load.bs4.__name__)", [(PROMPT, "y\n")])
    assert re.search(r"! +soupsieve +1\.0 → 2\.0 +wheel", result.stderr)
    assert result.stdout.strip() == "bs4"
    assert venv.installed()["soupsieve"] == "2.0"


@pytest.mark.parametrize("answer", ["y\n", "n\n"])
def test_a_build_is_asked_about(venv: Environment, index: Index, tmp_path: Path, answer: str) -> None:
    """Where there is no wheel, the source is built after a yes and not before."""
    marker = tmp_path / "built"
    index.add(sdist(tmp_path / "sdists", "humanize", marker=marker))
    result = venv.run_in_pty("import load; print(load.humanize.__name__)", [(PROMPT, answer)])
    assert result.unanswered == ()
    assert "runs its code" in result.stderr
    assert marker.exists() == (answer == "y\n")
    assert ("humanize" in venv.installed()) == (answer == "y\n")


def test_a_background_job_is_refused_without_a_question(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """`python script &` never stops at a prompt that nobody sees."""
    index.add(wheel("frobnicator"))
    result = venv.run_in_pty("import load; load.frobnicator", background=True)
    assert result.returncode == 1
    assert "InstallRefused" in result.stderr
    assert "Install?" not in result.stderr


def test_a_second_thread_is_refused_without_a_question(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """Only the main thread can ask."""
    index.add(wheel("frobnicator"))
    code = """
        import threading, load
        def want():
            try:
                load.frobnicator
            except ImportError as error:
                print(type(error).__name__)
        thread = threading.Thread(target=want)
        thread.start()
        thread.join()
    """
    result = venv.run_in_pty(code)
    assert result.stdout.strip() == "InstallRefused"
    assert "Install?" not in result.stderr


def test_a_near_miss_needs_a_yes_even_under_always(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """The question says which name was probably meant."""
    index.add(wheel("nunpy"))
    result = venv.run_in_pty("import load; load.nunpy", [(PROMPT, "\n")], env={"LOAD_INSTALL": "always"})
    assert result.unanswered == ()
    assert "one slip away from the well-known 'numpy'" in result.stderr
    assert "nunpy" not in venv.installed()


def test_ask_asks_about_known_names(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """`install = ask` asks about everything."""
    index.add(wheel("humanize"))
    result = venv.run_in_pty("import load; load.humanize", [(PROMPT, "y\n")], env={"LOAD_INSTALL": "ask"})
    assert result.unanswered == ()
    assert "humanize" in venv.installed()


def test_a_known_name_is_installed_without_a_question_at_a_terminal(
    venv: Environment, index: Index, wheel: MakeWheel
) -> None:
    """`install = known` announces what it does, and asks nothing."""
    index.add(wheel("humanize"))
    result = venv.run_in_pty("import load; load.humanize")
    assert result.returncode == 0
    assert "installed humanize 1.0" in result.stderr
    assert "Install?" not in result.stderr


@pytest.mark.parametrize("typed", ["y", "y\n"])
def test_what_was_typed_before_the_question_is_no_answer(
    venv: Environment, index: Index, wheel: MakeWheel, typed: str
) -> None:
    """A letter without Enter, which shows only when Enter comes, as little as a line."""
    index.add(wheel("frobnicator"))
    result = venv.run_in_pty("import load; load.frobnicator", [("taken as no", "")], typed=typed)
    assert result.unanswered == ()
    assert "the answer was no" in result.stderr
    assert "frobnicator" not in venv.installed()


def test_what_python_has_read_ahead_is_no_answer(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """A program that read a letter of a line leaves the rest to whoever reads on, and that is not the question."""
    index.add(wheel("frobnicator"))
    code = "import sys\nprint('READY', file=sys.stderr, flush=True)\nsys.stdin.read(1)\nimport load; load.frobnicator"
    result = venv.run_in_pty(code, [("READY", "ny\n"), (PROMPT, "n\n")])
    assert "the answer was no" in result.stderr
    assert "frobnicator" not in venv.installed()


@pytest.mark.parametrize(("name", "first"), [("humanize", "installing humanize with uv"), ("frobnicator", "")])
def test_the_line_moves_before_and_after_the_question_and_not_meanwhile(
    venv: Environment, index: Index, tmp_path: Path, name: str, first: str
) -> None:
    """Each wait is told for what it is: the plan as a plan, the build after the yes as a build."""
    index.add(sdist(tmp_path / "sdists", name, dynamic=True))
    code = f"""
        import os, load
        from load import _process
        from load._console import status

        def run(*arguments, _run=_process.run, **options):
            finished = _run(*arguments, **options)
            while not all(job.seen for job in status._status._jobs):
                os.sched_yield()
            return finished

        _process.run = run
        load.{name}
    """
    result = venv.run_in_pty(code, [(PROMPT, "y\n"), (PROMPT, "y\n")]).check()
    before, question, after = re.split(r"load asks before it installs|Install\? \[y/N\] y\n", result.stderr, maxsplit=2)
    assert first in before
    assert f"finding out what {name} would change" in before
    assert before.count("\x1b8\x1b[J") > 0
    assert "\x1b8" not in question
    assert f"building what has no wheel, to see what {name} brings" in after
    assert f"installing {name} with uv" in after
    assert after.count("\x1b8\x1b[J") == 2


ALWAYS_OFFERED = r"Install\? \[y/a(/d)?/N\]"


def test_always_is_offered_for_an_unknown_name(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """Where the script belongs to a project that it could be written into."""
    index.add(wheel("frobnicator"))
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    (tmp_path / "script.py").write_text("import load; load.frobnicator\n", encoding="utf-8")
    result = venv.run_in_pty([str(tmp_path / "script.py")], [(ALWAYS_OFFERED, "n\n")])
    assert result.unanswered == ()


@pytest.mark.parametrize("case", ["sync", "replacement", "build", "install = ask"])
def test_always_is_not_offered_where_it_would_be_asked_again(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, case: str
) -> None:
    """A name in `allow` would change nothing: not what a lock replaces, nor a replacement, a build, or `ask`."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text("import load; load.frobnicator\n", encoding="utf-8")
    command, env = [str(script)], {}
    if case == "build":
        index.add(sdist(tmp_path / "sdists", "frobnicator"))
    else:
        index.add(wheel("frobnicator", "1.0", requires=["soupsieve>=2"] if case == "replacement" else []))
    if case == "replacement":
        index.add(wheel("soupsieve", "1.0"), wheel("soupsieve", "2.0"))
        venv.uv_pip("install", "soupsieve==1.0").check()
    if case == "install = ask":
        env["LOAD_INSTALL"] = "ask"
    if case == "sync":
        script.write_text("import frobnicator\n", encoding="utf-8")
        lock = ["-m", "load", "lock", "--allow", "frobnicator", "script.py"]
        venv.run(lock, cwd=tmp_path).check()
        index.add(wheel("frobnicator", "2.0"))
        venv.uv_pip("install", "frobnicator==2.0").check()
        command = ["-m", "load", "sync"]
    result = venv.run_in_pty(command, [(r"Install\? \[y(/d)?/N\] ", "always\n")], env=env, cwd=tmp_path)
    assert result.unanswered == ()
    assert "always for this project" not in result.stderr
    assert result.returncode == 1
    assert "allow" not in (tmp_path / "pyproject.toml").read_text(encoding="utf-8")
    assert venv.installed().get("frobnicator") == ("2.0" if case == "sync" else None)
