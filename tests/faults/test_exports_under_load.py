"""Exports where it is hard: many threads, circles, checks that import, forks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support.environments import Python


def run(child: Python, folder: Path, code: str, timeout: float = 150) -> str:
    """What a child prints."""
    paths = os.pathsep.join([str(child.environ["PYTHONPATH"]), str(folder)])
    return child.run(code, env={"PYTHONPATH": paths}, timeout=timeout).check().stdout


def write(folder: Path, **texts: str) -> None:
    """Modules by their names."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")


THREADS = """
    import sys, threading, load
    sys.setswitchinterval(1e-6)
    from load.exports import *
    def together(uses, count=16):
        answers, errors, barrier = [], [], threading.Barrier(count)
        def work():
            for use in uses:
                barrier.wait()
                try: answers.append(use())
                except BaseException as error: errors.append(error)
        threads = [threading.Thread(target=work) for _ in range(count)]
        [each.start() for each in threads]; [each.join() for each in threads]
        return answers, errors
"""


def test_16_threads_at_a_barrier(child: Python, tmp_path: Path) -> None:
    """A hundred times: one import, one round of checks, one event; the figures say so."""
    body = "import counter\ncounter.imports += 1\nvalue = object()\n"
    write(tmp_path, counter="imports = checks = 0\n", **{f"round_{number}": body for number in range(100)})
    code = f"""{THREADS}
    import counter
    def probe(module): counter.checks += 1
    names = [f"round_{{number}}" for number in range(100)]
    for name in names: register_export_checks(name, probe=probe)
    exports = [LazyPackageExport(name, validation_level="comprehensive") for name in names]
    events = []
    load.subscribe(lambda event: events.append(event.name) if isinstance(event, ExportLoaded) else None)
    answers, errors = together([lambda each=each: each.value for each in exports])
    print(counter.imports, counter.checks, sorted(events) == sorted(names), len(answers), len(set(map(id, answers))))
    print(errors, {{(known.access_count, known.load_count, known.error_count, known.is_loaded)
                   for known in map(get_export_metadata, names)}})
    times = [known.load_time for known in map(get_export_metadata, names)]
    print(all(0 < each < 60 for each in times))
    """
    assert run(child, tmp_path, code) == "100 100 True 1600 100\n[] {(1, 1, 0, True)}\nTrue\n"


def test_16_threads_that_fail(child: Python, tmp_path: Path) -> None:
    """Each use fails and is counted; what others have just found out is not tried again; then it is put right."""
    write(tmp_path, wrong="__all__ = ['value']\n")
    code = f"""{THREADS}
    rounds = []
    register_export_checks("wrong", probe=lambda module: rounds.append(module))
    export = LazyPackageExport("wrong", validation_level="comprehensive")
    answers, errors = together([lambda: export.value])
    known = get_export_metadata("wrong")
    print(answers, len(errors), {{type(each).__name__ for each in errors}}, len(set(map(id, errors))))
    print(known.access_count, known.error_count, known.load_count, 1 <= len(rounds) <= 16)
    sys.modules["wrong"].value = 42
    answers, errors = together([lambda: export.value])
    print(set(answers), errors, get_export_metadata("wrong").load_count)
    """
    told = "[] 16 {'ExportValidationError'} 16\n16 16 0 True\n{42} [] 1\n"
    assert run(child, tmp_path, code) == told


def test_threads_that_make_ask_and_clean_up(child: Python, tmp_path: Path) -> None:
    """The same export for all who make one of the same settings; askings are counted, all of them."""
    code = f"""{THREADS}
    made, errors = together([lambda: LazyPackageExport("colorsys", dependencies=["json"])] * 50)
    print(len(set(map(id, made))), errors)
    asked, errors = together([lambda: get_export("colorsys").rgb_to_hsv and 1] * 50)
    print(sum(asked), errors, get_export_metadata("colorsys").access_count)
    def churn():
        create_lazy_export("this_is_dropped"); cleanup_exports()
    _, errors = together([churn] * 10, count=8)
    print(errors, list(get_export_registry()) in (["colorsys"], ["colorsys", "this_is_dropped"]))
    """
    assert run(child, tmp_path, code) == "1 []\n800 [] 801\n[] True\n"


def test_circles(child: Python, tmp_path: Path) -> None:
    """A package whose body uses its own export has what there is of it, unchecked; then it is checked, once."""
    write(
        tmp_path,
        one="from load.exports import get_export\nearly = 1\nseen = get_export('one').early\n"
        "later = hasattr(get_export('one'), 'late')\nimport two\nlate = 2\n",
        two="from load.exports import get_export\nseen = get_export('one').early\n",
    )
    code = """
        import load, sys
        from load.exports import *
        seen = []
        register_export_checks("one", probe=lambda module: seen.append(module.late))
        export = LazyPackageExport("one", validation_level="comprehensive")
        print(export.seen, export.later, export.late, sys.modules["two"].seen, seen)
        known = get_export_metadata("one")
        print(known.load_count, known.error_count, load.is_loaded(export))
    """
    assert run(child, tmp_path, code) == "1 False 2 1 [2]\n1 0 True\n"


@pytest.mark.parametrize("use", ["handles", "exports", "tables"])
def test_a_circle_across_threads(child: Python, tmp_path: Path, use: str) -> None:
    """Two threads import modules of which each uses the other: one of them gets the other as far as it is."""
    body = "import gate\nearly = {mine!r}\ngate.barrier.wait(100)\nseen = gate.{use}[{other!r}].{name}\n"
    names = {"one": "two", "two": "one"}
    attribute = {"handles": "early", "exports": "early", "tables": "{}_early"}[use]
    bodies = {
        mine: body.format(mine=mine, use=use, other=other, name=attribute.format(other))
        for mine, other in names.items()
    }
    gate = """
import threading, load
from load.exports import *
barrier = threading.Barrier(2)
class Tables(SpecializedExports):
    package = "colorsys"
    exports = {"one_early": "one.early", "two_early": "two.early"}
handles = {"one": load.lazy_import("one"), "two": load.lazy_import("two")}
exports = {"one": LazyPackageExport("one"), "two": LazyPackageExport("two")}
tables = dict.fromkeys(("one", "two"), Tables())
"""
    write(tmp_path, gate=gate, **bodies)
    code = f"""
        import gate, load, sys, threading
        threads = [threading.Thread(target=load.materialize, args=(each,)) for each in gate.exports.values()]
        [each.start() for each in threads]; [each.join() for each in threads]
        print(sys.modules["one"].seen, sys.modules["two"].seen)
        print([load.is_loaded(each) for each in gate.exports.values()], gate.{use}["one"].{attribute.format("one")})
    """
    assert run(child, tmp_path, code) == "two one\n[True, True] one\n"


def test_checks_that_import_what_uses_the_export(child: Python, tmp_path: Path) -> None:
    """Two threads that would wait for one another for ever: for the checks, and for a module that these import."""
    (tmp_path / "ware").mkdir()
    (tmp_path / "ware" / "__init__.py").write_text("value = 42\n", encoding="utf-8")
    (tmp_path / "ware" / "part.py").write_text(
        "import gate\ngate.importing.set()\ngate.checking.wait(100)\n"
        "from load.exports import get_export\nseen = get_export('ware').value\n",
        encoding="utf-8",
    )
    write(tmp_path, gate="import threading\nimporting, checking = threading.Event(), threading.Event()\n")
    code = """
        import importlib, sys, threading
        import gate
        from load.exports import *
        def probe(module):
            gate.importing.wait(100)
            gate.checking.set()
            assert importlib.import_module("ware.part").seen == 42
        register_export_checks("ware", probe=probe)
        export = LazyPackageExport("ware", validation_level="comprehensive")
        import ware
        thread = threading.Thread(target=importlib.import_module, args=("ware.part",))
        thread.start()
        print(export.value)
        thread.join()
        print(sys.modules["ware.part"].seen, get_export_metadata("ware").load_count)
    """
    assert run(child, tmp_path, code) == "42\n42 1\n"


@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="needs a safe os.fork")
def test_a_fork_while_others_load(child: Python, tmp_path: Path) -> None:
    """The child of a fork loads its export, whoever was checking it in the parent."""
    write(tmp_path, ware="value = 42\n")
    code = """
        import os, threading, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        from load.exports import *
        inside, leave = threading.Event(), threading.Event()
        def probe(module):
            if os.getpid() == parent:
                inside.set(); leave.wait(100)
        parent = os.getpid()
        register_export_checks("ware", probe=probe)
        export = LazyPackageExport("ware", validation_level="comprehensive")
        thread = threading.Thread(target=lambda: export.value)
        thread.start(); inside.wait(100)
        pid = os.fork()
        if not pid:
            os._exit(export.value)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        leave.set(); thread.join()
        print(export.value, get_export_metadata("ware").load_count)
    """
    assert run(child, tmp_path, code) == "42\n42 1\n"
