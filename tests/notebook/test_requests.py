"""What a front end asks a kernel besides running cells: to complete, and to inspect."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.kernels import running_kernel

TIMEOUT = 100  # seconds; nothing here takes ten

# Warnings of the client's own event loop are not what is tested here.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def kernel() -> Iterator[Any]:
    """A client of a running kernel that has the extension."""
    with running_kernel() as client:
        client.execute_interactive("%load_ext load\nimport load", timeout=TIMEOUT)
        yield client


def loaded(client: Any, name: str) -> str:
    """Whether a module is loaded in the kernel."""
    reply = client.execute_interactive(
        "pass", user_expressions={"it": f"{name!r} in __import__('sys').modules"}, timeout=TIMEOUT
    )
    return str(reply["content"]["user_expressions"]["it"]["data"]["text/plain"])


@pytest.mark.parametrize(
    ("code", "completed"),
    [
        ("load.markdown_i", "load.markdown_it"),
        ("%use json markdown_i", "%use json markdown_it"),
        ("first = 1\nload('x=markdown_i", "first = 1\nload('x=markdown_it"),
    ],
)
def test_the_key_completes(code: str, completed: str, kernel: Any) -> None:
    """In the cell's last line as in any; nothing is imported."""
    content = kernel.complete(code, reply=True, timeout=TIMEOUT)["content"]
    start, end = content["cursor_start"], content["cursor_end"]
    assert [code[:start] + match + code[end:] for match in content["matches"]] == [completed]
    assert loaded(kernel, "markdown_it") == "False"


def test_the_tooltip_tells_of_what_is_not_loaded(kernel: Any) -> None:
    """What it is, and what would become of it; nothing is imported or installed."""
    there = kernel.inspect("load.markdown_it", reply=True, timeout=TIMEOUT)["content"]
    missing = kernel.inspect("load.nothing_like_that_at_all", reply=True, timeout=TIMEOUT)["content"]
    assert there["found"]
    assert "markdown_it: there, and would be imported" in there["data"]["text/plain"]
    assert "load does not know the name 'nothing_like_that_at_all'" in missing["data"]["text/plain"]
    assert loaded(kernel, "markdown_it") == "False"


def test_a_cell_in_a_subshell_has_a_table_of_its_own(kernel: Any) -> None:
    """It runs beside another cell, whose table has what that one loads."""
    if "kernel subshells" not in kernel.kernel_info(reply=True, timeout=TIMEOUT)["content"].get(
        "supported_features", ()
    ):
        pytest.skip("this ipykernel has no subshells")
    kernel.execute_interactive("import threading; go = threading.Event(); load.enable_auto_print()", timeout=TIMEOUT)
    asked = kernel.session.msg("create_subshell_request", {})
    kernel.control_channel.send(asked)
    subshell = kernel.get_control_msg(timeout=TIMEOUT)["content"]["subshell_id"]

    first = kernel.execute("load.tabnanny; print('began', flush=True); go.wait(100); load('mailbox');")
    shown: dict[str, list[str]] = {first: []}
    second = ""
    ended: set[str] = set()
    while len(ended) < 2:
        message = kernel.get_iopub_msg(timeout=TIMEOUT)
        parent, content = message["parent_header"].get("msg_id"), message["content"]
        if parent == first and content.get("text") == "began\n":
            asked = kernel.session.msg("execute_request", {"code": "load('netrc'); go.set()", "silent": False})
            asked["header"]["subshell_id"] = subshell
            second = asked["header"]["msg_id"]
            shown[second] = []
            kernel.shell_channel.send(asked)
        elif message["msg_type"] == "display_data":
            shown[parent] += [line.split()[0] for line in content["data"]["text/plain"].splitlines()[1:]]
        elif content.get("execution_state") == "idle" and parent in shown:
            ended.add(parent)
    assert shown == {first: ["tabnanny", "mailbox"], second: ["netrc"]}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_of_a_cell_tells_in_a_line(kernel: Any) -> None:
    """It was forked, and has no end of a cell; the cell itself has its table."""
    asked = kernel.execute(
        "import os, warnings; load.enable_auto_print()\n"
        "with warnings.catch_warnings(action='ignore'): child = os.fork()\n"
        "if not child:\n    load.wave\n    os._exit(0)\nos.waitpid(child, 0); load.mailbox;"
    )
    told, state = "", ""
    tables: list[list[str]] = []
    while not (told and state == "idle"):  # what the child says may come after the end of the cell
        message = kernel.get_iopub_msg(timeout=TIMEOUT)
        content = message["content"]
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["msg_type"] == "stream":
            told += content["text"]
        elif message["msg_type"] == "display_data":
            tables.append([line.split()[0] for line in content["data"]["text/plain"].splitlines()[1:]])
        state = content.get("execution_state", state)
    assert re.fullmatch(r"wave · imported · .*\n", told)
    assert tables == [["mailbox"]]
