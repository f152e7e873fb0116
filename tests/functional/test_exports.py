"""Exports: handles that keep their identity, are registered, and can be asked about with functions."""

from __future__ import annotations

import ast
import copy
import gc
import importlib
import os
import pickle
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import load
from load import _memory
from load.errors import (
    AttributeNotFound,
    ConfigError,
    ExportDisabled,
    LoadError,
    RegistryError,
    RegistryTypeError,
    ResolveError,
    SourceError,
)
from load.exports import (
    LISTED,
    ExportFailed,
    ExportLoaded,
    ExportValidationLevel,
    LazyPackageExport,
    create_lazy_export,
    get_all_performance_metrics,
    get_export,
    get_export_metadata,
    get_export_registry,
    optimization_suggestions,
    register_export,
)
from load.exports._table import recorded
from tests.support.environments import Python
from tests.support.exports import made_packages, own_registry


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """What a test registers is gone after it."""
    with own_registry():
        yield


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """Makes packages: `package(body) -> name`."""
    with made_packages(tmp_path, monkeypatch, "wares") as make:
        yield lambda body="value = 42\n": make({"__init__": body, "part": "class Thing: pass\nanswer = 7\n"})


def events(kind: type[Any]) -> tuple[list[Any], Callable[[], None]]:
    """The events of a kind from now on, and what ends that."""
    seen: list[Any] = []
    return seen, load.subscribe(lambda event: seen.append(event) if isinstance(event, kind) else None)


# -- the handle --------------------------------------------------------------------------------------------------------


def test_the_first_use_loads(package: Callable[[str], str]) -> None:
    """Nothing before it does; and the export is the same object after it, with the package's own namespace."""
    name = package("value = 42\n")
    export = LazyPackageExport(name)
    assert isinstance(export, LazyPackageExport)
    assert isinstance(export, types.ModuleType)
    assert name in repr(export)
    assert bool(export)
    assert hash(export)
    assert export == copy.copy(export)
    assert not hasattr(export, "__array__")
    assert name not in sys.modules
    assert not load.is_loaded(export)
    before = export
    assert export.value == 42
    assert export is before
    assert load.is_loaded(export)
    assert isinstance(export, LazyPackageExport)
    assert load.materialize(export) is sys.modules[name]
    assert vars(export) is vars(sys.modules[name])
    export.value = 43
    assert sys.modules[name].value == 43


def test_it_is_the_one_handle(child: Python) -> None:
    """Loaded, it is of the class that loaded lazy imports are of: no hook is left in the way.

    In a process that has not used `load.x`: from then on, packages may have a hook for their submodules.
    """
    code = """
        import load
        from load.exports import LazyPackageExport
        export, held = LazyPackageExport("colorsys"), [load.lazy_import("colorsys")]  # Python's own, without a hook
        assert type(export) is type(held[0])
        assert export.ONE_THIRD == held[0].ONE_THIRD
        assert type(export) is type(held[0])
        assert not hasattr(type(export), "__getattr__")
    """
    assert child.run(code).check().stderr == ""


def test_names_of_the_package_are_its_own(package: Callable[[str], str]) -> None:
    """Whatever an export could be asked for, the package may have under that name."""
    names = ("metadata", "is_loaded", "load", "unload", "name", "validate", "record", "settings", "figures", "package")
    name = package("".join(f"{each} = {each!r}\n" for each in names))
    export = LazyPackageExport(name)
    assert [getattr(export, each) for each in names] == list(names)


def test_an_object_in_a_package(package: Callable[[str], str]) -> None:
    """`attr` is a path; submodules on it are imported. It has a name of its own, beside that of the package."""
    name = package("")
    whole, thing = LazyPackageExport(name), LazyPackageExport(name, attr="part.Thing")
    assert isinstance(thing(), type(thing()))
    assert isinstance(thing, LazyPackageExport)
    assert get_export(f"{name}:part.Thing") is thing
    assert get_export(name) is whole
    assert get_export_metadata(f"{name}:part.Thing").attr == "part.Thing"
    missing = LazyPackageExport(name, attr="part.Thin")
    with pytest.raises(AttributeNotFound, match="did you mean 'Thing'"):
        missing()


def test_a_package_of_another_name(package: Callable[[str], str]) -> None:
    """`import_name` says the module; that of a known distribution, or of an alias, need not be told."""
    name = package("value = 42\n")
    assert LazyPackageExport("wares-of-mine", import_name=name).value == 42
    assert get_export_metadata("wares-of-mine").import_name == name
    for distribution, module in (("scikit-learn", "sklearn"), ("Pillow", "PIL"), ("PyYAML", "yaml")):
        LazyPackageExport(distribution)
        assert get_export_metadata(distribution).import_name == module
    LazyPackageExport("np")
    assert get_export_metadata("np").import_name == "numpy"


def test_a_failure_is_not_final(tmp_path: Path, package: Callable[[str], str]) -> None:
    """Each use tries again and raises the package's own error, with the places; then it is there."""
    name = package("raise ZeroDivisionError('at first')\n")
    export = LazyPackageExport(name)
    for count in (1, 2):
        with pytest.raises(ZeroDivisionError, match="at first") as caught:
            _ = export.value
        assert any(__file__ in note for note in caught.value.__notes__)
        assert get_export_metadata(name).error_count == count
    (tmp_path / name / "__init__.py").write_text("value = 4242\n", encoding="utf-8")
    assert export.value == 4242
    known = get_export_metadata(name)
    assert (known.access_count, known.load_count, known.error_count) == (3, 1, 2)
    assert known.last_error == "ZeroDivisionError: at first"


def test_what_is_not_there() -> None:
    """It is an ImportError that says what to type, and it is not installed unless that was asked for."""
    export = LazyPackageExport("torch_of_nobody")
    with pytest.raises(ImportError, match="torch_of_nobody"):
        _ = export.nn
    with pytest.raises(ImportError, match=r"pip install|load install"):
        _ = export.nn
    assert get_export_metadata("torch_of_nobody").version is None


def test_pickled_by_reference(package: Callable[[str], str]) -> None:
    """It is the one that is declared here; nothing is loaded for it, and loaded it is that, too."""
    name = package("value = 42\n")
    export = LazyPackageExport(name, validation_level="strict")
    assert pickle.loads(pickle.dumps(export)) is export
    assert name not in sys.modules
    assert export.value == 42
    assert pickle.loads(pickle.dumps(export)) is export
    thing = LazyPackageExport(name, attr="value")
    assert pickle.loads(pickle.dumps({"both": [export, thing]}))["both"][1] is thing
    assert get_export_metadata(name).load_count == 1
    assert len(pickle.dumps(export)) < 1000


def test_pickled_before_it_was_replaced_or_taken_out(package: Callable[[str], str]) -> None:
    """What is registered now is meant; where nothing is, it is registered, once."""
    name = package("value = 42\n")
    export = LazyPackageExport(name, validation_level="strict")
    data = pickle.dumps(export)
    with pytest.warns(UserWarning, match="is replaced"):
        other = LazyPackageExport(name, validation_level="none")
    assert other is not export
    assert pickle.loads(data) is other
    get_export_registry().unregister(name)
    again = pickle.loads(data)
    assert again is not export
    assert again is pickle.loads(data) is get_export(name)
    assert get_export_metadata(name).validation_level == "STRICT"


def test_pickled_into_another_process(child: Python, tmp_path: Path) -> None:
    """There it is registered, and checked as it was to be."""
    export = LazyPackageExport("colorsys", validation_level=ExportValidationLevel.STRICT, dependencies=["numpy"])
    (tmp_path / "export.pickle").write_bytes(pickle.dumps(export))
    code = """
        import pickle, sys
        export = pickle.load(open("export.pickle", "rb"))
        assert "colorsys" not in sys.modules
        from load.exports import get_export_metadata
        print(export.rgb_to_hsv(0, 0, 0)[2], get_export_metadata("colorsys").validation_level)
        print(get_export_metadata("colorsys").dependencies)
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "0 STRICT\n('numpy',)\n"


def test_copies_are_itself() -> None:
    """As every handle's."""
    export = LazyPackageExport("colorsys")
    assert copy.copy(export) is copy.deepcopy(export) is export


# -- switched off ------------------------------------------------------------------------------------------------------


def test_a_function_switches_it_off(package: Callable[[str], str]) -> None:
    """It is an ImportError that says so, never None; it is asked again at the next use."""
    name = package("value = 42\n")
    answers = iter([False, False, True])

    def wanted() -> bool:
        return next(answers)

    export = LazyPackageExport(name, enabled=wanted)
    for _ in range(2):
        with pytest.raises(ExportDisabled, match=r"switched off: enabled=.*wanted says no") as caught:
            _ = export.value
        assert isinstance(caught.value, ImportError)
        assert caught.value.export == name
    assert name not in sys.modules
    assert export.value == 42


@pytest.mark.parametrize(
    ("value", "is_on"),
    [(None, True), ("1", True), ("yes", True), ("TRUE", True), ("0", False), (" off ", False), ("", False)],
)
def test_a_variable_switches_it_off(
    package: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, value: str | None, is_on: bool
) -> None:
    """One that is not set says nothing against it."""
    export = LazyPackageExport(package("value = 42\n"), enabled="WARES_ENABLED")
    monkeypatch.delenv("WARES_ENABLED", raising=False)
    if value is not None:
        monkeypatch.setenv("WARES_ENABLED", value)
    if is_on:
        assert export.value == 42
        return
    with pytest.raises(ExportDisabled, match="WARES_ENABLED is"):
        _ = export.value
    os.environ["WARES_ENABLED"] = "1"
    assert export.value == 42


def test_a_variable_that_says_neither(package: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for either."""
    export = LazyPackageExport(package("value = 42\n"), enabled="WARES_ENABLED")
    monkeypatch.setenv("WARES_ENABLED", "maybe")
    with pytest.raises(ConfigError, match="neither yes nor no"):
        _ = export.value


# -- made again --------------------------------------------------------------------------------------------------------


def test_made_again_with_the_same_settings() -> None:
    """It is the same export."""
    first = LazyPackageExport("colorsys", validation_level="strict")
    assert LazyPackageExport("colorsys", validation_level=ExportValidationLevel.STRICT) is first
    assert create_lazy_export("colorsys", validation_level="STRICT") is first


def test_made_again_with_other_settings(package: Callable[[str], str]) -> None:
    """The new one is registered, and a warning at its place names both; the old one goes on."""
    name = package("value = 42\n")
    first = LazyPackageExport(name)
    with pytest.warns(UserWarning, match=r"validation_level=BASIC.* is replaced .*validation_level=STRICT") as caught:
        second = LazyPackageExport(name, validation_level="strict")
    (told,) = [each for each in caught if each.category is UserWarning]
    assert told.filename == __file__
    assert str(told.message).count(__file__) == 2
    assert get_export(name) is second
    assert second is not first
    assert first.value == second.value == 42
    assert get_export_metadata(name).load_count == 1


def test_made_again_where_warnings_are_errors(package: Callable[[str], str]) -> None:
    """What was to be replaced stays."""
    name = package("value = 42\n")
    first = LazyPackageExport(name)
    with warnings.catch_warnings(), pytest.raises(UserWarning, match="is replaced by"):
        warnings.simplefilter("error")
        LazyPackageExport(name, validation_level="strict", auto_cleanup=True)
    assert get_export(name) is first
    assert get_export_metadata(name).validation_level == "BASIC"


def test_another_package_under_the_name(package: Callable[[str], str]) -> None:
    """It is an error, and what was there stays."""
    name, other = package(""), package("")
    export = LazyPackageExport(name)
    with pytest.raises(RegistryError, match=rf"{name!r} stands for {name!r} already, and not for {other!r}"):
        LazyPackageExport(name, import_name=other)
    with pytest.raises(RegistryError):
        register_export(name, LazyPackageExport(other))
    assert get_export(name) is export


# -- the registry ------------------------------------------------------------------------------------------------------


def test_registered_by_being_made() -> None:
    """The registry is one of `load.registry`, whose values are exports."""
    export = LazyPackageExport("colorsys")
    registry = get_export_registry()
    assert list(registry) == ["colorsys"]
    assert registry["colorsys"] is export
    assert "colorsys" in registry
    with pytest.raises(RegistryTypeError):
        registry.register("json", load.lazy_import("json"), is_instance=True)


def test_registered_under_a_name_of_ones_own(package: Callable[[str], str]) -> None:
    """An export, and a module that an export was made for."""
    name = package("value = 42\n")
    export = LazyPackageExport(name)
    assert register_export("mine", export) is export
    assert get_export("mine") is export
    assert get_export_metadata("mine").import_name == name
    module = importlib.import_module(name)
    assert register_export("its", module) is export
    assert get_export_metadata("its").name == "its"
    assert register_export(name, export) is export  # as it is


@pytest.mark.parametrize("value", [42, None, "torch", object, LazyPackageExport, lambda: None])
def test_what_is_no_export_is_not_registered(value: object) -> None:
    """The error says what to register, and nothing has changed."""
    with pytest.raises(RegistryTypeError, match="not an export") as caught:
        register_export("mine", value)
    assert "LazyPackageExport" in str(caught.value)
    assert __file__ in str(caught.value)
    assert list(get_export_registry()) == []


def test_neither_is_a_lazy_import_or_an_unknown_module() -> None:
    """Nor a name that is none."""
    with pytest.raises(RegistryTypeError, match="a lazy import"):
        register_export("mine", load.lazy_import("colorsys"))
    with pytest.raises(RegistryError, match="No export was made for the module 'json'"):
        register_export("json", importlib.import_module("json"))
    with pytest.raises(RegistryTypeError, match="is a text, not 3"):
        register_export(3, LazyPackageExport("colorsys"))  # type: ignore[arg-type]
    assert list(get_export_registry()) == ["colorsys"]


def test_an_unknown_name() -> None:
    """It is a RegistryError with near names, or that which the package is registered under."""
    LazyPackageExport("scikit-learn")
    LazyPackageExport("colorsys")
    for ask in (get_export, get_export_metadata):
        with pytest.raises(RegistryError, match="did you mean 'colorsys'"):
            ask("colorsy")
        with pytest.raises(RegistryError, match="did you mean 'scikit-learn'"):
            ask("sklearn")
        with pytest.raises(KeyError, match="make it first"):
            ask("zzz")


# -- bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("no such name",), SourceError, "not an import name"),
        (("a-b-of-nobody",), SourceError, 'import_name="..."'),
        (("",), SourceError, "not an import name"),
        ((3,), TypeError, "package is a name"),
        (("json", {"import_name": "a b"}), SourceError, "names no object"),
        (("json", {"import_name": 3}), TypeError, "import_name is"),
        (("json", {"attr": "a..b"}), SourceError, "names no object"),
        (("json", {"attr": 3}), TypeError, "attr is"),
        (("json", {"validation_level": "strictest"}), ValueError, "one of NONE, BASIC, STRICT, COMPREHENSIVE"),
        (("json", {"validation_level": 2}), TypeError, "ExportValidationLevel"),
        (("json", {"require": "numpy >>"}), SourceError, "require is not a requirement"),
        (("json", {"require": 3}), TypeError, "require is"),
        (("json", {"enabled": 3}), TypeError, "enabled is"),
        (("json", {"enabled": ""}), TypeError, "enabled is"),
        (("json", {"install": "yes"}), TypeError, "install is True or False"),
        (("json", {"dependencies": "numpy"}), TypeError, "dependencies is names"),
        (("json", {"dependencies": [3]}), TypeError, "dependencies is names"),
        (("json", {"auto_cleanup": None}), TypeError, "auto_cleanup is"),
        (("json", {"enable_performance_monitoring": 1}), TypeError, "enable_performance_monitoring is"),
    ],
)
def test_a_wrong_declaration(arguments: tuple[Any, ...], error: type[Exception], words: str) -> None:
    """It is refused at once, with its place; nothing is registered."""
    name, *rest = arguments
    with pytest.raises(error) as caught:
        LazyPackageExport(name, **(rest[0] if rest else {}))
    assert words in str(caught.value)
    assert __file__ in str(caught.value)
    assert list(get_export_registry()) == []


# -- dependencies ------------------------------------------------------------------------------------------------------


def test_dependencies_are_loaded_before(package: Callable[[str], str]) -> None:
    """Those that are exports; one that fails keeps what depends on it from coming."""
    below, above = (
        package("value = 1\n"),
        package("import sys\nseen = [each for each in sys.modules if 'wares' in each]\n"),
    )
    LazyPackageExport(below, validation_level="strict")
    export = LazyPackageExport(above, dependencies=[below, "json"])
    assert below in export.seen
    assert get_export_metadata(below).is_loaded
    failing, needy = package("1 / 0\n"), package("")
    LazyPackageExport(failing)
    with pytest.raises(ZeroDivisionError):
        _ = LazyPackageExport(needy, dependencies=[failing]).x
    assert needy not in sys.modules


def test_a_circle_of_dependencies(package: Callable[[str], str]) -> None:
    """The error shows it; nothing is imported."""
    one, two, three = package(""), package(""), package("")
    LazyPackageExport(one, dependencies=[two])
    LazyPackageExport(two, dependencies=[three])
    export = LazyPackageExport(three, dependencies=[one])
    with pytest.raises(RegistryError, match=f"{one} → {two} → {three} → {one}"):
        _ = export.x
    assert not {one, two, three} & set(sys.modules)


# -- figures -----------------------------------------------------------------------------------------------------------


def test_figures(package: Callable[[str], str]) -> None:
    """What is counted: askings by name, loads, failures. What is done with a loaded export is not."""
    name = package("kept = b'x' * 40_000_000\n")  # more than any memory that this process has to spare
    export = LazyPackageExport(name)
    fresh = get_export_metadata(name)
    assert (fresh.access_count, fresh.load_time, fresh.memory_usage, fresh.last_access_time) == (0, None, None, None)
    assert not fresh.is_loaded
    assert fresh.how is None
    gc.collect()  # what others left must not go meanwhile
    for _ in range(5):
        _ = export.kept
    assert get_export(name) is export
    known = get_export_metadata(name)
    assert (known.access_count, known.load_count, known.error_count, known.how) == (2, 1, 0, "imported")
    assert known.is_loaded
    assert known.last_error is None
    assert known.load_time is not None
    assert known.validation_time is not None
    assert known.last_access_time is not None
    assert 0 <= known.validation_time < known.load_time == known.total_load_time
    if _memory.is_peak:  # a system that tells no more than the most that there has ever been
        assert known.memory_usage is None
    else:
        assert known.memory_usage is not None
        assert known.memory_usage > 5_000_000
    assert known.declared_in.startswith(__file__)
    assert str(known.origin).endswith("__init__.py")
    assert get_all_performance_metrics()[name].as_dict().items() <= known.as_dict().items()
    assert str(get_all_performance_metrics()[name]).startswith("2 accesses, 1 load, ")


@pytest.mark.parametrize("body", ["import sys; sys.exit(3)", "raise KeyboardInterrupt", "raise MemoryError"])
def test_what_ends_programs_is_counted(package: Callable[[str], str], body: str) -> None:
    """A body that calls `sys.exit` is a use that failed; the program gets what it raised."""
    name = package(body)
    export = LazyPackageExport(name)
    with pytest.raises((SystemExit, KeyboardInterrupt, MemoryError)) as caught:
        _ = export.value
    known = get_export_metadata(name)
    assert (known.error_count, known.load_count, known.is_loaded) == (1, 0, False)
    assert known.last_error == {"SystemExit": "SystemExit: 3"}.get(caught.type.__name__, caught.type.__name__)
    assert name not in sys.modules


def test_a_package_that_was_there_already() -> None:
    """The memory that it took cannot be told any more, and is not made up."""
    _ = LazyPackageExport("json").dumps
    known = get_export_metadata("json")
    assert (known.how, known.memory_usage, known.load_count) == ("cached", None, 1)


def test_versions_and_distributions() -> None:
    """From what is installed, whether it is loaded or not."""
    LazyPackageExport("scikit-learn")
    LazyPackageExport("_pytest")
    known = get_export_metadata("_pytest")
    assert (known.distribution, known.version) == ("pytest", pytest.__version__)
    assert "pluggy" in known.requires
    assert known.dependencies == ()
    LazyPackageExport("sys")
    builtin = get_export_metadata("sys")
    assert (builtin.distribution, builtin.version, builtin.origin, builtin.requires) == (None, None, None, ())


def test_monitoring_switched_off(package: Callable[[str], str]) -> None:
    """Nothing is counted, the rest is told; the events come all the same."""
    name = package("value = 42\n")
    export = LazyPackageExport(name, enable_performance_monitoring=False)
    seen, end = events(ExportLoaded)
    assert export.value == 42
    assert get_export(name) is export
    end()
    assert [each.name for each in seen] == [name]
    assert seen[0].memory is None
    known = get_export_metadata(name)
    assert (known.access_count, known.load_count, known.load_time, known.is_loaded) == (0, 0, None, True)
    assert name not in get_all_performance_metrics()


def test_what_is_told_to_subscribers(package: Callable[[str], str]) -> None:
    """A load and a failure are events of the stream, with the figures and the error."""
    good, bad = package("value = 42\n"), package("1 / 0\n")
    seen, end = events((ExportLoaded, ExportFailed))  # type: ignore[arg-type]
    _ = LazyPackageExport(good, validation_level="strict").value
    with pytest.raises(ZeroDivisionError):
        _ = LazyPackageExport(bad).value
    end()
    loaded, failed = seen
    assert (loaded.name, loaded.module, loaded.how, str(loaded.level)) == (good, good, "imported", "STRICT")
    assert loaded.seconds >= loaded.validation_seconds > 0
    assert (failed.name, type(failed.error)) == (bad, ZeroDivisionError)


def test_suggestions(package: Callable[[str], str]) -> None:
    """Each rule, from the figures that there are."""
    slow, bad, unused = package("kept = b'x' * 40_000_000\n"), package("1 / 0\n"), package("")
    assert optimization_suggestions() == []
    _ = LazyPackageExport(slow).kept
    LazyPackageExport(unused)
    failing = LazyPackageExport(bad)
    with pytest.raises(ZeroDivisionError):
        _ = failing.x
    _, record = recorded(slow) or (None, None)
    assert record is not None
    figures = record.figures
    figures.seconds, figures.validation_seconds = 0.5, 0.01  # whatever this machine was busy with
    found = {(each.kind, each.name): each for each in optimization_suggestions(slow=0.5, heavy=1, idle=0)}
    of_memory = set() if _memory.is_peak else {("heavy-and-idle", slow)}
    assert set(found) == {("failing", bad), ("slow", slow), ("unused", unused), *of_memory}
    assert all("cleanup_exports()" in str(found[each]) for each in of_memory)
    assert found["failing", bad].as_dict()["text"] == f"{bad}: one use failed: ZeroDivisionError: division by zero"
    assert [each.kind for each in optimization_suggestions()] == ["failing"]


# -- the listed packages -----------------------------------------------------------------------------------------------


def test_listed_packages() -> None:
    """`from load.exports import torch` is its export, made where nobody has made it, and no module is bound."""
    from load.exports import PIL, numpy, torch  # type: ignore[attr-defined, unused-ignore]

    assert [load.reference(each).module for each in (torch, numpy, PIL)] == ["torch", "numpy", "PIL"]
    assert get_export("torch") is torch
    assert isinstance(torch, LazyPackageExport)
    assert get_export_metadata("torch").declared_in.startswith(__file__)
    assert not set(LISTED) & set(vars(sys.modules["load.exports"]))
    assert sorted(LISTED) == list(LISTED)


def test_the_stub() -> None:
    """Type checkers see the names that there are, from where they live, and the listed packages."""
    exports = importlib.import_module("load.exports")
    tree = ast.parse(Path(str(exports.__file__)).with_suffix(".pyi").read_text(encoding="utf-8"))
    packages = [each.name for node in tree.body if isinstance(node, ast.Import) for each in node.names]
    homes = {each.name: node.module for node in tree.body if isinstance(node, ast.ImportFrom) for each in node.names}
    assert sorted(packages) == sorted(LISTED)
    assert homes == exports._HOMES
    assert all(alias.name == alias.asname for node in ast.walk(tree) for alias in getattr(node, "names", ()))
    written = [ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign)]
    assert written == [exports.__all__]


def test_one_that_was_made_is_that_one() -> None:
    """Its settings stay as they are, without a warning."""
    made = LazyPackageExport("numpy", validation_level="comprehensive")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        from load.exports import numpy  # type: ignore[attr-defined, unused-ignore]
    assert numpy is made


def test_what_is_not_listed() -> None:
    """It is an ImportError with near names where an import names it; else there is no such attribute."""
    with pytest.raises(ImportError, match="did you mean 'tensorflow'") as caught:
        from load.exports import tensorflo  # type: ignore[attr-defined, unused-ignore]  # noqa: F401
    assert isinstance(caught.value, ResolveError)
    with pytest.raises(ImportError, match="did you mean 'LazyPackageExport'"):
        from load.exports import LazyPackageExports  # type: ignore[attr-defined, unused-ignore]  # noqa: F401
    exports = sys.modules["load.exports"]
    assert not hasattr(exports, "tensorflo")
    assert getattr(exports, "nobody", None) is None
    assert list(get_export_registry()) == []


def test_all_names_are_there() -> None:
    """`__all__`, `dir` and what can be had are the same, and each is documented."""
    exports = importlib.import_module("load.exports")
    assert dir(exports) == sorted(exports.__all__)
    assert set(exports._HOMES) == set(exports.__all__)
    for name in set(exports.__all__) - {"LISTED"}:
        assert getattr(exports, name).__doc__, name
    assert issubclass(exports.ExportValidationError, LoadError)
    assert not issubclass(exports.ExportValidationError, ImportError)


def test_nearly_free(child: Python) -> None:
    """`import load.exports` brings nothing but itself; making an export imports no package that was not there."""
    code = """
        import sys, load
        before = set(sys.modules)
        import load.exports
        print(sorted(set(sys.modules) - before - {"__future__"}))
        from load.exports import LazyPackageExport
        LazyPackageExport("numpy")
        ours = {each.partition(".")[0] for each in set(sys.modules) - before}
        print(sorted(ours - set(sys.stdlib_module_names)))
    """
    assert child.run(code).check().stdout == "['load.exports']\n['load']\n"
