"""Dotted use: submodules come as somebody's own code names them, and nothing else about a package changes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.environments import Python


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """An installed package `tower` with a hook of its own, subpackages, and leaves that nobody imports by itself."""
    site = tmp_path / "lib" / "site-packages"
    tower = site / "tower"
    (tower / "plain" / "deep").mkdir(parents=True)
    (tower / "folder").mkdir()
    write = {
        "__init__.py": """
import warnings

height = 3

def __getattr__(name):
    if name == "old":
        warnings.warn("old is old", DeprecationWarning, stacklevel=2)
        return "the old one"
    if name == "broken":
        raise ZeroDivisionError("in the hook")
    raise AttributeError(f"tower itself has no {name}", name=name)
""",
        "floor.py": "room = 1\n",
        "broken_leaf.py": "raise KeyError('within')\n",
        "needy.py": "import surely_no_such\n",
        "plain/__init__.py": "",
        "plain/leaf.py": "green = True\n",
        "plain/deep/__init__.py": "spec_seen = __spec__.loader, __loader__, __spec__.loader is __loader__\n",
        "plain/deep/leaf.py": "green = True\n",
        "folder/leaf.py": "green = True\n",
        "detects.py": """
import tower.plain

def features():
    found = []
    for test in (lambda: tower.plain.leaf, lambda: tower.floor):
        try:
            found.append(test())
        except AttributeError as error:
            found.append(str(error))
    return found + [hasattr(tower, "floor"), getattr(tower.plain, "leaf", None)]
""",
    }
    for name, text in write.items():
        (tower / name).write_text(text, encoding="utf-8")
    return site


def check(child: Python, library: Path, source: str) -> None:
    """Run a script that has the library installed; it must end with "worked"."""
    script = Path("script.py")
    script.write_text(f"import sys\nsys.path.append({str(library)!r})\nimport load\n{source}\nprint('worked')\n")
    assert child.run(["-W", "error", script]).check().stdout.endswith("worked\n")


def test_a_submodule_comes_when_it_is_named(child: Python, library: Path) -> None:
    """In any depth, in any form, and the package is the very one that a plain import gives."""
    check(
        child,
        library,
        """
import importlib
assert load.tower is sys.modules["tower"] and "tower.floor" not in sys.modules
assert load.tower.floor.room == 1 and load.tower.floor is sys.modules["tower.floor"]
assert load.tower.plain.deep.leaf.green
def f(): return [load.tower.plain.leaf for _ in range(3)]
assert f()[2].green
import tower
assert tower.folder.leaf.green
assert load.xml.etree.ElementTree is sys.modules["xml.etree.ElementTree"]
assert load.concurrent.futures.ThreadPoolExecutor and load.os.path.join
assert load.importlib.metadata.version and load.importlib is importlib
""",
    )


def test_packages_reached_in_any_way_answer(child: Python, library: Path) -> None:
    """By attribute, call, subscript, import statement, `import_aliases`, `requires`."""
    for reach in (
        "t = load.tower",
        "t = load('tower')",
        "t = load['tower']",
        "from load import tower as t",
        "import load.tower as t",
        "(t,) = load.import_aliases('tower')",
        "t = load('tower', 'os').tower",
        "f = load.requires('t=tower')(lambda: t); f()",
        "t = load.resolve('tower')",
        "from load.tower.plain import deep; import tower as t",
    ):
        check(child, library, f"{reach}\nassert t.plain.leaf.green and t.floor.room")


def test_the_order_of_imports_does_not_matter(child: Python, library: Path) -> None:
    """A subpackage that a plain import loads later answers as well, whoever imports it."""
    for later in (
        "import tower.plain.deep",
        "from tower.plain import deep",
        "import importlib; importlib.import_module('tower.plain.deep')",
        "__import__('tower.plain.deep')",
        "exec('import tower.plain.deep', {})",
    ):
        check(
            child,
            library,
            f"load.tower\n{later}\nassert load.tower.plain.deep.leaf.green\nassert load.tower.plain.leaf",
        )
    check(child, library, "import tower.plain.deep\nload.tower\nassert load.tower.plain.deep.leaf.green")
    check(child, library, "load.tower\nimport tower.folder\nassert load.tower.folder.leaf.green")


def test_a_package_that_was_not_reached_through_load_is_left_alone(child: Python, library: Path) -> None:
    """Its attributes are what they were, and it has no hook."""
    check(
        child,
        library,
        """
load.colorsys
import xml, tower.plain
assert "__getattr__" not in vars(xml) and "__getattr__" not in vars(tower.plain)
try:
    xml.dom
except AttributeError as error:
    assert "has no attribute" in str(error)
else:
    raise AssertionError
""",
    )


def test_the_own_hook_comes_first(child: Python, library: Path) -> None:
    """What it answers is the answer, what it raises is raised, and its AttributeError arrives as it was."""
    check(
        child,
        library,
        """
import warnings
own = vars(__import__("tower"))["__getattr__"]
load.tower
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    assert load.tower.old == "the old one"
    assert getattr(load.tower, "old") == "the old one"
assert [each.filename for each in caught] == [__file__] * 2, caught
for ask in (lambda: load.tower.broken, lambda: getattr(load.tower, "broken")):
    try:
        ask()
    except ZeroDivisionError as error:
        assert str(error) == "in the hook"
    else:
        raise AssertionError
for ask in (lambda: load.tower.missing, lambda: getattr(load.tower, "missing"), lambda: getattr(load.tower, "floor")):
    try:
        ask()
    except AttributeError as error:
        assert str(error) in ("tower itself has no missing", "tower itself has no floor"), error
        assert error.__context__ is None and error.__cause__ is None
    else:
        raise AssertionError
assert "tower.floor" not in sys.modules
""",
    )


def test_a_deprecation_is_shown_to_whoever_wrote_the_name(child: Python, library: Path) -> None:
    """The default filters show a DeprecationWarning only for `__main__`: the fall-through is not in between."""
    script = Path("script.py")
    script.write_text(f"import sys\nsys.path.append({str(library)!r})\nimport load\nload.tower\nload.tower.old\n")
    assert "script.py:5: DeprecationWarning: old is old" in child.run([script]).check().stderr


def test_a_warning_of_a_subpackage_body_is_shown_to_its_importer(child: Python, library: Path) -> None:
    """A subpackage that warns while a plain import loads it names the importer's line, as without `load`."""
    (library / "tower" / "warning").mkdir()
    body = "import warnings\nwarnings.warn('on the way out', DeprecationWarning, stacklevel=2)\n"
    (library / "tower" / "warning" / "__init__.py").write_text(body, encoding="utf-8")
    script = Path("script.py")
    script.write_text(f"import sys\nsys.path.append({str(library)!r})\nimport load\nload.tower\nimport tower.warning\n")
    assert "script.py:5: DeprecationWarning: on the way out" in child.run([script]).check().stderr


def test_the_text_of_an_attribute_error_is_pythons(child: Python, library: Path) -> None:
    """Where the package has no hook, what is not a submodule fails as it does without `load`, also half imported."""
    (library / "half").mkdir()
    body = "import half.part\n"
    (library / "half" / "__init__.py").write_text(body, encoding="utf-8")
    part = """
import half, sys
if "load" in sys.modules and getattr(sys, "plant", False):
    from load._facade.submodules import plant
    plant("half", half)
texts = []
for ask in (lambda: half.missing, lambda: half.part, lambda: getattr(half, "other")):
    try:
        ask()
    except AttributeError as error:
        texts.append((str(error), error.name, error.obj is half))
sys.texts = texts
"""
    (library / "half" / "part.py").write_text(part, encoding="utf-8")
    check(
        child,
        library,
        """
def ask(module, name):
    try:
        getattr(module, name)
    except AttributeError as error:
        return type(error), str(error), error.args, error.name, error.obj is module
import half, xml, json.decoder
without = [ask(each, name) for each in (half, xml, json) for name in ("missing", "_missing", "__missing__", "a b")]
texts = sys.texts
for name in ("half.part", "half"):
    del sys.modules[name]
load.xml, load.json
sys.plant = True
assert load.half is not half
import half
assert "__getattr__" in vars(xml) and "__getattr__" in vars(json) and "__getattr__" in vars(half)
with_it = [ask(each, name) for each in (half, xml, json) for name in ("missing", "_missing", "__missing__", "a b")]
assert with_it == without, (with_it, without)
assert sys.texts == texts, (sys.texts, texts)
""",
    )


def test_installed_code_sees_no_difference(child: Python, library: Path) -> None:
    """A library that detects features by attributes finds what it found before, and generated code in it too."""
    (library / "generated.py").write_text(
        "import tower\ncode = compile('def f():\\n    return tower.floor', '<generated>', 'exec')\nexec(code)\n",
        encoding="utf-8",
    )
    check(
        child,
        library,
        """
import generated, tower.detects
without = tower.detects.features()
load.tower
assert tower.detects.features() == without, without
try:
    generated.f()
except AttributeError:
    pass
else:
    raise AssertionError
assert "tower.floor" not in sys.modules
assert tower.floor.room == 1
""",
    )


def test_installed_code_that_uses_load_is_answered(child: Python, library: Path) -> None:
    """What works in a checkout works once it is installed: a library that imports `load` has asked for it."""
    (library / "user.py").write_text("import load\n\ndef use(): return load.tower.plain.leaf\n", encoding="utf-8")
    check(child, library, "import user\nassert user.use().green")


def test_only_what_is_asked_for_comes(child: Python, library: Path) -> None:
    """Probes, private names and names that are no submodule bring nothing."""
    check(
        child,
        library,
        """
import inspect, operator, pickle
load.tower, load.tower.plain
before = set(sys.modules)
for module in (load.tower, load.tower.plain):
    for name in ("floor", "leaf", "deep", "nothing", "_floor", "__path_hooks__"):
        assert not hasattr(module, name) and getattr(module, name, None) is None
    inspect.getmembers(module)
try:
    operator.attrgetter("plain.leaf")(load.tower)
except AttributeError:
    pass
try:
    from tower import nothing
except ImportError as error:
    assert "cannot import name 'nothing' from 'tower'" in str(error), error
assert set(sys.modules) - before == set()
assert hasattr(load.tower, "plain")
""",
    )


def test_a_submodule_that_fails_raises_its_own_error(child: Python, library: Path) -> None:
    """It was asked for, and is there: what its body raises is what there is to know."""
    check(
        child,
        library,
        """
for times in range(2):
    for name, expected in (("broken_leaf", KeyError), ("needy", ModuleNotFoundError)):
        try:
            exec(f"load.tower.{name}")
        except expected as error:
            assert getattr(error, "name", "surely_no_such") == "surely_no_such"
            assert error.__context__ is None or type(error.__context__) is not AttributeError
        else:
            raise AssertionError(name)
        assert f"tower.{name}" not in sys.modules
""",
    )


def test_it_can_be_switched_off(child: Python, library: Path) -> None:
    """For the process or for a block, before or after a package was reached, and on again."""
    check(
        child,
        library,
        """
def falls_through():
    try:
        load.tower.floor
    except AttributeError as error:
        assert str(error) == "tower itself has no floor"
        return False
    return True

load.tower
load.configure(submodules=False)
assert not falls_through()
load.configure(submodules=True)
with load.override(submodules=False):
    assert not falls_through()
assert falls_through()
""",
    )
    check(child, library, "load.configure(submodules=False)\nload.tower\nassert not hasattr(load.tower, 'floor')")


def test_nothing_is_planted_when_it_is_off(child: Python, library: Path) -> None:
    """The dictionaries of the packages are as they were."""
    check(
        child,
        library,
        """
load.configure(submodules=False)
import tower.plain
before = dict(vars(tower)), dict(vars(tower.plain))
load.tower, load.xml
assert (dict(vars(tower)), dict(vars(tower.plain))) == before and "__getattr__" not in vars(sys.modules["xml"])
""",
    )


def test_modules_of_other_classes_are_left_alone(child: Python, library: Path) -> None:
    """A package whose class defines how attributes are found, or that is not a module at all, is its own affair."""
    (library / "classy").mkdir()
    (library / "classy" / "__init__.py").write_text(
        "import sys, types\nclass Lazy(types.ModuleType):\n    def __getattr__(self, name):\n"
        "        if name.startswith('lazy'): return name\n        raise AttributeError(name)\n"
        "sys.modules[__name__].__class__ = Lazy\n",
        encoding="utf-8",
    )
    (library / "classy" / "leaf.py").write_text("", encoding="utf-8")
    (library / "replaced").mkdir()
    (library / "replaced" / "__init__.py").write_text(
        "import sys\nclass Thing:\n    __path__ = __path__\n    __name__ = __name__\n    __spec__ = __spec__\n"
        "sys.modules[__name__] = Thing()\n",
        encoding="utf-8",
    )
    check(
        child,
        library,
        """
assert load.classy.lazy_thing == "lazy_thing" and "__getattr__" not in vars(load.classy)
assert type(load.replaced).__name__ == "Thing" and load.replaced is sys.modules["replaced"]
for module in (load.classy, load.replaced):
    try:
        module.leaf
    except AttributeError:
        continue
    raise AssertionError(module)
from load.classy import leaf
import load.classy.leaf
""",
    )


def test_loading_leaves_no_trace(child: Python, library: Path) -> None:
    """For a subpackage that is planted in while it loads, spec and loader are what they are without."""
    check(
        child,
        library,
        """
import importlib, importlib.resources, inspect, pickle
load.tower
import tower.plain.deep as deep
from importlib.machinery import SourceFileLoader
loader, own, same = deep.spec_seen
assert type(loader) is SourceFileLoader and same
assert type(deep.__spec__.loader) is SourceFileLoader and deep.__loader__ is deep.__spec__.loader
assert inspect.getsource(deep).startswith("spec_seen")
assert importlib.resources.files(deep).joinpath("leaf.py").read_text() == "green = True\\n"
assert importlib.util.find_spec("tower.plain.deep") is deep.__spec__
assert type(importlib.util.find_spec("tower.plain.leaf").loader) is SourceFileLoader
assert deep.__spec__.cached == getattr(deep, "__cached__", deep.__spec__.cached)
assert pickle.loads(pickle.dumps(deep.__spec__)).origin == deep.__file__
assert repr(deep).startswith("<module 'tower.plain.deep' from ")
import xml.dom
assert set(vars(deep)) - {"__getattr__", "spec_seen", "sys"} <= {name for name in vars(xml.dom) if name[:2] == "__"}
""",
    )


def test_namespace_packages_look_as_they_do_without(child: Python, library: Path) -> None:
    """One that is planted in has the same attributes as one that is not."""
    other = library / "bare"
    (other / "folder").mkdir(parents=True)
    (other / "__init__.py").write_text("", encoding="utf-8")
    check(
        child,
        library,
        """
import bare.folder
load.tower
import tower.folder
def described(module):
    return {name: type(value) for name, value in vars(module).items() if name != "__getattr__"}
assert described(tower.folder) == described(bare.folder), (described(tower.folder), described(bare.folder))
import re
def shown(module):
    return re.sub(" at 0x[0-9a-f]+", "", repr(module))
assert shown(tower.folder).replace("tower", "bare") == shown(bare.folder)
def spec(module):
    return {name: type(value) for name, value in vars(module.__spec__).items()}
assert spec(tower.folder) == spec(bare.folder), (spec(tower.folder), spec(bare.folder))
""",
    )


def test_loaders_of_all_kinds_are_passed_through(child: Python, library: Path) -> None:
    """Archives, loaders of the old kind, loaders that make the module themselves, and none that fails is hidden."""
    import zipfile

    (library / "outer").mkdir()
    (library / "outer" / "__init__.py").write_text("", encoding="utf-8")
    with zipfile.ZipFile(library / "more.zip", "w") as archive:
        archive.writestr("zipped/__init__.py", "")
        archive.writestr("zipped/inner/__init__.py", "data = __loader__.get_data(__file__)")
        archive.writestr("zipped/inner/leaf.py", "green = True")
    check(
        child,
        library,
        f"""
sys.path.append({str(library / "more.zip")!r})
import importlib.abc, importlib.util, types
load.zipped
import zipped.inner
assert type(zipped.inner.__loader__).__name__ == "zipimporter" and zipped.inner.data
assert load.zipped.inner.leaf.green

class Maker(importlib.abc.Loader):
    seen = []
    def create_module(self, spec):
        assert spec.loader is self
        self.seen.append("create")
        return types.ModuleType(spec.name)
    def exec_module(self, module):
        assert module.__spec__.loader is self and module.__loader__ is self
        self.seen.append("exec")
        module.made = True

class Old:
    def load_module(self, name):
        module = sys.modules[name] = types.ModuleType(name)
        module.__path__ = []
        module.old = True
        return module

class Failing(Maker):
    def exec_module(self, module):
        assert module.__loader__ is self
        raise LookupError("failed")

class Finder:
    def find_spec(self, name, path=None, target=None):
        loaders = dict(made=Maker, old=Old, failing=Failing)
        root, _, last = name.rpartition(".")
        if root == "outer" and last in loaders:
            return importlib.util.spec_from_loader(name, loaders[last](), is_package=True)

sys.meta_path.insert(1, Finder())
load.outer
import outer.made
assert outer.made.made and Maker.seen == ["create", "exec"] and type(outer.made.__loader__) is Maker
assert type(outer.made.__spec__.loader) is Maker and "__getattr__" in vars(outer.made)
import warnings
warnings.simplefilter("ignore")
if sys.version_info < (3, 15):
    import outer.old
    assert outer.old.old
for times in range(2):
    try:
        import outer.failing
    except LookupError:
        pass
    else:
        raise AssertionError
    assert "outer.failing" not in sys.modules
""",
    )


def test_a_reload_keeps_the_fall_through(child: Python, library: Path) -> None:
    """A package whose body sets its hook anew answers afterwards as it did before, and once."""
    check(
        child,
        library,
        """
import importlib
load.tower
import tower.plain
first = vars(tower)["__getattr__"]
assert importlib.reload(tower) is load.tower
assert vars(tower)["__getattr__"] is not first
assert type(tower.__loader__).__name__ == type(tower.__spec__.loader).__name__ == "SourceFileLoader"
assert load.tower.floor.room == 1
importlib.reload(tower.plain)
assert load.tower.plain.leaf.green
importlib.reload(load)
assert load.tower.plain.deep.leaf.green
try:
    load.tower.missing
except AttributeError as error:
    assert str(error) == "tower itself has no missing" and error.__traceback__
    depth, trace = 0, error.__traceback__
    while trace: depth, trace = depth + 1, trace.tb_next
    assert depth <= 3, depth
""",
    )


def test_finders_that_pass_questions_on_are_no_endless_loop(child: Python, library: Path) -> None:
    """An import hook that asks the other finders, installed before or after, sees each question once."""
    for place in ("insert(0, Hook())", "insert(1, Hook())", "append(Hook())"):
        check(
            child,
            library,
            f"""
class Hook:
    asked = []
    def find_spec(self, name, path=None, target=None):
        self.asked.append(name)
        assert self.asked.count(name) < 5, self.asked
        for finder in list(sys.meta_path):
            if finder is not self:
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    return spec
load.tower
sys.meta_path.{place}
import tower.plain.deep
assert load.tower.plain.deep.leaf.green and load.tower.floor.room
try:
    import tower.missing
except ModuleNotFoundError:
    pass
assert type(tower.plain.__loader__).__name__ == "SourceFileLoader"
""",
        )


def test_threads_that_name_a_submodule_together(child: Python, library: Path) -> None:
    """It runs once, and all get it whole."""
    (library / "tower" / "slow.py").write_text(
        "import sys, threading\nsys.runs = getattr(sys, 'runs', 0) + 1\nthreading.Event().wait(0.05)\nwhole = 1\n",
        encoding="utf-8",
    )
    check(
        child,
        library,
        """
import threading
load.tower
barrier, found = threading.Barrier(16), []
def ask():
    barrier.wait()
    found.append(load.tower.slow.whole)
threads = [threading.Thread(target=ask) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert found == [1] * 16 and sys.runs == 1
""",
    )


def test_it_is_seen_in_the_stream_of_events(child: Python, library: Path) -> None:
    """A submodule that came by its dots is a thing loaded, with file and line."""
    check(
        child,
        library,
        """
load.tower.floor
entry = load.info()["tower.floor"]
assert entry.how == "imported" and entry.caller[0] == __file__, entry.as_dict()
""",
    )


def test_members_of_a_namespace_that_is_there(child: Python, library: Path) -> None:
    """`load.google.cloud.storage` where only another part of `google` is installed: the member is asked for whole."""
    (library / "google" / "protobuf").mkdir(parents=True)
    (library / "google" / "protobuf" / "__init__.py").write_text("here = 1", encoding="utf-8")
    check(
        child,
        library,
        """
assert load.google.protobuf.here
try:
    load.google.cloud.storage.Client
except ImportError as error:
    assert error.name == "google.cloud.storage", error.name
else:
    raise AssertionError
for ask in (lambda: load.google.no_such, lambda: load.google.cloud, lambda: getattr(load.google, "cloud")):
    try:
        ask()
    except AttributeError as error:
        assert "has no attribute" in str(error)
    else:
        raise AssertionError
""",
    )


@pytest.mark.skipif(sys.version_info < (3, 12), reason="warnings.warn(skip_file_prefixes=…) came with Python 3.12")
def test_a_hook_that_skips_files_warns_as_before(child: Python, library: Path) -> None:
    """The newer way to say who is meant works as well."""
    (library / "newer").mkdir()
    (library / "newer" / "__init__.py").write_text(
        "import os, warnings\ndef __getattr__(name):\n    if name == 'old':\n"
        "        warnings.warn('old', UserWarning, skip_file_prefixes=(os.path.dirname(__file__),))\n        return 1\n"
        "    raise AttributeError(name)\n",
        encoding="utf-8",
    )
    check(
        child,
        library,
        """
import warnings
load.newer
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    load.newer.old
assert [each.filename for each in caught] == [__file__], [each.filename for each in caught]
""",
    )


@pytest.mark.parametrize("base", ["object", "type(sys)"])
def test_what_answers_with_errors_of_its_own_is_loaded(child: Python, tmp_path: Path, base: str) -> None:
    """A module that puts something in its place, which raises what no attribute lookup does."""
    (tmp_path / "odd.py").write_text(
        f"import sys\nclass Odd({base}):\n    def __getattr__(self, name): raise KeyError(name)\n"
        f"sys.modules[__name__] = Odd({'' if base == 'object' else '__name__'})\n",
        encoding="utf-8",
    )
    code = "import load\nprint(type(load('odd')).__name__)\nprint(load.info())"
    shown = child.run(["-c", code], cwd=tmp_path).check().stdout
    assert shown.startswith("Odd\n")
    assert shown.splitlines()[3].split()[:2] == ["odd", "imported"]
