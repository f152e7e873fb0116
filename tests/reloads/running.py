"""Runs edits with a tool that reloads, in this process, and says which probes were wrong.

python -m tests.reloads.running load GROUP ...      a line of JSON for each edit
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.reloads.reading import Edit, Source, Step, numbered, raw

_SECOND = 10**9  # in nanoseconds


class Tool(Protocol):
    """Something that reloads."""

    def loaded(self, names: Sequence[str], /) -> None:
        """Modules were imported, and files will change from now on."""

    def reload(self, change: Change, /) -> None:
        """Files have changed. What it raises is what it says of a failure."""


@dataclass(frozen=True)
class Change:
    """What a tool is told of a step.

    Attributes:
        changed: the names of the modules whose files changed, dependencies first.
        affected: these and all that import one of them, dependencies first.
        call: what `load` is to do, as an expression; "" for all that changed.
        namespace: what the expression is evaluated in.
    """

    changed: tuple[str, ...]
    affected: tuple[str, ...]
    call: str
    namespace: dict[str, Any]


@dataclass(frozen=True)
class Wrong:
    """A probe that was wrong, or a reload that should not have failed, or should have."""

    step: int
    probe: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"step {self.step}: {self.probe}\n    expected {self.expected}\n    got      {self.got}"


class Load:
    """`load.imports`, called as a program calls it: only after something changed."""

    def __init__(self) -> None:
        from load import imports

        self._imports = imports

    def loaded(self, names: Sequence[str]) -> None:
        """Nothing has to be said."""

    def reload(self, change: Change) -> None:
        """What the edit asks for, or all that changed."""
        if change.call:
            eval(change.call, {**change.namespace, "load": importlib.import_module("load"), "imports": self._imports})
        else:
            self._imports.reload_changed()


def why_not(edit: Edit, tool: str) -> str:
    """Why an edit does not concern this Python, or this tool; "" where it does."""
    for line in edit.only:
        kind, *words = line.split()
        if kind == "python" and sys.version_info < tuple(map(int, words[0].split("."))):
            return f"needs Python {words[0]}"
        if kind == "package" and importlib.util.find_spec(words[0]) is None:
            return f"needs {words[0]}"
        if kind == "load" and tool != "load":
            return "is a thing of load's"
    return ""


def run(edit: Edit, tool: Tool, folder: Path, *, strict: bool) -> list[Wrong]:
    """Do an edit, with all its steps.

    Args:
        edit: what is to be done; its modules' names are not taken.
        tool: what reloads.
        folder: an empty one.
        strict: that a tool says what it should of failures counts as a probe.
    """
    with _on_the_path(folder, edit):
        clock = time.time_ns() // _SECOND * _SECOND
        for source in edit.before:
            _write(folder, source, clock)
        namespace = _imported(edit)
        exec(compile(edit.held, "held", "exec"), namespace)
        sources = {source.module: source for source in edit.before}
        found: list[Wrong] = []
        for number, step in enumerate(edit.steps, 1):
            clock += {"": 2 * _SECOND, "same": 0, "same second": 10**6}[step.mtime]
            tool.loaded([name for name in sources if name in sys.modules])
            _do(step, folder, clock)
            said = _said(tool, _change(step, sources, namespace))
            if strict:
                found += _about_failing(number, step, said)
            found += _probed(number, step, namespace)
        return found


@contextlib.contextmanager
def _on_the_path(folder: Path, edit: Edit) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        tops = {source.module.partition(".")[0] for source in _all_sources(edit)}
        for name in [name for name in sys.modules if name.partition(".")[0] in tops]:
            del sys.modules[name]


def _all_sources(edit: Edit) -> list[Source]:
    return [*edit.before, *(source for step in edit.steps for source in step.sources)]


def _imported(edit: Edit) -> dict[str, Any]:
    namespace: dict[str, Any] = {"error": _error}
    for name in edit.imports or [source.module for source in edit.before]:
        importlib.import_module(name)
    for source in edit.before:
        top = source.module.partition(".")[0]
        if top in sys.modules:
            namespace[top] = sys.modules[top]
    return namespace


def _change(step: Step, sources: dict[str, Source], namespace: dict[str, Any]) -> Change:
    """What is to be told of a step. Modules that are new in it are not loaded, and so are not named."""
    known = list(sources)
    changed = {source.module for source in step.sources} | {Source(path, "").module for path in step.touched}
    sources.update({source.module: source for source in step.sources})
    needs = {name: _needs(source, sources) for name, source in sources.items()}
    affected = set(changed)
    while more := {name for name, needed in needs.items() if name not in affected and needed & affected}:
        affected |= more
    order = [name for name in _dependencies_first(needs) if name in known]
    return Change(
        tuple(name for name in order if name in changed),
        tuple(name for name in order if name in affected),
        step.call,
        namespace,
    )


def _do(step: Step, folder: Path, clock: int) -> None:
    for source in step.sources:
        _write(folder, source, clock)
    for path in step.touched:
        os.utime(folder / path, ns=(clock, clock))
    for path in step.deleted:
        (folder / path).unlink()


def _said(tool: Tool, change: Change) -> BaseException | None:
    try:
        tool.reload(change)
    except Exception as error:
        return error
    return None


def _about_failing(number: int, step: Step, said: BaseException | None) -> list[Wrong]:
    if step.fails is None:
        if said is None:
            return []
        return [Wrong(number, "the reload", "no error", f"{type(said).__name__}: {said}")]
    words = "" if said is None else f"{type(said).__name__}: {said}"
    return [
        Wrong(number, "the refusal", word, words or "no error")
        for word in ("ReloadError", *step.fails)
        if word not in words
    ]


def _probed(number: int, step: Step, namespace: dict[str, Any]) -> list[Wrong]:
    found = []
    for probe, expected in step.probes:
        wanted = eval(expected, namespace)
        try:
            got = eval(probe, namespace)
            right = type(got) is type(wanted) and got == wanted
            shown = repr(got)
        except Exception as error:
            right, shown = False, f"{type(error).__name__}: {error}"
        if not right:
            found.append(Wrong(number, probe, repr(wanted), shown))
    return found


def _dependencies_first(needs: Mapping[str, set[str]]) -> list[str]:
    """All names; of a cycle, the ones that were named first come last."""
    found: dict[str, None] = {}
    begun: set[str] = set()

    def visit(name: str) -> None:
        if name not in begun:
            begun.add(name)
            for each in sorted(needs[name]):
                visit(each)
            found[name] = None

    for name in needs:
        visit(name)
    return list(found)


def _needs(source: Source, sources: dict[str, Source]) -> set[str]:
    try:
        tree = ast.parse(source.content())
    except (SyntaxError, ValueError):
        return set()
    package = source.module if source.path.endswith("__init__.py") else source.module.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            base = importlib.util.resolve_name(name, package) if node.level else name
            found.add(base)
            found.update(f"{base}.{alias.name}" for alias in node.names)
    return found & sources.keys() - {source.module}


def _write(folder: Path, source: Source, clock: int) -> None:
    file = folder / source.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(source.content())
    os.utime(file, ns=(clock, clock))


def _error(call: Callable[[], object]) -> str:
    """The name of the type of what a call raises; "" where it raises nothing."""
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return ""


def report(name: str, tool: Tool, chosen: Sequence[str]) -> None:
    """Run all edits of groups, and print what came of each as a line of JSON.

    Args:
        name: of the tool; `load` answers for its refusals, and for things that only it has.
        tool: what reloads.
        chosen: groups.
    """
    output, sys.stdout = sys.stdout, io.StringIO()  # what tools print is not a report
    sys.dont_write_bytecode = False
    number = 0
    with tempfile.TemporaryDirectory() as base:
        for group in chosen:
            for text in raw(group):
                number += 1
                edit = numbered(text, number)
                folder = Path(base) / str(number)
                folder.mkdir()
                skipped = why_not(edit, name)
                wrong = [] if skipped else run(edit, tool, folder, strict=name == "load")
                said = {
                    "group": group,
                    "edit": edit.name,
                    "skipped": skipped,
                    "wrong": [asdict(each) for each in wrong],
                }
                print(json.dumps(said), file=output, flush=True)
    sys.stdout = output


if __name__ == "__main__":
    report("load", Load(), sys.argv[1:])
