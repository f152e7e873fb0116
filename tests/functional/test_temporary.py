"""`temporarily` with real packages, each in a child: a crash shows as an exit code."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.environments import Python

# Each is imported and used in the block; after it used again where it stayed, imported again, used again.
USES = {
    "numpy": "assert module.arange(4).reshape(2, 2).sum() == 6; module.linalg.inv(module.eye(2))",
    "pandas": "assert module.DataFrame({'a': [1, 2]}).groupby('a').size().sum() == 2",
    "matplotlib.figure": "module.Figure().add_subplot().plot([1, 2])",
    "PIL.Image": "assert module.new('RGB', (2, 2)).tobytes('jpeg', 'RGB')",
    "yaml": "assert module.load('a: [1]', module.CSafeLoader) == {'a': [1]}; assert module.safe_dump([1])",
    "psutil": "assert module.version_info",
    "parso": "assert module.parse('a = 1').children",
    "markdown_it": "assert '<b>' not in module.MarkdownIt().render('*x*')",
    "dateutil.parser": "assert module.parse('2024-02-29').month == 2",
    "rich.table": "assert module.Table(title='x').columns == []",
    "json.tool": "assert module.main",
}
STAY = ["numpy", "pandas", "matplotlib.figure", "PIL.Image", "yaml", "psutil", "json.tool"]

CYCLES = """
import gc, importlib, sys
import load

name, use = sys.argv[1:]
for _ in range(3):
    with (block := load.temporarily(name)) as module:
        assert module is sys.modules[name]
        exec(use)
    report = block.report
    if name in report.kept:
        exec(use)
    assert not set(report.removed) & set(sys.modules), report
    assert set(report.kept) <= set(sys.modules), report
    gc.collect()
module = importlib.import_module(name)
exec(use)
print(name in report.removed, name in sys.modules)
"""


def needs(name: str) -> pytest.MarkDecorator:
    """Skip the test where a package is not there, which the tests as a whole do not need."""
    root = name.partition(".")[0]
    return pytest.mark.skipif(find_spec(root) is None, reason=f"needs {root}")


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in USES])
def test_a_package_works_after_three_blocks(child: Python, name: str) -> None:
    """In the block, after it, and imported again; nothing crashes, then or at exit."""
    result = child.run(["-c", CYCLES, name, USES[name]], timeout=120)
    assert result.check().stdout == f"{name not in STAY} True\n"


@needs("numpy")
def test_numpy_stays_and_the_report_says_why(child: Python) -> None:
    """Removing it would make the next import an error, and free nothing."""
    code = """
        import sys
        import load
        with (block := load.temporarily("numpy", "json.decoder")) as (numpy, decoder):
            assert decoder.__name__ == "json.decoder"
        assert sys.modules["numpy"] is numpy is load.numpy
        assert block.report.removed == ()
        print(block.report)
    """
    shown = child.run(code).check().stdout
    assert "part of numpy, which contains extension modules (numpy._core._multiarray_umath)" in shown
    assert shown.startswith("removed: nothing\n")
    assert all(len(line) < 300 for line in shown.splitlines())


@needs("pandas")
def test_what_a_kept_package_uses_is_not_doubled(child: Python) -> None:
    """As pandas stays, `dateutil` does: its classes would exist twice, and `isinstance` would lie."""
    code = """
        import load
        with (block := load.temporarily("pandas")) as pandas:
            zone = pandas.Timestamp("2024-01-01", tz="dateutil/Europe/Berlin").tz
        import dateutil.tz
        assert isinstance(zone, dateutil.tz.tzfile)
        print(block.report.kept["dateutil"])
    """
    assert child.run(code).check().stdout == "used by pandas, which stays\n"


def test_the_facade_lets_go(child: Python, tmp_path: Path) -> None:
    """What was reached through `load` in the block is gone from it, in all its forms; a file's module as well."""
    (tmp_path / "plugin_of_mine.py").write_text("import load\ncolors = load.colorsys\n")
    code = """
        import sys
        import load
        with (block := load.import_temporarily("./plugin_of_mine.py", "jedi")) as (plugin, jedi):
            import load.parso
            from load import markdown_it
            assert load.jedi is jedi
            assert load.parso is sys.modules["parso"]
        assert "plugin_of_mine" in block.report.removed
        bound = {"jedi", "parso", "markdown_it", "colorsys"} & set(vars(load))
        left = {name for name in sys.modules if name.rpartition("load.")[2] in ("jedi", "parso", "markdown_it")}
        print(sorted(bound), left, load.jedi is not jedi)
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "['colorsys'] set() True\n"


def test_what_load_needs_for_itself_is_not_the_blocks(child: Python) -> None:
    """`packaging` reads the spec; asked for by name it goes."""
    code = """
        import sys
        import load
        with (block := load.temporarily("parso>=0.5")):
            pass
        print(block.report.kept["packaging"], "parso" in block.report.removed)
        with (block := load.temporarily("platformdirs")):
            pass
        print("platformdirs" in sys.modules)
    """
    assert child.run(code).check().stdout == "used by load itself True\nFalse\n"


def test_a_spec_that_cannot_be_had_leaves_nothing(child: Python) -> None:
    """The first of them was imported already when the second failed."""
    code = """
        import sys
        import load
        finders = list(sys.meta_path)
        try:
            with load.temporarily("parso", "no_such_module_here"):
                raise SystemExit("entered")
        except ImportError as error:
            print(type(error).__name__)
        print("parso" in sys.modules, sys.meta_path == finders)
    """
    result = child.run(code, env={"LOAD_INSTALL": "never"})
    assert result.check().stdout.splitlines()[-1] == "False True"
    assert "Refused" in result.stdout or "Resolve" in result.stdout


def test_tasks_of_one_thread_share_their_blocks(child: Python) -> None:
    """The last to end removes what all have brought; nothing is taken from one that still runs."""
    code = """
        import asyncio, sys
        import load

        async def work(name, mine, other):
            with load.temporarily(name) as module:
                mine.set()
                await other.wait()
                await asyncio.sleep(0)
                assert sys.modules[name] is module

        async def main():
            first, second = asyncio.Event(), asyncio.Event()
            await asyncio.gather(work("parso", first, second), work("markdown_it", second, first))

        asyncio.run(main())
        print({"parso", "markdown_it"} & set(sys.modules))
    """
    assert child.run(code).check().stdout == "set()\n"


@pytest.mark.skipif(sys.platform == "linux" and not Path("/proc/self/statm").exists(), reason="there is no /proc here")
def test_pure_packages_give_their_memory_back(child: Python, tmp_path: Path) -> None:
    """A made package of 60 modules, three times: the process does not grow with each."""
    package = tmp_path / "bulky"
    package.mkdir()
    body = "".join(f"class C{i}:\n    def method(self): return {i}\n" for i in range(80))
    names = [f"part{i}" for i in range(60)]
    (package / "__init__.py").write_text("".join(f"from bulky import {name}\n" for name in names))
    for name in names:
        (package / f"{name}.py").write_text(body)
    code = """
        import sys
        sys.path.insert(0, ".")
        import load
        from load._memory import resident
        sizes = []
        for _ in range(4):
            with (block := load.temporarily("bulky")):
                pass
            sizes.append(resident())
            assert len(block.report.removed) == 61
        print(sizes[-1] - sizes[0])
    """
    assert int(child.run(code, cwd=tmp_path).check().stdout) < 3_000_000
