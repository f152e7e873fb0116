"""Every result of `load` as text, in a notebook and under rich; and what that costs who never looks."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

import load
from load import _events
from load._events import Change
from load._imports.budgets.report import Excess
from load._imports.source.edges import Edge
from load._imports.suggesting.suggestions import Suggestion, Suggestions
from load._install.journal import Entry
from load._install.order import Outcome
from load._install.plan import Plan
from load._resolve.findings import Finding
from load._resolve.freeze import Frozen
from load._resolve.history import History
from load._resolve.info import Entry as LedgerEntry
from load._resolve.info import Info
from load._resolve.why import Why
from load._unload.report import UnloadReport
from load.exports import CleanupReport, ExportSuggestion
from load.exports._background_status import BackgroundStatus, ExportStatus
from load.imports import Cycle, DependencyGraph, ImportCache, ImportProfile, Profile, ReloadReport
from load.registry import LazyImportDict, Namespace, Registry
from tests.support.environments import Python

BAD = "<img src=x onerror=alert(1)>"  # as somebody may call a file, a distribution or a key


def _profile() -> Profile:
    made = ImportProfile(BAD)
    made.self_duration, made.duration, made.self_memory, made.origin = 0.25, 0.5, 3_000_000, f"/{BAD}.py"
    made.errors = [f"ImportError: {BAD}"]
    return Profile([made])


def _plan() -> Plan:
    changes = [Change(BAD, None, "1.0", source=f"https://files.example/{BAD}")]
    return Plan([BAD], changes, target=BAD, backend="uv", verdict="ask", reasons=[BAD])


def _registry() -> Registry[Any, Any]:
    registry: Registry[Any, Any] = Registry("display")
    registry.register(BAD, "json:dumps")
    return registry


def _namespace() -> Namespace:
    namespace = Namespace()
    namespace[f"display {BAD}"].register("key", "json:dumps")
    return namespace


def _graph() -> DependencyGraph:
    return DependencyGraph(edges=[Edge(BAD, "b", "eager", f"/{BAD}", 1, "import b")])


def _suggestion() -> Suggestion:
    return Suggestion("unused", BAD, "a", "/a.py:1", f"import {BAD}", 0.5, 3_000_000, 4, "drop it")


def _cycle() -> Cycle:
    edges = (Edge(BAD, "b", "eager", "/a.py", 1, "import b"), Edge("b", BAD, "eager", "/b.py", 1, f"import {BAD}"))
    return Cycle((BAD, "b"), edges)


def _reload() -> ReloadReport:
    report = ReloadReport([BAD], {BAD: "it is of somebody else"})
    report.done([BAD])
    return report


def _cleanup() -> CleanupReport:
    report = CleanupReport()
    report.dropped.append(BAD)
    return report


def _background() -> BackgroundStatus:
    return BackgroundStatus({BAD: ExportStatus(BAD, "failed", 0, None, ValueError(BAD))})


def _info() -> Info:
    event = _events.Loaded(BAD, "json", "imported", seconds=0.084, memory=21_600_000, caller=(f"/{BAD}", 3))
    return Info([LedgerEntry(event, BAD, "1.0")])


def _entry() -> Entry:
    fields = {"name": BAD, "old": None, "new": "1.0"}
    return Entry(action="install", changes=[fields], file=f"/{BAD}.py", line=2, reason=BAD)


THINGS: dict[str, Callable[[], Any]] = {
    "info": _info,
    "entry": lambda: _info()[BAD],
    "why": lambda: Why(asked=BAD, verdict="would be refused", module=BAD),
    "plan": _plan,
    "outcome": lambda: Outcome([Change(BAD, "1.0", "2.0")], [f"/{BAD}"]),
    "frozen": lambda: Frozen(f"/{BAD}", ">=3.11", [BAD], changed=True, notes=[BAD]),
    "finding": lambda: Finding("problem", "lock", BAD, "do something"),
    "profile": _profile,
    "one module": lambda: _profile().profiles[BAD],
    "graph": _graph,
    "cycle": _cycle,
    "excess": lambda: Excess("modules", 1, 2, BAD, (BAD,), ((f"/{BAD}:1 imports {BAD}",),)),
    "suggestion": _suggestion,
    "suggestions": lambda: Suggestions([_suggestion()]),
    "reload": _reload,
    "unload": lambda: UnloadReport([BAD], {f"{BAD}.x": "it is running"}, 5_000_000, holders=[BAD]),
    "registry": _registry,
    "dictionary": lambda: LazyImportDict({BAD: "json:dumps"}),
    "namespace": _namespace,
    "cleanup": _cleanup,
    "export suggestion": lambda: ExportSuggestion("slow", BAD, f"{BAD}: it takes long", 2.0, None),
    "background": _background,
}
PLAIN: dict[str, Callable[[], Any]] = {
    "doctor": load.doctor,
    "overlays": load.overlays,
    "memory": load.memory_usage,
    "cache": ImportCache,
    "no info": lambda: Info([]),
    "no history": lambda: History([]),
    "no plan": lambda: Plan([], [], target="x", backend=""),
    "no profile": Profile,
    "no suggestions": Suggestions,
    "no graph": DependencyGraph,
    "no outcome": lambda: Outcome((), ()),
    "no registry": lambda: Registry("nothing"),
    "no namespace": Namespace,
    "no background": BackgroundStatus,
}


def by_rich(thing: object, width: int = 200, encoding: str = "utf-8") -> str:
    """What rich prints of it, to a file."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    Console(file=stream, width=width).print(thing)
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("name", THINGS)
def test_whatever_it_is_called_it_is_text(name: str) -> None:
    """The hostile name stands in each form, in none as an element."""
    thing = THINGS[name]()
    markup = thing._repr_html_()
    assert markup.startswith('<div class="load-shown">')
    assert markup.endswith("</div>")
    assert "<img" not in markup
    assert "&lt;img src=x onerror=alert(1)&gt;" in markup
    assert BAD in str(thing)
    assert BAD in by_rich(thing)
    assert "\x1b" not in str(thing) + by_rich(thing)


@pytest.mark.parametrize("name", [*THINGS, *PLAIN])
def test_every_form_of_everything(name: str) -> None:
    """Also of what is empty; in twenty columns, and where only ASCII can be printed."""
    thing = {**THINGS, **PLAIN}[name]()
    assert str(thing).strip()
    assert repr(thing).strip()
    assert "<script" not in thing._repr_html_()
    narrow = by_rich(thing, 20)
    assert narrow.strip()
    assert max(map(len, narrow.splitlines())) <= 20 or any(len(word) > 20 for word in narrow.split())
    assert by_rich(thing, 80, "ascii").isascii()


def test_a_history_begins_with_the_newest() -> None:
    """Of thousands, those that somebody looks for."""
    entries = [_entry() for _ in range(60)]
    for at, entry in enumerate(entries):
        entry.time = f"2026-11-{at // 24 + 1:02}T{at % 24:02}:00:00Z"
    markup = History(entries)._repr_html_()
    assert markup.index("2026-11-03 11:00") < markup.index("2026-11-03 10:00")
    assert "and 10 more" in markup


def test_a_running_profile_does_not_see_itself_being_shown(child: Python) -> None:
    """What draws it is none of what it is about."""
    code = """
        from load.imports import ImportProfiler
        with ImportProfiler() as profiler:
            import colorsys
            for show in (str, type(profiler)._repr_html_):
                assert "colorsys" in show(profiler)
        print([name for name in profiler.profiles if name != "colorsys"])
    """
    assert child.run(code).check().stdout == "[]\n"


def test_who_never_looks_pays_nothing(child: Python) -> None:
    """What draws is imported when something is drawn; rich only by who has it print."""
    code = """
        import sys
        import load, load.imports, load.registry, load.exports
        from load import _api
        from load._install import plan, order
        from load._resolve import ledger, history, why
        drawing = ("load._picture", "load._report.html", "load._console.pictures", "load._console.tables", "rich")
        before = [name for name in drawing if name in sys.modules]
        shown = load.info()._repr_html_(), str(load.info())
        print(before, "rich" in sys.modules)
    """
    assert child.run(code).check().stdout == "[] False\n"


def test_a_first_request_brings_nothing_that_shows_or_watches(child: Python) -> None:
    """What every program pays that says `load.x`: none of the classes of results, and nothing of the profiler."""
    code = """
        import sys
        import load
        assert load.json is sys.modules["json"]
        own = {name for name in sys.modules if name.startswith("load.")}
        print(sorted(own & {"load._display", "load._picture", "load._reference", "load._resolve.info"}),
              [name for name in own if name.startswith("load._imports.")])
    """
    assert child.run(code).check().stdout == "[] ['load._imports.statements']\n"


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(
    ("env", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colours_at_a_terminal_that_wants_them(child: Python, env: dict[str, str], coloured: bool) -> None:
    """Of what is printed on request; `print` of it has none anywhere."""
    code = """
        import rich, load
        load.json
        print(load.info())
        print("=====")
        rich.print(load.info())
    """
    text, _, drawn = child.run_in_pty(code, env=env, stdout_at_terminal=True).check().stderr.partition("=====")
    assert "json" in text
    assert "json" in drawn
    assert "\x1b[" not in text
    assert ("\x1b[36m" in drawn) == coloured


def test_a_background_loading_shows_how_far_it_is(child: Python) -> None:
    """As its status does, whoever looks at which of them."""
    code = """
        from load.exports import LazyPackageExport, start_background_loading
        LazyPackageExport("colorsys")
        loading = start_background_loading(["colorsys"])
        loading.wait()
        print(loading._repr_html_() == loading.status()._repr_html_(), "<td>loaded</td>" in loading._repr_html_())
    """
    assert child.run(code).check().stdout == "True True\n"
