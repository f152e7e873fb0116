"""The fixtures of `load` in somebody's own tests."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.environments import Python

PYTEST = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
# Whatever plugins are installed beside it, and however the tests around this one were started.
ALONE: dict[str, str | None] = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": None, "PY_COLORS": "0"}
CONFTEST = 'pytest_plugins = ["load.testing.pytest_plugin"]\n'
TESTS = """
import sys
import pytest
import load

def test_lazy(assert_lazy):
    assert_lazy("calm", not_loaded=["colorsys"])

def test_not_lazy(assert_lazy):
    with pytest.raises(AssertionError, match="import hasty loads colorsys"):
        assert_lazy("hasty", not_loaded=["colorsys"])

def test_given_back(isolated_load):
    load.alias("nick", "json")
    sys.path.append("somewhere")
    assert load.nick.dumps({}) == "{}"

def test_was_given_back():
    assert "somewhere" not in sys.path
    with pytest.raises(ImportError):
        load.nick

def test_installs(installable):
    asked = installable({"made-up": "def answer(): return 42"})
    assert load.made_up.answer() == 42
    assert asked == ["made_up"]

def test_what_was_installed_is_gone():
    assert not load.available("made_up")
"""


def test_the_fixtures(child: Python, tmp_path: Path) -> None:
    """As a plugin of a conftest; `load` itself is not rewritten for assertions, and no warning comes."""
    for name, text in {
        "conftest.py": CONFTEST,
        "test_mine.py": TESTS,
        "calm.py": "x = 1\n",
        "hasty.py": "import colorsys\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = child.run([*PYTEST, "-W", "error", str(tmp_path)], cwd=tmp_path, env=ALONE)
    assert "6 passed" in done.stdout, done.stdout


def test_the_plugin_by_option(child: Python, tmp_path: Path) -> None:
    """With -p, and started by `load run`, where `load` is imported already."""
    (tmp_path / "test_mine.py").write_text("def test(assert_lazy): assert_lazy('json')\n", encoding="utf-8")
    options = ("-p", "load.testing.pytest_plugin", "-W", "error", str(tmp_path))
    for start in (PYTEST, ["-m", "load", "run", *PYTEST]):
        done = child.run([*start, *options], cwd=tmp_path, env=ALONE)
        assert "1 passed" in done.stdout, done.stdout


BUDGETS = """
import pytest
from load.errors import ConfigError, ResolveError

def test_within(import_budget):
    import_budget("calm", modules=1, seconds=60, bytes=10**9, startup_ratio=10**6, forbidden="colorsys")
    import_budget("calm", "budget.toml")

def test_over(import_budget):
    with pytest.raises(AssertionError) as caught:
        import_budget("hasty", "budget.toml", modules=1)
    print(caught.value)

def test_slow(import_budget):
    with pytest.raises(AssertionError, match="imports take .* times what Python takes to start"):
        import_budget("hasty", startup_ratio=1e-9)

def test_no_package(import_budget):
    with pytest.raises(ResolveError, match="(?s)'failing' cannot be imported .*ValueError: at its import"):
        import_budget("failing", modules=9)
    with pytest.raises(ResolveError, match="'ending' ends the process that imports it, with the exit code 7."):
        import_budget("ending", modules=9)
    with pytest.raises(ResolveError, match="'leaving' ends the process that imports it.\\n"):
        import_budget("leaving", modules=9)

def test_no_budget(import_budget):
    with pytest.raises(ConfigError, match="limits nothing"):
        import_budget("calm")
    with pytest.raises(ConfigError, match="did you mean 'modules'"):
        import_budget("calm", module=3)
    with pytest.raises(ConfigError, match="cannot be read"):
        import_budget("calm", "nowhere.toml")
"""


def test_a_budget_for_imports(child: Python, tmp_path: Path) -> None:
    """In fresh processes, whatever the tests have imported; with the chain to blame."""
    for name, text in {
        "conftest.py": CONFTEST,
        "pytest.ini": "[pytest]\n",
        "budget.toml": '[budget]\nforbidden = ["colorsys"]\nmodules = 100\n',
        "test_mine.py": BUDGETS,
        "calm.py": "x = 1\n",
        "hasty.py": "import between\n",
        "between.py": "\nimport colorsys\nprint('noise')\n",
        "failing.py": "raise ValueError('at its import')\n",
        "ending.py": "import os\nos._exit(7)\n",
        "leaving.py": "raise SystemExit(7)\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    options = ["-rP", "-W", "error", str(tmp_path)]
    done = child.run([*PYTEST, *options], cwd=tmp_path / "..", env={**ALONE, "PYTHONPATH": with_path(child, tmp_path)})
    assert "5 passed" in done.stdout, done.stdout
    lines = done.stdout.splitlines()
    first = lines.index("import hasty is over its budget:")
    assert lines[first + 2] == "  the program imports hasty"
    chain = [f"{tmp_path / 'hasty.py'}:1 imports between", f"{tmp_path / 'between.py'}:2 imports colorsys"]
    assert lines[first + 1] == "colorsys is imported, which is forbidden"
    assert lines[first + 3 : first + 5] == [f"  {line}" for line in chain]
    assert lines[first + 5] == "3 modules are imported, more than 1"


FAILING = """
def test_over(import_budget):
    import_budget("single", modules=0, seconds=1e-9)

def test_wrong(import_budget):
    import_budget("hasty", module=0)

def test_absent(import_budget):
    import_budget("nothing_there", modules=0)

def test_not_lazy(assert_lazy):
    assert_lazy("hasty", not_loaded=["colorsys"])
"""


def test_what_fails_is_told_without_the_source_of_the_fixtures(child: Python, tmp_path: Path) -> None:
    """Of the test alone; and a chain that several limits blame is told once."""
    for name, text in {
        "conftest.py": CONFTEST,
        "pytest.ini": "[pytest]\n",
        "test_mine.py": FAILING,
        "hasty.py": "import colorsys\n",
        "single.py": "x = 1\n",  # imports nothing, so both limits blame the same chain, however long it takes
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    environ = {**ALONE, "PYTHONPATH": with_path(child, tmp_path)}
    done = child.run([*PYTEST, str(tmp_path)], cwd=tmp_path / "..", env=environ)
    assert "4 failed" in done.stdout, done.stdout
    for internal in ("Raises:", "load/testing", "load/_imports", "load/_lazy"):
        assert internal not in done.stdout
    for said in ("did you mean 'modules'?", "'nothing_there' cannot be imported", "hasty loads colorsys"):
        assert said in done.stdout, done.stdout
    assert 'File "<string>"' not in done.stdout
    assert done.stdout.count("the program imports single") == 1


def with_path(child: Python, folder: Path) -> str:
    """The path of the child's modules, and a folder."""
    return f"{child.environ['PYTHONPATH']}{os.pathsep}{folder}"
