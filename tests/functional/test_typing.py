"""Type checkers understand what people write: mypy and pyright on `tests/typing`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.environments import Python
from tests.support.library import CHECKOUT

USAGE = CHECKOUT / "tests" / "typing" / "usage.py"
LINES = USAGE.read_text(encoding="utf-8").splitlines()
EXPECTED = {
    number: line.rpartition("# expected: ")[2] for number, line in enumerate(LINES, 1) if "# expected: " in line
}


def test_mypy_understands_it(child: Python, tmp_path: Path) -> None:
    """It finds what is wrong on purpose, and nothing else."""
    pytest.importorskip("mypy")
    arguments = ["--strict", "--no-warn-unused-ignores", "--cache-dir", tmp_path / "cache", "--config-file", ""]
    result = child.run(["-m", "mypy", *arguments, USAGE], timeout=240)
    own = [line for line in result.stdout.splitlines() if "usage.py:" in line and "error:" in line]
    found = {int(match[1]): match[2] for line in own if (match := re.search(r":(\d+): error: .*\[([\w-]+)\]$", line))}
    assert found == EXPECTED, result


def test_pyright_understands_it(child: Python, tmp_path: Path) -> None:
    """The same, under rules of other names."""
    pytest.importorskip("basedpyright")
    settings = {"include": [str(USAGE)], "extraPaths": [str(CHECKOUT)], "typeCheckingMode": "standard"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    result = child.run(["-m", "basedpyright", "--outputjson", "-p", tmp_path], timeout=240)
    errors = [each for each in json.loads(result.stdout)["generalDiagnostics"] if each["severity"] == "error"]
    assert {each["range"]["start"]["line"] + 1 for each in errors} == set(EXPECTED), errors
