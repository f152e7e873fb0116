"""A real program that PyInstaller has frozen, with `load` as its wheel has it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import Environment
from tests.support.library import CHECKOUT
from tests.support.processes import run

pytestmark = [pytest.mark.registry, pytest.mark.timeout(900)]

SOURCES = {
    # It leaves a mark each time it starts, and ends at once where it did before: it must not start itself.
    "main.py": """
import os, sys
with open(os.environ["STARTS"], "a") as file:
    file.write(repr(sys.argv) + chr(10))
if os.environ.get("IS_INSIDE"):
    sys.exit("started by itself")
os.environ["IS_INSIDE"] = "1"

import json
import load
import by_mapping, by_stub

def told(ask):
    try:
        return ask()
    except Exception as error:
        return [type(error).__name__, getattr(error, "reason", ""), str(error), getattr(error, "__notes__", [])]

handle = load.lazy_import("decimal")
def by_registry():
    models = load.registry.Registry("models")
    models.register("one", "by_mapping.shapes:AREA")
    return models
def statement():
    from load import base64
    return base64.__name__
answers = {
    "handle": told(lambda: handle.Decimal("1.5") == 1.5),
    "attribute": told(lambda: load.json is json),
    "statement": told(statement),
    "call": told(lambda: load("fractions:Fraction").__name__),
    "dotted": told(lambda: load.xml.dom.minidom.__name__),
    "mapping": told(lambda: [by_mapping.hull, by_mapping.shapes.AREA]),
    "stub": told(lambda: by_stub.hull),
    "registry": told(lambda: by_registry()["one"]),
    "missing": told(lambda: load.humanize),
    "missing, lazily": told(lambda: load.lazy_import("sklearn").svm),
    "missing, named": told(lambda: load("humanize @ pypi:humanize")),
    "alias": told(lambda: load.why("sklearn").distribution),
    "doctor": told(lambda: load.doctor().as_dict()),
    "shown": told(lambda: str(load.doctor())),
    "caller": told(lambda: load.nothing_of_this_name),
    "executable": sys.executable,
}
print(json.dumps(answers))
""",
    "by_mapping/__init__.py": """
import load
__getattr__, __dir__, __all__ = load.attach(__name__, submodules=["shapes"], attributes={"points": ["hull"]})
""",
    "by_mapping/points.py": "hull = 'a hull'\n",
    "by_mapping/shapes.py": "AREA = 7\n",
    "by_stub/__init__.py": """
import load
TYPE_CHECKING = False
if TYPE_CHECKING:
    from .points import hull as hull
__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)
""",
    "by_stub/__init__.pyi": "from .points import hull as hull\n",
    "by_stub/points.py": "hull = 'another hull'\n",
}
# What is named through `load` or as text is not an import that PyInstaller could see.
NAMED = ("--collect-submodules", "by_mapping", "--hidden-import", "xml.dom.minidom", "--hidden-import", "fractions")
OPTIONS = ("--onedir", "--noconfirm", "--log-level", "WARN", *NAMED)


@pytest.fixture
def program(venv: Environment) -> Path:
    """The program; skipped where PyInstaller is not to be had for this Python."""
    if venv.uv_pip("install", "pyinstaller", timeout=300).returncode != 0:
        pytest.skip("there is no PyInstaller for this Python")
    venv.uv_pip("install", "--reinstall-package", "load-module", CHECKOUT, timeout=300).check()
    for name, text in SOURCES.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    venv.run(["-m", "PyInstaller", *OPTIONS, "main.py"], timeout=600).check()
    return Path("dist", "main", "main.exe" if sys.platform == "win32" else "main").absolute()


def test_a_frozen_program_has_all_of_load_and_installs_nothing(program: Path, tmp_path: Path) -> None:
    """Handles, lazy packages, tables; what is missing is refused, and the program is started once."""
    starts = tmp_path / "starts"
    environ = {"STARTS": str(starts), "LOAD_INSTALL": "always"}
    result = run([program], env=environ, cwd=tmp_path, timeout=120).check()
    assert len(starts.read_text(encoding="utf-8").splitlines()) == 1
    answers: dict[str, Any] = json.loads(result.stdout)
    assert [answers[each] for each in ("handle", "attribute", "statement", "call", "dotted")] == [
        True,
        True,
        "base64",
        "Fraction",
        "xml.dom.minidom",
    ]
    assert [answers[each] for each in ("mapping", "stub", "registry")] == [["a hull", 7], "another hull", 7]
    assert answers["alias"] == "scikit-learn"
    for each, module in (("missing", "humanize"), ("missing, lazily", "sklearn"), ("missing, named", "humanize")):
        assert answers[each][:2] == ["InstallRefused", "frozen"]
        assert f"pyinstaller --hidden-import {module}" in answers[each][2]
        assert str(program) not in answers[each][2]
    assert [each["about"] for each in answers["doctor"]["findings"]] == ["frozen"]
    assert answers["doctor"]["facts"]["kind"] == "this program is frozen by PyInstaller"
    assert "main.py:" in answers["caller"][3][0]
    assert not any(tool in os.listdir(program.parent / "_internal") for tool in ("pip", "uv", "IPython"))
