"""What it takes to tell which modules a reload would run, among 10,000 that are loaded."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.pairs import Figure, figure, printed
from benchmarks.places import ROOT, VERSION

_FOLDERS, _IN_EACH, _ROUNDS = 100, 99, 5
# Each module takes names of four others; the one in the middle is needed, by way of others, by nearly half of them.
_MODULE = """\
import os
from typing import Any
{imports}
VALUE = {number}


def function(x: Any) -> Any:
    return os.fspath(x) + VALUE


class Thing:
    def method(self) -> int:
        return 1
"""
_PLAN = """
import gc, importlib, json, pathlib, sys, time
sys.path[:0] = {path}
for folder in range({folders}):
    for module in range({modules}):
        importlib.import_module(f"p{{folder:03}}.m{{module:02}}")
from load.imports import reload_changed, reload_dependencies
gc.collect()

def timed(call, *arguments):
    began = time.perf_counter()
    report = call(*arguments, dry_run=True)
    return [time.perf_counter() - began, len(report.planned)]

found = {{"first": [timed(reload_dependencies, "p050.m50")]}}
found["dependents"] = [timed(reload_dependencies, "p050.m50") for _ in range({rounds})]
found["unchanged"] = [timed(reload_changed) for _ in range({rounds})]
file = pathlib.Path(sys.modules["p050.m50"].__file__)
file.write_text(file.read_text() + "# edited\\n")
found["changed"] = [timed(reload_changed) for _ in range({rounds})]
print(json.dumps([len(sys.modules), found]))
"""


def measure(folder: Path) -> list[Figure]:
    """Plans in one process, the first of them without anything known of the modules."""
    place = folder / "reload-plans"
    _make(place / "made")
    code = _PLAN.format(path=[str(place / "made"), str(ROOT)], folders=_FOLDERS, modules=_IN_EACH, rounds=_ROUNDS)
    printed([sys.executable, "-c", code], LOAD_CACHE_DIR=str(place / "cache"))  # compiles, and fills the cache
    loaded, found = json.loads(printed([sys.executable, "-c", code], LOAD_CACHE_DIR=str(place / "cache")))
    what = f"plan of a reload among {loaded:,} loaded modules"

    def row(key: str, said: str, promise: float | None) -> Figure:
        many = found[key][0][1]
        return figure(f"{what}: {said.format(many)} ({VERSION})", promise, [each * 1e3 for each, _ in found[key]], "ms")

    return [
        row("dependents", "a module and its {:,} dependents", 200.0),
        row("changed", "what has changed, and its dependents, {:,} in all", 200.0),
        row("unchanged", "nothing has changed", 200.0),
        row("first", "the first one of a process, which looks at all modules", 200.0),
    ]


def _make(folder: Path) -> None:
    total = _FOLDERS * _IN_EACH
    for number in range(total):
        package, module = divmod(number, _IN_EACH)
        place = folder / f"p{package:03}"
        if not module:
            place.mkdir(parents=True)
            (place / "__init__.py").write_text("", encoding="utf-8")
        needed = sorted({max(0, number - step) for step in (7, 31, 113, 293)} - {number})
        imports = "\n".join(
            f"from p{each // _IN_EACH:03}.m{each % _IN_EACH:02} import VALUE as VALUE_{each}" for each in needed
        )
        text = _MODULE.format(imports=imports, number=number)
        (place / f"m{module:02}.py").write_text(text, encoding="utf-8")
