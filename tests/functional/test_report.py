"""Profiles and graphs of imports as text, trace, diagram and page; and what is refused."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import stat
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uv import find_uv_bin

from load._report.document import checked, checked_graph
from load._report.files import as_json, read_document, write
from load._report.mermaid import mermaid
from load._report.nesting import spans
from load._report.page import html
from load._report.trace import trace
from load._report.tree import text_of, tree
from load.errors import ProfileError
from tests.support.processes import run

MEGABYTE = 1_000_000


def module(name: str, parent: str = "", own: float = 1.0, size: float | None = 1.0, **fields: Any) -> dict[str, Any]:
    """A module that took so many milliseconds, and megabytes, by itself."""
    memory = None if size is None else round(size * MEGABYTE)
    costs = {"duration": own / 1e3, "self_duration": own / 1e3, "memory": memory, "self_memory": memory}
    return {"module": name, "parent": parent, **costs, "place": f"/site-packages/{parent or 'main'}.py:3", **fields}


def profile(*modules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A profile document."""
    return {"load_profile": 1, "title": "import a", "python": "3.13.0", "modules": list(modules), **fields}


SMALL = profile(
    module("a", own=2, duration=0.1),
    module("a.cheap", "a", 1),
    module("b", "a", 40, 3, duration=0.057),
    module("b.c", "b", 17, 9),
    module("gone", "a", 0.5, 0, errors=["ModuleNotFoundError: No module named 'gone'"]),
    module("a.cheaper", "a", 0.25, 0),
    module("a.cheapest", "a.cheaper", 0.25, 0),
)


# -- the tree ----------------------------------------------------------------------------------------------------------


def test_tree() -> None:
    """The dearest first, below what imported them; the others as one line where they would stand."""
    assert text_of(tree(SMALL, limit=3, width=100)) == (
        "import a\n"
        "7 modules · 61.0 ms · 14.0 MB · 1 failed · Python 3.13.0\n"
        "\n"
        "self ms  total ms  self MB  total MB  module                        where\n"
        "    2.0     100.0      1.0       1.0  a                             /site-packages/main.py:3\n"
        "   40.0      57.0      3.0       3.0  ├ b                           /site-packages/a.py:3\n"
        "   17.0      17.0      9.0       9.0  │ └ b.c                       /site-packages/b.py:3\n"
        "                                      └ … 4 more, 2.0 ms, 1 failed\n"
    )


def test_tree_of_80_columns_says_where() -> None:
    """What is folded, and a single long name, take no room from the places of the others, which are cut."""
    assert text_of(tree(SMALL, limit=3, width=80)).splitlines()[3:] == [
        "self ms  total ms  self MB  total MB  module   where",
        "    2.0     100.0      1.0       1.0  a        /site-packages/main.py:3",
        "   40.0      57.0      3.0       3.0  ├ b      /site-packages/a.py:3",
        "   17.0      17.0      9.0       9.0  │ └ b.c  /site-packages/b.py:3",
        "                                      └ … 4 more, 2.0 ms, 1 failed",
    ]
    name = "a_name.of_forty.columns.and.some.more"
    lines = text_of(tree(profile(*SMALL["modules"], module(name, "a", 9)), limit=4, width=80)).splitlines()
    assert lines[5].endswith("├ b      /site-packages/a.py:3")
    assert lines[7].endswith(f"├ {name}")


def test_tree_of_long_names_has_no_places() -> None:
    """They say more than half a path."""
    modules = [module(f"{letter * 30}", "" if letter == "a" else "a" * 30, 5) for letter in "abc"]
    assert text_of(tree(profile(*modules), width=80)).splitlines()[3].split()[-1] == "module"


def test_tree_of_memory() -> None:
    """By what came with them."""
    lines = text_of(tree(SMALL, limit=2, by="memory", width=60)).splitlines()[3:]
    assert lines[0].split() == ["self", "MB", "total", "MB", "module", "where"]
    assert [line.split()[-2] for line in lines[1:3]] == ["a", "b"]
    assert lines[3].endswith("… 1 more, 9.0 MB")
    assert lines[4].endswith("… 4 more, 1.0 MB, 1 failed")


@pytest.mark.parametrize("width", [1, 20, 27, 39, 40, 55, 80, 200])
@pytest.mark.parametrize("by", ["time", "memory"])
def test_no_line_of_the_tree_is_wider_than_the_terminal(width: int, by: Any) -> None:
    """Long names and errors are cut, wide characters counted as the terminal draws them."""
    wide = profile(*SMALL["modules"], module("漢字" * 40, "a", 3, errors=["x" * 300]), module("é" * 90, "漢字" * 40, 2))
    for line in text_of(tree(wide, by=by, width=width)).splitlines():
        assert len(line) + sum(char in "漢字" for char in line) <= max(width, 20)


def test_a_slim_tree_has_only_what_things_cost_in_all() -> None:
    """There is no room for more beside the names."""
    assert text_of(tree(SMALL, limit=3, width=39)).splitlines()[3].split() == ["total", "ms", "module"]
    assert text_of(tree(SMALL, limit=3, by="memory", width=20)).splitlines()[3].split() == ["total", "MB", "module"]
    assert text_of(tree(SMALL, limit=3, width=40)).splitlines()[3].startswith("self ms")


def test_tree_of_imports_as_deep_as_they_come() -> None:
    """The names are still to be read, and no line is wider."""
    deep = [module(f"module_{index}", f"module_{index - 1}" if index else "") for index in range(3000)]
    lines = text_of(tree(profile(*deep), limit=3000, width=80)).splitlines()
    assert len(lines) == 3004
    assert max(map(len, lines)) <= 80
    assert "└ module_2999" in lines[-1]


def test_tree_says_what_failed() -> None:
    """In red, with the error in the place of the line that asked."""
    line = next(line for line in tree(SMALL) if "gone (failed)" in text_of([line]))
    assert ("gone (failed)", "red") in line
    assert ("ModuleNotFoundError: No module named 'gone'", "red") in line


def test_tree_counts_what_it_folds_once() -> None:
    """What is shown and what is folded are all modules, and all of their time."""
    modules = [
        module(f"m{index}", f"m{(index - 1) // 3}" if index else "", own=index % 7 + 0.5) for index in range(300)
    ]
    text = text_of(tree(profile(*modules), limit=25))
    folded = [(int(count), float(time)) for count, time in re.findall(r"… (\d+) more, ([\d.]+) ms", text)]
    shown = re.findall(r"^ +([\d.]+) .*\bm\d+", text, re.MULTILINE)
    assert len(shown) == 25
    assert 25 + sum(count for count, _ in folded) == 300
    whole = sum(float(each) for each in shown) + sum(time for _, time in folded)
    assert whole == pytest.approx(sum(index % 7 + 0.5 for index in range(300)), abs=0.1 * len(folded))


@pytest.mark.parametrize(("arguments", "what"), [({"limit": 0}, "limit"), ({"by": "size"}, "'time' or 'memory'")])
def test_tree_refuses(arguments: dict[str, Any], what: str) -> None:
    """What cannot be drawn."""
    with pytest.raises(ValueError, match=what):
        tree(SMALL, **arguments)


def test_tree_of_memory_that_was_not_measured() -> None:
    """Is refused, and what to do is said."""
    with pytest.raises(ProfileError, match="not measured") as caught:
        tree(profile(module("a", size=None)), by="memory")
    assert "--memory" in str(caught.value)
    assert "MB" not in text_of(tree(profile(module("a", size=None))))


def test_empty_tree() -> None:
    """A profile without modules has a heading, and no columns."""
    assert text_of(tree(profile())) == "import a\n0 modules · 0.00 ms · Python 3.13.0\n"


def test_tree_of_several_threads() -> None:
    """Their times are added; whose memory is known is told."""
    whole = profile(
        *(module(f"a{n}", size=1.5) for n in (1, 2)), *(module(f"b{n}", size=None, thread=n) for n in (1, 2))
    )
    assert text_of(tree(whole)).splitlines()[1] == (
        "4 modules · 4.0 ms in 3 threads · 3.0 MB of 2 modules · Python 3.13.0"
    )


# -- the trace ---------------------------------------------------------------------------------------------------------


def complete(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of imports, as a viewer reads them out of the file."""
    events = json.loads(json.dumps(trace(document), allow_nan=False))["traceEvents"]
    return [event for event in events if event["ph"] == "X"]


def assert_nested(events: list[dict[str, Any]]) -> None:
    """Of two events of a thread one lies in the other, or they are apart: exactly, not nearly."""
    for thread in {event["tid"] for event in events}:
        open_: list[float] = []
        for event in (event for event in events if event["tid"] == thread):
            while open_ and open_[-1] <= event["ts"]:
                open_.pop()
            assert not open_ or event["ts"] + event["dur"] <= open_[-1]
            open_.append(event["ts"] + event["dur"])


def test_trace() -> None:
    """In microseconds, with what was measured, and a name for each thread."""
    there = profile(
        module("a", own=2, duration=0.005, started=1.0, thread=140_000_000_000_001, origin="/a.py"),
        module("b", "a", own=3, duration=0.003, started=1.001, thread=140_000_000_000_001, errors=["ValueError: 3"]),
        module("c", own=1, started=1.002, thread=140_000_000_000_002, size=None),
    )
    document = trace(there)
    names = [event["args"]["name"] for event in document["traceEvents"] if event["ph"] == "M"]
    assert names == ["import a", "thread 1 (140000000000001)", "thread 2 (140000000000002)"]
    a, b, c = complete(there)
    assert [(each["name"], each["ts"], each["dur"], each["tid"]) for each in (a, b, c)] == [
        ("a", 1_000_000, 5_000, 1),
        ("b", 1_001_000, 3_000, 1),
        ("c", 1_002_000, 1_000, 2),
    ]
    assert (a["args"]["self_ms"], a["args"]["total_ms"], a["args"]["memory_bytes"]) == (2, 5, MEGABYTE)
    assert a["args"]["origin"] == "/a.py"
    assert (b["args"]["errors"], b["cat"]) == (["ValueError: 3"], "import,failed")
    assert "memory_bytes" not in c["args"]


def test_trace_of_times_that_do_not_fit() -> None:
    """Of what was imported again, or does not tell when it began: it is moved until it fits."""
    events = complete(profile(
        module("a", own=1), module("b", "a", own=5), module("c", "a", own=2), module("d", "c", own=3, started=0.5),
        module("e", own=1, started=0.001), module("f", "a", own=4, thread=2), module("loop", "loop"),
    ))  # fmt: skip
    assert_nested(events)
    assert [each["name"] for each in events if each["tid"] == 2] == ["f"]
    assert len(events) == 7


def test_trace_is_as_deep_as_the_imports_are() -> None:
    """Deeper than Python may recurse."""
    deep = profile(*(module(f"m{index}", f"m{index - 1}" if index else "") for index in range(5_000)))
    events = complete(deep)
    assert_nested(events)
    assert events[0]["dur"] == pytest.approx(5_000 * 1000)


figures = st.floats(-0.01, 10, allow_nan=False)
trees = st.lists(st.tuples(st.integers(-3, 30), figures, figures, st.integers(1, 3)), max_size=30)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(trees)
def test_any_trace_is_nested(rows: list[tuple[int, float, float, int]]) -> None:
    """Whatever times and parents a document tells."""
    modules = [module(f"m{index}", f"m{parent}", own=own * 1e3, started=started, thread=thread)
               for index, (parent, own, started, thread) in enumerate(rows)]  # fmt: skip
    events = complete(profile(*modules))
    assert len(events) == len(rows)
    assert_nested(events)
    for event, module_ in zip(sorted(events, key=lambda event: int(event["name"][1:])), modules, strict=True):
        assert event["dur"] >= max(0, module_["self_duration"]) * 1e6 - 0.1


def test_recorded_imports_keep_their_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was really recorded fits already: nothing is moved, nothing made longer."""
    from load._imports.profiling.profile import Profile
    from load._imports.profiling.recorder import Recorder

    monkeypatch.syspath_prepend(str(tmp_path))
    for name, text in {"top": "import left, right", "left": "import low", "right": "import low, gone"}.items():
        (tmp_path / f"seen_report_{name}.py").write_text(re.sub(r"(\w+)(?=,|$)", r"seen_report_\1", text))
    (tmp_path / "seen_report_low.py").write_text("x = sum(range(1000))")
    recorder = Recorder()
    recorder.install()
    try:
        with pytest.raises(ModuleNotFoundError):
            __import__("seen_report_top")
    finally:
        recorder.uninstall()
    document = Profile.of(recorder.imports, started=recorder.started).as_document("import top")
    modules = checked(document)["modules"]
    assert [each["module"].removeprefix("seen_report_") for each in modules] == ["top", "left", "low", "right", "gone"]
    for each, (start, length) in zip(modules, spans(modules), strict=True):
        assert start == pytest.approx(each["started"] * 1e6, abs=0.2)
        assert length == pytest.approx(each["duration"] * 1e6, abs=0.2)
    assert "gone (failed)" in text_of(tree(document))
    assert "seen_report_gone" in html(document)


# -- the diagram -------------------------------------------------------------------------------------------------------


def edge(importer: str, imported: str, kind: str = "eager") -> dict[str, Any]:
    """A statement that imports."""
    return {"importer": importer, "imported": imported, "kind": kind, "file": "f.py", "line": 1, "text": "import x"}


def test_mermaid() -> None:
    """Solid, dotted and thin; the strongest where there are several; cycles in colour."""
    graph = {
        "nodes": ["a", "b", "c"],
        "edges": [edge("a", "b", "deferred"), edge("a", "b"), edge("b", "a"), edge("b", "c", "deferred"),
                  edge("c", "a", "typing")],
        "cycles": [{"modules": ["a", "b"], "statements": [edge("a", "b"), edge("b", "a")]}],
    }  # fmt: skip
    assert mermaid(graph).splitlines() == [
        "flowchart LR",
        '    m0["a"]',
        '    m1["b"]',
        '    m2["c"]',
        "    m0 --> m1",
        "    m1 --> m0",
        "    m1 -.-> m2",
        "    m2 --> m0",
        "    linkStyle 0,1 stroke:#c0392b,stroke-width:2.5px",
        "    linkStyle 3 stroke:#8a94a3,stroke-width:0.75px",
        "    classDef cycle1 fill:#ffd9d4,stroke:#c0392b,stroke-width:2px,color:#1b1f24",
        "    class m0,m1 cycle1",
    ]


def test_mermaid_says_what_it_leaves_out() -> None:
    """Members of cycles stay, then what has most neighbours."""
    edges = [edge("hub", f"leaf{index}") for index in range(50)] + [edge("x", "y"), edge("y", "x")]
    cycles = [{"modules": ["x", "y"], "statements": edges[-2:]}]
    text = mermaid({"nodes": [], "edges": edges, "cycles": cycles}, max_nodes=4)
    assert re.findall(r'm\d\["(.*)"\]', text) == ["hub", "leaf0", "x", "y"]
    assert "%% left out: 49 of 53 modules, and 49 imports of or by them" in text
    assert 'more(["… 49 more modules, 49 imports"])' in text
    assert "left out" not in mermaid({"nodes": ["a"], "edges": []}, max_nodes=1)
    with pytest.raises(ValueError, match="max_nodes"):
        mermaid({"nodes": ["a"], "edges": []}, max_nodes=0)


def test_mermaid_labels_are_only_text() -> None:
    """Nothing in a name ends a label, is Markdown, HTML or a line of its own."""
    text = mermaid({"nodes": ['a"] --> b', "`x`", "<b>#1;</b>", "end\n  click m0", "é漢"], "edges": []})
    assert len(text.splitlines()) == 6
    labels = re.findall(r'^    m\d\["([^"]*)"\]$', text, re.MULTILINE)
    shown = [re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label) for label in labels]
    assert shown == ['a"] --> b', "`x`", "<b>#1;</b>", "end\n  click m0", "é漢"]
    assert not any(set(label) & set('"`<>[]()&\n') for label in labels)


# -- the page ----------------------------------------------------------------------------------------------------------


class Elements(HTMLParser):
    """What a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open = False
        self.texts: list[str] = []  # behind the beginning of each tag
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        self.tags.append((tag, dict(attrs)))
        self.texts.append("")
        self._open = True

    def handle_endtag(self, tag: str) -> None:
        """An element ends, or what follows one that is in it."""
        self._open = False

    def handle_data(self, data: str) -> None:
        """A part of a text, of which there may be several."""
        if self._open:
            self.texts[-1] += data

    def text(self, tag: str, number: int = 0) -> str:
        """What stands in an element."""
        return [text for (name, _), text in zip(self.tags, self.texts, strict=True) if name == tag][number]


HOSTILE = "</script><script>alert(1)</script><!-- {{script}} \u2028 \\ ' \" & 漢"


def test_page_needs_nothing_else() -> None:
    """No address is in it, and its policy allows nothing but its own script and style."""
    page = Elements(html(SMALL))
    assert not [(tag, attrs) for tag, attrs in page.tags if {"src", "srcset", "action"} & attrs.keys()]
    links = [attrs["href"] for _, attrs in page.tags if attrs.get("href")]
    assert [link for link in links if not str(link).startswith(("#", "data:"))] == []
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.split(" ", 1) for rule in str(policy).split("; "))
    assert rules["default-src"] == "'none'"
    for name, text in (("script-src", page.text("script", 1)), ("style-src", page.text("style"))):
        assert rules[name] == f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") or name == "style" for name in attrs)]


def test_page_holds_names_as_data() -> None:
    """Whatever is in them: they come out as they went in, and are no part of the page."""
    page = Elements(html(profile(module(HOSTILE, errors=[HOSTILE], origin=HOSTILE), title=HOSTILE)))
    plain = Elements(html(profile(module("a", errors=["a"], origin="a"), title="a")))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    data = json.loads(page.text("script"))
    assert (data["title"], data["columns"]["name"], data["errors"]) == (HOSTILE, [HOSTILE], {"0": [HOSTILE]})
    folder, name = data["files"][data["columns"]["origin"][0]]
    assert data["folders"][folder] + name == HOSTILE


def test_page_tells_the_standard_library_as_one() -> None:
    """But where there is nothing else."""

    def packages(*names: str) -> Any:
        return json.loads(Elements(html(profile(*map(module, names)))).text("script"))["packages"]

    assert packages("json", "json.decoder", "pandas.core", "re") == ["standard library", "pandas"]
    assert packages("json", "json.decoder", "re") == ["json", "re"]


def luminance(colour: str) -> float:
    """Of a colour as `#rrggbb`, as WCAG 2 defines it."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_what_is_written_can_be_read(theme: int) -> None:
    """The contrast of every text with what it stands on is at least 4.5 : 1, in both themes."""
    style = Elements(html(SMALL)).text("style")
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", style)
    colours = {name: luminance(both[theme]) for name, *both in pairs}
    grounds = {"on-fill": [name for name in colours if re.fullmatch(r"c\d|standard|other|root", name)]}
    grounds |= {"text": ["bg", "card", "track", "accent-soft", "bar"], "muted": ["bg", "card", "track"]}
    grounds |= {"accent": ["bg", "card"], "bad": ["card", "bad-soft"], "good": ["good-soft"]}
    assert len(grounds["on-fill"]) == 13
    for text, under in grounds.items():
        for ground in under:
            dark, light = sorted((colours[text], colours[ground]))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{text} on {ground}"


@pytest.mark.registry
def test_parts_of_the_page_are_in_the_wheel(tmp_path: Path) -> None:
    """A wheel that is built from here has all that the page is made of."""
    root = Path(__file__).parents[2]
    run([find_uv_bin(), "build", "--quiet", "--wheel", "--out-dir", str(tmp_path / "built"), str(root)]).check()
    (built,) = (tmp_path / "built").glob("*.whl")
    with zipfile.ZipFile(built) as wheel:
        shipped = {Path(name).name for name in wheel.namelist() if name.startswith("load/_report/web/")}
    assert shipped == {path.name for path in (root / "load" / "_report" / "web").iterdir()}


# -- documents ---------------------------------------------------------------------------------------------------------


def test_documents_come_back_as_they_were() -> None:
    """With all fields, and one module on each line."""
    text = as_json(SMALL)
    assert read_document(text) == read_document(text.encode("utf-8-sig")) == checked(SMALL)
    assert sum('"module": ' in line for line in text.splitlines()) == len(SMALL["modules"])


def test_what_is_missing_is_filled_in() -> None:
    """From the modules, where it can be."""
    filled = checked({"load_profile": 1, "modules": [{"module": "a", "duration": 1, "self_duration": 0.5}]})
    assert (filled["seconds"], filled["bytes"], filled["cycles"]) == (0.5, None, [])
    assert checked(profile(module("a"), module("b"), bytes=None))["bytes"] is None
    assert checked(profile(module("a"), module("b")))["bytes"] == 2 * MEGABYTE
    assert checked_graph({"nodes": ["a"], "edges": [edge("a", "b")]})["nodes"] == ["a", "b"]


def changed(**fields: Any) -> dict[str, Any]:
    """The profile of one module that is not what it has to be."""
    return profile({**module("a"), **fields})


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ([], "the profile: list is not an object"),
        ({"modules": []}, "has no `load_profile`"),
        ({"load_profile": 1}, "modules: nothing is not a list"),
        (profile(module("a"), module("a")), "modules[1].module: 'a' stands in modules[0] already"),
        (changed(module=""), "modules[0].module: there is no name"),
        (changed(duration="1"), "modules[0].duration: '1' is not a number"),
        (changed(self_duration=None), "modules[0].self_duration: nothing is not a number"),
        (changed(duration=True), "modules[0].duration: True is not a number"),
        (changed(duration=float("nan")), "modules[0].duration: nan is not a number"),
        (changed(duration=10**400), "modules[0].duration: a number of too many digits"),
        (changed(duration=1e300), "modules[0].duration: 1e+300 is not a number"),
        (changed(memory=10**5000), "modules[0].memory: a number of too many digits"),
        (changed(memory=1.5), "modules[0].memory: 1.5 is not a whole number"),
        (changed(errors="x"), "modules[0].errors: 'x' is not a list"),
        (changed(errors=[3]), "modules[0].errors[0]: 3 is not text"),
        (changed(origin=None), "modules[0].origin: nothing is not text"),
        (profile(cycles=[{"statements": [{"importer": "a"}]}]), "cycles[0].statements[0].imported: there is no name"),
        (profile(cycles=[{"breaker": 3}]), "cycles[0].breaker: 3 is not an object"),
        (profile(startup_seconds=0), "startup_seconds: 0.0 is not a time that Python can take to start"),
        (profile(startup_seconds="x"), "startup_seconds: 'x' is not a number that was measured"),
        (profile(cycle_groups=[{"cycles": [0]}]), "cycle_groups[0].cycles: 0 is the number of no cycle"),
        (profile(cycle_groups=[{"cycles": [], "breakers": [{}]}]), "cycle_groups[0].breakers[0].importer: there is no"),
    ],
)
def test_what_is_no_profile_is_told_where(document: Any, what: str) -> None:
    """By every picture, and when it is read."""
    for draw in (tree, trace, html, as_json, checked):
        with pytest.raises(ProfileError) as caught:
            draw(document)
        assert what in str(caught.value)
        assert len(str(caught.value)) < 300
    if document != changed(memory=10**5000):  # which Python does not write
        with pytest.raises(ProfileError):
            read_document(json.dumps(document))


def test_a_graph_is_told_where_it_is_none() -> None:
    """As a profile is."""
    with pytest.raises(ProfileError, match=re.escape("edges[0].kind: 'lazy' is none of eager, deferred, typing")):
        mermaid({"nodes": [], "edges": [edge("a", "b", "lazy")]})


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "line 1, column 1"),
        ('{"load_profile": 1, "modules": [', "line 1, column 33"),
        (b"\xff\xfe\x00", "byte 0 is not UTF-8"),
        ("[" * 200_000, "nested too deeply"),
        ('{"load_profile": ' + "1" * 5000 + "}", "digits"),
    ],
)
def test_what_is_no_json_is_told_where(text: str | bytes, what: str) -> None:
    """A file that was cut off, or is another one."""
    with pytest.raises(ProfileError, match="cannot be read") as caught:
        read_document(text)
    assert what in str(caught.value)


@pytest.mark.parametrize("version", [2, 0, "1", True, None])
def test_another_format_is_refused(version: object) -> None:
    """And said to be one."""
    with pytest.raises(ProfileError, match="a format that is not known here"):
        read_document(json.dumps({"load_profile": version, "modules": []}))


def test_writing_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there stays where it fails; nothing else is left."""
    path = tmp_path / "profile.html"
    write(path, "old")
    path.chmod(0o640)
    write(path, "new \ud800 é")
    assert path.read_text(encoding="utf-8") == "new ? é"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def fail(*_: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        write(path, "newer")
    assert [each.name for each in tmp_path.iterdir()] == ["profile.html"]
    assert path.read_text(encoding="utf-8") == "new ? é"


@pytest.mark.skipif(os.name == "nt", reason="links and devices as of POSIX")
def test_writing_through_links_and_to_devices(tmp_path: Path) -> None:
    """What a link leads to is written; a device is not replaced."""
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    write("/dev/null", "gone")
    assert not Path("/dev/null").is_file()
