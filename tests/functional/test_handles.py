"""One contract for every face that gives a handle: nothing is loaded before the first use, all is plain after it."""

from __future__ import annotations

import copy
import doctest
import importlib
import inspect
import itertools
import pickle
import pydoc
import sys
import types
import typing
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import load
from load.errors import ImportFailed, SourceError

Face = Callable[[str], Any]
_NUMBERS = itertools.count(1)

BODY = '''
"""A module with a little of everything."""
__version__ = "1.2"
__all__ = ["value", "function", "Class"]
value = 42
number: "int" = 5
_private = 7
items = [1, 2, 3]
def function(x=1):
    "Doubles it."
    return 2 * x
class Class:
    "Holds one."
    attribute = "a"
    def __init__(self, x=0): self.x = x
    def __eq__(self, other): return type(other) is Class and self.x == other.x
    __hash__ = None
'''


class Sample:
    """A module on disk that nobody has imported."""

    def __init__(self, folder: Path, body: str = BODY) -> None:
        self.name = f"sample_{next(_NUMBERS)}"
        self.file = folder / f"{self.name}.py"
        self.file.write_text(body, encoding="utf-8")
        importlib.invalidate_caches()

    @property
    def is_imported(self) -> bool:
        """Whether its body has run."""
        return self.name in sys.modules


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on `sys.path`."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.fixture
def sample(folder: Path) -> Sample:
    """The usual one."""
    return Sample(folder)


def declared(name: str) -> Any:
    """By the root function."""
    return load.lazy_import(name)


def never_installing(name: str) -> Any:
    """With another resolver."""
    return load.lazy_import(name, install=False)


def unpickled(name: str) -> Any:
    """From another process, as it were."""
    return pickle.loads(pickle.dumps(load.lazy_import(name)))


def tolerant(name: str) -> Any:
    """Where a missing one would be a warning."""
    return load.lazy_import(name, missing="warn")


def copied(name: str) -> Any:
    """A copy is the handle itself."""
    return copy.deepcopy([load.lazy_import(name)])[0]


FACES = pytest.mark.parametrize("face", [declared, never_installing, unpickled, tolerant, copied])

# -- before the first use ----------------------------------------------------------------------------------------------

QUESTIONS: dict[str, Callable[[Any], object]] = {
    "repr": repr,
    "str": str,
    "dir": dir,
    "type": type,
    "bool": bool,
    "id": id,
    "hash": hash,
    "== itself": lambda h: h == h,
    "== another": lambda h: h == 1,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": pickle.dumps,
    "weakref": weakref.ref,
    "__spec__": lambda h: h.__spec__,
    "__name__": lambda h: h.__name__,
    "__file__": lambda h: h.__file__,
    "isinstance ModuleType": lambda h: isinstance(h, types.ModuleType),
    "isinstance type": lambda h: isinstance(h, type),
    "callable": callable,
    "inspect.ismodule": inspect.ismodule,
    "inspect.isclass": inspect.isclass,
    "inspect.isroutine": inspect.isroutine,
    "inspect.unwrap": inspect.unwrap,
    "inspect.getmodule": inspect.getmodule,
    "inspect.getfile": inspect.getfile,
    "hasattr __wrapped__": lambda h: hasattr(h, "__wrapped__"),
    "hasattr __array__": lambda h: hasattr(h, "__array__"),
    "hasattr __html__": lambda h: hasattr(h, "__html__"),
    "IPython's": lambda h: hasattr(h, "_ipython_display_") or hasattr(h, "_repr_html_"),
    "mock's": lambda h: hasattr(h, "_mock_name"),
    "is_loaded": load.is_loaded,
    "reference": load.reference,
    "in a list": lambda h: h in [1, 2],
    "in a dict": lambda h: {h: 1}[h],
    "format": lambda h: f"{h}",
    "match": lambda h: _matched(h),
}


def _matched(handle: object) -> str:
    match handle:
        case int():
            return "number"
        case {"a": _}:
            return "mapping"
        case [_, *_]:
            return "sequence"
        case _:
            return "other"


@FACES
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_loads_nothing(sample: Sample, face: Face, question: str) -> None:
    """Whoever only looks at it gets an answer without it."""
    handle = face(sample.name)
    QUESTIONS[question](handle)
    assert not sample.is_imported
    assert not load.is_loaded(handle)


@FACES
def test_what_is_known_before_is_true(sample: Sample, face: Face) -> None:
    """Name, file and spec as they will be."""
    handle = face(sample.name)
    assert handle.__name__ == sample.name
    assert handle.__file__ == str(sample.file)
    assert handle.__spec__.name == sample.name
    assert isinstance(handle, types.ModuleType)
    assert repr(handle).startswith(f"<lazy module '{sample.name}', declared in ")
    assert str(load.reference(handle)) == sample.name
    assert sample.name not in sys.modules


# -- the first use -----------------------------------------------------------------------------------------------------

USES: dict[str, Callable[[Any], object]] = {
    "an attribute": lambda h: h.value == 42,
    "a private one": lambda h: h._private == 7,
    "one with underscores": lambda h: h.__version__ == "1.2",
    "its list of names": lambda h: h.__all__ == ["value", "function", "Class"],
    "its documentation": lambda h: h.__doc__ == "A module with a little of everything.",
    "inspect.getdoc": lambda h: inspect.getdoc(h) == "A module with a little of everything.",
    "its annotations": lambda h: h.__annotations__ == {"number": "int"},
    "typing.get_type_hints": lambda h: typing.get_type_hints(h) == {"number": int},
    "vars": lambda h: vars(h) is vars(sys.modules[h.__name__]),
    "its namespace": lambda h: exec("fresh = 5", h.__dict__) is None and sys.modules[h.__name__].fresh == 5,
    "getattr": lambda h: getattr(h, "value") == 42,  # noqa: B009
    "getattr of the version": lambda h: getattr(h, "__version__", None) == "1.2",
    "hasattr": lambda h: hasattr(h, "value") and not hasattr(h, "nothing_of_that_name"),
    "a call": lambda h: h.function(4) == 8,
    "a class": lambda h: h.Class(3).x == 3,
    "setting": lambda h: setattr(h, "value", 1) is None and sys.modules[h.__name__].value == 1,
    "deleting": lambda h: delattr(h, "value") is None and not hasattr(sys.modules[h.__name__], "value"),
    "materialize": lambda h: load.materialize(h) is sys.modules[h.__name__],
    "mock.patch": lambda h: _patched(h),
    "pydoc": lambda h: "Doubles it." in pydoc.plain(pydoc.render_doc(h)),
    "inspect.getmembers": lambda h: bool(inspect.getmembers(load.materialize(h), inspect.isfunction)),
    "doctest": lambda h: doctest.DocTestFinder().find(load.materialize(h)) is not None,
}


def _patched(handle: Any) -> bool:
    with mock.patch.object(handle, "value", 5):
        inside = sys.modules[handle.__name__].value
    return inside == 5 and handle.value == 42


@FACES
@pytest.mark.parametrize("use", USES)
def test_a_use_loads_it(sample: Sample, face: Face, use: str) -> None:
    """Once, and what is done reaches the module."""
    handle = face(sample.name)
    assert USES[use](handle)
    assert sample.is_imported
    assert load.is_loaded(handle)


@FACES
def test_a_handle_held_elsewhere_shares_the_namespace(sample: Sample, face: Face) -> None:
    """In both directions, identity included, and nothing stands in between."""
    holder = [face(sample.name)]
    assert holder[0].value == 42
    module = sys.modules[sample.name]
    assert vars(holder[0]) is vars(module)
    holder[0].fresh = object()
    assert module.fresh is holder[0].fresh
    module.other = 1
    assert holder[0].other == 1
    assert holder[0].Class is module.Class
    assert dir(holder[0]) == dir(module)
    assert repr(holder[0]) == repr(module)
    assert not hasattr(type(holder[0]), "__getattr__")
    with pytest.raises(AttributeError, match="'module' object has no attribute 'nothing'"):
        _ = holder[0].nothing


@FACES
def test_a_loaded_handle_is_pickled_by_reference(sample: Sample, face: Face) -> None:
    """And copied as itself."""
    handle = face(sample.name)
    assert handle.value == 42
    again = pickle.loads(pickle.dumps(handle))
    assert again.Class is handle.Class
    assert copy.copy(handle) is handle
    assert copy.deepcopy(handle) is handle


@FACES
def test_the_hook_of_a_module_answers(folder: Path, face: Face) -> None:
    """PEP 562: `__getattr__` in the module is asked for what it has not."""
    sample = Sample(
        folder,
        "value = 1\ndef __getattr__(name):\n    if name == 'made': return 'here'\n    raise AttributeError(name)",
    )
    handle = face(sample.name)
    assert (handle.made, handle.value, handle.made) == ("here", 1, "here")
    with pytest.raises(AttributeError, match="nothing"):
        _ = handle.nothing


@FACES
def test_a_module_that_replaces_itself(folder: Path, face: Face) -> None:
    """What stands in `sys.modules` afterwards counts, whatever it is."""
    body = """
        import sys, types
        class Own(types.ModuleType):
            @property
            def computed(self): return 'computed'
        own = Own(__name__); own.plain = 1; own.__spec__ = __spec__
        sys.modules[__name__] = own
    """
    sample = Sample(folder, inspect.cleandoc(body))
    handle = face(sample.name)
    assert (handle.computed, handle.plain) == ("computed", 1)
    handle.plain = 2
    assert sys.modules[sample.name].plain == 2
    del handle.plain
    assert not hasattr(sys.modules[sample.name], "plain")
    assert isinstance(handle, types.ModuleType)
    assert "plain" not in dir(handle)


# -- failures ----------------------------------------------------------------------------------------------------------


@FACES
def test_a_failure_is_the_original_one_each_time(folder: Path, face: Face) -> None:
    """With the places of the declaration and of the use, and no longer when the module is mended."""
    sample = Sample(folder, "raise ValueError('broken')")
    handle = face(sample.name)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken") as caught:
            _ = handle.value
        note = next(each for each in caught.value.__notes__ if "imported lazily" in each)
        assert f"used in {__file__}:" in note
    sample.file.write_text("value = 'mended'\n", encoding="utf-8")
    importlib.invalidate_caches()
    assert handle.value == "mended"


@FACES
def test_an_attribute_error_of_a_body_is_no_missing_attribute(folder: Path, face: Face) -> None:
    """`hasattr` does not swallow it."""
    handle = face(Sample(folder, "import sys\nsys.nothing_of_that_name").name)
    for _ in range(2):
        with pytest.raises(ImportFailed, match="nothing_of_that_name") as caught:
            hasattr(handle, "value")
        assert isinstance(caught.value.__cause__, AttributeError)


@FACES
def test_an_import_error_of_a_body_is_its_own(folder: Path, face: Face) -> None:
    """What is missing is what it needs, not the module; in no way is it a warning."""
    handle = face(Sample(folder, "import nothing_of_that_name_at_all").name)
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError) as caught:
            _ = handle.value
        assert caught.value.name == "nothing_of_that_name_at_all"
        assert type(caught.value) is ModuleNotFoundError


@FACES
@pytest.mark.filterwarnings("ignore:.*nothing_of_that_name.*:UserWarning")
def test_a_missing_module_names_distribution_and_command(face: Face) -> None:
    """An `ImportError` each time; the name is that of what is missing."""
    with load.override(install="never"):
        handle = face("nothing_of_that_name.part")
        for _ in range(2):
            with pytest.raises(ModuleNotFoundError) as caught:
                _ = handle.value
            assert caught.value.name == "nothing_of_that_name"
            assert "pip install nothing_of_that_name" in str(caught.value)


@FACES
def test_one_that_comes_later_is_found(folder: Path, face: Face) -> None:
    """A failure is not kept."""
    name = f"later_{next(_NUMBERS)}"
    handle = load.lazy_import(name, install=False) if face is not unpickled else face(name)
    with load.override(install="never"), pytest.raises(ModuleNotFoundError):
        _ = handle.value
    (folder / f"{name}.py").write_text("value = 1\n", encoding="utf-8")
    importlib.invalidate_caches()
    assert handle.value == 1


@pytest.mark.parametrize("name", ["", "a b", "1a", "a..b", "a.", "....x", "a:", "a:1", ":b", "a-b", "a/b", "é:", "-x"])
def test_names_that_are_no_names(name: str) -> None:
    """At the declaration, with its place."""
    with pytest.raises(SourceError) as caught:
        load.lazy_import(name)
    assert f"declared in {__file__}:" in str(caught.value)


@pytest.mark.parametrize("missing", ["", "Raise", "ignore", None])
def test_a_way_that_is_none(missing: Any) -> None:
    """There are three."""
    with pytest.raises(ValueError, match="missing is one of 'raise', 'warn', 'none'"):
        load.lazy_import("json", missing=missing)


def test_a_warning_and_none(recwarn: pytest.WarningsRecorder) -> None:
    """The ways of `missing`: told at the place of the use."""
    with load.override(install="never"):
        warned = load.lazy_import("nothing_of_that_name", missing="warn")
        with pytest.warns(UserWarning, match="pip install nothing_of_that_name") as seen, pytest.raises(ImportError):
            _ = warned.value
        assert seen[0].filename == __file__
        none = load.lazy_import("nothing_of_that_name", missing="none")
        with pytest.warns(UserWarning, match="nothing_of_that_name") as seen:
            assert none.value is None
        assert seen[0].filename == __file__
        thing = load.lazy_import("nothing_of_that_name:Thing", missing="none")
        with pytest.warns(UserWarning, match="nothing_of_that_name"):
            assert load.materialize(thing) is None
    assert not [each for each in recwarn.list if each.category is UserWarning]


# -- the declaring name ------------------------------------------------------------------------------------------------


def test_the_declaring_name_is_bound_to_the_real_thing(folder: Path, sample: Sample) -> None:
    """Where it still holds the handle, under however many names."""
    lines = ["import load", f"a = b = load.lazy_import('{sample.name}')", "kept = [a]"]
    user = Sample(folder, "\n".join([*lines, f"f = load.lazy_import('{sample.name}:function')"]))
    module = importlib.import_module(user.name)
    assert not sample.is_imported
    module.b = "something else"
    assert module.a.value == 42
    assert module.a is sys.modules[sample.name]
    assert module.b == "something else"
    assert module.kept[0] is not module.a
    assert module.f() == 2
    assert module.f is sys.modules[sample.name].function


def test_a_relative_name_is_of_the_declaring_package(folder: Path) -> None:
    """As in a `from` statement."""
    package = folder / "relative"
    package.mkdir()
    declared = "import load\nsub = load.lazy_import('.deep')\nthing = load.lazy_import('.deep:thing')\n"
    (package / "__init__.py").write_text(declared)
    (package / "deep.py").write_text("import load\nup = load.lazy_import('.')\nthing = len\n")
    relative = importlib.import_module("relative")
    assert relative.sub.__name__ == "relative.deep"
    assert relative.thing("abc") == 3
    assert relative.sub.up.__path__ == relative.__path__


# -- objects -----------------------------------------------------------------------------------------------------------

OBJECT_USES: dict[str, Callable[[Any], object]] = {
    "a call": lambda h: h(3).x == 3,
    "an attribute": lambda h: h.attribute == "a",
    "a subclass": lambda h: type("Sub", (load.materialize(h),), {}).attribute == "a",
    "isinstance": lambda h: isinstance(load.materialize(h)(), h),
    "issubclass": lambda h: issubclass(load.materialize(h), h),
    "setting": lambda h: setattr(h, "attribute", "b") is None and load.materialize(h).attribute == "b",
}


@FACES
@pytest.mark.parametrize("use", OBJECT_USES)
def test_a_handle_on_a_class(sample: Sample, face: Face, use: str) -> None:
    """What people do with one."""
    holder = [face(f"{sample.name}:Class")]
    for question in (repr, bool, hash, type, copy.copy, pickle.dumps, load.reference):
        question(holder[0])  # type: ignore[operator]
    assert not sample.is_imported
    assert not isinstance(holder[0], types.ModuleType)
    assert OBJECT_USES[use](holder[0])
    assert load.is_loaded(holder[0])


@FACES
def test_a_handle_on_a_list(sample: Sample, face: Face) -> None:
    """Subscripts, iteration, length."""
    holder = [face(f"{sample.name}:items")]
    assert list(holder[0]) == [1, 2, 3]
    assert holder[0][1] == 2
    assert 3 in holder[0]
    assert len(holder[0]) == 3
    holder[0][0] = 9
    del holder[0][1]
    assert sys.modules[sample.name].items == [9, 3]


@FACES
def test_a_class_statement_with_a_handle(sample: Sample, face: Face) -> None:
    """`__mro_entries__` puts the real class in its place."""
    holder = [face(f"{sample.name}:Class")]

    class Sub(holder[0]):  # type: ignore[misc]
        pass

    assert Sub.__mro__[1] is sys.modules[sample.name].Class


@FACES
@pytest.mark.parametrize("operate", [lambda h: h + 1, lambda h: 1 + h, lambda h: -h, lambda h: h < 1, lambda h: 2 % h])
def test_what_it_cannot_stand_in_for_says_so(sample: Sample, face: Face, operate: Callable[[Any], object]) -> None:
    """A `TypeError` that names `materialize`."""
    with pytest.raises(TypeError, match=r"use load.materialize\(…\)"):
        operate(face(f"{sample.name}:value"))


@FACES
def test_an_attribute_that_the_module_has_not(sample: Sample, face: Face) -> None:
    """An `ImportError` with the near names, each time."""
    holder = [face(f"{sample.name}:functoin")]
    for _ in range(2):
        with pytest.raises(ImportError, match="did you mean 'function'"):
            holder[0]()


def test_questions_about_what_is_no_handle() -> None:
    """The functions take everything."""
    assert load.is_loaded(sys)
    assert load.is_loaded(3)
    assert load.materialize(3) == 3
    assert str(load.reference(sys)) == "sys"
    with pytest.raises(TypeError, match="'int' is neither a handle nor a module"):
        load.reference(3)
