"""The question at a real terminal: who is asked, what is shown, what counts as yes."""

from __future__ import annotations

import sys

import pytest

from tests.support.environments import Python
from tests.support.terminal import END_OF_INPUT, INTERRUPT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

ASK = """
    import sys
    from load import _console
    from load._console.consent import Consent
    from load._events import Change

    question = Consent(
        ["pandas>=2"],
        [
            Change(
                "pandas", None, "3.1.1", kind="wheel", size=12_900_000, source="https://i.example/p.whl", requested=True
            ),
            Change("numpy", "1.26.4", "2.4.6", kind="wheel", size=21_600_000, source="https://i.example/n.whl"),
            Change("tzdata", None, "2025.2", kind="wheel", source="https://i.example/t.whl"),
        ],
        target="the environment /venv",
        reasons=["numpy would be replaced"],
        source="the package index",
        command=["uv", "install", "pandas>=2"],
    )
    print(_console.person_is_there(), _console.ask_install(question), "rich" in sys.modules)
"""

PLAN = """\
load asks before it installs
  asked for:  pandas>=2
  from:       the package index
  into:       the environment /venv
  by running: uv install 'pandas>=2'
  changes:    * asked for, + comes along, ! replaces what is installed, 34.5 MB to fetch at least
    !  numpy   1.26.4 → 2.4.6  wheel  21.6 MB  i.example
    *  pandas  3.1.1           wheel  12.9 MB  i.example
    +  tzdata  2025.2          wheel           i.example
  because:    numpy would be replaced
  answer:     y yes, d details, anything else no
Install? [y/d/N] """

PROMPT = r"Install\? \[y/d/N\] "


@pytest.mark.parametrize(
    ("typed", "answer", "rest"),
    [
        ("y\n", "yes", "y\n"),
        ("YES\n", "yes", "YES\n"),
        ("\n", "no", "\n"),
        ("n\n", "no", "n\n"),
        ("yes please\n", "no", "yes please\n"),
        (END_OF_INPUT, "no", "\n"),
        ("y" + END_OF_INPUT + END_OF_INPUT, "no", "y\n"),
        (INTERRUPT, "no", "^C\n"),
        ("always\n", "no", "always\n"),  # there is no project that it could be written to
        ("ye\n", "no", "ye\n"),
    ],
)
def test_only_a_clear_yes_is_one(child: Python, typed: str, answer: str, rest: str) -> None:
    """Everything else is no, and the program goes on; at a dumb terminal no escape code is used, nor rich."""
    result = child.run_in_pty(ASK, [(PROMPT, typed)], env={"TERM": "dumb"})
    assert result.check().stdout == f"True {answer} False\n"
    assert result.stderr == PLAN + rest
    assert result.unanswered == ()


def test_at_a_terminal_the_plan_is_coloured(child: Python) -> None:
    """With NO_COLOR it is not; what replaces something stands out either way."""
    result = child.run_in_pty(ASK, [(PROMPT, "y\n")])
    assert result.check().stdout == "True yes True\n"
    assert "\x1b[1;31m    !  numpy   1.26.4 → 2.4.6  wheel  21.6 MB  i.example\x1b[0m" in result.stderr
    plain = child.run_in_pty(ASK, [(PROMPT, "y\n")], env={"NO_COLOR": "1"})
    assert plain.check().stdout == "True yes True\n"
    assert "\x1b[1m    !  numpy   1.26.4 → 2.4.6  wheel  21.6 MB  i.example\x1b[0m" in plain.stderr
    assert "31m" not in plain.stderr


def test_an_ascii_terminal_is_asked_as_well(child: Python) -> None:
    """With the plain forms of what it cannot show."""
    result = child.run_in_pty(ASK, [(PROMPT, "y\n")], env={"TERM": "dumb", "PYTHONIOENCODING": "ascii:strict"})
    assert result.check().stdout == "True yes False\n"
    assert "1.26.4 -> 2.4.6" in result.stderr


def test_without_a_terminal_nobody_is_asked(child: Python) -> None:
    """And nothing is read: what stands on standard input is the program's."""
    code = f"{ASK}    print(sys.stdin.read())\n"  # indented as ASK is
    result = child.run(code, input="y\ny\n")
    assert result.check().stdout == "False no False\ny\ny\n\n"
    assert result.stderr == ""


def test_a_job_in_the_background_is_not_asked(child: Python) -> None:
    """Reading from the terminal would stop it."""
    result = child.run_in_pty(ASK, [(PROMPT, "y\n")], background=True)
    assert result.check().stdout == "False no False\n"
    assert result.stderr == ""


@pytest.mark.parametrize(
    "redirect",
    ["sys.stderr = open(os.devnull, 'w')", "sys.stderr = None", "sys.stdin = None", "sys.stdin.close()"],
)
def test_a_person_needs_both_streams(child: Python, redirect: str) -> None:
    """Whichever of them is gone, and however."""
    code = f"import os, sys\n{redirect}\nfrom load import _console\nprint(_console.person_is_there())"
    assert child.run_in_pty(code).check().stdout == "False\n"


def test_threads_and_processes_of_the_program_are_not_asked(child: Python) -> None:
    """Though they have the same terminal, in the foreground."""
    code = """
        import multiprocessing, os, sys, threading
        from load import _console

        def tell(what):
            os.write(1, f"{what} {_console.person_is_there()}\\n".encode())

        tell("main")
        thread = threading.Thread(target=tell, args=("thread",))
        thread.start()
        thread.join()
        worker = multiprocessing.get_context("fork").Process(target=tell, args=("worker",))
        worker.start()
        worker.join()
        if os.fork() == 0:
            tell("fork")
            os._exit(0)
        os.wait()
        tell("main")
    """
    result = child.run_in_pty(code, env={"PYTHONWARNINGS": "ignore"}).check()
    assert result.stdout.splitlines() == ["main True", "thread False", "worker False", "fork False", "main True"]


def test_what_was_typed_before_the_question_is_no_answer(child: Python) -> None:
    """Pasted code, say; it is left for whoever it was meant for."""
    lines = ASK.strip("\n").splitlines()
    code = "\n".join(
        [
            "import select, sys",
            'print("ready. ", end="", file=sys.stderr, flush=True)',
            "select.select([0], [], [])",
            *(line[4:] for line in lines),
            "print(repr(sys.stdin.readline()))",
        ]
    )
    result = child.run_in_pty(code, [("ready. ", "y\n")], env={"TERM": "dumb"})
    assert result.check().stdout == "True no False\n'y\\n'\n"
    assert "something was typed before this question: taken as no" in result.stderr


def test_the_details_are_shown_and_it_is_asked_again(child: Python) -> None:
    """Everything that the index says of each distribution; then the question once more."""
    result = child.run_in_pty(ASK, [(PROMPT, "d\n"), (PROMPT, "y\n")], env={"TERM": "dumb"})
    assert result.check().stdout == "True yes False\n"
    assert "    size:     21,600,000 bytes\n" in result.stderr
    assert "    from:     https://i.example/n.whl\n" in result.stderr
    assert "    uploaded: the index does not say\n" in result.stderr


def test_details_for_ever_are_no_yes(child: Python) -> None:
    """A terminal that answers by itself does not keep the program for ever."""
    result = child.run_in_pty(ASK, [(PROMPT, "d\n")] * 4, env={"TERM": "dumb"})
    assert result.check().stdout == "True no False\n"


def test_always_is_offered_where_there_is_a_project(child: Python) -> None:
    """The file that it is written to is named."""
    code = ASK.replace("command=[", 'project="/project/pyproject.toml", command=[')
    result = child.run_in_pty(code, [(r"Install\? \[y/a/d/N\] ", "a\n")], env={"TERM": "dumb"})
    assert result.check().stdout == "True always False\n"
    assert "a always for this project (written to /project/pyproject.toml)" in result.stderr


def test_names_from_an_index_cannot_steer_the_terminal(child: Python) -> None:
    """Control characters and turned-round text in a plan are shown as what they are."""
    code = ASK.replace('"tzdata", None', '"tz\\x1b[2Jdata\\u202e", None')
    result = child.run_in_pty(code, [(PROMPT, "\n")], env={"TERM": "dumb"})
    assert result.check().stdout == "True no False\n"
    assert "tz\\x1b[2Jdata\\u202e" in result.stderr
    assert "\x1b" not in result.stderr
