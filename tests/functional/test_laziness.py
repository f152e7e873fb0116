"""Packages that are to stay lazy: what their import brings, and who brought it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from load.errors import ResolveError, SourceError
from load.testing import assert_lazy


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
