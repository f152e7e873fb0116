"""The fixtures of `load` in somebody's own tests."""

from __future__ import annotations

from pathlib import Path

from tests.support.environments import Python

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
    done = child.run(["-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", str(tmp_path)], cwd=tmp_path)
    assert "6 passed" in done.stdout, done.stdout


def test_the_plugin_by_option(child: Python, tmp_path: Path) -> None:
    """With -p, and started by `load run`, where `load` is imported already."""
    (tmp_path / "test_mine.py").write_text("def test(assert_lazy): assert_lazy('json')\n", encoding="utf-8")
    options = ("-q", "-p", "no:cacheprovider", "-p", "load.testing.pytest_plugin", "-W", "error", str(tmp_path))
    for start in (("-m", "pytest"), ("-m", "load", "run", "-m", "pytest")):
        done = child.run([*start, *options], cwd=tmp_path)
        assert "1 passed" in done.stdout, done.stdout
