"""The facade in whole interpreters: what it costs, threads, cycles, prompts, lazy imports."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from tests.support.environments import Python

HEAVY = ("rich", "packaging", "subprocess", "psutil", "importlib.metadata", "typing", "dataclasses", "re", "inspect")


def test_import_load_brings_few_modules(child: Python) -> None:
    """At most eight more than a bare interpreter has, and no environment, disk or network is touched."""
    result = child.run(
        """
        import sys
        before = set(sys.modules)
        import load
        print(*sorted(set(sys.modules) - before))
        """
    )
    added = result.check().stdout.split()
    assert len(added) <= 8, added
    assert all(name.partition(".")[0] == "load" for name in added)


def test_the_first_module_of_the_standard_library_is_cheap(child: Python) -> None:
    """`load.colorsys` brings nothing heavy with it."""
    result = child.run(
        f"""
        import sys
        before = set(sys.modules)
        import load
        assert load.colorsys.rgb_to_hsv
        print(*sorted((set(sys.modules) - before) & set({HEAVY!r})))
        """
    )
    assert result.check().stdout.strip() == ""


def test_a_lazy_loader_around_load_works(child: Python) -> None:
    """`importlib.util.LazyLoader`: the first access runs `load`, and is a request if it is written as one."""
    for first in (
        "load.colorsys",
        "load.load('colorsys')",
        "(hasattr(load, 'colorsys'), load.colorsys)[1]",
        "load.load.colorsys",
    ):
        result = child.run(
            f"""
            import importlib.util, sys
            spec = importlib.util.find_spec("load")
            spec.loader = importlib.util.LazyLoader(spec.loader)
            load = importlib.util.module_from_spec(spec)
            sys.modules["load"] = load
            spec.loader.exec_module(load)
            assert "load._reserved" not in sys.modules
            found = {first}
            assert found is sys.modules["colorsys"] and type(load).__name__ == "LoadModule"
            assert getattr(load, "wave", None) is None and load.wave is sys.modules["wave"]
            from load import string
            assert string is sys.modules["string"]
            print("worked")
            """
        )
        assert result.check().stdout == "worked\n", first


def test_a_probe_through_a_lazy_loader_is_none(child: Python) -> None:
    """A `getattr` that wakes the module up is still only a question."""
    result = child.run(
        """
        import importlib.util, sys
        spec = importlib.util.find_spec("load")
        spec.loader = importlib.util.LazyLoader(spec.loader)
        load = sys.modules["load"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(load)
        assert getattr(load, "colorsys", None) is None
        assert "colorsys" not in sys.modules
        print("worked")
        """
    )
    assert result.check().stdout == "worked\n"


@pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy import statements (PEP 810) came with Python 3.15")
def test_lazy_import_statements_work(child: Python) -> None:
    """`lazy import load`, `lazy from load import x`, and all imports made lazy from outside."""
    source = """
        import sys
        lazy import load
        lazy from load import colorsys as c
        lazy import load.wave as w
        lazy from load.xml.dom import minidom
        assert "load" not in sys.modules and "colorsys" not in sys.modules
        assert load.shelve is sys.modules["shelve"]
        assert c.rgb_to_hsv and w.open and minidom.parse
        assert load.errors.LoadError and load("string") is sys.modules["string"]
        try:
            load.surely_no_such
        except ImportError as error:
            print(error.name)
        """
    assert child.run(source).check().stdout == "surely_no_such\n"
    script = Path("script.py")
    script.write_text(textwrap.dedent(source.replace("lazy ", "")), encoding="utf-8")
    assert child.run(["-X", "lazy_imports=all", script]).check().stdout == "surely_no_such\n"


def test_a_prompt_asks(child: Python) -> None:
    """What is typed at the prompt is source too."""
    typed = (
        "import load\nload.colorsys.rgb_to_hsv(0, 0, 0)\nfor i in range(2): load.wave.__name__\n\nload.surely_no_such\n"
    )
    result = child.run(["-i", "-q"], input=typed)
    assert "(0.0, 0.0, 0)" in result.stdout
    assert result.stdout.count("'wave'") == 2
    assert "surely_no_such" in result.stderr
    assert "InstallRefused" in result.stderr


def test_ipython_asks(child: Python) -> None:
    """Cells, magics and top-level await are source too."""
    pytest.importorskip("IPython")
    result = child.run(
        """
        import sys
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        for cell in ("import load", "load.colorsys.rgb_to_hsv(0, 0, 0)", "%timeit -n1 -r1 load.wave",
                     "await __import__('asyncio').sleep(0, load.shelve)", "%time load.string", "assert load.secrets"):
            shell.run_cell(cell).raise_error()
        assert {"colorsys", "wave", "shelve", "string", "secrets"} <= set(sys.modules)
        print("worked")
        """
    )
    assert result.check().stdout.endswith("worked\n")


def test_doctest_and_timeit_ask(child: Python) -> None:
    """So are examples in docstrings and timed statements."""
    result = child.run(
        '''
        import doctest, sys, timeit

        def f():
            """
            >>> load.colorsys.rgb_to_hsv(0, 0, 0)
            (0.0, 0.0, 0)
            """

        import load
        assert doctest.testmod().attempted == 1
        timeit.timeit("load.wave", "import load", number=1)
        assert not doctest.master or not doctest.master.failures
        print("colorsys" in sys.modules, "wave" in sys.modules)
        '''
    )
    assert result.check().stdout == "True True\n"


SHARED = "import sys, threading\nsys.runs = getattr(sys, 'runs', 0) + 1\nthreading.Event().wait(0.05)\nwhole = True\n"
ASKED_TOGETHER = """
    import sys, threading
    import load

    barrier = threading.Barrier(32)
    found, errors = [], []

    def ask(number):
        barrier.wait()
        try:
            if number % 4 == 0:
                module = load.shared
            elif number % 4 == 1:
                module = load("shared")
            elif number % 4 == 2:
                from load import shared as module
            else:
                import load.shared as module
            found.append((module, module.whole))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(32)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert not errors, errors
    assert set(found) == {(sys.modules["shared"], True)} and sys.runs == 1
    print("worked")
"""


def test_threads_that_ask_together_get_the_same(child: Python, tmp_path: Path) -> None:
    """Thirty-two at a barrier, by attribute, call and import statement: the module runs once, whole."""
    (tmp_path / "shared.py").write_text(SHARED, encoding="utf-8")
    assert child.run(ASKED_TOGETHER, cwd=tmp_path).check().stdout == "worked\n"


def test_cycles_behave_as_in_python(child: Python, tmp_path: Path) -> None:
    """Modules that load one another through `load` see each other half made, as with import statements."""
    (tmp_path / "first.py").write_text(
        "import load\nhalf = 1\nload.second\nassert load.second.seen == 1\nwhole = 1\n", encoding="utf-8"
    )
    (tmp_path / "second.py").write_text(
        "import load\nfrom load import first\nassert load.first is first and not hasattr(first, 'whole')\n"
        "import load.first as again\nassert again is first\nseen = first.half\n",
        encoding="utf-8",
    )
    source = "import sys, load; load.first.whole; print(load.first is sys.modules['first'] and 'worked')"
    assert child.run(source, cwd=tmp_path).check().stdout == "worked\n"


def test_a_package_may_use_load_while_it_is_imported(child: Python, tmp_path: Path) -> None:
    """A module that loads the very package it belongs to gets it as far as it is."""
    package = tmp_path / "selfish"
    package.mkdir()
    (package / "__init__.py").write_text("import load\nearly = 1\nfrom . import part\nlate = 1\n", encoding="utf-8")
    (package / "part.py").write_text(
        "import load\nassert load.selfish.early and not hasattr(load.selfish, 'late')\nfrom load import selfish\n",
        encoding="utf-8",
    )
    assert child.run("import load; print(load.selfish.late)", cwd=tmp_path).check().stdout == "1\n"


def test_the_traceback_ends_where_it_was_asked(child: Python, tmp_path: Path) -> None:
    """The person's own line is in the traceback of a missing module, and the text says what to do."""
    script = tmp_path / "script.py"
    script.write_text("import load\n\nload.surely_no_such.thing()\n", encoding="utf-8")
    result = child.run([script])
    assert result.returncode == 1
    assert 'script.py", line 3' in result.stderr
    assert "load install surely_no_such" in result.stderr


def test_installed_code_asks_where_it_has_imported_load(child: Python, tmp_path: Path) -> None:
    """A library that uses `load` asks; one that is given it and looks what it is does not."""
    library = tmp_path / "lib" / "site-packages"
    library.mkdir(parents=True)
    (library / "user.py").write_text(
        "import load\n\ndef use(): return load.colorsys\n\ndef use_own():\n    return load.wave\n",
        encoding="utf-8",
    )
    (library / "local_user.py").write_text("def use():\n    import load\n    return load.wave\n", encoding="utf-8")
    (library / "looker.py").write_text(
        "def look(thing):\n    try:\n        return thing.shelve\n    except AttributeError:\n        return None\n",
        encoding="utf-8",
    )
    result = child.run(
        f"""
        import sys
        sys.path.append({str(library)!r})
        import load, looker, local_user, user
        assert user.use() is sys.modules["colorsys"] and local_user.use() is sys.modules["wave"]
        assert looker.look(load) is None and "shelve" not in sys.modules
        assert load.shelve is looker.look(load)
        print("worked")
        """
    )
    assert result.check().stdout == "worked\n"


def test_load_does_not_hide_a_module_that_runs_as_a_script(child: Python, tmp_path: Path) -> None:
    """`python -m load` is the command line, and the real module below the prefix can be run too."""
    assert child.run(["-m", "load", "--help"]).returncode == 0
    (tmp_path / "text").write_text("open", encoding="utf-8")
    assert child.run(["-m", "load.base64", "-e", tmp_path / "text"]).check().stdout == "b3Blbg==\n"
    assert "No code object" in child.run(["-m", "load.sys"]).stderr


def test_types_are_understood(child: Python, tmp_path: Path) -> None:
    """A type checker takes `load.numpy` for anything, and the API for what it is."""
    pytest.importorskip("mypy")
    script = tmp_path / "script.py"
    script.write_text(
        """
import load
from load import pandas as pd
from load.errors import LoadError

array = load.numpy.array([1, 2])
module = load.load("numpy>=2")
np, plt = load.import_aliases("np=numpy", "plt=matplotlib.pyplot")
found: bool = load.available("numpy")
env: dict[str, str] = load.child_env()


@load.requires("numpy")
def mean(values: list[float]) -> float:
    return float(np.mean(values))


answer: float = mean([1.0])
with load.temporarily("yaml") as yaml, load.override(quiet=True):
    yaml.safe_load("a: 1")
try:
    pd.DataFrame
except LoadError as error:
    print(error.hint, load.why("cv2").verdict, load.LoadModule)
text: int = load.available("numpy", 3)
""",
        encoding="utf-8",
    )
    result = child.run(["-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", script], timeout=240)
    errors = [line for line in result.stdout.splitlines() if "error:" in line]
    assert len(errors) == 1, result
    assert 'Too many arguments for "available"' in errors[0]
