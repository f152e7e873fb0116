"""The question in a real Jupyter kernel: put to the front end where that can answer, never to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.kernels import TIMEOUT, running_kernel

ASK = """
from load import _console
from load._console.consent import Consent
from load._events import Change
question = Consent(["x"], [Change("x", None, "1.0")], target="the environment /venv", reasons=["it is not known"])
print(_console.person_is_there(), _console.ask_install(question))
"""

THREAD = """
import threading
thread = threading.Thread(target=ask)
thread.start()
thread.join()
"""

# Warnings of the client's own event loop are not what is tested here.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def kernel() -> Iterator[Any]:
    """A client of a running kernel."""
    with running_kernel() as client:
        yield client


def run(client: Any, code: str, answer: str | None = None) -> dict[str, str]:
    """Run a cell, with a front end that answers or cannot; give the text of its streams, and the prompts."""
    shown = {"stdout": "", "stderr": "", "prompts": ""}

    def output(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            shown[message["content"]["name"]] += message["content"]["text"]
        elif message["msg_type"] == "error":
            shown["stderr"] += message["content"]["evalue"]

    def prompt(message: dict[str, Any]) -> None:
        shown["prompts"] += message["content"]["prompt"]
        client.input(answer)

    options = {"allow_stdin": answer is not None, "output_hook": output, "stdin_hook": prompt, "timeout": TIMEOUT}
    client.execute_interactive(code, **options)
    return shown


@pytest.mark.parametrize(("answer", "expected"), [("y", "True yes\n"), ("", "True no\n"), ("x", "True no\n")])
def test_a_front_end_that_can_answer_is_asked(kernel: Any, answer: str, expected: str) -> None:
    """The plan stands on standard error before the question comes."""
    shown = run(kernel, ASK, answer)
    assert shown["stdout"] == expected
    assert shown["prompts"] == "Install? [y/d/N] "
    assert "+  x  1.0\n  because:    it is not known\n" in shown["stderr"]


def test_nobody_is_asked_where_nobody_can_answer(kernel: Any) -> None:
    """As under nbconvert and papermill: the cell goes on at once, also after one that could ask."""
    assert run(kernel, ASK, "y")["stdout"] == "True yes\n"
    assert run(kernel, ASK) == {"stdout": "False no\n", "stderr": "", "prompts": ""}


def test_a_thread_of_a_cell_does_not_ask(kernel: Any) -> None:
    """It would wait for an answer that is meant for another cell."""
    code = ASK.replace("print(", "def ask():\n    print(") + THREAD
    assert run(kernel, code, "y") == {"stdout": "False no\n", "stderr": "", "prompts": ""}
