"""Lazy packages: names that are imported when they are used, from a mapping or from a stub."""

from __future__ import annotations

import importlib
import itertools
import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import load
from load.errors import AttributeNotFound, ImportFailed, SourceError
from tests.support.environments import Python

_NUMBERS = itertools.count(1)
MODULES = {
    "shapes.py": "class Circle: pass\nclass Square: pass\n",
    "area.py": "def area(x=2): return x * x\nother = 1\n",
    "heavy.py": "import nothing_of_that_name\nclass Model: pass\n",
    "wrong.py": "import sys\nsys.nothing_of_that_name\n",
    "broken.py": "raise ValueError('broken')\n",
    "sub/__init__.py": "deep = 1\n",
    "sub/more.py": "def thing(): return 'thing'\n",
}
MAPPING = """
    "shapes": ["Circle", "Square as Box"],
    "area": ["area"],
    "heavy": ["Model"],
    "wrong": ["Odd"],
    "broken": ["Never"],
    "sub.more": ["thing"],
    "js": "json",
    "dumps": "json:dumps",
    "near": ".shapes:Circle",
    "absent": ".shapes:Cirle",
"""
STUB = """
import sys
from typing import Any
from . import sub as sub
from .area import area as area
from .broken import Never as Never
from .heavy import Model as Model
from .shapes import Circle as Circle
from .shapes import Cirle as absent
from .shapes import Square as Box
from .shapes import Circle as near
from .sub.more import thing as thing
from .wrong import Odd as Odd
import json as js
from json import dumps as dumps
if sys.version_info < (3, 0):
    from .shapes import Triangle as Triangle
own: int
def helper(x: Any) -> Any: ...
"""
CHECKED = STUB.replace("import sys\n", "").partition("if sys")[0]
ATTACH = "import load\n__getattr__, __dir__, __all__ = load.attach(__name__, "


class Made:
    """A package on disk."""

    def __init__(self, folder: Path, body: str, files: dict[str, str] | None = None) -> None:
        self.name = f"lazy_{next(_NUMBERS)}"
        self.folder = folder / self.name
        for name, text in {**MODULES, **(files or {}), "__init__.py": body}.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()

    def imported(self) -> Any:
        """The package."""
        return importlib.import_module(self.name)

    def has(self, module: str) -> bool:
        """Whether a submodule was imported."""
        return f"{self.name}.{module}" in sys.modules


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on `sys.path`."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def by_mapping(folder: Path, options: str = "", extra: str = "") -> Made:
    """With `attach`."""
    call = f"load.attach(__name__, submodules=['sub'], attributes={{{MAPPING}{extra}}}{options})"
    return Made(folder, f"import load\n__getattr__, __dir__, __all__ = {call}\nown = 1\n")


def by_stub(folder: Path, options: str = "", extra: str = "") -> Made:
    """With `attach_stub`."""
    body = f"import load\n__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__{options})\nown = 1\n"
    return Made(folder, body, {"__init__.pyi": STUB + extra})


def by_code(folder: Path, options: str = "") -> Made:
    """With `attach_stub` where the stub was not shipped."""
    guarded = "".join(f"    {line}\n" for line in CHECKED.strip().splitlines())
    body = f"import load\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n{guarded}"
    return Made(
        folder, f"{body}__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__{options})\nown = 1\n"
    )


WAYS = pytest.mark.parametrize("make", [by_mapping, by_stub, by_code])
NAMES = ["Box", "Circle", "Model", "Never", "Odd", "absent", "area", "dumps", "js", "near", "sub", "thing"]


def beside(child: Python, folder: Path) -> dict[str, str]:
    """The environment of a child that finds packages in a folder."""
    return {"PYTHONPATH": os.pathsep.join([str(child.environ["PYTHONPATH"]), str(folder)])}


@WAYS
def test_nothing_is_imported_before_its_use(folder: Path, make: Callable[[Path], Made]) -> None:
    """The package, its names, `dir` and looking for others."""
    made = make(folder)
    package = made.imported()
    assert package.__all__ == NAMES
    assert set(NAMES) <= set(dir(package))
    assert not hasattr(package, "nothing")
    assert package.own == 1
    assert [name for name in sys.modules if name.startswith(f"{made.name}.")] == []


@WAYS
def test_each_name_is_what_it_stands_for(folder: Path, make: Callable[[Path], Made]) -> None:
    """Classes, functions, modules, what comes from elsewhere, and what has another name; each once."""
    made = make(folder)
    package = made.imported()
    assert package.Circle.__module__ == f"{made.name}.shapes"
    assert not made.has("area")
    assert package.Box.__name__ == "Square"
    assert package.near is package.Circle
    assert package.area() == 4
    assert package.thing() == "thing"
    assert package.sub is sys.modules[f"{made.name}.sub"]
    assert package.js is sys.modules["json"]
    assert package.dumps is sys.modules["json"].dumps
    assert vars(package)["Circle"] is package.Circle
    exec(f"from {made.name} import Circle, area", scope := {})
    assert scope["Circle"] is package.Circle


def test_names_of_the_package_above(folder: Path) -> None:
    """Dots mean what they mean in an import."""
    below = f"{ATTACH}[], {{'Circle': '..shapes:Circle', 'near': '.more:thing'}})"
    made = Made(folder, "", {"sub/__init__.py": below})
    package = importlib.import_module(f"{made.name}.sub")
    assert package.Circle is importlib.import_module(f"{made.name}.shapes").Circle
    assert package.near() == "thing"


def test_a_stub_is_read_as_a_type_checker_reads_it(folder: Path) -> None:
    """Of each condition the branch that holds for this Python; both where nobody can tell."""
    stub = """
import sys
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from .shapes import Circle as Circle
else:
    from .shapes import Nothing as Nothing
if sys.version_info >= (3, 0) and not sys.platform.startswith("nowhere"):
    from .shapes import Square as Square
elif sys.version_info[0] > 1:
    from .shapes import Older as Older
else:
    from .shapes import Oldest as Oldest
if some_setting():
    from .area import area as area
else:
    from .area import other as other
"""
    body = "import load\n__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)\n"
    assert Made(folder, body, {"__init__.pyi": stub}).imported().__all__ == ["Circle", "Square", "area", "other"]


@WAYS
def test_a_function_with_the_name_of_its_module(folder: Path, make: Callable[[Path], Made]) -> None:
    """Whoever imports the module first, the name is the function, as it is where nothing is lazy."""
    made = make(folder)
    package = made.imported()
    importlib.import_module(f"{made.name}.area")
    assert package.area() == 4
    importlib.import_module(f"{made.name}.area")
    assert package.area() == 4
    assert sys.modules[f"{made.name}.area"].other == 1


def test_a_name_of_another_module(folder: Path) -> None:
    """A module that is imported does not take the place of what comes from elsewhere under its name."""
    files = {"area.py": "shapes = 'of area'\ndef area(): return shapes\n"}
    body = f"{ATTACH}[], {{'shapes': ['Circle', 'Square'], 'area': ['area', 'shapes']}})"
    made = Made(folder, body, files)
    package = made.imported()
    assert package.Circle.__module__ == f"{made.name}.shapes"
    assert package.shapes == "of area"
    importlib.import_module(f"{made.name}.area")
    assert package.area() == "of area"
    package.shapes = shapes = importlib.import_module(f"{made.name}.shapes").Square
    assert package.shapes is shapes
    assert package.Square is shapes
    assert type(package) is types.ModuleType


def test_names_that_the_import_system_binds_count(folder: Path) -> None:
    """The hook goes with the last name, whoever resolved the others."""
    made = Made(folder, f"{ATTACH}['sub', 'shapes'], {{'area': ['other']}})")
    package = made.imported()
    importlib.import_module(f"{made.name}.sub")
    importlib.import_module(f"{made.name}.shapes")
    assert "__getattr__" in vars(package)
    assert package.other == 1
    assert "__getattr__" not in vars(package)


def test_the_hook_goes_with_the_last_name(folder: Path) -> None:
    """From then on the package is a plain module."""
    body = f"{ATTACH}['sub'], {{'shapes': ['Circle'], 'area': ['area']}})"
    package = Made(folder, body).imported()
    assert "__getattr__" in vars(package)
    for name in package.__all__:
        getattr(package, name)
    assert "__getattr__" not in vars(package)
    assert type(package) is types.ModuleType
    assert package.area() == 4
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = package.nothing


@WAYS
def test_a_missing_dependency_says_what_to_type(folder: Path, make: Callable[..., Made]) -> None:
    """With the extra that brings it; again each time, and no longer when it is there."""
    made = make(folder, ", extras={'nothing_of_that_name': 'gpu'}")
    package = made.imported()
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError) as caught:
            _ = package.Model
        assert caught.value.name == "nothing_of_that_name"
        assert f"pip install '{made.name}[gpu]'" in str(caught.value)
        assert f"declared in {made.folder / '__init__.py'}:" in str(caught.value)
    (folder / "nothing_of_that_name.py").write_text("", encoding="utf-8")
    importlib.invalidate_caches()
    assert package.Model.__name__ == "Model"
    del sys.modules["nothing_of_that_name"]


@WAYS
def test_a_placeholder_and_none(folder: Path, make: Callable[..., Made]) -> None:
    """Warned of at the place of the use; the placeholder raises when it is used, and says so before."""
    package = make(folder, ", missing='warn'").imported()
    with pytest.warns(UserWarning, match="pip install nothing-of-that-name") as seen:
        model = package.Model
    assert seen[0].filename == __file__
    assert "nothing_of_that_name" in repr(model)
    assert not model
    for use in (lambda: model(), lambda: model.attribute, lambda: model[0], lambda: list(model)):
        with pytest.raises(ModuleNotFoundError, match="nothing_of_that_name"):
            use()
    package = make(folder, ", missing='none'").imported()
    with pytest.warns(UserWarning, match="nothing_of_that_name"):
        assert package.Model is None


@WAYS
def test_errors_are_the_original_ones(folder: Path, make: Callable[[Path], Made]) -> None:
    """Each time; an AttributeError of a body is not a missing name, and a wrong declaration says where it is."""
    made = make(folder)
    package = made.imported()
    for _ in range(2):
        with pytest.raises(ValueError, match="broken") as broken:
            _ = package.Never
        assert any(f"declared in {made.folder / '__init__.py'}:" in note for note in broken.value.__notes__)
        with pytest.raises(ImportFailed, match="nothing_of_that_name"):
            hasattr(package, "Odd")
        with pytest.raises(AttributeNotFound, match="did you mean 'Circle'"):
            _ = package.absent


def test_a_reload_makes_it_lazy_again(folder: Path) -> None:
    """What had been resolved is looked up anew."""
    made = by_mapping(folder)
    package = made.imported()
    assert package.area() == 4
    (made.folder / "area.py").write_text("def area(): return 'changed'\n", encoding="utf-8")
    del sys.modules[f"{made.name}.area"]
    importlib.reload(package)
    assert "area" not in vars(package)
    assert package.area() == "changed"


@pytest.mark.parametrize("eager", ["1", "other,{name}", "{name}"])
def test_eager_imports_all_when_the_names_are_bound(child: Python, tmp_path: Path, eager: str) -> None:
    """For CI: submodules that use the package find its names, and what is wrong shows at once."""
    files = {"uses.py": "from . import area\nvalue = area()\n"}
    body = (
        "import load\n__getattr__, __dir__, __all__ = load.attach(__name__, (), {'uses': ['value'], 'area': ['area']})"
    )
    made = Made(tmp_path, body, files)
    environ = {**beside(child, tmp_path), "LOAD_EAGER": eager.format(name=made.name)}
    code = f"import {made.name} as p; print('value' in vars(p), p.value)"
    assert child.run(code, env=environ).check().stdout == "True 4\n"
    assert child.run(code, env={**environ, "LOAD_EAGER": "another"}).check().stdout == "False 4\n"


BAD_STUBS = {
    "a star": ("from .shapes import *\n", "star import", ":1: from .shapes import *"),
    "a syntax error": ("from .shapes import (\n", "cannot be parsed", ":1"),
    "a null byte": ("x = 1\0\n", "cannot be parsed", ""),
    "nothing": ("x: int\n", "imports no names", "declared in"),
}


@pytest.mark.parametrize("stub", BAD_STUBS)
def test_a_stub_that_cannot_be_used(folder: Path, stub: str) -> None:
    """An error with file and line; the package cannot be imported."""
    text, fact, place = BAD_STUBS[stub]
    body = "import load\n__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)\n"
    made = Made(folder, body, {"__init__.pyi": text})
    with pytest.raises(SourceError, match=fact) as caught:
        made.imported()
    assert place in str(caught.value)


@pytest.mark.parametrize(
    "attributes", ["{'a b': ['x']}", "{'a': ['x y']}", "{'a': ['x as 1']}", "{'x': ':'}", "{'x': 'a b'}", "{1: ['x']}"]
)
def test_declarations_that_cannot_be(folder: Path, attributes: str) -> None:
    """At the declaration, with its place."""
    made = Made(folder, f"{ATTACH}(), {attributes})\n")
    with pytest.raises((SourceError, AttributeError)) as caught:
        made.imported()
    assert isinstance(caught.value, SourceError)
    assert f"declared in {made.folder / '__init__.py'}:2" in str(caught.value)


def test_a_stub_is_parsed_once(child: Python, tmp_path: Path) -> None:
    """Later starts import no parser; a changed stub is parsed again."""
    made = by_stub(tmp_path)
    environ = {**beside(child, tmp_path), "PYTHONDONTWRITEBYTECODE": None}
    code = f"import sys, {made.name} as p; print('ast' in sys.modules, len(p.__all__))"
    assert child.run(code, env=environ).check().stdout == "True 12\n"
    assert child.run(code, env=environ).check().stdout == "False 12\n"
    with (made.folder / "__init__.pyi").open("a", encoding="utf-8") as file:
        file.write("from .area import other as other\n")
    assert child.run(code, env=environ).check().stdout == "True 13\n"
    kept = next((tmp_path / "__pycache__").glob("*.lazy"))
    kept.write_bytes(b"damaged")
    assert child.run(code, env=environ).check().stdout == "True 13\n"


def test_threads_get_one_object(child: Python, tmp_path: Path) -> None:
    """32 at a barrier, for each of many names."""
    names = [f"n{number}" for number in range(40)]
    files = {f"m_{name}.py": f"{name} = object()\n" for name in names}
    entries = ", ".join(f"'m_{name}': ['{name}']" for name in names)
    made = Made(tmp_path, f"{ATTACH}(), {{{entries}}})\n", files)
    code = f"""
        import sys, threading
        sys.setswitchinterval(1e-6)
        import {made.name} as package
        for name in package.__all__:
            seen, barrier = [], threading.Barrier(32)
            def use():
                barrier.wait()
                seen.append(getattr(package, name))
            threads = [threading.Thread(target=use) for _ in range(32)]
            [each.start() for each in threads]; [each.join() for each in threads]
            assert len(seen) == 32 and len(set(map(id, seen))) == 1, name
        print('__getattr__' in vars(package))
    """
    environ = beside(child, tmp_path)
    assert child.run(code, env=environ).check().stdout == "False\n"


def test_availability_is_told_without_importing(folder: Path) -> None:
    """Of what a name leads to, of what that imports at once, and of what is declared and not there."""
    files = {
        "guarded.py": "try:\n    import nothing_of_that_name\nexcept ImportError:\n    pass\nx = 1\n",
        "inner.py": "def f():\n    import nothing_of_that_name\n",
        "by_way.py": "from .heavy import Model\n",
        "typed.py": "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import nothing_of_that_name\ny = 1\n",
    }
    entries = (
        "{'shapes': ['Circle', 'Cirle'], 'heavy': ['Model'], 'guarded': ['x'], 'inner': ['f'], 'typed': ['y'], "
        "'by_way': ['Model as Other'], 'gone': ['z'], 'dumps': 'json:dumps', 'np': 'nothing_of_that_name'}"
    )
    made = Made(folder, f"{ATTACH}['sub'], {entries})\n", files)
    made.imported()
    answers = {
        name: load.available(f"{made.name}.{name}") for name in ("Circle", "Cirle", "Model", "x", "f", "y", "Other")
    }
    assert answers == {"Circle": True, "Cirle": False, "Model": False, "x": True, "f": True, "y": True, "Other": False}
    others = {name: load.available(f"{made.name}.{name}") for name in ("z", "dumps", "np", "sub", "nothing")}
    assert others == {"z": False, "dumps": True, "np": False, "sub": True, "nothing": False}
    assert [name for name in sys.modules if name.startswith(f"{made.name}.")] == []
