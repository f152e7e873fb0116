"""What pytest says about the real package index, and the marks that it gives by folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.index import Index
from tests.support.library import CHECKOUT
from tests.support.processes import Result, run

TEST_FILE = """
import os
import pytest

@pytest.mark.registry
def test_with_the_index():
    print("index:", os.environ.get("UV_DEFAULT_INDEX"))

def test_without():
    print("none:", os.environ.get("UV_DEFAULT_INDEX"))
"""


@pytest.fixture
def session(tmp_path: Path) -> Callable[..., Result]:
    """Runs pytest with these fixtures over a file with a `registry` test and another one."""
    (tmp_path / "test_made.py").write_text(TEST_FILE)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = registry: real\naddopts = --strict-markers\n")

    def start(*options: str, **environ: str) -> Result:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.conftest",
            "-p",
            "no:cacheprovider",
            "-rs",
            "-s",
        ]
        outer = dict.fromkeys(name for name in os.environ if name.startswith("PYTEST_"))  # of the pytest around this
        return run([*command, *options], env={**outer, "PYTHONPATH": str(CHECKOUT), **environ})

    return start


def test_registry_tests_are_skipped_where_no_index_answers(session: Callable[..., Result]) -> None:
    """The header and the skip say why."""
    result = session().check()
    assert result.stdout.count("the package index cannot be reached") == 2
    assert "1 passed, 1 skipped" in result.stdout


def test_registry_tests_run_with_the_users_index_and_others_without(
    session: Callable[..., Result], index: Index, wheel: Callable[..., Path]
) -> None:
    """The index is asked once, and only the marked test is led to it."""
    index.add(wheel("iniconfig"))
    result = session(**index.environ()).check()
    assert "registry tests: run, the package index answers" in result.stdout
    assert f"index: {index.url}" in result.stdout
    assert "none: None" in result.stdout
    assert index.lookups("iniconfig") == 1


def test_the_option_decides_without_asking(session: Callable[..., Result], index: Index) -> None:
    """Never skips, always runs."""
    never, always = session("--registry=never"), session("--registry=always")
    assert "left out with --registry=never" in never.check().stdout
    assert "2 passed" in always.check().stdout
    assert index.requests == []


def test_workers_share_one_answer_and_one_template(
    session: Callable[..., Result], index: Index, wheel: Callable[..., Path], tmp_path: Path
) -> None:
    """Under pytest-xdist."""
    pytest.importorskip("xdist")
    index.add(wheel("iniconfig"))
    (tmp_path / "test_two.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('n', range(4))\n"
        "def test_copy(n, venv, template, worker_id):\n"
        "    venv.run('import rich').check()\n"
        "    open('../../seen', 'a').write(f'{worker_id} {template.root}\\n')\n"
    )
    base = tmp_path / "base"
    result = session("-n2", f"--basetemp={base}", **index.environ()).check()
    lines = [line.split() for seen in base.rglob("seen") for line in seen.read_text().splitlines()]
    assert "6 passed" in result.stdout
    assert len(lines) == 4
    assert {template for _, template in lines} == {str(base / "template" / "venv")}
    assert index.lookups("iniconfig") == 1


def test_a_test_is_marked_by_its_folder(request: pytest.FixtureRequest) -> None:
    """So that `-m` chooses a tier."""
    assert request.node.get_closest_marker("harness")
    assert not request.node.get_closest_marker("unit")
    assert "PYTEST_CURRENT_TEST" in os.environ
