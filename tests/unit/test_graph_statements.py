"""Import statements read from the lines of a source, and from its tree."""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
import textwrap
import threading
import tokenize
from pathlib import Path

import pytest

from load._imports.files import kept
from load._imports.files.kept import Results
from load._imports.source import reading
from load._imports.source.edges import Edge, Statement, edges_of
from load._imports.source.lines import statements_of_lines
from load._imports.source.reading import Sources, UnreadableError
from load._imports.source.strings import UnsureError
from load._imports.source.tree import statements_of_tree


def read(source: str) -> list[Statement]:
    """The statements of a source as they run where nothing has them lazy."""
    return [each._replace(kind="eager") if each.kind == "global" else each for each in written(source)]


def written(source: str) -> list[Statement]:
    """The statements of a source, read in both ways where its lines tell."""
    text = textwrap.dedent(source)
    by_tree = statements_of_tree(text, "module.py")
    with contextlib.suppress(UnsureError):
        assert statements_of_lines(text) == by_tree
    return list(by_tree)


def lines_tell(source: str) -> bool:
    """Whether the tree is not needed."""
    try:
        statements_of_lines(textwrap.dedent(source))
    except UnsureError:
        return False
    return True


SOURCES = {
    "plain": ("import a, b.c as d\nfrom e.f import g as h, i\nfrom j import *\n", True),
    "relative": ("from . import a\nfrom .. import b\nfrom ...c.d import e\n", True),
    "in parentheses": ("from a import (  # import x\n    b,  # b\n    c as d,\n)\nfrom e import (f)\n", True),
    "after a backslash": ("from a import b, \\\n    c\nimport d as \\\n    e\n", True),
    "in a function": ("def f():\n    '''import no'''\n    import a\nimport b\n", True),
    "in a method": (
        ("class A:\n    import a\n    async def f(self, x=(1,\n2)):\n"
        "        if x:\n            import b\n"),
        True,
    ),
    "in try": (
        ("try:\n    import a\nexcept ImportError:\n    import b\nelse:\n"
        "    import c\nfinally:\n    import d\n"),
        True,
    ),
    "for type checkers": ("if TYPE_CHECKING:\n    import a\nelse:\n    import b\nimport c\n", True),
    "with a dotted name": (
        ("if t.TYPE_CHECKING and x:\n    import a\n"
        "if not typing.TYPE_CHECKING:\n    import b\n"),
        True,
    ),
    "a condition of several lines": ("if (TYPE_CHECKING\n    or x  # :\n):\n    import a\n", True),
    "false": ("if False:\n    import a\nif 0:\n    import b\n", True),
    "never": (
        ("import sys\nif sys.version_info < (3, 8):\n    import a\nelif x:\n"
        "    import b\nelse:\n    import c\n"),
        True,
    ),
    "else of a loop": (
        ("for x in y:\n    import a\nelse:\n    import b\nif TYPE_CHECKING:\n"
        "    pass\nwhile x:\n    import c\n"),
        True,
    ),
    "in strings": ('"""\nimport no\n"""\nx = \'\'\'\nfrom no import no\n\'\'\'\nimport a\ny = """ """\n', True),
    "quotes in comments": ("# don't\nimport a  # it's \"\"\"\nx = '#'\nimport b\n", True),
    "quotes in strings": ("x = '\"\"\"'\nimport a\ny = \"'''\"\nimport b\n", True),
    "a string goes on": ("x = 'a\\\nimport no'\nimport a\n", True),
    "several on a line": ("import a; import b\n", False),
    "after a colon": ("try: import a\nexcept ImportError: pass\n", False),
    "tabs": ("def f():\n\timport a\n", False),
    "calls": (
        ("import importlib as il\nfrom importlib import import_module as m\nil.import_module('a.b')\n"
        "def f():\n    m('c'); __import__('d')\n    m(name); m('.e', 'p'); other('f')\n"),
        False,
    ),
    "comprehensions": ("def f():\n    x = [y\n  for y in z\n    if y]\n    import a\n", True),
    "comprehensions without indent": ("def f():\n    x = [y\nfor y in z\n]\n    import a\n", False),
    "names that look alike": ("important = 1\nx.imported\nimport_ = 2\ndef import_it(): pass\n", True),
    "windows": ("import a\r\ndef f():\r\n    import b\r\n".replace("\r\n", "\n"), True),
    "nothing": ("", True),
    "no newline at the end": ("import a", True),
    "run as a program": (
        ("if __name__ == '__main__':\n    import a\nelif x:\n    import b\nelse:\n    import c\n"
         "if '__main__' != __name__:\n    import d\nelse:\n    import e\n"
         "if __name__ == '__main__' and x:\n    import f\n"),
        True,
    ),
    "a nested function": (
        ("if TYPE_CHECKING:\n    def f():\n        import a\nelse:\n"
        "    def g():\n        import b\n"),
        True,
    ),
    "match": ("match x:\n    case 1:\n        import a\n    case _:\n        import b\n", True),
    "other letters": ("import größe\n", False),
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_lines_and_tree_say_the_same(name: str) -> None:
    """Whatever is written in a usual way is told by the lines, and the same as by the tree."""
    source, told = SOURCES[name]
    read(source)
    assert lines_tell(source) is told


@pytest.mark.skipif(sys.version_info < (3, 12), reason="quotes within quotes came with Python 3.12")
def test_quotes_within_the_quotes_of_an_f_string() -> None:
    """Lines with these are left to the tree."""
    source = "x = f'{a['import b\n']}'\nimport c\n".replace("\n']", "']")
    assert not lines_tell('x = f"{a["""k"""]}"\ndef f():\n    import c\n')
    assert read(source) == [Statement(2, "eager", "", ("c",))]


@pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy imports (PEP 810) came with Python 3.15")
def test_lazy_imports_are_deferred() -> None:
    """Nothing runs at the statement."""
    kinds = [each.kind for each in written("lazy import a\nlazy from b import c\nimport d\nlazy = 1\n")]
    assert kinds == ["deferred", "deferred", "global"]


@pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy imports (PEP 810) came with Python 3.15")
def test_what_python_may_have_lazy_is_told() -> None:
    """Whatever stands in the module itself and is not tried; no `*`, and no call."""
    found = written("""
        import a1
        if x:
            import a2
        try:
            import a3
            if x:
                from a4 import b
        except ImportError:
            import a5
        else:
            import a6
        finally:
            import a7
        with x:
            import a8
        class C:
            import a9
        from a10 import *
        def f():
            import a11
        if __name__ == "__main__":
            import a12
        match x:
            case 1:
                lazy import a13
    """)
    names = {each.items[0] if not each.source else each.source: each.kind for each in found}
    assert [name for name, kind in names.items() if kind == "global"] == ["a1", "a2", "a6", "a7", "a8"]
    assert [name for name, kind in names.items() if kind == "eager"] == ["a3", "a4", "a5", "a9", "a10"]
    assert [name for name, kind in names.items() if kind == "deferred"] == ["a11", "a12", "a13"]
    calls = written("import importlib\nimportlib.import_module('a')\n")
    assert [each.kind for each in calls] == ["global", "eager"]


@pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy imports (PEP 810) came with Python 3.15")
@pytest.mark.parametrize("names", ["['a', 'p.m']", "{'a', 'p.m'}", "frozenset(('a', 'p.m'))", "'a', 'p.m', 3"])
def test_the_names_that_a_module_has_lazy(names: str) -> None:
    """From where it says so on; by the names that its statements have, made absolute."""
    text = f"import a\n__lazy_modules__ = {names}\nimport a, b\nfrom .m import x\nfrom . import m\nimport p.m as q\n"
    found = edges_of(statements_of_tree(text, "x"), "p.n", "p", "/x.py", {"p.m"}.__contains__)
    assert [(each.line, each.imported, each.kind) for each in found] == [
        (1, "a", "eager"), (3, "a", "deferred"), (3, "b", "eager"),
        (4, "p.m", "deferred"), (5, "p.m", "eager"), (6, "p.m", "deferred"),
    ]  # fmt: skip
    unknown = edges_of(
        statements_of_tree("__lazy_modules__ = made()\nimport a\n", "x"), "p", "p", "", {"a"}.__contains__
    )
    assert [each.kind for each in unknown] == ["eager"]


def test_all_imports_may_be_lazy() -> None:
    """Those that Python has lazy by an option, each by itself."""
    rows: list[Statement] = [
        Statement(1, "global", "", ("a.b", "c")), Statement(2, "global", "d", ("e",)),
        Statement(3, "eager", "", ("f",)), Statement(4, "typing", "", ("g",)),
    ]  # fmt: skip
    for all_lazy, kind in ((True, "deferred"), (False, "eager")):
        found = edges_of(rows, "x", "", "/x.py", {"a"}.__contains__, all_lazy=all_lazy)
        assert [each.kind for each in found] == [kind, kind, kind, kind, "eager", "typing"]


def test_what_only_a_program_runs_is_deferred() -> None:
    """As in a module that others import, nothing below `if __name__ == "__main__"` is loaded with it."""
    found = read("""
        if __name__ == "__main__":
            import a
            def f():
                import b
        else:
            import c
        if "__main__" != __name__:
            import d
        if TYPE_CHECKING:
            if __name__ == "__main__":
                import e
    """)
    kinds = [(each.items[0], each.kind) for each in found]
    assert kinds == [("a", "deferred"), ("b", "deferred"), ("c", "eager"), ("d", "eager"), ("e", "typing")]


HERE = {
    # What cannot run here is not an import; what only type checkers see is one for these.
    "elif 'absent_platform' in _names:": None,
    "elif 'sys' in _names:": "eager",
    "if not 'sys' in _names:": None,
    "if WINDOWS:": None,
    "if WINDOWS and unknown:": None,
    "if unknown and not HERE:": None,
    "if HERE or unknown:": "eager",
    "if unknown or WINDOWS:": "eager",
    "if platform_.startswith('plan'):": None,
    "if sys.platform.startswith(('plan', 'amiga')) and unknown:": None,
    "if sys.platform in {'plan9', 'amiga'} or sys.version_info[:2] < (3, 9):": None,
    "if os.name == 'plan9' and not (unknown or other):": None,
    "if not (OLD or unknown) and OLD:": None,
    "if NAME == 'new':": "eager",
    "if NAME == 'old':": None,
    "if sys.maxsize < 2**8:": "eager",  # nothing is known of `**`
    "if _false:": "typing",
    "if MYPY:": "typing",
    "if ANNOTATED:": "typing",
    "if REBOUND:": "eager",
    "if GLOBAL:": "eager",
    "if DELETED:": "eager",
    "if LOOPED:": "eager",
    "if IN_A_BLOCK:": "eager",
    "if unknown:": "eager",
    "if STARRED:": "eager",
    "if _starred:": "typing",
}


@pytest.mark.parametrize("condition", HERE)
def test_what_cannot_run_here_is_no_import(condition: str) -> None:
    """Nor by a name that the module binds once: to the platform, the version, or False."""
    lines = [
        "STARRED = False",
        "_starred = False",
        "from anything import *",
        "import os, sys",
        "_names = sys.builtin_module_names",
        "platform_ = sys.platform",
        "WINDOWS = platform_ == 'plan9'; HERE = not WINDOWS",
        "OLD = sys.version_info < (3, 8)",
        "NAME = 'old' if OLD else 'new'",
        "_false = False",
        "MYPY = 0",
        "ANNOTATED: bool = (",
        "    False)",
        "REBOUND = False",
        "try:",
        "    import first",
        "    REBOUND = IN_A_BLOCK = True",
        "except ImportError:",
        "    pass",
        "GLOBAL = False",
        "def change():",
        "    global GLOBAL",
        "    GLOBAL = True",
        "DELETED = False",
        "del DELETED",
        "LOOPED = False",
        "for LOOPED in ():",
        "    pass",
        "if unknown_at_first:",
        "    pass",
        condition,
        "    import found",
    ]
    kinds = {each.items[0]: each.kind for each in read("\n".join(lines) + "\n")}
    assert kinds.get("found") == HERE[condition]
    assert kinds["first"] == "eager"


def test_names_of_the_module_tell_of_what_runs_with_it_alone() -> None:
    """A function may run in any way, and looks the name up when it does; a class has names of its own."""
    found = read("""
        WINDOWS = False
        def f():
            if WINDOWS:
                import a
        class C:
            WINDOWS = True
            if WINDOWS:
                import b
            class D:
                if WINDOWS:
                    import c
    """)
    assert [(each.items[0], each.kind) for each in found] == [("a", "deferred"), ("b", "eager"), ("c", "typing")]


def test_kinds_and_texts() -> None:
    """When each statement runs, and how it is shown."""
    found = read("""
        import a.b as c
        if TYPE_CHECKING:
            from d import (
                e,
                f as g,
            )
        def h():
            from . import i
            import importlib
            importlib.import_module("j.k")
    """)
    assert [(each.line, each.kind, each.text) for each in found] == [
        (2, "eager", "import a.b as c"),
        (4, "typing", "from d import e, f as g"),
        (9, "deferred", "from . import i"),
        (10, "deferred", "import importlib"),
        (11, "deferred", 'importlib.import_module("j.k")'),
    ]
    long = Statement(1, "eager", "a", tuple(f"name_{number}" for number in range(100))).text
    assert len(long) == 160
    assert long.endswith("…")


def test_a_sample_of_the_standard_library() -> None:
    """Every source is read in both ways; `tests/stress` reads all there are."""
    folder = Path(sysconfig.get_path("stdlib"))
    told = 0
    files = [
        each
        for name in (".", "asyncio", "email", "json", "xml/dom", "logging")
        for each in (folder / name).glob("*.py")
    ]
    for file in sorted(files)[::4]:
        with tokenize.open(file) as stream:
            text = stream.read()
        try:
            found = statements_of_lines(text)
        except UnsureError:
            continue
        assert found == statements_of_tree(text, str(file)), file
        told += 1
    assert told > 30


# What comes of a statement


def edges(source: str, importer: str = "a.x", package: str = "a", modules: tuple[str, ...] = ()) -> list[Edge]:
    """The edges of a source."""
    return edges_of(read(source), importer, package, "/x.py", modules.__contains__)


def test_a_name_of_a_package_is_a_module_or_an_attribute() -> None:
    """An attribute is wanted of its package; a module is imported itself, and its package only has to run."""
    one, other = edges("from b import c, d as e\n", modules=("b", "b.c"))
    assert (one.imported, one.wanted, one.bound, one.implied) == ("b", ("d",), ("e",), False)
    assert (other.imported, other.wanted, other.bound) == ("b.c", (), ("c",))
    one, other = edges("from b import c\n", modules=("b", "b.c"))
    assert (one.imported, one.implied, one.bound) == ("b", True, ())


def test_packages_above_run_first_but_not_the_importers_own() -> None:
    """`import b.c.d` runs `b` and `b.c`; that `a` runs before `a.x` is not a statement's doing."""
    found = edges("import b.c.d\nimport a.y.z\nfrom . import y\nfrom .y import w\nfrom .. import q\n", modules=("a.y",))
    assert [(each.imported, each.implied) for each in found] == [
        ("b", True), ("b.c", True), ("b.c.d", False),
        ("a.y", True), ("a.y.z", False), ("a.y", False), ("a.y", False),
    ]  # fmt: skip
    assert [each.imported for each in edges("from . import x\nfrom .x import y\nimport a.x\n", modules=("a.x",))] == []
    assert [(each.imported, each.wanted) for each in edges("from a import thing\n")] == [("a", ("thing",))]


# Files


def test_a_file_is_read_again_only_where_it_changed(tmp_path: Path) -> None:
    """By its stamp where that is old enough to be trusted, else by its text."""
    file, cache = tmp_path / "m.py", tmp_path / "cache" / "statements.bin"
    file.write_text("import a\n", encoding="utf-8")
    os.utime(file, (1, 1))
    first = Sources(str(cache))
    assert [each[3] for each in first.statements(str(file))] == [("a",)]
    facts = first.facts(str(file))
    assert facts is not None
    first.save()
    again = Sources(str(cache))
    assert again.statements(str(file)) == first.statements(str(file))
    assert again.facts(str(file)) == facts
    assert (first.parsed, again.parsed) == (1, 0)
    file.write_text("import b\n", encoding="utf-8")  # of the same size
    assert [each[3] for each in Sources(str(cache)).statements(str(file))] == [("b",)]
    (tmp_path / "copy.py").write_text("import a\n", encoding="utf-8")
    copied = Sources(str(cache))
    copied.statements(str(tmp_path / "copy.py"))
    assert copied.parsed == 0


@pytest.mark.parametrize("damage", [b"", b"x", b"\x00" * 40, None])
def test_a_spoilt_cache_is_written_anew(tmp_path: Path, damage: bytes | None) -> None:
    """Cut off, emptied or written over."""
    file, cache = tmp_path / "m.py", tmp_path / "statements.bin"
    file.write_text("import a\n", encoding="utf-8")
    os.utime(file, (1, 1))
    first = Sources(str(cache))
    first.statements(str(file))
    first.save()
    whole = cache.read_bytes()
    cache.write_bytes(whole[:-3] if damage is None else damage)
    second = Sources(str(cache))
    second.statements(str(file))
    second.save()
    assert second.parsed == 1
    assert cache.read_bytes() == whole


def test_whoever_writes_at_once_leaves_a_whole_cache(tmp_path: Path) -> None:
    """That of one of them."""
    cache = tmp_path / "statements.bin"
    files = [tmp_path / f"m{number}.py" for number in range(8)]
    barrier = threading.Barrier(len(files))

    def write(file: Path) -> None:
        file.write_text(f"import {file.stem}_other\n" * 50, encoding="utf-8")
        os.utime(file, (1, 1))
        sources = Sources(str(cache))
        sources.statements(str(file))
        barrier.wait(timeout=60)
        sources.save()

    threads = [threading.Thread(target=write, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    after = Sources(str(cache))
    for file in files:
        after.statements(str(file))
    assert after.parsed == len(files) - 1
    assert {each.suffix for each in tmp_path.iterdir()} == {".py", ".bin"}


def test_the_cache_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not asked for goes first."""
    monkeypatch.setattr(reading, "_MOST_FILES", 3)
    cache = tmp_path / "statements.bin"
    for number in range(6):
        file = tmp_path / f"m{number}.py"
        file.write_text(f"import x{number}\n", encoding="utf-8")
        os.utime(file, (1, 1))
        sources = Sources(str(cache))
        sources.statements(str(file))
        sources.save()
    after = Sources(str(cache))
    for number in range(5, -1, -1):
        after.statements(str(tmp_path / f"m{number}.py"))
    assert after.parsed == 3
    kept = Sources(str(cache))
    kept.statements(str(tmp_path / "m5.py"))
    assert kept.parsed == 0


def test_results_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go; those of another cache beside it stay, and so do its statements."""
    monkeypatch.setattr(kept, "_MOST_RESULTS", 2)
    others = Results(str(tmp_path / "others.bin"))
    others.keep(b"a", 1)
    mine = Results(str(tmp_path / "mine.bin"))
    (tmp_path / "mine.bin").touch()
    for number, key in enumerate((b"a", b"b", b"c")):
        mine.keep(key, {"of": (key, None)})
        os.utime(tmp_path / f"mine-{key.hex()}.bin", (number, number))
    assert [mine.get(key) for key in (b"a", b"b", b"c")] == [None, {"of": (b"b", None)}, {"of": (b"c", None)}]
    assert others.get(b"a") == 1
    assert (tmp_path / "mine.bin").exists()
    assert Results(None).get(b"a") is None


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    """A file stands where its folder would."""
    (tmp_path / "file").touch()
    (tmp_path / "m.py").write_text("import a\n", encoding="utf-8")
    sources = Sources(str(tmp_path / "file" / "statements.bin"))
    assert sources.statements(str(tmp_path / "m.py"))
    sources.save()
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"import a\nx = (\nif: import b\n", "not Python"),
        (b"x = '\xff'\nimport a\n", "not Python"),
        (b"# coding: nothing-known\nimport a\n", "not Python"),
        (b"import a\n\0; import b\n", "not Python"),
    ],
)  # fmt: skip
def test_what_is_no_source_says_so(tmp_path: Path, content: bytes, why: str) -> None:
    """Broken, in another encoding, of an unknown one, with null bytes."""
    (tmp_path / "m.py").write_bytes(content)
    sources = Sources(None)
    with pytest.raises(UnreadableError, match=why):
        sources.statements(str(tmp_path / "m.py"))
    assert sources.facts(str(tmp_path / "m.py")) is None


def test_encodings_and_newlines(tmp_path: Path) -> None:
    """As Python reads them."""
    (tmp_path / "latin.py").write_bytes("# -*- coding: latin-1 -*-\nx = 'ä'\nimport a\n".encode("latin-1"))
    (tmp_path / "bom.py").write_bytes(b"\xef\xbb\xbfimport a\r\ndef f():\r\n    import b\r\n")
    sources = Sources(None)
    assert [(each[0], each[3]) for each in sources.statements(str(tmp_path / "latin.py"))] == [(3, ("a",))]
    found = sources.statements(str(tmp_path / "bom.py"))
    assert [(each[0], each[1] == "deferred") for each in found] == [(1, False), (3, True)]
    with pytest.raises(UnreadableError, match="No such file"):
        sources.statements(str(tmp_path / "gone.py"))
    huge = tmp_path / "huge.py"
    with huge.open("wb") as stream:
        stream.truncate(9 * 1024 * 1024)
    with pytest.raises(UnreadableError, match="too large"):
        sources.statements(str(huge))
