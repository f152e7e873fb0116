"""Lazy packages by their stub, by their source where no stub was shipped, and by their compiled code alone."""

from __future__ import annotations

import importlib
import itertools
import marshal
import os
import py_compile
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from load._lazy import stub as kept_stubs
from load.errors import SourceError
from tests.support.environments import Python

_NUMBERS = itertools.count(1)
BODY = "import load\n__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)\n"
MODULES = {
    "m.py": "x = 'm.x'\ny = 'm.y'\nclass A: pass\n",
    "n.py": "z = 'n.z'\nx = 'n.x'\n_hidden = 'n._hidden'\n",
    "sub/__init__.py": "value = 'sub.value'\n",
    "sub/leaf.py": "here = True\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on `sys.path`; what is kept beside byte code is written."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    before = set(sys.modules)
    yield tmp_path
    for name in [name for name in sys.modules if name not in before and name.startswith("stubbed_")]:
        del sys.modules[name]


def written(folder: Path, files: dict[str, str]) -> Path:
    """The folder of a new package, which has these files besides the modules."""
    package = folder / f"stubbed_{next(_NUMBERS)}"
    for name, text in {**MODULES, **files}.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    importlib.invalidate_caches()
    return package


def stubbed(folder: Path, stub: str, files: dict[str, str] | None = None) -> Any:
    """A package with that stub, imported."""
    return importlib.import_module(written(folder, {"__init__.py": BODY, "__init__.pyi": stub, **(files or {})}).name)


def again(package: Any) -> Any:
    """The package, imported as a new process would."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package.__name__]:
        del sys.modules[name]
    return importlib.import_module(package.__name__)


# -- what is exported --------------------------------------------------------------------------------------------------


EXPORTS = {
    "with and without as": (
        "from .m import x, y as y\nfrom .m import A as B\nfrom . import sub, n as n\n",
        "B n sub x y",
    ),
    "what the stub needs itself": (
        (
            "from pathlib import Path\nfrom collections import abc\nfrom .m import x\nimport json\nimport os.path\n"
            "from typing import Any as _Any\nimport json as _json\nfrom .m import y as _y\ndef f(p: Path): ...\n"
        ),
        "x",
    ),
    "from elsewhere": ("from json import dumps as dumps\nimport json as js\nimport xml.dom as dom\n", "dom dumps js"),
    "try": ("try:\n    from .m import x\nexcept ImportError:\n    from .n import x\n    from .n import z\n", "x z"),
    "with": (
        "with nobody():\n    from .m import x\n    if True:\n        from .n import z\nfor _ in (): import json as j\n",
        "j x z",
    ),
    "conditions": (
        (
            "import sys\nif sys.version_info < (3,):\n    from .m import y\nelif sys.platform == 'nowhere':\n"
            "    from .m import y\nelse:\n    try:\n        from .m import x\n    finally:\n        from .n import z\n"
        ),
        "x z",
    ),
    "match": ("match 1:\n    case 1:\n        from .m import x\n    case _:\n        from .n import x\n", "x"),
    "functions and classes": (
        "from .m import x\ndef f():\n    from .m import y\nclass C:\n    from .n import z\n",
        "x",
    ),
    "private names of its own": ("from .n import _hidden\nfrom .m import x\n", "_hidden x"),
}


@pytest.mark.parametrize("case", EXPORTS)
def test_what_a_stub_exports(folder: Path, case: str) -> None:
    """As type checkers take it; of several branches, what comes first."""
    stub, names = EXPORTS[case]
    package = stubbed(folder, stub)
    assert package.__all__ == names.split()
    for name in package.__all__:
        getattr(package, name)
    assert getattr(package, "x", "m.x") == "m.x"


ALL = {
    "['x', 'own']": ["x", "own"],
    "('y',)\n__all__ += ['x']\n__all__.append('own')\n__all__.remove('y')": ["x", "own"],
    "['x']\n__all__.extend(['Path', 'own'])": ["x", "Path", "own"],
    "['x', *sub.__all__]": ["x", "y"],
    "[]\n__all__ += sub.__all__": ["x", "y"],
}


@pytest.mark.parametrize("text", ALL)
def test_the_stub_says_what_a_star_takes(folder: Path, text: str) -> None:
    """As for type checkers, where it can be read; other names are there all the same."""
    stub = f"from pathlib import Path\nfrom .m import x, y\ndef own() -> None: ...\n__all__ = {text}\n"
    package = stubbed(folder, stub, {"__init__.py": f"{BODY}def own(): pass\n"})
    assert package.__all__ == ALL[text]
    assert again(package).__all__ == ALL[text]
    exec(f"from {package.__name__} import *", scope := {})
    assert set(ALL[text]) <= set(scope)
    assert again(package).y == "m.y"
    assert hasattr(again(package), "Path") is ("Path" in text)


def test_attributes_and_submodules(folder: Path) -> None:
    """`from package import name` is an attribute, else a submodule, whether dots lead there or a name."""
    below = (
        "from .. import VERSION as VERSION, m\nfrom .. import m as m2\n"
        "from ..sub import leaf, value as v\nfrom . import own as mine\n"
    )
    files = {"__init__.py": "VERSION = '1'\n", "low/__init__.py": BODY, "low/__init__.pyi": below, "low/own.py": ""}
    package = importlib.import_module(f"{written(folder, files).name}.low")
    root = package.__name__.partition(".")[0]
    assert (package.VERSION, package.v) == ("1", "sub.value")
    assert package.m is package.m2 is sys.modules[f"{root}.m"]
    assert package.leaf is sys.modules[f"{root}.sub.leaf"]
    assert package.mine is sys.modules[f"{root}.low.own"]


def test_a_plain_module_may_be_lazy_too(folder: Path) -> None:
    """Its dots lead to the package that it lies in."""
    files = {
        "__init__.py": "",
        "mod.py": BODY,
        "mod.pyi": "from .m import x\nfrom . import n\nfrom .mod import y as z\n",
    }
    module = importlib.import_module(f"{written(folder, files).name}.mod")
    assert module.x == "m.x"
    assert module.n.z == "n.z"
    with pytest.raises(ImportError):
        _ = module.z


# -- errors ------------------------------------------------------------------------------------------------------------


WRONG = {
    "above": ("x: int\nfrom ...m import x as x\n", ["'...m' lies above", "__init__.pyi:2: from ...m import x as x"]),
    "above itself": ("from .. import x\n", ["lies above", "__init__.pyi:1: from .. import x"]),
    "star": ("from .m import x\nfrom .n import *\n", ["star import", "__init__.pyi:2: from .n import *"]),
    "star in a branch": ("try:\n    from .n import *\nexcept ImportError: ...\n", ["star", ":2: from .n import *"]),
    "circle": (
        "from . import b as a\nfrom . import c as b\nfrom . import a as c\n",
        ["'a' and 'b' and 'c' stand for each other", ":1: from . import b as a", ":3: from . import a as c"],
    ),
    "syntax": ("from .m import (\n", ["cannot be parsed", "__init__.pyi:1"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_errors_say_stub_and_line(folder: Path, case: str) -> None:
    """And the declaration."""
    stub, facts = WRONG[case]
    with pytest.raises(SourceError) as caught:
        stubbed(folder, stub)
    for fact in (*facts, "declared in"):
        assert fact in str(caught.value)


@pytest.mark.parametrize("stub", ["from {} import y as y\n", "from . import y\n"])
def test_a_name_that_stands_for_itself(folder: Path, stub: str) -> None:
    """It is the submodule, which may not be there."""
    package = written(folder, {"__init__.py": BODY})
    (package / "__init__.pyi").write_text(stub.format(package.name), encoding="utf-8")
    with pytest.raises(ModuleNotFoundError, match=f"{package.name}.y"):
        _ = importlib.import_module(package.name).y
    (package / "y.py").write_text("", encoding="utf-8")
    importlib.invalidate_caches()
    assert importlib.import_module(package.name).y is sys.modules[f"{package.name}.y"]


def test_a_stub_that_is_a_folder(folder: Path) -> None:
    """A typed error."""
    package = written(folder, {"__init__.py": BODY})
    (package / "__init__.pyi").mkdir()
    with pytest.raises(SourceError, match="cannot be read"):
        importlib.import_module(package.name)


# -- without a stub ----------------------------------------------------------------------------------------------------


GUARDED = """
import sys, typing
from typing import TYPE_CHECKING
import load
if TYPE_CHECKING:
    import os.path
    import xml.dom.minidom
    import numpy
    import xml.dom as dom
    from pathlib import Path
    from json import dumps as dump
    from . import sub, n as n
    from .m import x as x, A
    if sys.version_info >= (3, 99):
        from .gone import never
    elif sys.platform.startswith("nowhere") or sys.version_info[0] == 2 or sys.version_info[:2] < (3, 0):
        from .gone import never as y
    else:
        from .m import y
    try:
        from .n import z
    except ImportError:
        from .gone import z, z2
if not TYPE_CHECKING:
    import wave
else:
    from .sub import value
if sys.platform == "nowhere":
    pass
elif typing.TYPE_CHECKING and len(sys.path) >= 0:
    from .sub import leaf
if TYPE_CHECKING or sys.flags.optimize >= 0:
    import colorsys as runs
__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)
"""
GUARDED_NAMES = ["A", "dom", "dump", "leaf", "n", "sub", "value", "x", "y", "z", "z2"]


@pytest.mark.parametrize("way", ["source", "compiled"])
def test_imports_for_type_checkers(folder: Path, way: str) -> None:
    """Of the source, and of compiled code where that is all there is; what runs anyway is not a declaration."""
    package = written(folder, {"__init__.py": GUARDED})
    if way == "compiled":
        py_compile.compile(str(package / "__init__.py"), str(package / "__init__.pyc"))
        (package / "__init__.py").unlink()
    module = importlib.import_module(package.name)
    assert module.__all__ == GUARDED_NAMES
    assert (module.x, module.y, module.z, module.value) == ("m.x", "m.y", "n.z", "sub.value")
    assert module.dom is sys.modules["xml.dom"]
    assert module.leaf.here
    assert not hasattr(module, "os")
    assert not hasattr(module, "xml")
    # Compiled code does not tell these from `Path as Path`: they are there, and a star does not take them.
    assert hasattr(module, "Path") is (way == "compiled")


def test_the_source_is_parsed_once(child: Python, folder: Path) -> None:
    """As a stub."""
    package = written(folder, {"__init__.py": GUARDED})
    environ = {"PYTHONPATH": os.pathsep.join([str(child.environ["PYTHONPATH"]), str(folder)])}
    code = f"import sys, {package.name} as p; print('ast' in sys.modules, len(p.__all__))"
    for seen in ("True 11\n", "False 11\n"):
        assert child.run(code, env={**environ, "PYTHONDONTWRITEBYTECODE": None}).check().stdout == seen
    (package / "__init__.pyi").write_text("from .m import x\n", encoding="utf-8")
    assert child.run(code, env=environ).check().stdout == "True 1\n"


@pytest.mark.parametrize("shipped", [["__init__.pyi"], []])
def test_a_package_in_an_archive(folder: Path, monkeypatch: pytest.MonkeyPatch, shipped: list[str]) -> None:
    """Its stub is read through its loader, and else its source."""
    checked = (
        "if False or 'TYPE_CHECKING' == '':\n    pass\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from .m import x\n"
    )
    package = written(folder, {"__init__.py": f"{checked}{BODY}", "__init__.pyi": "from .m import x, y\n"})
    archive = folder / "archive.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ["__init__.py", "m.py", *shipped]:
            file.write(package / name, f"in_{package.name}/{name}")
    monkeypatch.syspath_prepend(str(archive))
    module = importlib.import_module(f"in_{package.name}")
    assert module.__all__ == (["x", "y"] if shipped else ["x"])
    assert module.x == "m.x"
    del sys.modules[module.__name__]


def test_the_stub_of_an_extension_module() -> None:
    """It has no tag."""
    from load._lazy.stub_sources import stub_beside

    file = os.path.join("pkg", "__init__.cpython-311-x86_64-linux-gnu.so")
    assert stub_beside(file) == os.path.join("pkg", "__init__.pyi")
    assert stub_beside(os.path.join("pkg.d", "__init__.pyc")) == os.path.join("pkg.d", "__init__.pyi")


# -- what is kept ------------------------------------------------------------------------------------------------------


def kept(package: Any) -> Path:
    """The file that a package's stub is kept in."""
    (found,) = (Path(package.__file__).parent.parent / "__pycache__").glob(f"{package.__name__}.*.lazy*")
    return found


def test_a_damaged_file_is_made_anew(folder: Path) -> None:
    """Whatever byte of it is another, or lacking."""
    package = stubbed(folder, "from .m import x, y\nfrom . import sub\n")
    file = kept(package)
    good = file.read_bytes()
    for position in range(0, len(good), 3):
        for value in (0, 127, 255, good[position] ^ 1):
            damaged = bytearray(good)
            damaged[position] = value
            if damaged != good:
                file.write_bytes(damaged)
                assert kept_stubs._read(str(file), (), (), "") is None
    for content in (b"", good[:-1], good + b"x", b"\0" * 8 + b"s\xff\xff\xff\x7f"):
        file.write_bytes(content)
        package = again(package)
        assert package.__all__ == ["sub", "x", "y"]
        assert package.x == "m.x"
        assert marshal.loads(file.read_bytes()[8:])[3][1] == ["sub", "x", "y"]


def test_a_stub_of_the_same_age_and_size(folder: Path) -> None:
    """It is another all the same."""
    package = stubbed(folder, "from .m import x\nfrom .m import y as yy\n")
    stub = Path(package.__file__ + "i")
    status = stub.stat()
    stub.write_text(stub.read_text(encoding="utf-8").replace("yy", "zz"), encoding="utf-8")
    os.utime(stub, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert again(package).__all__ == ["x", "zz"]


def test_a_stub_that_was_only_touched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not parsed again: what was installed once may lie elsewhere, and may not be written to."""
    package = stubbed(folder, "from .m import x\n")
    os.utime(package.__file__ + "i", ns=(1, 1))
    monkeypatch.setitem(sys.modules, "load._lazy.stub_parsing", None)
    assert again(package).__all__ == ["x"]


def test_it_is_kept_outside_of_the_package(folder: Path) -> None:
    """An uninstaller knows nothing of it: a folder that stays for it could still be imported."""
    package = stubbed(folder, "from .m import x\n")
    assert package.x == "m.x"
    assert kept(package).is_file()
    inside = Path(package.__file__).parent
    assert [path for path in inside.rglob("*") if path.suffix not in (".py", ".pyi", ".pyc") and path.is_file()] == []


def test_a_place_that_may_not_be_written_to(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where an administrator installed it: it is kept in the user's cache, and parsed once all the same."""
    (folder / "__pycache__").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("LOAD_CACHE_DIR", str(tmp_path / "cache"))
    package = stubbed(folder, "from .m import x\n")
    assert len(list((tmp_path / "cache" / "stubs").glob("*.lazy"))) == 1
    monkeypatch.setitem(sys.modules, "load._lazy.stub_parsing", None)
    assert again(package).__all__ == ["x"]


def test_nothing_is_left_behind(folder: Path) -> None:
    """Where the file cannot be put in its place."""
    package = stubbed(folder, "from .m import x\n")
    file = kept(package)
    file.unlink()
    file.mkdir()
    assert again(package).x == "m.x"
    assert kept(package) == file
