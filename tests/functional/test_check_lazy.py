"""`load check-lazy` and `load check-stub`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.support.environments import Python
from tests.support.processes import Result

GOOD = {
    "good/__init__.py": (
        "import load\n__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)\ndef own(): pass\n"
    ),
    "good/__init__.pyi": (
        "from .part import f as f\nfrom .needy import g as g\nimport colorsys as colors\ndef own() -> None: ...\n"
    ),
    "good/part.py": "def f(): pass\n",
    "good/needy.py": "import nothing_of_that_name\ndef g(): pass\n",
}
BAD = {
    "bad/__init__.py": (
        "import load\n__getattr__, __dir__, __all__ = load.attach(__name__, ['sub'], "
        "{'part': ['f', 'absent'], 'other': '.part:f'})\n__all__ += ['phantom']\n__all__.remove('sub')\n"
    ),
    "bad/__init__.pyi": (
        "from .part import f as other\nfrom .part import h as f\nfrom .part import more as more\n"
        "def own() -> None: ...\n"
    ),
    "bad/part.py": "def f(): pass\n",
    "bad/sub.py": "",
}
PLAIN = {"plain/__init__.py": "x = 1\n"}


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder with packages."""
    for name, text in {**GOOD, **BAD, **PLAIN}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def load(child: Python, packages: Path, *arguments: str) -> Result:
    """The command line, which finds the packages."""
    paths = os.pathsep.join([str(child.environ["PYTHONPATH"]), str(packages)])
    return child.run(["-m", "load", *arguments], env={"PYTHONPATH": paths})


def test_a_stub_that_agrees(child: Python, packages: Path) -> None:
    """What needs something that is not installed is named, and is no fault."""
    result = load(child, packages, "check-stub", "good").check()
    assert result.stdout.splitlines()[-1] == "good: 3 names, 0 faults"
    assert "not tried: g: good.g needs 'nothing_of_that_name'" in result.stdout


def test_a_stub_that_does_not(child: Python, packages: Path) -> None:
    """Every difference is told, and every name that leads nowhere."""
    result = load(child, packages, "check-stub", "bad", "--json").check(1)
    faults = json.loads(result.stdout)["faults"]
    stub = packages / "bad" / "__init__.pyi"
    assert faults == [
        f"'absent' is not in {stub}",
        f"'sub' is not in {stub}",
        f"'f' is bad.part:h in {stub}, and bad.part:f in the package",
        f"'more' of {stub} is no name of the package",
        f"'own' of {stub} is not defined in the package",
        "'sub' is not in __all__",
        "'phantom' of __all__ is no name of the package",
        (
            "'absent' cannot be resolved: AttributeNotFound: "
            "'bad.part' has no attribute 'absent', which bad.absent stands for."
        ),
    ]


def test_what_is_not_lazy_says_so(child: Python, packages: Path) -> None:
    """One message, exit code 1."""
    result = load(child, packages, "check-stub", "plain").check(1)
    assert "The package 'plain' is not lazy" in result.stderr
    assert "not_there_at_all" in load(child, packages, "check-stub", "not_there_at_all").check(1).stderr


def test_check_lazy(child: Python, packages: Path) -> None:
    """The figures, or what is wrong and who brought it."""
    assert load(child, packages, "check-lazy", "good", "--not-loaded", "good.part").check().stdout.startswith("good: ")
    failed = load(child, packages, "check-lazy", "good", "--not-loaded", "load", "--json").check(1)
    (fact,) = json.loads(failed.stdout)["faults"]
    assert fact == f"import good loads load:\n  {packages / 'good' / '__init__.py'}:1 imports load"


def test_check_lazy_of_odd_names(child: Python, packages: Path, tmp_path: Path) -> None:
    """A module that its package makes; a name that is none; a package of the working directory alone."""
    (tmp_path / "makes.py").write_text(
        "import sys, types\n__path__ = []\nsys.modules['makes.made'] = types.ModuleType('made')\n", encoding="utf-8"
    )
    assert load(child, packages, "check-lazy", "makes.made").check().stdout.startswith("makes.made: ")
    assert "a,b" in load(child, packages, "check-lazy", "good", "--not-loaded", "a,b").check(1).stderr
    here = child.run(["-m", "load", "check-lazy", "plain"], cwd=packages).check()
    assert here.stdout.startswith("plain: 1 modules")
