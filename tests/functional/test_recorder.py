"""What every import costs, seen by a finder that asks the others."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from load._imports.profiling.record import Import
from load._imports.profiling.recorder import Recorder

_NUMBERS = itertools.count(1)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """One that is in the path during a test."""
    made = Recorder()
    made.install()
    yield made
    made.uninstall()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on `sys.path`."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def write(folder: Path, **texts: str) -> dict[str, str]:
    """Modules of fresh names; in their texts `{name}` is the fresh name of another."""
    number = next(_NUMBERS)
    names = {name: f"seen_{number}_{name}" for name in texts}
    for name, text in texts.items():
        (folder / f"{names[name]}.py").write_text(text.format(**names), encoding="utf-8")
    importlib.invalidate_caches()
    return names


def test_who_imports_whom(recorder: Recorder, folder: Path) -> None:
    """In the order of the beginnings, with the line that asked, and nothing counted twice."""
    names = write(folder, a="\nimport {b}\nimport {c}\n", b="import {c}\n", c="x = 1\n")
    importlib.import_module(names["a"])
    a, b, c = recorder.imports
    assert [each.name for each in recorder.imports] == [names["a"], names["b"], names["c"]]
    assert (a.parent, b.parent, c.parent) == (None, a, b)
    assert b.place == f"{folder / names['a']}.py:2"
    assert (b.importer, c.importer) == (names["a"], names["b"])
    assert c.origin == str(folder / f"{names['c']}.py")
    total = sum(each.self_seconds for each in recorder.imports)
    assert total == pytest.approx(a.seconds)
    assert all(min(each.found, each.created, each.executed, each.self_seconds) >= 0 for each in recorder.imports)


def test_what_a_module_loads_when_it_is_read(recorder: Recorder, folder: Path) -> None:
    """Whoever reads it has asked: by a hook of the module, or of its class, though functions lie in between."""
    names = write(
        folder,
        plain="def __getattr__(name):\n    import {one}\n    return {one}\n",
        classy="import sys, types\nclass Lazy(types.ModuleType):\n    def __getattr__(self, name):\n"
        "        return self.get(name) if name == 'two' else super().__getattribute__(name)\n"
        "    def get(self, name):\n        import {two}\n        return {two}\n"
        "sys.modules[__name__].__class__ = Lazy\n",
        other="class Other:\n    def __getattr__(self, name):\n        import {three}\n        return {three}\n",
        one="",
        two="",
        three="",
        user="from {plain} import one\nimport {classy}\n\n{classy}.two\nimport {other}\n{other}.Other().three\n",
    )
    importlib.import_module(names["user"])
    places = {each.name: (each.importer, each.place) for each in recorder.imports}
    user = names["user"], f"{folder / names['user']}.py"
    assert places[names["one"]] == (user[0], f"{user[1]}:1")
    assert places[names["two"]] == (user[0], f"{user[1]}:4")
    assert places[names["three"]] == (names["other"], f"{folder / names['other']}.py:3")


def test_nothing_is_left_on_the_module(recorder: Recorder, folder: Path) -> None:
    """Its loader and spec are its own, while it runs and after."""
    names = write(folder, a="import sys\nseen = type(__loader__).__name__, type(__spec__.loader).__name__\n")
    module = importlib.import_module(names["a"])
    assert module.seen == ("SourceFileLoader", "SourceFileLoader")
    assert "seen" in inspect.getsource(module)
    assert recorder.imports
    recorder.uninstall()
    assert recorder not in sys.meta_path


def test_what_fails_is_marked(recorder: Recorder, folder: Path) -> None:
    """And what imports it goes on as it would."""
    names = write(
        folder, a="try:\n    import {b}\nexcept ValueError:\n    pass\nimport {c}\n", b="raise ValueError(3)\n", c=""
    )
    importlib.import_module(names["a"])
    a, b, c = recorder.imports
    assert b.error == "ValueError: 3"
    assert (a.error, c.error, c.parent) == ("", "", a)
    assert all(each.done for each in recorder.imports)


def test_looking_for_a_module_is_no_import(recorder: Recorder, folder: Path) -> None:
    """And gets the spec that it would get."""
    names = write(folder, a="x = 1\n")
    spec = importlib.util.find_spec(names["a"])
    assert spec is not None
    assert type(spec.loader).__name__ == "SourceFileLoader"
    assert recorder.imports == []


def test_memory_of_each(folder: Path) -> None:
    """Given by whoever reads it; a part is not counted again above."""
    readings = itertools.count(0, 100)
    recorder = Recorder(memory=lambda: next(readings))
    recorder.install()
    try:
        names = write(folder, a="import {b}\n", b="")
        importlib.import_module(names["a"])
    finally:
        recorder.uninstall()
    a, b = recorder.imports
    assert (a.bytes, b.bytes, a.self_bytes, b.self_bytes) == (300, 100, 200, 100)


def test_two_recorders(folder: Path) -> None:
    """Each sees all, whichever stands first; and the modules are as they would be."""
    names = write(folder, a="import {b}\n", b="x = 1\n")
    first, second = Recorder(), Recorder()
    first.install()
    second.install()
    try:
        module = importlib.import_module(names["a"])
    finally:
        first.uninstall()
        second.uninstall()
    seen = [[each.name for each in recorder.imports] for recorder in (first, second)]
    assert seen == [[names["a"], names["b"]]] * 2
    assert all(each.done and each.importer for recorder in (first, second) for each in recorder.imports)
    assert type(module.__loader__).__name__ == type(module.__spec__.loader).__name__ == "SourceFileLoader"


def test_what_is_done_with_a_module_is_no_part_of_its_import(folder: Path) -> None:
    """Neither its time nor its imports."""
    names = write(folder, a="x = 1\n", other="x = 2\n")
    recorder = Recorder(on_import=lambda name, module: importlib.import_module(names["other"]))
    recorder.install()
    try:
        importlib.import_module(names["a"])
    finally:
        recorder.uninstall()
    assert [each.name for each in recorder.imports] == [names["a"]]
    assert recorder.imports[0].inner_seconds == 0


def test_a_question_within_an_import(folder: Path) -> None:
    """A finder that asks whether another module is there imports nothing, and nothing stays begun."""

    class Asks:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name.endswith("_a"):
                importlib.util.find_spec("sndhdr_or_so")

    names = write(folder, a="x = 1\n")
    recorder = Recorder()
    asks = Asks()
    recorder.install()
    sys.meta_path.insert(0, asks)  # type: ignore[arg-type]
    try:
        importlib.import_module(names["a"])
    finally:
        sys.meta_path.remove(asks)  # type: ignore[arg-type]
        recorder.uninstall()
    assert [each.name for each in recorder.imports] == [names["a"]]
    assert recorder.line() == []


def test_taken_away_in_the_middle(folder: Path) -> None:
    """What is imported then is found by the others."""
    recorder = Recorder()

    def memory() -> int:
        recorder.uninstall()
        return 0

    recorder.memory = memory
    names = write(folder, a="x = 1\n")
    sys.modules.pop("_symtable", None)
    recorder.install()
    assert importlib.import_module("_symtable").__name__ == "_symtable"
    assert importlib.import_module(names["a"]).x == 1


def test_what_a_finder_keeps(recorder: Recorder, folder: Path) -> None:
    """Its spec, is as it was after an import that failed before its body ran."""
    from importlib.machinery import ModuleSpec

    class Fails:
        def create_module(self, spec: ModuleSpec) -> None:
            raise ImportError("cannot be made")

        def exec_module(self, module: object) -> None:
            raise AssertionError("was not made")

    loader = Fails()
    spec = ModuleSpec("kept_spec", loader)  # type: ignore[arg-type]

    class Keeps:
        def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
            return spec if name == "kept_spec" else None

    keeps = Keeps()
    sys.meta_path.append(keeps)  # type: ignore[arg-type]
    try:
        for _ in range(3):
            with pytest.raises(ImportError, match="cannot be made"):
                importlib.import_module("kept_spec")
    finally:
        sys.meta_path.remove(keeps)  # type: ignore[arg-type]
    assert spec.loader is loader
    assert len(recorder.ended) == len(recorder.imports) == 3


def test_names_that_are_none(recorder: Recorder, folder: Path) -> None:
    """Code without a name of its own imports as well."""
    names = write(folder, a="x = 1\n")
    exec(f"import {names['a']}", {"__name__": None})
    assert recorder.imports[0].importer == ""


def test_what_counts_as_ended_has_its_error(recorder: Recorder, folder: Path) -> None:
    """Another thread may look at any moment, and would not look again."""
    seen: list[tuple[str, bool]] = []

    class Ended(list[Import]):
        def append(self, record: Import) -> None:
            seen.append((record.error, record.done))
            super().append(record)

    recorder.ended = Ended()
    names = write(folder, a="raise ValueError('no')\n")
    with pytest.raises(ValueError, match="no"):
        importlib.import_module(names["a"])
    assert seen == [("ValueError: no", True)]
