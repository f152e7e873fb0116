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
    """What needs something that is not installed is named, and is not a fault."""
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
        f"'more' of {stub} is not a name of the package",
        f"'own' of {stub} is not defined in the package",
        "'sub' is not in __all__",
        "'phantom' of __all__ is not a name of the package",
        (
            "'absent' cannot be resolved: AttributeNotFound: "
            "'bad.part' has no attribute 'absent', which bad.absent stands for."
        ),
    ]


def test_a_package_without_a_stub_is_told_that(child: Python, packages: Path) -> None:
    """Type checkers know none of its names."""
    (packages / "bad" / "__init__.pyi").unlink()
    told = load(child, packages, "check-stub", "bad").check(1).stdout
    source = packages / "bad" / "__init__.py"
    assert f"there is no stub beside {source}, which imports nothing below `if TYPE_CHECKING:` either" in told


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
    assert here.stdout.startswith("plain: 1 module,")


ATTACHED = "import load\n__getattr__, __dir__, __all__ = load.attach_stub(__name__, {})\n"
MORE = {
    "odd/__init__.py": ATTACHED.format("__file__"),
    "odd/__init__.pyi": "from .m import x, nothing\nfrom .silent import a\nfrom .ends import b\nfrom . import self\n",
    "odd/m.py": "x = 1\nnothing = None\nprint('at its import')\n",
    "odd/silent.py": "raise NotImplementedError\n",
    "odd/ends.py": "import sys\nsys.exit(0)\n",
    "half/__init__.py": ATTACHED.format("__file__, missing='warn'"),
    "half/__init__.pyi": "from .m import x\nfrom .n import y\n",
    "half/m.py": "import json.nothing_of_that_name\nx = 1\n",
    "half/n.py": "import nothing_of_that_name\ny = 1\n",
    "none/__init__.py": ATTACHED.format("__file__, missing='none'"),
    "none/__init__.pyi": "from .n import y\nfrom .m import x\nfrom . import n as module\n",
    "none/m.py": "x = None\n",
    "none/n.py": "import nothing_of_that_name\ny = 1\n",
    "apart/__init__.py": ATTACHED.format("__file__.replace('__init__.py', 'api.pyi')"),
    "apart/api.pyi": "from .m import x\n",
    "apart/m.py": "x = 1\n",
    "told/__init__.py": (
        "import load\n__getattr__, __dir__, __all__ = load.attach(__name__, ['m', 'n'])\n__all__ += ['__doc__']\n"
    ),
    "told/__init__.pyi": "from . import m, n as n\n__all__ = ['m', 'gone']\n",
    "told/m.py": "",
    "told/n.py": "",
    "says/__init__.py": ATTACHED.format("__file__"),
    "says/__init__.pyi": "from .m import x\n__all__ = ['x', 'gone']\n",
    "says/m.py": "x = 1\n",
}


@pytest.fixture
def more(packages: Path) -> Path:
    """The folder, with further packages in it."""
    for name, text in MORE.items():
        path = packages / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return packages


def test_names_that_raise_say_nothing_or_exit(child: Python, more: Path) -> None:
    """Each is a fault with its place in the stub; what is printed meanwhile is no part of the answer."""
    result = load(child, more, "check-stub", "odd", "--json").check(1)
    stub = more / "odd" / "__init__.pyi"
    assert json.loads(result.stdout) == {
        "names": ["a", "b", "nothing", "self", "x"],
        "faults": [
            f"'a' cannot be resolved: NotImplementedError ({stub}:2: from .silent import a)",
            f"'b' cannot be resolved: SystemExit: 0 ({stub}:3: from .ends import b)",
            (
                "'self' cannot be resolved: ModuleNotFoundError: No module named 'odd.self' "
                f"({stub}:4: from . import self)"
            ),
        ],
        "skipped": {},
    }
    assert "at its import" in result.stderr


def test_what_is_missing_from_something_installed_is_a_fault(child: Python, more: Path) -> None:
    """It is not an optional dependency; and a name that is None where it comes from is not missing."""
    told = load(child, more, "check-stub", "half").check(1).stdout
    assert "'x' cannot be resolved: ModuleNotFoundError: No module named 'json.nothing_of_that_name'" in told
    assert "not tried: y" in told
    told = load(child, more, "check-stub", "none").check().stdout
    assert [line.partition(":")[0] for line in told.splitlines()] == ["not tried", "not tried", "none"]
    assert "not tried: x" not in told


def test_the_stub_that_was_given_is_looked_at(child: Python, more: Path) -> None:
    """Whatever it is called."""
    assert load(child, more, "check-stub", "apart").check().stdout == "apart: 1 name, 0 faults\n"


def test_all_of_the_stub_is_compared(child: Python, more: Path) -> None:
    """With that of the package; and what it names has to be there."""
    told = load(child, more, "check-stub", "told").check(1).stdout.splitlines()
    stub = more / "told" / "__init__.pyi"
    assert told == [
        f"'gone' of __all__ in {stub} is not a name of the package",
        f"'gone' of __all__ in {stub} is not in __all__",
        f"'n' of __all__ is not in that of {stub}",
        f"'__doc__' of __all__ is not in that of {stub}",
        "told: 2 names, 4 faults",
    ]
    told = load(child, more, "check-stub", "says").check(1).stdout.splitlines()
    assert told == ["'gone' of __all__ is not a name of the package", "says: 1 name, 1 fault"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("1 / 0", "ZeroDivisionError: division by zero"), ("def (", "SyntaxError"), ("raise SystemExit", "SystemExit")],
)
def test_a_package_that_cannot_be_imported(child: Python, packages: Path, text: str, reason: str) -> None:
    """A fact, a place, and what to type."""
    (packages / "plain" / "__init__.py").write_text(f"\n{text}\n", encoding="utf-8")
    told = load(child, packages, "check-stub", "plain").check(1).stderr
    assert told.startswith(f"load: The package 'plain' cannot be imported: {reason}")
    assert f"{packages / 'plain' / '__init__.py'}:2" in told
    assert told.splitlines()[-1].endswith("python -c 'import plain' shows the whole")
