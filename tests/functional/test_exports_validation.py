"""What an export checks before it hands out a package: every kind of module, every level, every failure told."""

from __future__ import annotations

import copy
import importlib
import pickle
import sys
import types
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import load
from load.errors import ExportValidationError, SourceError
from load.exports import (
    ExportValidationLevel,
    LazyPackageExport,
    get_export_metadata,
    register_export_checks,
)
from load.exports._checks import shipped
from tests.support.exports import made_packages, own_registry

NONE, BASIC, STRICT, COMPREHENSIVE = ExportValidationLevel


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """What a test registers is gone after it."""
    with own_registry():
        yield


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Makes packages: `package(body) -> name`; without a body, a folder alone."""
    with made_packages(tmp_path, monkeypatch, "checked") as make:
        yield lambda body="", **parts: make({**({} if body is None else {"__init__": body}), **parts})


def failures(name: str, level: ExportValidationLevel) -> tuple[str, ...]:
    """What fails when an export is used."""
    with pytest.raises(ExportValidationError) as caught:
        _ = LazyPackageExport(name, validation_level=level).anything
    assert caught.value.level is level
    return caught.value.failures


def put(name: str, module: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """Something in `sys.modules`."""
    monkeypatch.setitem(sys.modules, name, module)  # type: ignore[arg-type]
    return name


# -- every kind of module ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", list(ExportValidationLevel), ids=str)
@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("sys", "path"),  # built in
        ("time", "time"),
        ("_imp", "create_builtin"),
        ("zipimport", "zipimporter"),  # frozen
        ("_io", "open"),
        ("os.path", "join"),  # another name than its own
        ("json", "dumps"),  # a package
        ("colorsys", "rgb_to_hsv"),  # a file
        ("xml.etree", "ElementTree"),  # empty but for submodules
        ("psutil", "Process"),  # compiled parts
        ("_ctypes", "sizeof"),  # an extension module, where Python is built with it apart
        ("typing", "Any"),
        ("pydoc_data", "topics"),
    ],
)
def test_sound_modules_pass(name: str, attribute: str, level: ExportValidationLevel) -> None:
    """Every kind that there is, on every level."""
    importlib.import_module(name)
    if attribute in ("ElementTree", "topics"):
        importlib.import_module(f"{name}.{attribute}")
    assert hasattr(LazyPackageExport(name, validation_level=level), attribute)
    assert get_export_metadata(name).load_count == 1


def test_namespace_packages_pass(package: Callable[..., str], tmp_path: Path) -> None:
    """With modules in them, or with folders that are namespace packages themselves."""
    flat, deep = package(None, part="value = 1\n"), package(None)
    (tmp_path / deep / "inner").mkdir()
    for name in (flat, deep):
        assert list(load.materialize(LazyPackageExport(name, validation_level=COMPREHENSIVE)).__path__)
    assert failures(package(None), COMPREHENSIVE) == ("it is empty: no public name, and no submodule",)


def test_modules_in_archives_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their files are no files, and their folders no folders."""
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("zipped_wares/__init__.py", "value = 42\n__all__ = ['value', 'part']\n")
        file.writestr("zipped_wares/part.py", "")
        file.writestr("zipped_space/", "")
        file.writestr("zipped_space/part.py", "")
    monkeypatch.syspath_prepend(str(archive))
    assert LazyPackageExport("zipped_wares", validation_level=COMPREHENSIVE).value == 42
    assert list(load.materialize(LazyPackageExport("zipped_space", validation_level=COMPREHENSIVE)).__path__)


def test_lazy_packages_pass_and_stay_lazy(package: Callable[..., str]) -> None:
    """What `__all__` has may be given by a hook, or be a submodule; what `dir` has is not asked for."""
    body = (
        "__all__ = ['given', 'listed', 'part']\n"
        "def __getattr__(name):\n"
        "    if name == 'given': return 1\n"
        "    if name == 'listed': import xxsubtype_of_nobody\n"
        "    raise AttributeError(name)\n"
        "def __dir__(): return ['listed']\n"
    )
    name = package(body, part="1 / 0\n")
    assert LazyPackageExport(name, validation_level=STRICT).given == 1
    assert f"{name}.part" not in sys.modules


def test_a_module_of_a_class_of_its_own(package: Callable[..., str]) -> None:
    """As those that can be called."""
    body = "import sys, types\nclass Own(types.ModuleType):\n    def __call__(self): return 7\n"
    name = package(f"{body}sys.modules[__name__].__class__ = Own\n")
    export = LazyPackageExport(name, validation_level=COMPREHENSIVE)
    assert (export.Own, export()) == (load.materialize(export).Own, 7)


# -- what fails --------------------------------------------------------------------------------------------------------


def test_what_came_from_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that somebody has made up passes where nothing is checked."""
    name = put("made_up", types.ModuleType("made_up"), monkeypatch)
    sys.modules[name].value = 42  # type: ignore[attr-defined]
    assert failures(name, BASIC) == ("it came from nowhere: it has no __file__, no __path__, and is not built in",)
    with pytest.warns(UserWarning, match="replaced"):
        told = failures(name, STRICT)
    assert told[1:] == ("it has no __spec__: no import made it", "it has no __package__")
    with pytest.warns(UserWarning, match="replaced"):
        export = LazyPackageExport(name, validation_level=NONE)
    assert export.value == 42


def test_what_is_no_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in `sys.modules`: one of which no weak reference can be made is told from others, too."""
    name = put("no_module", 42, monkeypatch)
    facts = failures(name, STRICT)
    assert facts[0] == "it has no __name__: it is of type int"
    assert "it is not a module: it is of type int" in facts
    with pytest.warns(UserWarning, match="replaced"):
        export = LazyPackageExport(name, validation_level=NONE)
    assert export.real == 42


def test_folders_that_are_gone(package: Callable[..., str], tmp_path: Path) -> None:
    """A namespace package whose folders were deleted."""
    name = package(None, part="")
    importlib.import_module(name)
    (tmp_path / name).rename(tmp_path / "elsewhere")
    assert failures(name, BASIC) == ("none of the folders of its __path__ is there",)


def test_what_is_not_in_its_place(package: Callable[..., str]) -> None:
    """A module that says that it is another."""
    name, other = package("x = 1\n"), package("")
    importlib.import_module(other)
    module = importlib.import_module(name)
    module.__spec__, module.__package__ = sys.modules[other].__spec__, name
    assert failures(name, STRICT) == (
        f"its __package__ is {name!r}, and its __spec__ says {other!r}",
        f"what stands in sys.modules as {other!r} is another module",
    )


def test_what_it_offers_and_lacks(package: Callable[..., str]) -> None:
    """`__all__` is taken at its word; a wrong one is told, a broken one too."""
    assert failures(package("__all__ = ['there', 'gone', 'part', 'lost', 3]\nthere = 1\n", part=""), STRICT) == (
        "it lacks what its __all__ has: gone, lost, 3",
    )
    many = package(f"__all__ = {[f'name_{number}' for number in range(12)]!r}\n")
    assert failures(many, STRICT)[0].endswith("name_9, and 2 more")
    assert failures(package("__all__ = 3\n"), STRICT) == (
        "has_what_it_offers: TypeError: 'int' object is not iterable",
    )


def test_every_failed_check_is_told(package: Callable[..., str]) -> None:
    """One use tells them all: in the text, in the attributes, in a copy, in another process."""
    name = package("value = 'no function'\ndef broken(): raise OSError('the disk')\n", bad="import gone_of_nobody\n")
    register_export_checks(
        name,
        names=["value", "missing", "part.Thing", "bad.Thing"],
        callables=["broken", "value"],
        version=">=2",
        probe=lambda module: module.broken(),
    )
    with pytest.raises(ExportValidationError) as caught:
        _ = LazyPackageExport(name, validation_level=COMPREHENSIVE).value
    error = caught.value
    assert error.failures == (
        f"{name}.value cannot be called: it is of type str",
        f"{name}.missing is missing",
        f"{name}.part.Thing is missing",
        f"{name}.bad.Thing is missing: ModuleNotFoundError: No module named 'gone_of_nobody'",
        "it has no version that could be told, and >=2 is wanted",
        "its trial test_every_failed_check_is_told.<locals>.<lambda> failed: OSError: the disk",
    )
    assert f"The export {name!r} failed 6 of 15 checks at COMPREHENSIVE." in str(error)
    assert all(fact in str(error) for fact in error.failures)
    assert str(Path(name) / "__init__.py") in str(error)
    assert __file__ in str(error)
    assert (error.export, error.name, error.level) == (name, name, COMPREHENSIVE)
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (str(again), again.failures, again.level) == (str(error), error.failures, COMPREHENSIVE)


def test_it_is_not_handed_out(package: Callable[..., str]) -> None:
    """By no way of using it; nor does `hasattr` take it for a missing name."""
    name = package("__all__ = ['gone']\nvalue = 42\ndef function(): pass\n")
    export = LazyPackageExport(name, validation_level="strict")
    attribute = LazyPackageExport(name, attr="function", validation_level="strict")
    uses: list[Callable[[], object]] = [
        lambda: export.value,
        lambda: hasattr(export, "value"),
        lambda: setattr(export, "value", 1),
        lambda: load.materialize(export),
        attribute,
    ]
    for use in uses:
        with pytest.raises(ExportValidationError):
            use()
    assert not load.is_loaded(export)
    assert get_export_metadata(name).error_count == len(uses) - 1
    assert sys.modules[name].value == 42


def test_checked_again_when_it_changed(package: Callable[..., str], tmp_path: Path) -> None:
    """What was added is seen at the next use; and so is what was imported anew."""
    name = package("__all__ = ['value']\n")
    export = LazyPackageExport(name, validation_level="strict")
    with pytest.raises(ExportValidationError):
        _ = export.value
    sys.modules[name].value = 42  # type: ignore[attr-defined]
    assert export.value == 42

    other = package("__all__ = ['value']\n")
    export = LazyPackageExport(other, validation_level="strict")
    with pytest.raises(ExportValidationError, match=r"load\.unload"):
        _ = export.value
    (tmp_path / other / "__init__.py").write_text("__all__ = ['value']\nvalue = 4343\n", encoding="utf-8")
    load.unload(other, force=True)
    assert export.value == 4343


def test_checked_once(package: Callable[..., str]) -> None:
    """However often it is used, pickled and replaced; a probe is not run again."""
    name, seen = package("value = 42\n"), list[Any]()
    register_export_checks(name, probe=seen.append)
    export = LazyPackageExport(name, validation_level=COMPREHENSIVE)
    assert [export.value, pickle.loads(pickle.dumps(export)).value, load.materialize(export).value] == [42, 42, 42]
    assert seen == [sys.modules[name]]


def test_a_probe_may_use_the_export(package: Callable[..., str]) -> None:
    """It gets the package, as it is: nobody waits for himself."""
    name = package("value = 42\n")
    export = LazyPackageExport(name, validation_level=COMPREHENSIVE)
    seen = []
    register_export_checks(name, probe=lambda module: seen.append(export.value == module.value))
    assert export.value == 42
    assert seen == [True]


def test_a_check_that_wants_to_end_the_program(package: Callable[..., str]) -> None:
    """`sys.exit` in what is checked, or a panic of Rust, is a check that failed; an interruption is none."""
    panic = type("PanicException", (BaseException,), {})
    name = package("import sys\nclass Offer:\n    def __iter__(self): sys.exit(1)\n__all__ = Offer()\n")
    assert failures(name, ExportValidationLevel.STRICT) == ("has_what_it_offers: SystemExit: 1",)

    other = package("value = 42\n")
    export = LazyPackageExport(other, validation_level=COMPREHENSIVE)

    def broken(_: object) -> None:
        raise panic("index out of bounds")

    register_export_checks(other, probe=broken)
    with pytest.raises(ExportValidationError, match="index out of bounds"):
        _ = export.value

    def stopped(_: object) -> None:
        raise KeyboardInterrupt

    register_export_checks(other, probe=stopped)
    with pytest.raises(KeyboardInterrupt):
        _ = export.value
    register_export_checks(other)
    assert export.value == 42


# -- tables ------------------------------------------------------------------------------------------------------------


def test_versions(package: Callable[..., str]) -> None:
    """Of the distribution; else what the module says."""
    name = package("__version__ = '1.5'\nx = 1\n")
    register_export_checks(name, version=">=1,<2")
    assert LazyPackageExport(name, validation_level=COMPREHENSIVE).x == 1
    register_export_checks("_pytest", version="<1")
    assert failures("_pytest", COMPREHENSIVE) == (f"its version is {pytest.__version__}, and <1 is wanted",)


def test_said_again(package: Callable[..., str]) -> None:
    """The last word holds, as when a cell of a notebook runs twice; a probe may be named, and say no by False."""
    name = package("x = 1\ndef no(module): return False\n")
    register_export_checks(name, names=["gone"])
    register_export_checks(name, probe=f"{name}:no")
    assert failures(name, COMPREHENSIVE) == (f"its trial {name}:no failed",)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"names": "Tensor"}, TypeError),
        ({"names": [3]}, TypeError),
        ({"callables": ["a b"]}, SourceError),
        ({"version": "2 or so"}, SourceError),
        ({"version": 2}, TypeError),
        ({"probe": 3}, TypeError),
        ({"probe": "no probe:"}, SourceError),
    ],
)
def test_wrong_tables(arguments: dict[str, Any], error: type[Exception]) -> None:
    """They are refused at once."""
    with pytest.raises(error):
        register_export_checks("json", **arguments)
    with pytest.raises(error if error is TypeError else SourceError):
        register_export_checks(3 if error is TypeError else "a b")  # type: ignore[arg-type]
    assert LazyPackageExport("json", validation_level=COMPREHENSIVE).dumps([]) == "[]"


@pytest.mark.parametrize("name", ["numpy", "PIL"])
def test_installed_packages_pass_the_shipped_tables(name: str) -> None:
    """Those that the tests have anyway; `registry` tests do it for the others."""
    pytest.importorskip(name, reason=f"{name} is not installed here")
    assert load.materialize(LazyPackageExport(name, validation_level=COMPREHENSIVE)) is sys.modules[name]


@pytest.mark.parametrize("name", shipped())
def test_a_broken_copy_fails_with_all_that_is_missing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A made package of that name: each name of the table is told, and its trial fails."""
    for each in [each for each in sys.modules if each.partition(".")[0] == name]:
        monkeypatch.delitem(sys.modules, each)
    (tmp_path / f"{name}.py").write_text("impostor = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    table = shipped()[name]
    told = failures(name, COMPREHENSIVE)
    monkeypatch.delitem(sys.modules, name)
    expected = [f"{name}.{each} is missing" for each in dict.fromkeys((*table.names, *table.callables))]
    assert list(told[: len(expected)]) == expected
    assert [each.partition(" failed")[0] for each in told[len(expected) :]] == [f"its trial {table.probe}"]
