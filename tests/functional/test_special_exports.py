"""Specialised exports: tables of names, which give the objects themselves; and the tables that come with `load`."""

from __future__ import annotations

import copy
import gc
import importlib
import inspect
import os
import pickle
import re
import rlcompleter
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import load
from load.errors import (
    AttributeNotFound,
    ExportDisabled,
    ExportValidationError,
    RegistryError,
    RegistryTypeError,
    ResolveError,
    SourceError,
)
from load.exports import (
    ExportFailed,
    LazyPackageExport,
    SpecializedExports,
    TorchExports,
    TransformersExports,
    cleanup_exports,
    create_specialized_export,
    get_export,
    get_export_metadata,
    get_export_registry,
    register_export_checks,
)
from tests.support import exports_stub
from tests.support.environments import Python
from tests.support.exports import made_packages, own_registry

BODY = "value = 42\ndef twice(number): return 2 * number\n"


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """What a test registers is gone after it."""
    with own_registry():
        yield


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """Makes packages: `package(body) -> name`; each has a module `part` with a class `Thing` in it."""
    with made_packages(tmp_path, monkeypatch, "goods") as make:
        yield lambda body=BODY: make({"__init__": body, "part": "class Thing: pass\nanswer = 7\n"})


def table(name: str, **more: Any) -> type[SpecializedExports]:
    """A class of specialised exports of a package that the fixture has made."""
    exports = {"whole": name, "part": f"{name}.part", "Thing": "part.Thing", "number": f"{name}.value"}
    return type("Goods", (SpecializedExports,), {"package": name, "exports": exports, **more})


# -- names -------------------------------------------------------------------------------------------------------------


def test_names_are_the_objects_themselves(package: Callable[[str], str]) -> None:
    """Nothing is imported before the first, and each is an ordinary attribute after it."""
    name = package(BODY)
    goods: Any = table(name)()
    assert repr(goods) == f"<Goods: 4 names of {name!r}>"
    assert {"whole", "part", "Thing", "number", "available", "missing"} <= set(dir(goods))
    assert not hasattr(goods, "_ipython_display_")
    assert name not in sys.modules
    assert goods.number == 42
    assert f"{name}.part" not in sys.modules
    assert goods.Thing is sys.modules[f"{name}.part"].Thing
    assert goods.whole is sys.modules[name]
    assert goods.part is sys.modules[f"{name}.part"]
    assert set(vars(goods)) == {"number", "Thing", "whole", "part"}
    assert copy.copy(goods) is copy.deepcopy(goods) is goods
    known = get_export_metadata(name)
    assert (known.load_count, known.error_count, known.is_loaded) == (1, 0, True)
    with pytest.raises(AttributeError, match=r"'Goods'.*'Think'"):
        _ = goods.Think


def test_a_name_that_is_in_no_table(child: Python) -> None:
    """The program ends with a line that tells the one that is meant."""
    code = """
        from load.exports import EinopsExports
        EinopsExports().rearange
    """
    last = child.run(code).stderr.splitlines()[-1]
    assert last.startswith("AttributeError: 'EinopsExports'")
    assert re.search(r"did you mean:? 'rearrange'\?$", last, re.IGNORECASE)


def test_names_that_are_set_and_deleted_by_hand(package: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As on any object: a test puts its own in the place of one; what was deleted is asked for anew."""
    name = package(BODY)
    goods: Any = table(name)()
    with monkeypatch.context() as patch:
        patch.setattr(goods, "number", 0)
        assert goods.number == 0
    assert goods.number == 42
    del goods.number
    assert "number" not in vars(goods)
    assert (goods.number, goods.whole.value) == (42, 42)
    with pytest.raises(AttributeError):
        del goods.part
    goods.own = 1
    del goods.own
    with pytest.raises(AttributeError):
        _ = goods.own


def test_a_class_knows_nothing_of_its_objects(package: Callable[[str], str]) -> None:
    """Each object has what it was asked for; nobody's hook hears of more classes than a program makes."""
    heard: list[type] = []

    class Watched(SpecializedExports):
        def __init_subclass__(cls) -> None:
            heard.append(cls)
            super().__init_subclass__()

    name = package(BODY)
    kind = type("Goods", (Watched,), {"package": name, "exports": {"number": f"{name}.value", "part": f"{name}.part"}})
    first: Any = kind()
    second: Any = kind()
    assert heard == [kind]
    assert first.number == 42
    assert (set(vars(first)), set(vars(second))) == ({"number"}, set())
    assert not hasattr(kind, "number")
    assert isinstance(first, kind)
    assert (type(first).__name__, type(first).__module__) == (kind.__name__, kind.__module__)
    again: Any = type(first)()
    assert (again.number, again.part is first.part, again.__class__.__name__) == (42, True, "Goods")


def test_many_threads_give_and_forget(package: Callable[[str], str]) -> None:
    """A name is there, or is asked for: never neither."""
    name = package(BODY)
    goods: Any = table(name)()
    failures: list[BaseException] = []
    barrier = threading.Barrier(8)

    def use(number: int) -> None:
        barrier.wait()
        try:
            for _ in range(300):
                assert goods.number == 42
                if number % 2:
                    goods.__load_forget__("number")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []


def test_a_path_may_say_where_the_module_ends(package: Callable[[str], str]) -> None:
    """With a colon; and what is in another package is had from there."""
    name, other = package(BODY), package("value = 1\n")
    exports = {"Thing": f"{name}.part:Thing", "other": f"{other}.value", "name": "Thing.__name__"}
    goods: Any = table(name, exports=exports)()
    assert (goods.Thing.__name__, goods.name, goods.other) == ("Thing", "Thing", 1)


def test_a_class_that_derives_from_another(package: Callable[[str], str]) -> None:
    """It has the names of that, and may say some of them otherwise; those may begin with names of the first."""
    name = package(BODY)
    first = table(name)
    second = type("More", (first,), {"exports": {"answer": "part.answer", "number": "part.answer"}})
    more: Any = second()
    assert (more.answer, more.number, more.Thing.__name__) == (7, 7, "Thing")
    assert first().number == 42


def test_many_threads_are_one_load(package: Callable[[str], str]) -> None:
    """Sixteen at once, each with an object of its own, get the same thing; it was loaded and checked once."""
    name = package("value = []\n")
    checked: list[object] = []
    register_export_checks(name, probe=checked.append)
    kind, barrier, found = table(name), threading.Barrier(16), []
    shared: Any = kind(validation_level="comprehensive")

    def use(number: int) -> None:
        goods: Any = shared if number % 2 else kind()
        barrier.wait()
        found.append(goods.number)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 16
    assert len(set(map(id, found))) == 1
    assert checked == [sys.modules[name]]
    assert get_export_metadata(name).load_count == 1


def test_the_package_itself_uses_them(package: Callable[[str], str], tmp_path: Path) -> None:
    """A circle is as in Python: it gets what there is so far, and nothing is kept that was not checked."""
    name = package("value = 1\nimport circle\nvalue = 2\n")
    text = f"""
from load.exports import SpecializedExports
class Goods(SpecializedExports):
    package = {name!r}
    exports = {{"number": "{name}.value"}}
goods = Goods()
seen = goods.number
"""
    (tmp_path / "circle.py").write_text(text, encoding="utf-8")
    importlib.invalidate_caches()
    try:
        circle = importlib.import_module(name).circle
        assert (circle.seen, circle.goods.number) == (1, 2)
    finally:
        sys.modules.pop("circle", None)


def test_pickled_by_reference(package: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has given stays here."""
    name = package(BODY)
    kind = table(name)
    kind.__module__, kind.__qualname__ = __name__, "PICKLED"
    monkeypatch.setitem(globals(), "PICKLED", kind)
    goods: Any = kind()
    assert goods.number == 42
    again: Any = pickle.loads(pickle.dumps(goods))
    assert again.__class__ is kind
    assert vars(again) == {}
    assert again.number == 42
    assert list(get_export_registry()) == [name]


@pytest.mark.parametrize("is_there", [True, False])
def test_what_looks_at_all_names_meets_none_that_fails(is_there: bool, package: Callable[[str], str]) -> None:
    """Mocks are made of it, its members are listed, whether the package is there or not; a use says what is missing."""
    name = package(BODY) if is_there else "nothing_of_that_name"
    goods: Any = table(name, optional={"extra": ("nothing_of_that_kind.x", "some-extra")})()
    found = dict(inspect.getmembers(goods))
    assert ("number" in found) == is_there
    assert "extra" not in found
    assert mock.create_autospec(goods).available.return_value is not None
    with pytest.raises(ResolveError if is_there else ModuleNotFoundError):
        _ = goods.extra


def test_a_tab_gives_nothing(package: Callable[[str], str]) -> None:
    """At Python's own prompt it would import all of the package."""
    name = package(BODY)
    offered = rlcompleter.Completer({"goods": table(name)()}).attr_matches("goods.")
    assert {"goods.number", "goods.Thing"} <= set(offered or ())
    assert name not in sys.modules


# -- the export of the package -----------------------------------------------------------------------------------------


def test_the_export_that_there_is(package: Callable[[str], str]) -> None:
    """Without settings it is used as it is; with others it is replaced, and that is said, as for every export."""
    name = package(BODY)
    made = LazyPackageExport(name, validation_level="strict")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        goods = table(name)()
        assert get_export(name) is made
        assert goods.missing() == {}
    with pytest.warns(UserWarning, match=r"validation_level=STRICT\) is replaced .*validation_level=BASIC\)") as told:
        table(name)(validation_level="basic")
    assert [each.filename for each in told] == [__file__]
    assert get_export_metadata(name).declared_in.startswith(__file__)


def test_another_package_under_the_name(package: Callable[[str], str]) -> None:
    """It is an error, and the registry is as it was."""
    name, other = package(BODY), package(BODY)
    made = LazyPackageExport("goods", import_name=other)
    kind = table(name, package="goods", import_name=name)
    with pytest.raises(RegistryError, match=f"stands for {other!r} already, and not for {name!r}"):
        kind()
    assert get_export_registry()["goods"] is made
    assert len(get_export_registry()) == 1


def test_a_package_that_does_not_pass_its_checks(package: Callable[[str], str]) -> None:
    """No name of it is handed out, and all that is missing is told; when it has changed it is checked again."""
    name = package(BODY)
    register_export_checks(name, names=["one", "two"])
    goods: Any = table(name)(validation_level="comprehensive")
    for _ in range(2):
        with pytest.raises(ExportValidationError) as caught:
            _ = goods.number
        assert caught.value.failures == (f"{name}.one is missing", f"{name}.two is missing")
    assert set(goods.missing()) == {"whole", "part", "Thing", "number"}
    assert vars(goods) == {}
    sys.modules[name].one = sys.modules[name].two = 1  # type: ignore[attr-defined]
    assert goods.number == 42


def test_switched_off(package: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As every export; what may be had says why it is not."""
    name = package(BODY)
    monkeypatch.setenv("GOODS", "0")
    goods: Any = table(name)(enabled="GOODS")
    with pytest.raises(ExportDisabled, match="GOODS is '0'"):
        _ = goods.number
    assert goods.available() == ()
    assert goods.missing("number") == {
        "number": f"The export {name!r} is switched off: the environment variable GOODS is '0'"
    }
    monkeypatch.setenv("GOODS", "1")
    assert goods.number == 42


def test_cleaned_up_when_nobody_holds_it(package: Callable[[str], str]) -> None:
    """An object that is held has its package in use; afterwards it goes, though the class is there."""
    name = package(BODY)
    kind = table(name)
    goods: Any = kind()
    assert goods.number == 42
    assert list(cleanup_exports().kept) == [name]
    del goods
    gc.collect()
    assert cleanup_exports().dropped == [name]
    assert kind().available("number") == ("number",)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"attr": "value"}, "not made with 'attr'"),
        ({"import_name": "json"}, "not made with 'import_name'"),
        ({"levels": 3}, "levels"),
        ({"install": "yes"}, "install is True or False"),
    ],
)
def test_wrong_settings(package: Callable[[str], str], settings: dict[str, Any], words: str) -> None:
    """They are refused, and nothing is registered."""
    kind = table(package(BODY))
    with pytest.raises(TypeError, match=words):
        create_specialized_export(kind, **settings)
    assert list(get_export_registry()) == []


def test_what_is_no_class_of_exports(package: Callable[[str], str]) -> None:
    """The factory makes them as calling them does, and takes nothing else."""
    name = package(BODY)
    kind = table(name)
    goods: Any = create_specialized_export(kind, validation_level="strict")
    assert goods.__class__ is kind
    assert goods.number == 42
    assert get_export_metadata(name).declared_in.startswith(__file__)
    for wrong in (int, goods, SpecializedExports, "TorchExports"):
        with pytest.raises(RegistryTypeError, match=r"not a class of specialised exports|says no `package`"):
            create_specialized_export(wrong)  # type: ignore[type-var]
    with pytest.raises(TypeError, match="says no `package`"):
        SpecializedExports()
    assert list(get_export_registry()) == [name]


# -- what is missing ---------------------------------------------------------------------------------------------------


def test_optional_names(package: Callable[[str], str]) -> None:
    """They are told by `available` and `missing`, and are an error that says what they need, never None."""
    name = package(BODY)
    optional = {
        "twice": f"{name}.twice",
        "thrice": (f"{name}.thrice", f"{name}>=3"),
        "fast": ("no_such_speedups.fast", "no-such-speedups>=2"),
        "faster": "no_such_speedups.faster",
    }
    goods: Any = table(name, optional=optional)()
    seen: list[Any] = []
    end = load.subscribe(lambda event: seen.append(event) if isinstance(event, ExportFailed) else None)
    assert goods.available() == ("whole", "part", "Thing", "number", "twice")
    assert goods.available("fast", "twice") == ("twice",)
    assert goods.missing() == {
        "thrice": f"Goods.thrice is not there: {name!r} has no attribute 'thrice' (it needs {name}>=3)",
        "fast": "Goods.fast is not there: no module is named 'no_such_speedups' (it needs no-such-speedups>=2)",
        "faster": "Goods.faster is not there: no module is named 'no_such_speedups'",
    }
    assert seen == []
    with pytest.raises(ResolveError) as missing:
        _ = goods.fast
    end()
    assert missing.value.name == "no_such_speedups"
    assert missing.value.hint == "it needs no-such-speedups>=2"
    assert [each.error for each in seen] == [missing.value]
    assert get_export_metadata(name).error_count == 1
    with pytest.raises(AttributeError, match="has no export 'fats'; did you mean 'fast'"):
        goods.available("fats")
    assert "import" not in repr(goods.twice)
    sys.modules[name].thrice = 3  # type: ignore[attr-defined]
    assert goods.thrice == 3


def test_what_ends_programs_is_missing(package: Callable[[str], str], tmp_path: Path) -> None:
    """To ask what is there does not end the program, unless a person does."""
    name = package(BODY)
    (tmp_path / name / "fast.py").write_text("import sys\nsys.exit('no GPU')\n", encoding="utf-8")
    (tmp_path / name / "slow.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    goods: Any = table(name, optional={"fast": f"{name}.fast", "slow": f"{name}.slow"})()
    assert goods.missing("fast", "number") == {"fast": "SystemExit: no GPU"}
    with pytest.raises(KeyboardInterrupt):
        goods.missing("slow")


def test_a_package_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it can be had, and each use says how to get it."""
    goods: Any = table("no_such_goods")()
    assert goods.available() == ()
    assert set(goods.missing()) == {"whole", "part", "Thing", "number"}
    assert all("no_such_goods" in why for why in goods.missing().values())
    with pytest.raises(ImportError, match="no_such_goods"):
        _ = goods.number
    monkeypatch.setitem(sys.modules, "no_such_goods", types.SimpleNamespace(value=3, __name__="n", __file__=__file__))
    assert goods.number == 3  # a failure is not final


def test_a_name_that_the_package_lacks(package: Callable[[str], str]) -> None:
    """It says what was asked for, what that stands for, where that was written, and what may be meant."""
    name = package(BODY)
    line = sys._getframe().f_lineno + 2

    class Goods(SpecializedExports):
        package = name
        exports = {"number": f"{name}.valeu"}  # noqa: RUF012 - as people write it

    with pytest.raises(AttributeNotFound) as caught:
        _ = Goods().number
    error = caught.value
    assert error.message == f"Goods.number is not there: {name!r} has no attribute 'valeu'."
    assert error.context[0] == f"it stands for '{name}.valeu' in the table of {__file__}:{line}"
    assert error.hint == "did you mean 'value'?"
    assert get_export_metadata(name).load_count == 1


def test_a_module_that_is_broken(package: Callable[[str], str], tmp_path: Path) -> None:
    """Its own error comes, with a note of who asked; nothing hides it as something that is missing."""
    name = package(BODY)
    (tmp_path / name / "torn.py").write_text("import no_such_thing_at_all\n", encoding="utf-8")
    (tmp_path / name / "worn.py").write_text("1 / 0\n", encoding="utf-8")
    goods: Any = table(name, exports={"torn": f"{name}.torn", "worn": f"{name}.worn"})()
    with pytest.raises(ModuleNotFoundError) as torn:
        _ = goods.torn
    assert torn.value.name == "no_such_thing_at_all"
    with pytest.raises(ZeroDivisionError) as worn:
        _ = goods.worn
    assert (torn.value.__notes__[-1], worn.value.__notes__[-1]) == (
        "asked for as Goods.torn",
        "asked for as Goods.worn",
    )
    assert goods.missing("worn") == {"worn": "ZeroDivisionError: division by zero"}


# -- tables that cannot be ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "error", "words"),
    [
        ({"exports": {"a": "b.x", "b": "c", "c": "a.y"}}, RegistryError, "a → b → c → a"),
        ({"exports": {"a": "b.x"}, "optional": {"b": "a"}}, RegistryError, "a → b → a"),
        ({"exports": {"a": "json.a"}, "optional": {"a": "json.b"}}, SourceError, "in `exports` and in `optional`"),
        ({"exports": {"two words": "json.a"}}, SourceError, "'two words' is not a name"),
        ({"exports": {"class": "json.a"}}, SourceError, "'class' is not a name"),
        ({"exports": {"_own": "json.a"}}, SourceError, "begins with an underscore"),
        ({"exports": {"missing": "json.a"}}, SourceError, "'missing' is what the class itself has"),
        ({"exports": {"a": "json..a"}}, SourceError, r"'json\.\.a' names no object, and 'a' is to stand for it"),
        ({"exports": {"a": "json:"}}, SourceError, "'json:' names no object"),
        ({"exports": {"a": ""}}, SourceError, "'' names no object"),
        ({"exports": {"a": 3}}, TypeError, "what 'a' stands for is a path, not 3"),
        ({"exports": {"a": ("json.a", "json")}}, TypeError, "what 'a' stands for is a path, not"),
        ({"optional": {"a": ("json.a",)}}, TypeError, "or a pair like"),
        ({"exports": ["a"]}, TypeError, "exports is a mapping"),
        ({"optional": {3: "json.a"}}, TypeError, "a name in a table is a text, not 3"),
    ],
)
def test_wrong_tables(tables: dict[str, Any], error: type[Exception], words: str) -> None:
    """They are refused when the class is made, with the place, and nothing is registered."""
    with pytest.raises(error, match=words) as caught:
        type("Goods", (SpecializedExports,), {"package": "json", **tables})
    assert f"Goods of {__file__}:" in str(caught.value)
    assert list(get_export_registry()) == []


def test_a_name_may_be_that_of_its_module() -> None:
    """That is not a circle; and the first word of a path is the package before it is a name."""
    tables = {"exports": {"json": "json", "decoder": "json.decoder", "string": "string", "digits": "string.digits"}}
    goods: Any = type("Goods", (SpecializedExports,), {"package": "json", **tables})()
    assert (goods.json, goods.decoder, goods.digits) == (sys.modules["json"], sys.modules["json.decoder"], "0123456789")


# -- modules that run again --------------------------------------------------------------------------------------------

LIVING = """
    import sys
    from pathlib import Path
    import load
    from load.errors import LoadError
    from load.exports import SpecializedExports, get_export_metadata
    from load.imports import reload_module

    class Goods(SpecializedExports):
        package = "goods"
        exports = {"number": "goods.value", "function": "goods.function", "other": "goods.value", "dumps": "json.dumps"}

    goods = Goods()
    assert (goods.number, goods.function()) == (1, 1) and goods.dumps
    Path("goods.py").write_text("value = 22\\ndef function(): return 22\\n", encoding="utf-8")
    reload_module("goods")
    print(goods.number, goods.function(), "dumps" in vars(goods))
    Path("goods.py").write_text("value = 333\\nraise ValueError('no')\\n", encoding="utf-8")
    try: reload_module("goods")
    except LoadError as error: print(type(error).__name__, goods.number, goods.function())
    Path("goods.py").write_text("value = 4444\\ndef function(): return 4444\\n", encoding="utf-8")
    print(load.unload("goods", dry_run=True).holders, goods.function())
    import keeper
    keeper.goods = goods
    del keeper
    print(load.unload("goods").holders, sorted(vars(goods)))
    print(goods.number, goods.function(), goods.other, get_export_metadata("goods").load_count)
"""


def test_reloaded_and_unloaded(child: Python, tmp_path: Path) -> None:
    """They give what the modules define now; after a reload that failed, what they gave before.

    What they keep holds nothing that is to be unloaded, whoever holds them.
    """
    (tmp_path / "keeper.py").write_text("", encoding="utf-8")
    (tmp_path / "goods.py").write_text("value = 1\ndef function(): return 1\n", encoding="utf-8")
    paths = os.pathsep.join([str(tmp_path), str(child.environ["PYTHONPATH"])])
    result = child.run(LIVING, cwd=tmp_path, env={"PYTHONPATH": paths}).check()
    assert result.stdout.splitlines() == [
        *("22 22 True", "ReloadError 22 22", "() 22", "() ['dumps']"),
        "4444 4444 4444 2",
    ]


# -- the tables of `load` ----------------------------------------------------------------------------------------------


def test_the_types_are_those_of_the_tables() -> None:
    """`python -m tests.support.exports_stub` writes them anew, with all the packages there."""
    text = exports_stub.STUB.read_text(encoding="utf-8")
    kinds = exports_stub.kinds_in(text)
    assert list(kinds) == [cls.__name__ for cls in exports_stub.classes()]
    assert {name: set(each) for name, each in kinds.items()} == {
        cls.__name__: set(cls._entries) for cls in exports_stub.classes()
    }
    assert exports_stub.text_of(kinds) == text, "run python -m tests.support.exports_stub"


def test_making_one_imports_nothing(child: Python, tmp_path: Path) -> None:
    """Not the package, and nothing else but Python's own and `load`'s; each has the names that it is known by."""
    code = """
        import sys, load
        before = set(sys.modules)
        from load.exports import *
        for kind in (TorchExports, TransformersExports, TensorflowExports, PILExports, AiohttpExports, EinopsExports):
            made = kind()
            assert kind.package not in sys.modules and made.__doc__
        ours = {each.partition(".")[0] for each in set(sys.modules) - before}
        print(sorted(ours - set(sys.stdlib_module_names)))
        print({"F", "nn", "checkpoint", "CrossEntropyLoss", "Module", "Tensor"} <= set(dir(TorchExports())))
        print({"PreTrainedModel", "AutoProcessor", "AutoModelForCausalLM"} <= set(dir(TransformersExports())))
        print({"TF", "TVF", "keras"} <= set(dir(TensorflowExports())))
        print({"Image", "ImageDraw", "ImageFont"} <= set(dir(PILExports())))
        print(len(get_export_registry()))
    """
    assert child.run(code).check().stdout.splitlines() == ["['load']", "True", "True", "True", "True", "6"]


PROGRAM = """
    import load
    from load.exports import *
    torch_exports = TorchExports()
    nn_module, functional = torch_exports.nn, torch_exports.F
    import torch.nn.functional, torch.utils.checkpoint
    print(nn_module is torch.nn, functional is torch.nn.functional, torch_exports.checkpoint is torch.utils.checkpoint)
    print(torch_exports.Module.__name__, torch_exports.CrossEntropyLoss.__name__)

    tr_exports = TransformersExports()
    pretrained_model, auto_processor = tr_exports.PreTrainedModel, tr_exports.AutoProcessor
    print(pretrained_model.__module__, auto_processor.__name__, tr_exports.available("flash_attn_func"))

    export = LazyPackageExport("my_package")
    assert create_lazy_export("my_package", enable_performance_monitoring=True) is export
    with_factory = create_specialized_export(TorchExports)
    print(with_factory.F is functional, type(with_factory).__name__, get_export("torch") is not torch)

    metadata = get_export_metadata("torch")
    print(f"Access count: {metadata.access_count}, loads: {metadata.load_count}")
    print(sorted(get_all_performance_metrics()), sorted(get_export_registry()))
    from load.exports import torch as again
    print(again.nn is nn_module, cleanup_exports().kept.keys() >= {"torch", "transformers"})
    tensors = TensorflowExports()
    print(tensors.TVF is tensors.keras, tensors.TF.__name__)
"""


def test_the_system_that_they_were_thought_out_after(child: Python, tmp_path: Path) -> None:
    """What its users wrote of these, in the order in which they would; the packages are made for the test."""
    files = {
        "torch/__init__.py": "from torch import nn, utils",
        "torch/nn/__init__.py": "class Module: pass\nclass CrossEntropyLoss: pass",
        "torch/nn/functional.py": "",
        "torch/utils/__init__.py": "",
        "torch/utils/checkpoint.py": "",
        "transformers/__init__.py": "class AutoProcessor: pass",
        "transformers/modeling_utils.py": "class PreTrainedModel: pass",
        "tensorflow/__init__.py": "def __getattr__(name):\n    import importlib\n"
        "    if name == 'keras': return importlib.import_module('tensorflow._keras')\n    raise AttributeError(name)",
        "tensorflow/_keras.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = os.pathsep.join([str(tmp_path), str(child.environ["PYTHONPATH"])])
    result = child.run(PROGRAM, env={"PYTHONPATH": paths}).check()
    assert result.stdout.splitlines() == [
        "True True True",
        "Module CrossEntropyLoss",
        "transformers.modeling_utils AutoProcessor ()",
        "True TorchExports True",
        "Access count: 2, loads: 1",
        "['my_package', 'torch', 'transformers'] ['my_package', 'torch', 'transformers']",
        "True True",
        "True tensorflow",
    ]


def test_placeholders_are_not_what_they_stand_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transformers without PyTorch has a class of each name, which raises when it is used: it is told as missing."""
    dummy = type("DummyObject", (type,), {})
    fake: Any = types.ModuleType("transformers")
    fake.__file__ = __file__
    fake.AutoModel, fake.AutoTokenizer = dummy("AutoModel", (), {"_backends": ["torch"]}), int
    monkeypatch.setitem(sys.modules, "transformers", fake)
    exports = TransformersExports()
    names = ("AutoModel", "AutoTokenizer")
    for _ in range(2):
        assert exports.available(*names) == ("AutoTokenizer",)
        why = "TransformersExports.AutoModel is not there: transformers has a placeholder for it (it needs torch)"
        assert exports.missing(*names) == {"AutoModel": why}
        assert exports.AutoModel is fake.AutoModel


def test_one_of_the_shipped_with_names_of_ones_own() -> None:
    """A program derives from them, as from its own."""

    class Mine(TorchExports):
        exports = {"Bilinear": "nn.Bilinear", "relu": "F.relu"}  # noqa: RUF012 - as people write it

    assert {"Bilinear", "relu", "F", "AdamW"} <= set(dir(Mine()))
    assert str(Mine._entries["relu"].reference) == "torch:nn.functional.relu"
