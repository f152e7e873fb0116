"""Handles and lazy packages beside the native lazy imports of Python 3.15 (PEP 810)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support.environments import Python

pytestmark = pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy imports (PEP 810) came with Python 3.15")

PROGRAMS = {
    "lazy import load": "lazy import load\nc = load.lazy_import('colorsys')\n",
    "lazy from load import": "lazy from load import lazy_import\nc = lazy_import('colorsys')\n",
    "a filter that lets all be lazy": (
        "import sys\nsys.set_lazy_imports_filter(lambda importer, name, fromlist: True)\n"
        "lazy import load\nc = load.lazy_import('colorsys')\n"
    ),
    "a filter that lets nothing be lazy": (
        "import sys\nsys.set_lazy_imports_filter(lambda importer, name, fromlist: False)\n"
        "lazy import load\nc = load.lazy_import('colorsys')\n"
    ),
}
USE = """
import sys
print('colorsys' in sys.modules, c.ONE_THIRD > 0, 'colorsys' in sys.modules, c is sys.modules['colorsys'])
"""


@pytest.mark.parametrize("mode", ["normal", "all"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_handles_beside_lazy_statements(child: Python, tmp_path: Path, program: str, mode: str) -> None:
    """Whichever of the two is lazy, the module comes at its first use, and the name is bound to it."""
    script = tmp_path / "program.py"
    script.write_text(PROGRAMS[program] + USE, encoding="utf-8")
    result = child.run(["-X", f"lazy_imports={mode}", str(script)]).check()
    assert result.stdout == "False True True True\n"


@pytest.mark.parametrize("mode", ["normal", "all"])
@pytest.mark.parametrize(
    "form", ["attach(__name__, ['sub'], {'part': ['f', 'part']})", "attach_stub(__name__, __file__)"]
)
def test_lazy_packages_beside_lazy_statements(child: Python, tmp_path: Path, mode: str, form: str) -> None:
    """A name of a lazy package that is imported lazily comes at its use, and only it."""
    package = tmp_path / "shop"
    package.mkdir()
    for name, text in {
        "__init__.py": f"import load\n__getattr__, __dir__, __all__ = load.{form}\n",
        "__init__.pyi": "from . import sub as sub\nfrom .part import f as f\nfrom .part import part as part\n",
        "part.py": "def f(): return 'f'\ndef part(): return 'part'\n",
        "sub.py": "x = 1\n",
    }.items():
        (package / name).write_text(text, encoding="utf-8")
    script = tmp_path / "program.py"
    script.write_text(
        "import sys\nlazy from shop import f\nlazy from shop import part\nlazy import shop\n"
        "print('shop' in sys.modules)\nprint(f(), 'shop.sub' in sys.modules, part(), shop.sub.x)\n",
        encoding="utf-8",
    )
    paths = os.pathsep.join([str(child.environ["PYTHONPATH"]), str(tmp_path)])
    result = child.run(["-X", f"lazy_imports={mode}", str(script)], env={"PYTHONPATH": paths}).check()
    assert result.stdout == "False\nf False part 1\n"


def test_a_missing_one_is_told_of_at_its_reification(child: Python, tmp_path: Path) -> None:
    """`lazy from load import numpy` names the command, when it is used."""
    script = tmp_path / "program.py"
    code = (
        "lazy from load import nothing_of_that_name\ntry:\n    nothing_of_that_name.x\nexcept ImportError as error:\n"
    )
    script.write_text(
        f"{code}    print(type(error).__name__, 'pip install nothing_of_that_name' in str(error))\n", "utf-8"
    )
    result = child.run([str(script)], env={"LOAD_INSTALL": "never"}).check()
    assert result.stdout == "InstallRefused True\n"
