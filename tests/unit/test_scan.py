"""`scan_source`: which modules a script needs, told without running it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from load._imports.scripts.scan import Need, ScriptNeeds, scan_file, scan_source
from tests.support.library import CHECKOUT

OWN = frozenset({"load", "configure", "requires", "import_aliases", "lazy_import", "temporarily", "errors", "registry"})


def scan(source: str) -> ScriptNeeds:
    """Scan a source that is indented as the test is."""
    return scan_source(textwrap.dedent(source), "script.py", own=OWN)


def names(source: str) -> list[str]:
    """Give the names that a source needs, in order."""
    return [need.name for need in scan(source).needs]


def specs(source: str) -> list[str | None]:
    """Give what a source asks of `load`, in order."""
    return [need.spec for need in scan(source).needs if need.via == "load"]


def by_name(source: str) -> dict[str, Need]:
    """Give the needs of a source by their names."""
    return {need.name: need for need in scan(source).needs}


def required(source: str, *found: str) -> list[str]:
    """Give the names without which a source fails where only `found` are there."""
    return [need.name for need in scan(source).required(found.__contains__)]


# Import statements


def test_import_statements_are_needs_as_they_are_written() -> None:
    """Dotted names, aliases, several in one statement and members of `from` are kept."""
    needs = by_name("""
        import os, a.b.c as abc
        from d.e import f, g as h
        from i import *
    """)
    assert list(needs) == ["os", "a.b.c", "d.e", "i"]
    assert needs["d.e"].members == ("f", "g")
    assert needs["i"].members == ()
    assert (needs["os"].line, needs["d.e"].line, needs["a.b.c"].root) == (2, 3, "a")
    assert {need.via for need in needs.values()} == {"import"}


def test_relative_and_future_imports_are_no_needs() -> None:
    """What can only be the script's own, or the language's, is left out."""
    assert names("from __future__ import annotations\nfrom . import x\nfrom .y import z\nfrom .. import w") == []


def test_a_name_that_is_used_twice_is_one_need_at_its_first_line() -> None:
    """Each way of naming a module is told once."""
    assert [need.line for need in scan("import a\nimport a\nimport a").needs] == [1]


def test_imports_are_seen_in_every_kind_of_block() -> None:
    """No statement hides what it holds."""
    source = """
        for _ in (): import in_for
        else: import in_for_else
        while x: import in_while
        with y: import in_with
        match z:
            case 1: import in_case
        class C:
            import in_class
            def method(self): import in_method
        async def g():
            async with y: import in_async_with
            async for _ in y: import in_async_for
        try: pass
        finally: import in_finally
        if x: import in_if
        elif y: import in_elif
        else: import in_else
    """
    assert names(source) == [line.split()[-1] for line in source.splitlines() if " import " in line]


def test_what_is_in_a_function_is_deferred_and_what_is_in_a_class_is_not() -> None:
    """A class body runs where it stands; decorators and defaults of a function too."""
    needs = by_name("""
        import load
        class C: import now
        def f(x=load.default_value): import later
        g = lambda y=load.lambda_default: load.lambda_body
        @load.decorating.thing
        async def h(): import later_too
    """)
    assert {name for name, need in needs.items() if need.deferred} == {"later", "lambda_body", "later_too"}


def test_importing_by_call_counts_where_the_name_is_a_constant() -> None:
    """`importlib.import_module` under any of its names, and `__import__`; never what is computed."""
    assert names("""
        import importlib as il
        from importlib import import_module as im
        il.import_module("one.two")
        im("three")
        __import__("four")
        im(".relative", package="x"); im(name); __import__(f"{x}"); il.util.find_spec("probed")
    """)[2:] == ["one.two", "three", "four"]


def test_a_call_of_something_else_with_that_name_does_not_count() -> None:
    """Only what the import system gives is followed."""
    assert names("def import_module(x): pass\nimport_module('a')\nobj.import_module('b')") == []
    assert names("def __import__(x): pass\n__import__('a')") == []


# Optional ones


@pytest.mark.parametrize(
    "clause",
    [
        "except ImportError:",
        "except ModuleNotFoundError as error:",
        "except (ValueError, ImportError):",
        "except Exception:",
        "except BaseException:",
        "except:",
        "except builtins.ImportError:",
        "except* ImportError:",
    ],
)
def test_an_import_whose_failure_is_caught_is_optional(clause: str) -> None:
    """Every clause that a missing module reaches makes it optional."""
    assert required(f"try:\n    import a\n{clause}\n    a = None") == []
    assert scan(f"try:\n    import a\n{clause}\n    a = None").needs[0].optional


@pytest.mark.parametrize("clause", ["except ValueError:", "except (OSError, KeyError):", "except ERRORS:", "finally:"])
def test_an_import_whose_failure_is_not_caught_is_required(clause: str) -> None:
    """Other clauses do not help against a missing module."""
    assert required(f"try:\n    import a\n{clause}\n    pass") == ["a"]


@pytest.mark.parametrize(
    "ending",
    [
        "raise",
        "raise SystemExit('install a')",
        "raise RuntimeError('install a') from None",
        "print('install a'); sys.exit(1)",
        "exit()",
        "os._exit(3)",
    ],
)
def test_an_import_whose_failure_ends_the_script_is_required(ending: str) -> None:
    """A handler that only says it more kindly does not make the module optional."""
    assert required(f"try:\n    import a\nexcept ImportError:\n    {ending}") == ["a"]


def test_a_fallback_is_required_only_where_the_first_choice_is_missing() -> None:
    """`except ImportError: import other` asks for the other one alone where the one is not there."""
    source = """
        try:
            import ujson
        except ImportError:
            try:
                import orjson
            except ImportError:
                import simplejson
        else:
            import ujson_extra
        finally:
            import always
    """
    assert required(source) == ["simplejson", "always"]
    assert required(source, "ujson") == ["ujson_extra", "always"]
    assert required(source, "orjson") == ["always"]
    needs = by_name(source)
    assert [name for name, need in needs.items() if need.optional] == list(needs)[:-1]
    assert needs["simplejson"].conditions == (("missing", ("ujson",)), ("missing", ("orjson",)))


def test_a_try_with_several_imports_falls_back_when_one_of_them_is_missing() -> None:
    """Only where all are there is the `except` not reached."""
    source = "try:\n  import a, b\nexcept ImportError:\n  import c"
    assert required(source, "a", "b") == []
    assert required(source, "a") == ["c"]


def test_a_fallback_for_load_itself_depends_on_the_root_of_the_chain() -> None:
    """`load.cupy.array` may be an attribute: `cupy` is what may be missing."""
    source = "import load\ntry:\n  xp = load.cupy.array\nexcept ImportError:\n  xp = load.numpy.array"
    assert required(source, "cupy") == []
    assert required(source) == ["numpy.array"]


def test_a_function_defined_in_a_try_is_not_covered_by_it() -> None:
    """It runs later, outside of the `try`."""
    assert required("try:\n  def f():\n    import a\nexcept ImportError:\n  pass") == ["a"]


def test_suppress_makes_optional() -> None:
    """`contextlib.suppress(ImportError)` catches too; other errors and other managers do not."""
    assert required("with suppress(ValueError, ImportError):\n  import a") == []
    assert required("with contextlib.suppress(ModuleNotFoundError):\n  import a") == []
    assert required("with suppress(ValueError), open('x'):\n  import a") == ["a"]


@pytest.mark.parametrize(
    "test",
    [
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
        "t.TYPE_CHECKING",
        "TYPE_CHECKING and x",
        "not not TYPE_CHECKING",
    ],
)
def test_what_only_type_checkers_see_is_optional(test: str) -> None:
    """Functions there, too; the `else` is what runs."""
    source = f"if {test}:\n  import a\n  def f(): import b\nelse:\n  import c"
    assert required(source) == ["c"]
    assert names(source) == ["a", "b", "c"]


def test_not_type_checking_runs() -> None:
    """The branches change places under `not`; an `or` with something unknown may run."""
    assert required("if not TYPE_CHECKING:\n  import a\nelse:\n  import b") == ["a"]
    assert required("if TYPE_CHECKING or x:\n  import a") == ["a"]


@pytest.mark.parametrize(
    "test",
    [
        "False",
        "0",
        "None",
        "''",
        "not True",
        "False and x",
        "x and False",
        "sys.version_info < (3, 8)",
        "sys.version_info[0] == 2",
        "sys.version_info[:2] < (3, 9)",
        "sys.version_info.major < 3",
        "(3, 0) > sys.version_info >= (2, 0)",
        "sys.platform == 'amiga'",
        "sys.platform in ('os2', 'riscos')",
        "sys.platform.startswith('amiga')",
        "sys.implementation.name == 'jython'",
        "os.name == 'java'",
        "platform.system() == 'Amiga'",
        "-1 > 0",
    ],
)
def test_a_branch_that_cannot_run_here_needs_nothing(test: str) -> None:
    """Constants, the version and the platform decide before anything runs."""
    assert names(f"if {test}:\n  import a\nelse:\n  import b") == ["b"]
    assert names(f"if not ({test}):\n  import a\nelse:\n  import b") == ["a"]
    assert names(f"while {test}:\n  import a\nelse:\n  import b") == ["b"]


@pytest.mark.parametrize(
    "test",
    [
        *("x", "x and y", "True and x", "not x", "x < 1", "-x > 0", "~0 == 1", "1 is 1", "(x, 1) == (1, 1)"),
        *("sys.version_info > 3", "sys.version_info['a'] > 1", "sys.version_info[x:] > (1,)", "sys.argv"),
        *("f()", "platform.system(1)"),
    ],
)
def test_a_branch_that_is_not_known_may_run(test: str) -> None:
    """Both branches of what cannot be told are needs, and odd conditions raise nothing."""
    assert names(f"if {test}:\n  import a\nelse:\n  import b") == ["a", "b"]


# The forms of load


def test_attribute_chains_of_load_are_needs_with_all_their_links() -> None:
    """The consumer cuts a chain where the modules end."""
    needs = by_name("""
        import load
        load.matplotlib.pyplot.plot([1])
        print(load.numpy.array([load.pandas.DataFrame]))
    """)
    assert list(needs) == ["matplotlib.pyplot.plot", "numpy.array", "pandas.DataFrame"]
    assert {need.via for need in needs.values()} == {"load"}
    assert needs["numpy.array"].spec == "numpy.array"


def test_import_forms_of_load_are_needs() -> None:
    """The `load.` prefix in import statements means the package behind it."""
    needs = by_name("""
        from load import numpy as np, configure, pandas
        import load.scipy.stats
        from load.sklearn.linear_model import Ridge, Lasso
        import load.errors
        from load.errors import LoadError
        import importlib
        importlib.import_module("load.polars")
        load.networkx.Graph
    """)
    assert list(needs) == [
        "numpy", "pandas", "scipy.stats", "sklearn.linear_model", "importlib", "polars", "networkx.Graph",
    ]  # fmt: skip
    assert needs["sklearn.linear_model"].members == ("Ridge", "Lasso")
    assert [name for name, need in needs.items() if need.via == "import"] == ["importlib"]


def test_specs_are_given_as_they_are_written() -> None:
    """Calls and subscripts carry specs; a name is told only where the spec is no more than that."""
    needs = scan("""
        import load
        load("numpy>=2"); load.load("plt = matplotlib.pyplot"); load["registry"]
        load("cv2 @ pypi:opencv-python-headless>=4"); load("./tool.py"); load("a==1"); load("scikit-learn")
        load.import_aliases('numpy', 'sns=seaborn', 'pandas[excel]>=2,<3')
        load.lazy_import("torch", "no spec"); load.temporarily("yaml")
    """).needs
    assert [(need.spec, need.name) for need in needs] == [
        ("numpy>=2", ""),
        ("plt = matplotlib.pyplot", "matplotlib.pyplot"),
        ("registry", "registry"),
        ("cv2 @ pypi:opencv-python-headless>=4", ""),
        ("./tool.py", ""),
        ("a==1", ""),
        ("scikit-learn", ""),
        ("numpy", "numpy"),
        ("sns=seaborn", "seaborn"),
        ("pandas[excel]>=2,<3", ""),
        ("torch", "torch"),
        ("yaml", "yaml"),
    ]


def test_every_name_that_load_is_bound_to_is_followed() -> None:
    """`as` names, functions taken out of `load`, and `load` taken out of itself."""
    assert specs("""
        import load as L, os
        from load import load as ld, import_aliases as ia, requires, lazy_import
        L.one; L("two"); ld("three"); ia("four", "five"); lazy_import("six")
        @requires("seven", "ei=eight")
        def f(): return L.requires("nine")
    """) == ["one", "two", "three", "four", "five", "six", "seven", "ei=eight", "nine"]


def test_only_constant_strings_are_specs() -> None:
    """What is computed is left to run time; strings joined by the compiler are constants."""
    assert specs("""
        import load
        load(name); load(f"{x}"); load("a" + "b"); load(b"c"); load(1); load(); load(*x)
        load[0]; load["a":"b"]
        load("joi" "ned"); load("  ")
    """) == ["joined"]


def test_nested_uses_are_found() -> None:
    """Arguments of what is asked for, f-strings, comprehensions and conditions are looked into."""
    assert sorted(filter(None, specs("""
        import load
        load("a").x(load.b); load["c"].y[load.d]; f"{load.e:{load.f}}"; [load.g for _ in load.h if load.i]
        {load.j: load.k for x in y for z in load.m}; load.n if load.o else load.p; (w := load.q).r
        load.s.attribute = load.t; del load.u.v; assert load.w2, load.x2
        load.import_aliases(*[load.z])
    """))) == sorted([*"abcdefghijkmnop", "q", "s", "t", "u", "w2", "x2", "z"])  # fmt: skip


def test_assigning_to_load_names_nothing() -> None:
    """`load.x = 1` and `del load.x` ask for nothing."""
    assert specs("import load\nload.x = 1\ndel load.y\nload['z'] = 1\n(load.w): int = 2") == []


def test_own_names_and_underscores_are_no_needs() -> None:
    """The API of `load` is not something to install; `load("registry")` reaches a package of that name."""
    assert specs("""
        import load
        from load import _private, __version__, registry
        load.configure(x=1); load.registry.Registry; load.__version__; load._x; load.errors.LoadError
        load("registry")
    """) == ["registry"]


def test_a_name_that_a_scope_binds_otherwise_is_not_load() -> None:
    """Parameters, assignments, loops and comprehensions hide the module, where Python says so."""
    assert specs("""
        import load
        def a(load): return load.bad1
        def b(*load, **kw): return load.bad2
        def c():
            load = 1
            return load.bad3, lambda: load.bad4
        def d(): return [load.bad5 for load in x], load.good1
        def e():
            for load in x: load.bad6
        def f():
            with x as load: load.bad7
        def g():
            try: pass
            except E as load: load.bad8
        class H:
            load = property(lambda self: 1)
            @load.bad9
            def method(self): return load.good2
        def i(x=load.good3): global load; load.good4
        lambda load: load.bad10
        def j():
            if (load := x): return load.bad11
        def k():
            match x:
                case [load, *_]: return load.bad12
        def m():
            from json import load
            return load("bad13")
        def n():
            def load(): pass
            load("bad14")
        def o():
            match x:
                case {**load}: return load.bad15
        (lambda *load: load.bad16)
    """) == ["good1", "good2", "good3", "good4"]


def test_load_of_another_module_is_not_load() -> None:
    """`json.load`, `from yaml import load` and a local function are left alone."""
    assert names("from json import load\nload('numpy')\nload.pandas") == ["json"]
    assert names("import json\njson.load('numpy')\nself.load.numpy\nload.scipy") == ["json"]


def test_load_bound_in_a_function_is_load_there_alone() -> None:
    """An import in a function binds its name in that function."""
    assert specs("def f():\n  import load\n  return load.yes\ndef g():\n  return load.no") == ["yes"]


def test_load_as_a_fallback_name_is_still_load() -> None:
    """`except ImportError: load = None` does not hide the module."""
    assert specs("try:\n  import load\nexcept ImportError:\n  load = None\nload.numpy") == ["numpy"]


def test_annotations_are_needs_only_where_they_are_evaluated() -> None:
    """PEP 563 and PEP 649 leave them unevaluated; a function's own variables never are."""
    source = "import load\ndef f(x: load.a) -> load.b:\n  y: load.c = load.d\nz: load.e"
    evaluated = ["d"] if sys.version_info >= (3, 14) else ["a", "b", "d", "e"]
    assert required(source) == evaluated
    assert required("from __future__ import annotations\n" + source) == ["d"]


def test_uses_of_load_in_a_dead_or_typing_branch_are_treated_like_imports() -> None:
    """Expressions know where they stand as statements do."""
    assert required("import load\nif TYPE_CHECKING: load.a\nif 0: load.b\nx = load.c if False else load.d") == ["d"]


@pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy imports are syntax from 3.15 on (PEP 810)")
def test_lazy_imports_are_needs_and_bind_load() -> None:
    """`lazy import` names the same modules."""
    assert names("lazy import a.b\nlazy from c import d\nlazy import load\nload.e") == ["a.b", "c", "e"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type aliases are syntax from 3.12 on (PEP 695)")
def test_type_aliases_are_not_evaluated() -> None:
    """`type X = …` is lazy."""
    assert required("import load\ntype X = load.a.b") == []


# Sources as they come


def test_bytes_are_decoded_by_their_cookie_or_mark() -> None:
    """PEP 263 cookies and the UTF-8 mark are understood."""
    cookie = "# -*- coding: latin-1 -*-\nname = 'caf\xe9'\nimport a".encode("latin-1")
    assert [need.name for need in scan_source(cookie, "s.py", own=OWN).needs] == ["a"]
    assert [need.name for need in scan_source(b"\xef\xbb\xbfimport a\r\nimport b\r", "s.py", own=OWN).needs] == [
        "a",
        "b",
    ]


def test_an_empty_source_needs_nothing() -> None:
    """Nothing in, nothing out."""
    assert scan("").needs == ()
    assert scan("").dependencies is None


def test_a_syntax_error_is_raised_as_the_compiler_says_it() -> None:
    """The caller shows what Python would show."""
    with pytest.raises(SyntaxError) as caught:
        scan_source("import a\nx = = 1\n", "bad.py", own=OWN)
    assert (caught.value.filename, caught.value.lineno, caught.value.text) == ("bad.py", 2, "x = = 1\n")


@pytest.mark.filterwarnings("error")
def test_warnings_of_the_compiler_are_left_to_the_run() -> None:
    """A bad escape warns once, when the script is run, and is no error here."""
    assert names("import a\nx = '\\d'") == ["a"]


def test_sources_nested_deeper_than_the_stack_are_walked() -> None:
    """Long `elif` chains and long sums, as generators write them, need no recursion."""
    chain = "if x == 0: import a0\n" + "".join(f"elif x == {i}: import a{i}\n" for i in range(1, 800))
    assert len(scan(chain).needs) == 800
    assert specs("import load\ny = " + " + ".join(["load.numpy"] * 900)) == ["numpy"]


def test_nothing_of_the_source_is_run(tmp_path: Path) -> None:
    """A scan has no effect of the script."""
    marker = tmp_path / "ran"
    scan(f"import load\nopen({str(marker)!r}, 'w')\nload.numpy\n1/0")
    assert not marker.exists()


def test_the_standard_library_is_scanned_whole() -> None:
    """Real sources, with `load` in play and without, give what their import statements say."""
    folder = Path(os.__file__).parent
    files = sorted(folder.glob("*.py"), key=lambda path: -path.stat().st_size)[:12]
    for file in files:
        source = file.read_bytes()
        plain = scan_source(source, str(file), own=OWN).needs
        walked = scan_source(source + b"\nimport load\n", str(file), own=OWN).needs
        assert [need.name for need in plain if need.via == "import"]
        assert set(plain) <= set(walked)


# Files


def test_a_file_a_folder_and_an_archive_are_scanned(tmp_path: Path) -> None:
    """A folder or archive is scanned by its `__main__.py`."""
    (tmp_path / "__main__.py").write_text("import a")
    archive = tmp_path / "app.pyz"
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("__main__.py", "import b")
    assert [need.name for need in scan_file(tmp_path / "__main__.py", own=OWN).needs] == ["a"]
    assert [need.name for need in scan_file(tmp_path, own=OWN).needs] == ["a"]
    assert [need.name for need in scan_file(str(archive), own=OWN).needs] == ["b"]


def test_what_has_no_source_needs_nothing_that_can_be_seen(tmp_path: Path) -> None:
    """Bytecode, under any name, and a folder without `__main__` are no errors here."""
    import py_compile

    (tmp_path / "s.py").write_text("import a")
    py_compile.compile(str(tmp_path / "s.py"), str(tmp_path / "s.pyc"))
    (tmp_path / "renamed").write_bytes((tmp_path / "s.pyc").read_bytes())
    (tmp_path / "empty").mkdir()
    for name in ("s.pyc", "renamed", "empty"):
        assert scan_file(tmp_path / name, own=OWN).needs == ()


def test_a_missing_file_is_an_oserror(tmp_path: Path) -> None:
    """The caller says it in its own words."""
    with pytest.raises(FileNotFoundError):
        scan_file(tmp_path / "none.py", own=OWN)


def test_scanning_brings_in_no_heavy_module(tmp_path: Path) -> None:
    """It stands before every script that is run: no ast, re, typing, enum, dataclasses."""
    (tmp_path / "s.py").write_text("import load\nload.numpy\nimport importlib\nimportlib.import_module('a')")
    code = (
        "import sys; from load._imports.scripts.scan import scan_file; scan_file(sys.argv[1], own=());"
        "print(sorted({'ast', 're', 'typing', 'enum', 'dataclasses', 'inspect', 'tokenize', 'tomllib',"
        " 'importlib.util', 'collections', 'functools'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, str(tmp_path / "s.py")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    assert done.stdout.strip() == "[]"


def test_needs_compare_and_show_what_they_say() -> None:
    """Needs are values."""
    assert Need("a", 1) == Need("a", 1)
    assert Need("a", 1) != Need("a", 2)
    assert Need("a", 1) != "a"
    assert len({Need("a", 1), Need("a", 1)}) == 1
    assert repr(Need("a", 1)).startswith("Need('a', ")
    assert "Need('a'" in repr(scan("import a"))


def test_a_source_without_the_word_import_is_not_even_parsed() -> None:
    """Nothing can be needed there; what is wrong with it is told when it is run."""
    assert scan("x = = 1").needs == ()


def test_relative_imports_are_named_where_the_package_is_known() -> None:
    """A script has none; the module of a package does."""
    source = "from . import near\nfrom ..far.thing import name\nfrom .own import *\nimport json\n"
    assert [need.name for need in scan_source(source, "m.py", own=OWN).needs] == ["json"]
    needs = scan_source(source, "m.py", own=OWN, package="top.pkg").needs
    assert [(need.name, need.members) for need in needs] == [
        ("top.pkg", ("near",)),
        ("top.far.thing", ("name",)),
        ("top.pkg.own", ()),
        ("json", ()),
    ]
