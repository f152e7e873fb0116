"""The module `load` itself: attributes, calls, subscripts, and that it is a module as others are."""

from __future__ import annotations

import copy
import importlib.abc
import inspect
import pickle
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

import load
from load import errors
from load._resolve import presence

# `load.x` in this file is somebody's own code, as in a script.


@pytest.fixture(autouse=True)
def _bindings() -> Iterator[None]:
    """What a test binds in the facade, and its aliases, go again; the modules that these ask for are not bound yet."""
    for name in ("colorsys", "wave"):
        vars(load).pop(name, None)
    namespaces: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (each, dict(each)) for each in (vars(load), presence.user_aliases)
    ]
    yield
    for namespace, before in namespaces:
        namespace.clear()
        namespace.update(before)


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on `sys.path` for the test's own modules."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_an_attribute_is_the_module_itself() -> None:
    """Not a proxy, and not a copy."""
    assert load.colorsys is sys.modules["colorsys"]


def test_an_attribute_is_bound_once_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second access asks nobody."""
    first = load.colorsys
    monkeypatch.setattr("load._resolve.resolve_name", None)
    assert vars(load)["colorsys"] is first
    assert load.colorsys is first


class Mocks(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a package that has nothing on disk, as that of Sphinx does for `autodoc_mock_imports`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """It is there."""
        return ModuleSpec(fullname, self) if fullname.partition(".")[0] == "cupy" else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """A package without a file."""
        module = ModuleType(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to do."""


def test_a_mock_is_no_mere_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a finder gives without a file, or a test puts in the place of a package, is that package."""
    monkeypatch.setattr(sys, "meta_path", [Mocks(), *sys.meta_path])
    stub = ModuleType("jax")
    stub.__path__ = []
    monkeypatch.setitem(sys.modules, "jax", stub)
    assert load.cupy.part.__name__ == "cupy.part"
    assert load.lazy_import("cupy").__path__ == []
    assert load("jax") is stub
    for name in ("cupy", "cupy.part"):
        monkeypatch.delitem(sys.modules, name)


def test_probes_see_what_is_bound() -> None:
    """After it was asked for, `getattr` and `hasattr` have it."""
    assert not hasattr(load, "colorsys")
    load.colorsys  # noqa: B018
    assert getattr(load, "colorsys") is sys.modules["colorsys"]  # noqa: B009


def test_a_deleted_attribute_is_asked_for_again() -> None:
    """`del load.x` is no more than that."""
    found = load.colorsys
    del load.colorsys
    assert "colorsys" not in vars(load)
    assert load.colorsys is found


def test_an_assigned_attribute_stays() -> None:
    """As on any module, also over an own name."""
    load.colorsys = "mine"
    load.why = "mine too"
    assert (load.colorsys, load.why) == ("mine", "mine too")


def test_shipped_aliases_lead_to_the_module(modules: Path) -> None:
    """`load.gpd` is geopandas."""
    (modules / "geopandas.py").write_text("", encoding="utf-8")
    assert load.gpd is sys.modules["geopandas"]


def test_a_module_goes_before_a_shipped_alias(modules: Path) -> None:
    """A module that bears the name itself is what is meant."""
    (modules / "gpd.py").write_text("", encoding="utf-8")
    (modules / "geopandas.py").write_text("", encoding="utf-8")
    assert load.gpd is sys.modules["gpd"]


def test_an_alias_binds_the_name_that_was_written() -> None:
    """Nothing is bound that nobody has named."""
    load.alias("tint", "colorsys")
    assert load.tint is sys.modules["colorsys"]
    assert "colorsys" not in vars(load)


def test_an_alias_goes_before_a_module(modules: Path) -> None:
    """The user's alias wins over what is importable, also when that is bound already."""
    (modules / "shade.py").write_text("", encoding="utf-8")
    assert load.shade is sys.modules["shade"]
    load.alias("shade", "colorsys")
    assert load.shade is sys.modules["colorsys"]
    load.alias("shade", None)
    assert load.shade is sys.modules["shade"]


@pytest.mark.parametrize("name", ["alias", "errors", "load", "class", "a.b", "a-b", "", "_x", 3])
def test_an_alias_must_be_a_free_name(name: Any) -> None:
    """Own names, keywords and what cannot stand after a dot are refused, with the name in the error."""
    with pytest.raises(errors.ConfigError, match="cannot be an alias") as caught:
        load.alias(name, "colorsys")
    assert caught.value.key == f"alias {name}"


@pytest.mark.parametrize("target", ["a-b", "", "numpy>=2", ".x", 3])
def test_an_alias_stands_for_an_import_name(target: Any) -> None:
    """A spec, or no name at all, is refused."""
    with pytest.raises(errors.ConfigError, match="dotted import name"):
        load.alias("tint", target)
    assert not hasattr(load, "tint")


def test_a_missing_name_is_an_import_error() -> None:
    """`try: load.x / except ImportError:` works as people write it, and `.name` says which."""
    with pytest.raises(ImportError) as caught:
        load.surely_no_such_module  # noqa: B018
    assert caught.value.name == "surely_no_such_module"
    assert "surely_no_such_module" not in vars(load)


def test_a_failing_module_raises_its_own_error(modules: Path) -> None:
    """What its body raises arrives as it is, with a note of who asked, and nothing is bound."""
    (modules / "shattered.py").write_text("raise KeyError('within')", encoding="utf-8")
    with pytest.raises(KeyError, match="within") as caught:
        load.shattered  # noqa: B018
    assert any(__file__ in note for note in caught.value.__notes__)
    assert "shattered" not in vars(load)


def test_an_attribute_error_of_a_body_is_not_taken_for_a_missing_name(modules: Path) -> None:
    """An AttributeError from within the module is its own."""
    (modules / "lacking.py").write_text("import sys; sys.no_such_thing", encoding="utf-8")
    with pytest.raises(AttributeError, match="no_such_thing"):
        load.lacking  # noqa: B018


NEAR_MISSES = {
    "enable_autoprint": "enable_auto_print",
    "EnableAutoPrint": "enable_auto_print",
    "enable_auto_prnt": "enable_auto_print",
    "import_alias": "import_aliases",
    "instal": "install",
    "aliass": "alias",
    "availabel": "available",
    "temporarly": "temporarily",
    "LoadModul": "LoadModule",
    "erors": "errors",
    "configur": "configure",
}


@pytest.mark.parametrize(("written", "meant"), NEAR_MISSES.items())
def test_a_slip_in_an_own_name_never_reaches_the_resolver(
    written: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an ImportError that names the right one, from an attribute and from an import statement alike."""
    monkeypatch.setattr("load._resolve.resolve_name", None)
    for statement in (f"load.{written}", f"from load import {written}", f"import load.{written}"):
        with pytest.raises(errors.ResolveError) as caught:
            exec(statement, {"load": load})
        assert f"write load.{meant};" in str(caught.value), statement
        assert f"load({written!r})" in str(caught.value)
        assert caught.value.name is None  # what front ends offer to install


@pytest.mark.parametrize(
    "name", ["lead", "inf", "wyh", "lod", "plane", "toad", "resort", "tossing", "attrs", "alias_tool"]
)
def test_what_is_only_alike_is_no_slip(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short and merely similar names are packages, and the Resolver decides."""
    asked = []
    monkeypatch.setattr("load._resolve.resolve_name", lambda name, caller: asked.append(name) or sys)
    exec(f"load.{name}", {"load": load})
    assert asked == [name]


def test_a_module_that_is_there_is_no_slip(modules: Path) -> None:
    """A name near to an own one may be a module of the user's."""
    (modules / "configuration.py").write_text("", encoding="utf-8")
    (modules / "instal.py").write_text("here = True", encoding="utf-8")
    assert load.instal.here


def test_a_call_takes_a_spec() -> None:
    """`load("x")` gives the module, `load("x:y")` what is in it."""
    assert load("colorsys") is sys.modules["colorsys"]
    assert load("collections:OrderedDict.fromkeys")("ab") == {"a": None, "b": None}
    assert load("os.path") is sys.modules["os.path"]


def test_a_subscript_takes_a_spec_too() -> None:
    """`load["x"]` is the same, and with several a tuple."""
    assert load["colorsys"] is load("colorsys")
    assert load["colorsys", "d=decimal:Decimal"] == load("colorsys", "d=decimal:Decimal")


def test_several_specs_give_a_named_tuple() -> None:
    """Order and names are those of the specs."""
    found = load("os", "dumps=json:dumps")
    assert found == (sys.modules["os"], sys.modules["json"].dumps)
    assert found.dumps is sys.modules["json"].dumps


def test_a_name_that_load_keeps_is_reached_by_a_call(modules: Path) -> None:
    """`load("errors")` is somebody's package of that name; `load.errors` stays the own one."""
    (modules / "errors.py").write_text("mine = True", encoding="utf-8")
    assert load("errors").mine
    assert load["errors"] is sys.modules["errors"]
    assert load.errors is errors


@pytest.mark.parametrize("wrong", [3, None, b"os", ["os"], ""])
def test_a_spec_is_text(wrong: Any) -> None:
    """Anything else is a SourceError that says so."""
    for ask in (load, load.__getitem__):
        with pytest.raises(errors.SourceError):
            ask(wrong)


def test_a_call_without_a_spec_is_a_type_error() -> None:
    """There is nothing to load."""
    with pytest.raises(TypeError):
        load()


def test_it_is_not_iterable() -> None:
    """`__getitem__` does not make a sequence of it."""
    with pytest.raises(TypeError, match="not iterable"):
        iter(load)
    with pytest.raises(TypeError):
        "os" in load  # noqa: B015


def test_the_caller_of_a_relative_path_is_the_line_that_asks(tmp_path: Path) -> None:
    """`./beside.py` lies beside the file that names it, for attribute, call and subscript."""
    (tmp_path / "beside.py").write_text("here = True", encoding="utf-8")
    script = tmp_path / "script.py"
    source = "import load\nfound = load('./beside.py'), load['./beside.py'], load('b=./beside.py', 'os').b"
    namespace: dict[str, Any] = {}
    exec(compile(source, str(script), "exec"), namespace)
    assert all(found.here for found in namespace["found"])


# -- a module as others are --------------------------------------------------------------------------------------------


def test_it_is_a_module() -> None:
    """Of its own class, with all that a package has."""
    assert isinstance(load, ModuleType)
    assert type(load) is load.LoadModule
    assert load.__spec__ is not None
    assert load.__spec__.name == load.__name__ == load.__package__ == "load"
    assert list(load.__path__) == [str(Path(str(load.__file__)).parent)]
    assert repr(load).startswith("<module 'load' from ")


def test_its_class_has_no_attribute_hook() -> None:
    """The hook lies in the module's dictionary, which costs a third of one in the class."""
    assert "__getattr__" not in vars(load.LoadModule)
    assert load.LoadModule.__getattribute__ is ModuleType.__getattribute__
    assert isinstance(vars(load)["__getattr__"], FunctionType)


def test_it_pickles_and_copies_as_itself() -> None:
    """By its name; a copy is the same module."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(load, protocol)) is load
    assert copy.copy(load) is load
    assert copy.deepcopy([load])[0] is load


def test_its_source_is_found() -> None:
    """`inspect` treats it as any module."""
    assert "One import" in inspect.getsource(load)
    assert inspect.getfile(load) == load.__file__


def test_reload_keeps_it_working() -> None:
    """The same object, class, hook and one finder; what was bound stays bound."""
    load.colorsys  # noqa: B018
    assert importlib.reload(load) is load
    assert type(load) is load.LoadModule
    assert vars(load)["colorsys"] is sys.modules["colorsys"]
    assert load.wave is sys.modules["wave"]
    assert [hasattr(finder, "_load_prefix_finder") for finder in sys.meta_path].count(True) == 1


def test_importing_it_anew_keeps_it_working(monkeypatch: pytest.MonkeyPatch) -> None:
    """After `del sys.modules["load"]` another import makes another facade, on the same finder."""
    monkeypatch.delitem(sys.modules, "load")
    again = importlib.import_module("load")
    assert again is not load
    assert type(again).__name__ == "LoadModule"
    assert again.colorsys is sys.modules["colorsys"]
    assert "colorsys" not in vars(load)
    assert [hasattr(finder, "_load_prefix_finder") for finder in sys.meta_path].count(True) == 1


def test_importing_all_of_it_anew_replaces_the_finder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A finder that an earlier import of the whole package left behind goes."""
    before = next(finder for finder in sys.meta_path if hasattr(finder, "_load_prefix_finder"))
    for name in [name for name in sys.modules if name == "load" or name.startswith("load.")]:
        monkeypatch.delitem(sys.modules, name)
    again = importlib.import_module("load")
    assert again.colorsys is sys.modules["colorsys"]
    assert before not in sys.meta_path
    assert hasattr(sys.meta_path[0], "_load_prefix_finder")


def test_the_finder_stands_first() -> None:
    """Before the path is searched, once."""
    assert sum(hasattr(finder, "_load_prefix_finder") for finder in sys.meta_path) == 1


# -- dir ---------------------------------------------------------------------------------------------------------------


def test_dir_lists_what_could_be_loaded(modules: Path) -> None:
    """API, aliases, the standard library, modules and packages of the path; nothing is imported for it."""
    (modules / "lone_module.py").write_text("raise SystemExit", encoding="utf-8")
    (modules / "whole_package").mkdir()
    (modules / "whole_package" / "__init__.py").write_text("raise SystemExit", encoding="utf-8")
    (modules / "mere_folder").mkdir()
    (modules / "not-a-name.py").write_text("", encoding="utf-8")
    (modules / "_private.py").write_text("", encoding="utf-8")
    load.alias("tint", "colorsys")
    before = set(sys.modules)
    listed = dir(load)
    assert {"lone_module", "whole_package", "tint", "np", "json", "alias", "errors", "__spec__"} <= set(listed)
    assert not {"mere_folder", "not-a-name", "_private"} & set(listed)
    assert listed == sorted(set(listed))
    assert all(name.startswith("load.") for name in set(sys.modules) - before)


def test_dir_passes_over_entries_of_the_path_that_are_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A missing folder, an empty archive, an empty entry: `dir` answers."""
    (tmp_path / "archive.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    monkeypatch.setattr(sys, "path", [*sys.path, "/no/such/folder", str(tmp_path / "archive.zip"), ""])
    assert "json" in dir(load)


def test_dir_looks_into_archives(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Modules in a zip archive on the path are listed."""
    import zipfile

    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("zipped_module.py", "")
    monkeypatch.syspath_prepend(str(tmp_path / "archive.zip"))
    assert "zipped_module" in dir(load)


def test_an_event_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """`load.subscribe` hears what is loaded, until it is ended."""
    heard: list[Any] = []
    end = load.subscribe(heard.append)
    load.colorsys  # noqa: B018
    end()
    load.wave  # noqa: B018
    assert [event.name for event in heard if hasattr(event, "how")] == ["colorsys"]
    assert heard[-1].caller[0] == __file__


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("json", True),
        ("xml.dom.minidom", True),
        ("no_such_module", False),
        ("json.no_such_part", False),
        ("errors", False),
        ("no.such.thing", False),
    ],
)
def test_available_tells_without_importing(name: str, there: bool) -> None:
    """A module that could be imported is available; it is not imported for the answer."""
    before = set(sys.modules)
    assert load.available(name) is there
    assert all(each.startswith("load.") for each in set(sys.modules) - before)


def test_available_looks_through_aliases() -> None:
    """The user's and the shipped ones."""
    load.alias("tint", "colorsys")
    load.alias("gone", "no_such_module")
    assert load.available("tint")
    assert not load.available("gone")
    assert load.available("np") is load.available("numpy")


@pytest.mark.parametrize("text", ["numpy>=2", "a:b", "", "./x.py", 3])
def test_available_takes_names(text: Any) -> None:
    """For a spec there is `why`, and the error says so."""
    with pytest.raises(errors.SourceError, match=r"load\.why"):
        load.available(text)


def test_resolve_takes_specs_and_references() -> None:
    """A reference is a spec that was read already."""
    from load._reference import Reference

    assert load.resolve("json:dumps") is load.resolve(Reference("json", "dumps")) is sys.modules["json"].dumps


def test_settings_are_set_and_overridden() -> None:
    """`configure` for the process, `override` for a block."""
    from load import _config

    with load.override(quiet=True):
        assert _config.get("quiet") is True
        load.configure(quiet=False)
        assert _config.get("quiet") is True
    assert _config.get("quiet") is False
    load.configure(quiet=None)
    with pytest.raises(errors.ConfigError, match="did you mean 'quiet'"):
        load.configure(quite=True)
