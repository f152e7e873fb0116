"""Auto-install for plain import statements: they are answered, and nothing else is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.test_install_names import BACKENDS
from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.wheels import Wheel

MakeWheel = Callable[..., Path]


@pytest.fixture
def filled(index: Index, wheel: MakeWheel) -> Index:
    """An index with a few names that the table knows."""
    package = Wheel("humanize", files={"humanize/__init__.py": "__version__ = '1.0'\n", "humanize/time.py": "x = 1\n"})
    return index.add(
        wheel(package),
        wheel("tabulate"),
        wheel("cupy"),
        wheel(Wheel("google-cloud-storage", files={"google/cloud/storage/__init__.py": "name = 'storage'\n"})),
        wheel(Wheel("google-cloud-bigquery", files={"google/cloud/bigquery/__init__.py": "name = 'bigquery'\n"})),
    )


STATEMENTS = {
    "import humanize; print(humanize.__version__)": "1.0",
    "import humanize.time as t; print(t.x)": "1",
    "import humanize.time; print(humanize.time.x)": "1",
    "from humanize import __version__ as v; print(v)": "1.0",
    "from humanize.time import x; print(x)": "1",
    "from humanize import time; print(time.x)": "1",
    "from google.cloud import storage; print(storage.name)": "storage",
    "import google.cloud.storage as s; print(s.name)": "storage",
    "from google.cloud import storage, bigquery; print(storage.name, bigquery.name)": "storage bigquery",
    "exec('import humanize'); print(humanize.__version__)": "1.0",
    "f = lambda: __import__\nclass C:\n    import humanize\nprint(C.humanize.__version__)": "1.0",
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_that_finds_nothing_installs(venv: Environment, filled: Index, statement: str) -> None:
    """Every form of it, where it stands in somebody's own code."""
    assert filled
    result = venv.run(f"import load\nload.enable_auto_install()\n{statement}").check()
    assert result.stdout == STATEMENTS[statement] + "\n"


@BACKENDS
def test_a_script_of_plain_imports(venv: Environment, filled: Index, tmp_path: Path, backend: str) -> None:
    """As a block, for one part of a program; afterwards a missing module is missing."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, load\nbefore = list(sys.meta_path)\n"
        "with load.auto_install():\n    import humanize\n    with load.auto_install():\n        pass\n"
        "    import tabulate\n"
        "print(humanize.__name__, tabulate.__name__, sys.meta_path == before)\n"
        "try:\n    import cupy\nexcept ModuleNotFoundError as error:\n    print(type(error).__name__)\n"
    )
    result = venv.run([str(script)], env={"LOAD_BACKEND": backend}).check()
    assert result.stdout == "humanize tabulate True\nModuleNotFoundError\n"
    assert filled.downloads("cupy") == 0


PROBES = {
    "importlib.util.find_spec": "import importlib.util; print(importlib.util.find_spec('tabulate'))",
    "import_module": "import importlib\ntry: importlib.import_module('tabulate')\nexcept ImportError: print(None)",
    "__import__": "try: __import__('tabulate')\nexcept ImportError: print(None)",
    "pkgutil": "import pkgutil\ntry: pkgutil.resolve_name('tabulate:x')\nexcept ImportError: print(None)",
    "a part that is not there": "try: import packaging.tabulate\nexcept ImportError: print(None)",
    "another Python's standard library": "try: import annotationlib, imp\nexcept ImportError: print(None)",
    "a private name": "try: import _tabulate\nexcept ImportError: print(None)",
    "a relative import": "try: from . import tabulate\nexcept ImportError: print(None)",
    "a name of nothing": "try: from packaging import tabulate\nexcept ImportError: print(None)",
}


@pytest.mark.parametrize("probe", PROBES)
def test_questions_are_answered_as_without_it(venv: Environment, filled: Index, probe: str) -> None:
    """Whether something is there is no order to install it; the index is not even asked."""
    result = venv.run(f"import load\nload.enable_auto_install()\n{PROBES[probe]}").check()
    assert result.stdout == "None\n"
    assert filled.requests == []


@pytest.mark.parametrize("mode", ["known", "always"])
def test_optional_imports_of_libraries_stay_what_they_are(venv: Environment, filled: Index, mode: str) -> None:
    """Silently: Python's own error, no process, no index, whatever the library makes of it."""
    library = "try:\n    import cupy\nexcept ImportError as error:\n    found = type(error).__name__, str(error)\n"
    (venv.site_packages / "library.py").write_text(library)
    code = """
        import sys
        started = []
        sys.addaudithook(lambda event, args: started.append(args) if event == "subprocess.Popen" else None)
        import load
        load.enable_auto_install()
        import library
        print(library.found, started)
    """
    env = {"LOAD_INSTALL": mode, "LOAD_TRUST": "library"}
    assert venv.run(code, env=env).check().stdout == "('ModuleNotFoundError', \"No module named 'cupy'\") []\n"
    assert filled.requests == []


def test_the_policy_is_the_same(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """A refusal is a `ModuleNotFoundError` that holds the command, so that `except ImportError` works."""
    index.add(wheel("frobnicator"))
    code = """
        import load
        load.enable_auto_install()
        for name in ("frobnicator", "nunpy", "cupy"):
            try:
                exec(f"import {name}")
            except ModuleNotFoundError as error:
                print(type(error).__name__, error.reason, error.name)
        load.configure(install="never")
        try:
            import humanize
        except ImportError as error:
            print(error)
    """
    lines = venv.run(code).check().stdout.splitlines()
    assert lines[:3] == [
        "InstallRefused unknown-name frobnicator",
        "InstallRefused near-miss nunpy",
        "InstallRefused heavy cupy",
    ]
    assert "-m pip install humanize" in "\n".join(lines[3:])
    assert index.requests == []


def test_switched_off_it_leaves_no_trace(venv: Environment, filled: Index) -> None:
    """The finders are as before, in their order; twice on is once."""
    code = """
        import sys, load
        before = list(sys.meta_path)
        load.enable_auto_install(); load.enable_auto_install()
        print(len(sys.meta_path) - len(before), sys.meta_path[:-1] == before)
        load.disable_auto_install(); load.disable_auto_install()
        print(sys.meta_path == before)
        try:
            import humanize
        except ModuleNotFoundError as error:
            print(type(error).__name__)
    """
    assert venv.run(code).check().stdout == "1 True\nTrue\nModuleNotFoundError\n"
    assert filled.requests == []


def test_many_threads_and_one_install(venv: Environment, filled: Index) -> None:
    """Each holds the import lock of its module while it waits for its turn; nobody waits for ever."""
    code = """
        import sys, threading
        installs = []
        def hook(event, args):
            if event == "subprocess.Popen" and "install" in args[1]:
                installs.append(args[1])
        sys.addaudithook(hook)
        import load
        load.enable_auto_install()
        barrier, found = threading.Barrier(32), []
        def ask(name):
            barrier.wait()
            namespace = {}
            exec(f"import {name} as found", namespace)
            found.append(namespace["found"])
        threads = [threading.Thread(target=ask, args=[name]) for name in ("humanize", "tabulate") * 16]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(len(found), len(set(map(id, found))), len(installs))
    """
    assert venv.run(code, timeout=100).check().stdout == "32 2 2\n"
    assert filled.downloads("humanize") <= 2


@pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy imports (PEP 810) came with Python 3.15")
def test_a_lazy_import_installs_at_its_first_use(venv: Environment, filled: Index) -> None:
    """Not where it is declared."""
    code = (
        "import load\nload.enable_auto_install()\nlazy import humanize\nlazy from humanize.time import x\n"
        "lazy import tabulate\nprint(load.available('humanize'))\nprint(humanize.__version__, x)\n"
        "print(load.available('humanize'), load.available('tabulate'))\n"
    )
    assert venv.run(code).check().stdout == "False\n1.0 1\nTrue False\n"
    assert filled.downloads("tabulate") == 0
