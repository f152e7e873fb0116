"""Fixtures of all tests, and what pytest is told about the folders."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.support import templates
from tests.support.environments import Environment, Python
from tests.support.git import Forge, GitRepo
from tests.support.index import Index
from tests.support.isolation import isolated_environ, isolated_process, registry_environ
from tests.support.library import CHECKOUT
from tests.support.registry import why_unreachable
from tests.support.wheels import Wheel

_UNREACHABLE = pytest.StashKey[str]()
_LOOK_THROUGH_ALL = ("test_temporary.py", "test_unloading.py", "test_unloading_told.py")
_TIERS = {CHECKOUT / "tests" / name: name for name in ("unit", "functional", "faults", "harness", "stress")}
_TIERS[CHECKOUT / "tests" / "packages"] = "registry"  # all of them install real packages


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the caller say whether the real package index is used."""
    parser.addoption(
        "--registry",
        choices=("auto", "always", "never"),
        default="auto",
        help="run the tests with the real package index where it answers (auto), always, or never",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the folders' names markers, and take over what the controller of pytest-xdist found out."""
    config.addinivalue_line("markers", "unit: starts no process and uses no network")
    config.addinivalue_line("markers", "functional: real environments, uv, pip and Git, all on this machine")
    config.addinivalue_line("markers", "faults: what goes wrong around an install")
    config.addinivalue_line("markers", "harness: what the tests stand on")
    config.addinivalue_line("markers", "stress: many random cases")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a background job; children would inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    workerinput: dict[str, str] = getattr(config, "workerinput", {})
    if "registry_unreachable" in workerinput:
        config.stash[_UNREACHABLE] = workerinput["registry_unreachable"]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist whether the package index answers."""
    node.workerinput["registry_unreachable"] = registry_unreachable(node.config)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say whether the tests with the real package index run."""
    if config.args and all("unit" in Path(argument).parts for argument in config.args):
        return None
    return f"registry tests: {registry_unreachable(config) or 'run, the package index answers'}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the name of the folder it lies in.

    What looks through all objects of the process comes first: they are fewest then.
    """
    items.sort(key=lambda item: item.path.name not in _LOOK_THROUGH_ALL)
    for item in items:
        for folder in _TIERS.keys() & set(item.path.parents):
            item.add_marker(_TIERS[folder])


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test with the real package index where that does not answer, and say why."""
    if item.get_closest_marker("registry"):
        reason = registry_unreachable(item.config)
        if reason:
            pytest.skip(reason)


def registry_unreachable(config: pytest.Config) -> str:
    """Why the tests with the real package index do not run; empty where they do. Asked once in a session."""
    if _UNREACHABLE not in config.stash:
        choice = config.getoption("--registry", "auto")
        answers = {"always": "", "never": "left out with --registry=never"}
        config.stash[_UNREACHABLE] = answers[choice] if choice in answers else _probe()
    return config.stash[_UNREACHABLE]


def _probe() -> str:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        return why_unreachable(registry_environ(isolated_environ(home, home / "uv"))) or ""


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the whole session, the same for all workers of pytest-xdist."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def uv_cache(shared_folder: Path) -> Path:
    """The uv cache of the session."""
    folder = shared_folder / "uv-cache"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def _folder_numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory, _folder_numbers: Iterator[int]) -> Iterator[Path]:
    """A folder for what fixtures make for one test, so that `tmp_path` holds only what the test made."""
    folder = tmp_path_factory.getbasetemp() / "workspaces" / str(next(_folder_numbers))
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def clean_environ(request: pytest.FixtureRequest, workspace: Path, uv_cache: Path) -> dict[str, str]:
    """The environment that the test starts with, with the way to the package index if marked `registry`."""
    home = workspace / "home"
    home.mkdir()
    environ = isolated_environ(home, uv_cache)
    return registry_environ(environ) if request.node.get_closest_marker("registry") else environ


@pytest.fixture(autouse=True)
def isolated(clean_environ: dict[str, str], tmp_path: Path) -> Iterator[None]:
    """Every test has its own environment and home, works in `tmp_path`, and leaves no module or finder."""
    with isolated_process(clean_environ, tmp_path):
        yield


@pytest.fixture(scope="session")
def template(shared_folder: Path, uv_cache: Path) -> Environment:
    """The virtual environment that others are copied from; not to be changed."""
    folder = shared_folder / "template"
    with FileLock(shared_folder / "template.lock"), tempfile.TemporaryDirectory() as home:
        if not templates.is_finished(folder):
            shutil.rmtree(folder, ignore_errors=True)  # what another worker left when it failed half-way
            with isolated_process(isolated_environ(Path(home), uv_cache), Path(home)):
                templates.make_template(folder)
    return templates.open_template(folder)


@pytest.fixture
def make_venv(template: Environment, workspace: Path) -> Iterator[Callable[[], Environment]]:
    """Makes virtual environments with pip, uv, `load` and its dependencies: `make_venv() -> Environment`."""
    made: list[Environment] = []

    def make() -> Environment:
        made.append(templates.copy_template(template, workspace / f"venv{len(made) or ''}"))
        return made[-1]

    yield make
    for environment in made:
        environment.remove()


@pytest.fixture
def venv(make_venv: Callable[[], Environment]) -> Environment:
    """A virtual environment with pip, uv, `load` and its dependencies."""
    return make_venv()


@pytest.fixture
def make_bare(template: Environment, workspace: Path) -> Iterator[Callable[..., Environment]]:
    """Makes Pythons that are no virtual environment: `make_bare(externally_managed=False) -> Environment`."""
    made: list[Environment] = []

    def make(*, externally_managed: bool = False) -> Environment:
        root = workspace / f"bare{len(made) or ''}"
        try:
            made.append(templates.system_like(template, root, externally_managed=externally_managed))
        except templates.NotPossibleError as error:
            pytest.skip(str(error))
        return made[-1]

    yield make
    for environment in made:
        environment.remove()


@pytest.fixture
def bare(make_bare: Callable[..., Environment]) -> Environment:
    """A Python that is no virtual environment, with pip, uv, `load` and its dependencies."""
    return make_bare()


@pytest.fixture
def child() -> Python:
    """The running interpreter, for children that import `load` from the checkout."""
    return Python(Path(sys.executable), {"PYTHONPATH": str(CHECKOUT)})


@pytest.fixture
def wheel(workspace: Path) -> Callable[..., Path]:
    """Makes a wheel: `wheel("name", "1.0", requires=[…])` or `wheel(Wheel("name").truncated())`."""
    numbers = itertools.count(1)

    def make(what: Wheel | str, *arguments: Any, **options: Any) -> Path:
        made = what if isinstance(what, Wheel) else Wheel(what, *arguments, **options)
        return made.build(workspace / "wheels" / str(next(numbers)))

    return make


@pytest.fixture
def index(isolated: None) -> Iterator[Index]:
    """A package index on this machine, which uv and pip of this test's children use and no other."""
    with Index() as index:
        os.environ.update(index.environ())
        yield index


@pytest.fixture
def git_repo(workspace: Path) -> Callable[..., GitRepo]:
    """Makes Git repositories: `git_repo("name") -> GitRepo`."""
    return lambda name="repository": GitRepo(workspace / "git" / name)


@pytest.fixture
def forge(isolated: None, workspace: Path) -> Forge:
    """A place for repositories that git, uv and pip in children find at github.com and gitlab.com."""
    forge = Forge(workspace / "forge")
    os.environ.update(forge.environ)
    return forge
