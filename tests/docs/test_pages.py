"""Every page: what it says is run, in an environment of its own, or it says why not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from load import errors
from tests.docs.blocks import LANGUAGES, blocks_of, program_of
from tests.docs.surroundings import add_installed, fill_folder, fill_forge, fill_index
from tests.support.environments import Environment
from tests.support.git import Forge
from tests.support.index import Index
from tests.support.library import CHECKOUT
from tests.support.processes import Result

PAGES = {
    page.relative_to(CHECKOUT).as_posix(): page
    for page in [CHECKOUT / "README.md", CHECKOUT / "examples" / "README.md", *(CHECKOUT / "docs").rglob("*.md")]
}
RUNNABLE = sorted(name for name, page in PAGES.items() if program_of(page))
ELSEWHERE = {  # pages that take more than files and packages: each is run by the test that has it
    "docs/how-to/reloading.md": "tests/functional/test_reloading.py",
    "docs/how-to/exports.md": "tests/functional/test_exports_lifecycle.py",
}
REAL = ["docs/tutorial/first-steps.md"]  # with the packages of the index, not with ours of the same names
TAKES = {  # what a page takes beside `load`, of the running environment
    "README.md": ["grimp", "watchfiles"],
    "docs/how-to/isolated.md": ["cloudpickle"],
    "docs/how-to/migrating/autoreload.md": ["ipython"],
    "docs/how-to/notebooks.md": ["ipython"],
    "docs/how-to/registries.md": ["pydantic"],
    "docs/reference/command-line.md": ["grimp"],
}
INSTALLED = {  # what is there before a page begins, of the packages that it names
    "docs/how-to/isolated.md": ["numpy"],
    "docs/how-to/profiling.md": ["pandas"],
    "docs/how-to/unloading.md": ["requests", "sympy", "PyYAML"],
    "docs/reference/errors.md": ["numpy"],
}
SETTINGS = {  # a tag of a repository is built, which somebody has to agree to
    "README.md": {"LOAD_INSTALL": "always"},
    "docs/reference/specs.md": {"LOAD_INSTALL": "always"},
}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_its_blocks_are_of_a_known_kind(name: str) -> None:
    """A language that nobody runs would be a block that nobody runs."""
    assert {block.language for block in blocks_of(PAGES[name])} <= LANGUAGES


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_it_is_run_by_the_test_that_says_so(name: str) -> None:
    """It reads the page, and runs it."""
    text = (CHECKOUT / ELSEWHERE[name]).read_text(encoding="utf-8")
    assert "program_of(" in text
    assert f'"{Path(name).name}"' in text


@pytest.mark.parametrize("name", [name for name in RUNNABLE if name not in {*ELSEWHERE, *REAL}])
def test_what_it_says_is_run(
    name: str,
    venv: Environment,
    index: Index,
    forge: Forge,
    wheel: Callable[..., Path],
    workspace: Path,
    tmp_path: Path,
) -> None:
    """In the order of the page, with the packages that it names."""
    fill_folder(tmp_path)
    fill_index(index, wheel)
    fill_forge(forge, workspace)
    add_installed(venv, TAKES.get(name, []))
    if name in INSTALLED:
        venv.uv_pip("install", *INSTALLED[name]).check()
    run(name, venv, tmp_path, SETTINGS.get(name, {})).check()


@pytest.mark.registry
@pytest.mark.parametrize("name", REAL)
def test_what_it_says_is_run_with_the_real_packages(name: str, venv: Environment, tmp_path: Path) -> None:
    """In an environment that has IPython and `load`."""
    add_installed(venv, ["ipython"])
    run(name, venv, tmp_path, {}).check()


def test_each_error_has_a_line_that_raises_it() -> None:
    """On its page, where the line is run; but for the base of all, which nothing raises."""
    lines = [line for block in blocks_of(PAGES["docs/reference/errors.md"]) for line in block.text.splitlines()]
    raised = [line.partition("# raises ")[2] for line in lines if "# raises " in line]
    assert sorted(raised) == sorted(set(errors.__all__) - {"LoadError"})


def run(name: str, venv: Environment, folder: Path, settings: dict[str, str]) -> Result:
    """Run a page as a program in a folder."""
    (folder / "page.py").write_text(program_of(PAGES[name]), encoding="utf-8")
    path = os.pathsep.join([str(venv.scripts), os.environ.get("PATH", os.defpath)])
    return venv.run(["page.py"], cwd=folder, env={"PATH": path, **settings}, timeout=180)
