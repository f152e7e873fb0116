"""Random edits one after the other: after a failure all is as it was, and otherwise as in a fresh program.

`python -m tests.reloads.pairs FIRST END` does those of the seeds FIRST to END, and prints what was wrong as lines of
JSON, then how many it did of which kind.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from load.errors import ReloadError
from load.imports import ReloadReport, reload_changed
from tests.reloads.sources import Pair, pair
from tests.reloads.states import State, acts, described, instance_acts

_FOLLOWED = ("function", "generator", "lambda", "decorated", "cached", "manager", "dispatch")


class Wrong(AssertionError):
    """What an edit did that it should not have done."""


def run(seed: int, folder: Path, *, fails: bool) -> str:
    """Do an edit: where it fails, the failing form of it first.

    Args:
        seed: which.
        folder: an empty one, on `sys.path`.
        fails: whether it has a failing form.

    Returns:
        How it failed; "" where it did not.

    Raises:
        Wrong: something is not as it was, or is not as in a fresh program.
    """
    edit = pair(seed, f"p{seed}", fails=fails)
    clock = 1_000_000_000
    _write(folder, edit.before, clock)
    modules = [importlib.import_module(name) for name in edit.before]
    held = dict(_held(modules, edit))
    if edit.failing:
        before = State(edit.before, held.values()), _acts_of(modules)
        _write(folder, edit.failing, clock + 2)
        _expect_failure(edit)
        after = State(edit.before, held.values())
        _compare("after the failure", before[0].differences(after))
        _compare("what it does after the failure", _unlike(before[1], _acts_of(modules)))
    _write(folder, {**edit.before, **edit.after}, clock + 4)
    report = reload_changed()
    fresh = _fresh(edit, seed, folder, fails=fails)
    _compare("beside a fresh program", _unlike(*(_without_kept(each, edit) for each in (fresh, _acts_of(modules)))))
    _compare("what was held", list(_stale(held, edit, report)))
    return edit.why


def _expect_failure(edit: Pair) -> None:
    try:
        report = reload_changed()
    except ReloadError as error:
        if edit.why == "exit":
            raise Wrong(f"SystemExit came out as {error!r}") from error
    except SystemExit as error:
        if edit.why != "exit":
            raise Wrong(f"{error!r} came out of {edit.why}") from error
    else:
        raise Wrong(f"the failure ({edit.why}) passed: {report!r}")


def _held(modules: Iterable[ModuleType], edit: Pair) -> Iterator[tuple[tuple[str, str], Any]]:
    """Functions, and instances of classes, as the rest of a program would hold them."""
    for module in modules:
        for name, kind in edit.kinds[module.__name__][0].items():
            thing = getattr(module, name)
            if kind in _FOLLOWED:
                acts(thing)  # what is cached is cached
                yield (module.__name__, name), thing
            elif kind == "class" and not getattr(thing, "__abstractmethods__", ()):
                yield (module.__name__, name), thing()


def _stale(held: Mapping[tuple[str, str], Any], edit: Pair, report: ReloadReport) -> Iterator[str]:
    """What of these does not do as what stands in its place now."""
    for (module, name), thing in held.items():
        before, after = (kinds.get(name) for kinds in edit.kinds[module])
        if before != after:
            continue
        current = getattr(sys.modules[module], name)
        if before == "class":
            if getattr(current, "__abstractmethods__", ()):
                continue
            if not _can_become(type(thing), current):  # Python does not allow it: the report has to say so
                if f"{module}.{name}" not in report.replaced:
                    yield f"{module}.{name} is another class, of which {report} says nothing"
                continue
            one, other = instance_acts(thing, whole=False), instance_acts(current(), whole=False)
        else:
            one, other = acts(thing), acts(current)
        if one != other:
            yield f"{module}.{name} ({before}): {other!r} → {one!r}"


def _can_become(old: type, new: type) -> bool:
    try:
        old().__class__ = new
    except TypeError:
        return False
    return True


def _acts_of(modules: Iterable[ModuleType]) -> dict[str, Any]:
    return {f"{module.__name__[-1]}.{name}": each for module in modules for name, each in described(module).items()}


def _fresh(edit: Pair, seed: int, folder: Path, *, fails: bool) -> dict[str, Any]:
    """What the edited modules do where they are imported for the first time, under other names."""
    twin = pair(seed, f"q{seed}", fails=fails)
    _write(folder, {**twin.before, **twin.after}, 1_000_000_000)
    return _acts_of([importlib.import_module(name) for name in twin.before])


def _without_kept(found: Mapping[str, Any], edit: Pair) -> dict[str, Any]:
    """Without the names whose values are kept, as their sources say."""
    kept = {name for _, after in edit.kinds.values() for name, kind in after.items() if kind == "kept"}
    return {name: each for name, each in found.items() if name.partition(".")[2] not in kept}


def _unlike(expected: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    return [
        f"{name}: {expected.get(name, 'nothing')!r} → {got.get(name, 'nothing')!r}"
        for name in {**expected, **got}
        if expected.get(name, "nothing") != got.get(name, "nothing")
    ]


def _compare(what: str, differences: list[str]) -> None:
    if differences:
        raise Wrong("\n  ".join([f"{what}:", *differences[:10]]))


def _write(folder: Path, texts: Mapping[str, str], clock: int) -> None:
    for name, each in texts.items():
        file = folder / f"{name}.py"
        if not file.exists() or file.read_text("utf-8") != each:
            file.write_text(each, "utf-8")
            os.utime(file, (clock, clock))


def main(first: int, end: int) -> None:
    """Do edits, every second of which fails first."""
    done: Counter[str] = Counter()
    gc.freeze()  # what is there by now holds none of the modules: reloads need not look at it, and are faster
    for seed in range(first, end):
        with tempfile.TemporaryDirectory() as name:
            sys.path.insert(0, name)
            importlib.invalidate_caches()
            try:
                done[run(seed, Path(name), fails=seed % 2 == 1)] += 1
            except Exception as error:
                print(json.dumps({"seed": seed, "wrong": f"{type(error).__name__}: {error}"}), flush=True)
            finally:
                sys.path.remove(name)
                for each in [each for each in sys.modules if each.startswith((f"p{seed}_", f"q{seed}_"))]:
                    del sys.modules[each]
    print(json.dumps({"done": done}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
