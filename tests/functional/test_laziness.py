"""Packages that are to stay lazy: what their import brings, and who brought it."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from pathlib import Path

import pytest

from load._lazy import fresh
from load.errors import ResolveError, SourceError
from load.testing import assert_lazy
from tests.support.environments import Python


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that imports `json` by a way around, and a lazy one that does not."""
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, text in {
        "hasty/__init__.py": "from hasty import first\n",
        "hasty/first.py": "\n\nimport hasty.second\n",
        "hasty/second.py": "def f(): pass\nimport colorsys\n",
        "easy/__init__.py": "import load\n__getattr__, __dir__, __all__ = load.attach(__name__, (), {'part': ['f']})\n",
        "easy/part.py": "import colorsys\ndef f(): pass\n",
        "failing/__init__.py": "raise ValueError('at its import')\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_lazy_package_passes(package: Path) -> None:
    """Whatever this process has imported itself."""
    import colorsys  # noqa: F401

    assert package
    assert_lazy("easy", not_loaded=["colorsys", "easy.part", "asyncio"], max_modules=60, max_ms=60_000)


def test_the_chain_of_imports_is_told(package: Path) -> None:
    """From the package down to what should not be there, file and line each."""
    with pytest.raises(AssertionError) as caught:
        assert_lazy("hasty", not_loaded=["colorsys"])
    assert str(caught.value).splitlines() == [
        "import hasty loads colorsys:",
        f"  {package / 'hasty' / '__init__.py'}:1 imports hasty.first",
        f"  {package / 'hasty' / 'first.py'}:3 imports hasty.second",
        f"  {package / 'hasty' / 'second.py'}:2 imports colorsys",
    ]


def test_budgets_are_held(package: Path) -> None:
    """Of modules and of time."""
    assert package
    with pytest.raises(AssertionError, match=r"import hasty loads \d+ modules, more than 2"):
        assert_lazy("hasty", max_modules=2)
    with pytest.raises(AssertionError, match=r"import hasty takes .* ms, more than 1e-05"):
        assert_lazy("hasty", max_ms=0.00001)


def test_the_switch_for_ci_does_not_count(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all is imported on purpose, laziness can still be tested."""
    assert package
    monkeypatch.setenv("LOAD_EAGER", "1")
    assert_lazy("easy", not_loaded=["colorsys"])
    assert os.environ["LOAD_EAGER"] == "1"


@pytest.mark.parametrize(
    ("name", "error"), [("failing", ResolveError), ("not_there_at_all", ResolveError), ("a b", SourceError)]
)
def test_what_cannot_be_looked_at(package: Path, name: str, error: type[Exception]) -> None:
    """A typed error with what the process said."""
    assert package
    with pytest.raises(error, match=r"at its import|not_there_at_all|names no object"):
        assert_lazy(name)


def written(folder: Path, files: dict[str, str]) -> Path:
    """The folder, with these files in it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_package_below_another_stays_lazy(package: Path) -> None:
    """Looking at it does not ask for its names."""
    easy = (package / "easy" / "__init__.py").read_text(encoding="utf-8")
    written(package, {"above/__init__.py": "", "above/easy/__init__.py": easy, "above/easy/part.py": "import colorsys"})
    assert_lazy("above.easy", not_loaded=["above.easy.part", "colorsys"])


def test_one_name_may_be_given_as_it_is(package: Path) -> None:
    """A text is not a list of letters, none of which is ever loaded."""
    assert package
    with pytest.raises(AssertionError, match="import hasty loads colorsys:"):
        assert_lazy("hasty", not_loaded="colorsys")


@pytest.mark.parametrize("names", [["colorsys,json"], ["hasty:f"], [""], [3], ["colorsys "]])
def test_what_could_never_be_loaded_guards_nothing(package: Path, names: list[str]) -> None:
    """It is refused."""
    assert package
    with pytest.raises(SourceError):
        assert_lazy("hasty", not_loaded=names)


USERS = {
    "by_name/__init__.py": (
        "import load\n__getattr__, __dir__, __all__ = load.attach(__name__, ['heavy'])\nfrom by_name import user\n"
    ),
    "by_name/heavy.py": "import colorsys\n",
    "by_name/user.py": "import by_name\n\n\nby_name.heavy\n",
    "by_call/__init__.py": "from by_call import user\n",
    "by_call/user.py": "import load\nc = load.lazy_import('colorsys')\ndef use():\n    return c.ONE_THIRD\n\nuse()\n",
    "by_string/__init__.py": "import importlib\n\nimportlib.import_module('colorsys')\n",
    "by_hook/__init__.py": (
        "import importlib\ndef __getattr__(name):\n    if name == 'c':\n"
        "        return importlib.import_module('colorsys')\n    raise AttributeError(name)\n"
        "from by_hook import user\n"
    ),
    "by_hook/user.py": "import by_hook\nby_hook.c\n",
    "by_thread/__init__.py": (
        "import threading\ndef work():\n    import colorsys\n"
        "thread = threading.Thread(target=work)\nthread.start()\nthread.join()\n"
    ),
}
CHAINS = {
    "by_name": [
        "by_name/__init__.py:3 imports by_name.user",
        "by_name/user.py:4 imports by_name.heavy",
        "by_name/heavy.py:1 imports colorsys",
    ],
    "by_call": [
        "by_call/__init__.py:1 imports by_call.user",
        "by_call/user.py:6 calls use",
        "by_call/user.py:4 imports colorsys",
    ],
    "by_string": ["by_string/__init__.py:3 imports colorsys"],
    "by_hook": [
        "by_hook/__init__.py:6 imports by_hook.user",
        "by_hook/user.py:2 calls __getattr__",
        "by_hook/__init__.py:4 imports colorsys",
    ],
    "by_thread": ["by_thread/__init__.py:3 imports colorsys"],
}


@pytest.mark.parametrize("name", CHAINS)
def test_who_uses_a_lazy_name_brought_it(package: Path, name: str) -> None:
    """The code that used it at its import is told, not what imports on behalf of others."""
    written(package, USERS)
    with pytest.raises(AssertionError) as caught:
        assert_lazy(name, not_loaded=["colorsys"])
    lines = str(caught.value).replace(os.sep, "/").splitlines()[1:]
    own = [line.strip().removeprefix(f"{package.as_posix()}/") for line in lines if package.as_posix() in line]
    assert own == CHAINS[name]
    assert name == "by_thread" or len(own) == len(lines)


ODD = {
    "prints": "import sys\nsys.stdout.write('no end of line')\n",
    "prints_much": "print('x' * 70_000_000)\n",
    "closes": "import sys\nsys.stdout.close()\n",
    "replaces": "import io, sys\nsys.stdout = io.StringIO()\n",
    "duplicates": "import os\nos.dup2(2, 1)\n",
    "encodes": "import sys\nsys.stdout.reconfigure(encoding='utf-16')\nprint('x')\n",
    "moves": "import os\nos.chdir(os.sep)\n",
    "parses": "import argparse, sys\nassert len(sys.argv) == 1\nargparse.ArgumentParser().parse_args()\n",
    "empties": "import sys\nsys.modules['__main__'].__dict__.clear()\n",
    "finds": "import sys\ndel sys.meta_path[0]\n",
    "swaps": "import sys, types\nsys.modules['json'] = sys.modules['marshal'] = types.ModuleType('json')\n",
    "numbers": "import sys\nsys.modules[5] = 3\n",
    "forks": "import os\nif hasattr(os, 'fork'):\n    pid = os.fork()\n    if pid: os.waitpid(pid, 0)\n",
}


@pytest.mark.parametrize("name", ODD)
def test_packages_that_do_odd_things_are_looked_at(package: Path, name: str) -> None:
    """What they write, close, replace or read is not what the answer comes by."""
    written(package, {f"{name}.py": f"{ODD[name]}import colorsys\n"})
    assert_lazy(name, not_loaded=["wave"])
    with pytest.raises(AssertionError, match=f"import {name} loads colorsys"):
        assert_lazy(name, not_loaded=["colorsys"])


ENDING = {
    "exits": ("import sys\nsys.exit(0)\n", "'exits' ends the process that imports it", "SystemExit: 0"),
    "says_why": ("import sys\nsys.exit('no display')\n", "ends the process that imports it", "no display"),
    "vanishes": ("import os\nos._exit(0)\n", "'vanishes' ends the process that imports it", "exit code 0"),
    "is_silent": ("import sys\nsys.excepthook = print\nraise KeyError('k')\n", "cannot be imported", "KeyError: 'k'"),
    "asks": ("input()\n", "'asks' cannot be imported", "EOFError"),
}


@pytest.mark.parametrize("name", ENDING)
def test_packages_that_end_the_process(package: Path, name: str) -> None:
    """A typed error with what the process said, and what to type."""
    text, fact, reason = ENDING[name]
    written(package, {f"{name}.py": text})
    with pytest.raises(ResolveError, match=fact) as caught:
        assert_lazy(name)
    assert reason in str(caught.value)
    assert str(caught.value).endswith(f"-c 'import {name}'")


def test_a_package_that_takes_too_long(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told of the import, and of no setting for installs; what only ends late is looked at."""
    sleep = "import threading, time\n{}\n"
    written(package, {"slow.py": sleep.format("time.sleep(60)")})
    written(package, {"late.py": sleep.format("threading.Thread(target=time.sleep, args=(60,)).start()")})
    began = time.perf_counter()
    assert_lazy("easy")
    enough = min(30, round(2 + 10 * (time.perf_counter() - began)))  # for a process, on this machine, as busy as it is
    monkeypatch.setattr(fresh, "TIMEOUT", float(enough))
    with pytest.raises(ResolveError, match=f"'slow' was not imported within {enough} s") as caught:
        assert_lazy("slow")
    assert "configure" not in str(caught.value)
    assert_lazy("late", not_loaded=["wave"])


def test_the_path_is_the_one_of_this_process(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its order, with whatever stands in it; and without the working directory where that is not on it."""
    here = written(package / "here", {"time.py": "raise SystemExit", "marshal.py": "1 / 0", "colorsys.py": "1 / 0"})
    odd = written(package / f"a{os.pathsep}b", {"apart.py": "import colorsys\n"})
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each] + [str(odd), here, b"bytes"])  # type: ignore[list-item]
    assert_lazy("apart", not_loaded=["wave"])
    with pytest.raises(AssertionError, match=r"apart\.py:1 imports colorsys"):
        assert_lazy("apart", not_loaded=["colorsys"])


def test_the_options_of_this_process_hold(child: Python, tmp_path: Path) -> None:
    """Those that tell what is imported: asserts, and the folders of site-packages."""
    written(tmp_path, {"asserts.py": "import sys\nassert False\nif sys.flags.no_site: import colorsys\n"})
    code = f"""
        import sys
        sys.path += [{str(tmp_path)!r}, *{[each for each in sys.path if each]!r}]
        from load.testing import assert_lazy
        try:
            assert_lazy("asserts", not_loaded="colorsys")
        except AssertionError as error:
            print(error)
    """
    assert "imports colorsys" in child.run(["-O", "-S", "-E", "-c", textwrap.dedent(code)]).check().stdout
