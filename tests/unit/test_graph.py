"""`DependencyGraph`: who imports whom, in which order, and in which rings."""

from __future__ import annotations

import itertools
import json
import random
import sys

import pytest

from load._imports.graph.graph import DependencyGraph
from load._imports.source.edges import Edge, edges_of
from load._imports.source.facts import facts_of
from load._imports.source.tree import statements_of_tree
from load._report.mermaid import mermaid
from load.errors import ResolveError


def graph(**sources: str) -> DependencyGraph:
    """The graph of modules by their sources; `pkg__mod` is `pkg.mod`, and a name with modules below is a package."""
    texts = {name.replace("__", "."): text for name, text in sources.items()}
    found: list[Edge] = []
    for name, text in texts.items():
        is_package = any(other.startswith(f"{name}.") for other in texts)
        package = name if is_package else name.rpartition(".")[0]
        file = f"/{name}.py"
        found += edges_of(statements_of_tree(text, file), name, package, file, texts.__contains__)
    return DependencyGraph(texts, found, facts=lambda name: facts_of(texts[name], name) if name in texts else None)


def rings(made: DependencyGraph) -> list[tuple[str, ...]]:
    """The modules of its cycles."""
    return [cycle.modules for cycle in made.find_cycles()]


# Who imports whom


def test_dependencies_and_dependents() -> None:
    """Direct ones in the order of the statements; transitive ones the nearest first; typing-only ones when asked."""
    made = graph(
        a="import b\ndef f():\n    import c\nif TYPE_CHECKING:\n    import e\n",
        b="import d\n",
        c="",
        d="",
        e="import a\n",
    )
    assert made.get_dependencies("a") == ["b", "c"]
    assert made.get_dependencies("a", kind="eager") == ["b"]
    assert made.get_dependencies("a", kind="typing") == ["b", "c", "e"]
    assert made.get_dependencies("a", transitive=True) == ["b", "c", "d"]
    assert made.get_dependents("d") == ["b"]
    assert made.get_dependents("d", transitive=True) == ["b", "a", "e"]
    assert made.get_dependents("e") == []
    assert len(made) == 5
    assert "a" in made
    assert "z" not in made


def test_edges_can_be_asked_for_and_added() -> None:
    """What was read and what was seen to happen at one line is one edge."""
    made = graph(a="import b\nimport b\n", b="")
    assert [edge.line for edge in made.edges("a", "b")] == [1, 2]
    assert made.edges("b") == []
    assert made.edges(imported="b") == made.edges()
    seen = made.add_edge("a", "b", kind="deferred", file="/a.py", line=2, origin="run")
    assert (seen.origin, seen.kind, seen.text) == ("both", "eager", "import b")
    assert len(made.edges()) == 2
    made.add_edge("b", "c", file="/b.py", line=7, text="from c import x")
    assert made.get_dependents("c", transitive=True) == ["b", "a"]
    made.add_edge("c", "a")
    assert rings(made) == [("a", "b", "c")]
    with pytest.raises(ValueError, match="not a kind of import"):
        made.add_edge("a", "c", kind="sometimes")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="importer"):
        made.add_edge("", "c")


@pytest.mark.parametrize("ask", ["get_dependencies", "get_dependents", "get_dependency_order", "edges"])
def test_an_unknown_module_is_an_error_that_names_near_ones(ask: str) -> None:
    """Typed, with what could have been meant."""
    with pytest.raises(ResolveError, match="'reqeusts' is not in the graph") as caught:
        getattr(graph(requests="", other=""), ask)("reqeusts")
    assert caught.value.hint == "did you mean 'requests'?"
    assert caught.value.name == "reqeusts"


def test_an_unknown_kind_is_an_error() -> None:
    """Wherever one is given."""
    made = graph(a="")
    for ask in (lambda: made.find_cycles("lazy"), lambda: made.get_dependents("a", kind="x")):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="eager, deferred, typing"):
            ask()


# Order


def test_dependencies_come_first_and_cycles_are_groups() -> None:
    """Only what runs with a module has to be there before it."""
    made = graph(app="import x, log\n", x="import y\n", y="import x, log\n", log="def f():\n    import app\n")
    assert made.get_dependency_order() == ["log", ("x", "y"), "app"]
    assert made.get_dependency_order("x") == ["log", ("x", "y")]
    assert made.get_dependency_order(["app", "y"]) == ["y", "app"]
    assert made.get_dependency_order([]) == []


def test_a_submodule_comes_before_a_package_that_imports_it() -> None:
    """The package is complete only after it."""
    made = graph(p="from .m import x\n", p__m="from . import n\n", p__n="")
    assert made.get_dependency_order() == ["p.n", "p.m", "p"]
    assert made.find_cycles() == []


def test_long_chains_and_rings_need_no_recursion() -> None:
    """Deeper than Python's stack."""
    count = sys.getrecursionlimit() * 5
    edges = [Edge(f"m{number}", f"m{number + 1}") for number in range(count)]
    chain = DependencyGraph((), edges)
    assert chain.get_dependency_order()[0] == f"m{count}"
    assert chain.find_cycles() == []
    ring = DependencyGraph((), [*edges, Edge(f"m{count}", "m0")])
    assert len(ring.find_cycles()[0].modules) == count + 1


# Cycles


def test_a_ring_is_shown_with_its_statements_and_the_one_to_move() -> None:
    """`b` uses what it imports as it runs, `a` does not."""
    made = graph(a="import os\nfrom b import g\ndef f():\n    return g()\n", b="from a import f\nX = f\ng = 1\n")
    (cycle,) = made.find_cycles()
    assert cycle.modules == ("a", "b")
    assert [(each.importer, each.line, each.text) for each in cycle.statements] == [
        ("a", 2, "from b import g"), ("b", 1, "from a import f"),
    ]  # fmt: skip
    assert cycle.breaker == made.edges("a", "b")[0]
    assert cycle.is_free
    assert str(cycle).splitlines() == [
        "a → b → a",
        "  /a.py:2: from b import g",
        "  /b.py:1: from a import f",
        "  fails where a or b is imported first",
        "  → to break it, move 'from b import g' (/a.py:2) into the function that needs it",
    ]


@pytest.mark.parametrize(
    ("a", "b", "failing"),
    [
        ("import b\nx = 1\n", "import a\n", ()),
        ("import b\nx = 1\n", "from a import x\n", ("a",)),
        ("x = 1\nimport b\n", "from a import x\n", ()),
        ("import b\nx = 1\n", "import a\nclass C(a.x): pass\n", ("a",)),
        ("import b\nx = 1\n", "import a\ndef f(y=a.x): pass\n", ("a",)),
        ("import b\nx = 1\n", "import a as z\nw = z.x.y\n", ("a",)),
        ("import b\nx = 1\n", "import a\ndef f():\n    return a.x\n", ()),
        ("import b\nx = 1\n", "import a\nf = lambda: a.x\n", ()),
        ("from b import y\nx = 1\n", "from a import x\ny = 1\n", ("a", "b")),
        ("import b\nx = 1\n", "from a import *\n", ("a",)),
        ("import b\ndef __getattr__(name): ...\n", "from a import anything\n", ()),
        ("from c import *\nimport b\n", "from a import anything\n", ()),
    ],
)
def test_whether_the_entry_matters(a: str, b: str, failing: tuple[str, ...]) -> None:
    """It does where a name is needed before the module that has it has come that far."""
    (cycle,) = graph(a=a, b=b, c="").find_cycles()
    assert cycle.failing_entries == failing
    assert cycle.entry_order_matters is bool(failing)


@pytest.mark.parametrize(
    ("b", "failing"),
    [
        ("import p.a\ny = p.a.x\n", ("p.a",)),
        ("import p.a\nclass C(p.a.K): pass\n", ("p.a",)),
        ("import p.a\ndef f():\n    return p.a.x\n", ()),
        ("import p.a as a\ny = a.x\n", ()),
        ("from p import a\ny = a.x\n", ()),
        ("from p.a import x\n", ()),
    ],
)
def test_a_package_lacks_what_is_still_being_loaded(b: str, failing: tuple[str, ...]) -> None:
    """As its attribute; by any other name it is there, as far as it has come."""
    (cycle,) = graph(p="", p__a="x = 1\nclass K: pass\nfrom p import b\n", p__b=b).find_cycles()
    assert cycle.failing_entries == failing


def test_a_star_may_take_too_little() -> None:
    """Which nobody need notice as the modules are loaded."""
    (cycle,) = graph(a="import b\nx = 1\n", b="from a import *\n").find_cycles()
    assert "\n  fails or takes too little where a is imported first\n" in str(cycle)


def test_what_is_deferred_or_for_type_checkers_makes_no_eager_ring() -> None:
    """They are shown when asked for."""
    made = graph(a="import b\nimport c\n", b="def f():\n    import a\n", c="if TYPE_CHECKING:\n    from a import x\n")
    assert made.find_cycles() == []
    assert [cycle.modules for cycle in made.find_cycles("deferred")] == [("a", "b")]
    assert [cycle.modules for cycle in made.find_cycles("typing")] == [("a", "b"), ("a", "c")]


def test_a_package_and_its_submodule_are_a_ring_only_where_both_say_so() -> None:
    """That a package runs before what lies in it is not a statement's doing."""
    assert rings(graph(p="from . import m\n", p__m="import os\n")) == []
    assert rings(graph(p="from . import m, n\n", p__m="from . import n\nimport p.n\n", p__n="")) == []
    assert rings(graph(p="from . import m\nx = 1\n", p__m="from p import x\n")) == [("p", "p.m")]
    assert rings(graph(p="import q.m\n", q="import p\n", q__m="")) == [("p", "q")]


def test_a_ring_that_a_package_enters_has_one_entry() -> None:
    """Whoever imports either of the two, `p` comes first and imports them in its order."""
    sources = {"p": "from . import a\n", "p__a": "from . import b\nx = 1\n", "p__b": "from .a import x\n"}
    assert not graph(**sources).find_cycles()[0].entry_order_matters
    assert graph(**{**sources, "p": ""}).find_cycles()[0].failing_entries == ("p.a",)


def test_a_tangle_is_taken_apart_and_deferring_all_breakers_breaks_it() -> None:
    """Each ring is real, none is listed twice, and nothing is left without their breakers."""
    names = [f"m{number}" for number in range(8)]
    made = graph(**{name: "".join(f"import {other}\n" for other in names if other != name) for name in names})
    cycles = made.find_cycles()
    assert len({cycle.modules for cycle in cycles}) == len(cycles) >= 28
    assert all(
        made.edges(one, other)
        for cycle in cycles
        for one, other in zip(cycle.modules, (*cycle.modules[1:], cycle.modules[0]), strict=True)
    )
    gone = {edge for cycle in cycles for edge in cycle.breakers}
    assert DependencyGraph(names, [edge for edge in made.edges() if edge not in gone]).find_cycles() == []


def fewest(made: DependencyGraph) -> int:
    """How many statements have to go until no ring is left, by trying all sets of them."""
    statements = sorted({(edge.importer, edge.line) for edge in made.edges()})
    for count in range(len(statements) + 1):
        for gone in itertools.combinations(statements, count):
            left = [edge for edge in made.edges() if (edge.importer, edge.line) not in gone]
            if not DependencyGraph(made.nodes, left).find_cycles():
                return count
    raise AssertionError


@pytest.mark.parametrize("seed", range(12))
def test_the_fewest_statements_that_break_all_rings(seed: int) -> None:
    """Of modules that import one another at random, some with several statements, some several with one."""
    rng = random.Random(seed)
    names = ["a", "p", "p.c", "p.d"]
    texts = {}
    for name in names:
        lines = [
            rng.choice((f"import {other}", f"from {other} import x"))
            for other in names
            if other != name and rng.random() < 0.35
        ]
        texts[name.replace(".", "__")] = (
            "\n".join([*lines, *(["from p import c, d"] if rng.random() < 0.3 else [])]) + "\n"
        )
    made = graph(**texts)
    groups = made.find_cycle_groups()
    assert [cycle.modules for group in groups for cycle in group.cycles] == rings(made)
    assert all(set(cycle.modules) <= set(group.modules) for group in groups for cycle in group.cycles)
    breakers = [edge for group in groups for edge in group.breakers]
    gone = {(edge.importer, edge.line) for edge in breakers}
    left = [edge for edge in made.edges() if (edge.importer, edge.line) not in gone]
    assert DependencyGraph(made.nodes, left).find_cycles() == []
    assert len(gone) == len(breakers) == fewest(made)
    assert all(group.is_smallest for group in groups)


def test_rings_that_share_a_statement_are_broken_by_it() -> None:
    """Though each ring by itself would sooner be broken elsewhere."""
    made = graph(
        hub="from one import x\nfrom two import x as y\nfrom three import x as z\nimport last\nprint(last)\n",
        last="import hub\nprint(hub)\n",
        one="import last\nx = 1\n", two="import last\nx = 1\n", three="import last\nx = 1\n",
    )  # fmt: skip
    (group,) = made.find_cycle_groups()
    assert len(group.cycles) > 2
    assert [(edge.importer, edge.imported, edge.line) for edge in group.breakers] == [("last", "hub", 1)]
    assert (group.is_smallest, group.is_free) == (True, False)
    told = str(group)
    assert told.startswith(
        f"{len(group.cycles)} cycles of 5 modules: hub, last, one, three, two\n  → to break all of them"
    )
    assert "/last.py:1: import hub" in told.splitlines()[2]
    assert told.count("\n\n") == len(group.cycles)
    document = made.as_dict()
    (found,) = document["cycle_groups"]
    assert found["cycles"] == list(range(len(document["cycles"])))
    assert [each["file"] for each in found["breakers"]] == ["/last.py"]


def test_what_cannot_be_moved_is_taken_last() -> None:
    """A `*`, which stands in no function; and what stands in one already, or is for type checkers."""
    (group,) = graph(a="from b import *\n", b="import a\nimport c\nprint(a)\n", c="import a\n").find_cycle_groups()
    assert [(edge.importer, edge.imported) for edge in group.breakers] == [("b", "a"), ("b", "c")]
    (group,) = graph(a="from b import *\n", b="from a import *\n").find_cycle_groups()
    assert len(group.breakers) == 1
    assert not group.is_free
    made = graph(a="def f():\n    import b\n", b="import a\n")
    assert made.find_cycle_groups() == []
    (group,) = made.find_cycle_groups("deferred")
    assert [edge.importer for edge in group.breakers] == ["b"]
    with pytest.raises(ValueError, match="'lazy' is not a kind"):
        made.find_cycle_groups("lazy")  # type: ignore[arg-type]


def test_what_is_told_of_a_ring_that_is_not_made_of_eager_imports_alone() -> None:
    """Nothing fails by it, and there is nothing to move; what else runs in functions does not count for others."""
    made = graph(
        a="import b\ndef f():\n    import b, c\n",
        b="import c\nx = 1\ndef f():\n    from a import f\n",
        c="def g():\n    from b import x\n    from a import f\nimport b\n",
    )
    (group,) = made.find_cycle_groups("deferred")
    told = {cycle.modules: str(cycle) for cycle in group.cycles}
    for modules, text in told.items():
        is_eager = set(modules) == {"b", "c"}
        assert ("  → to break it" in text) is is_eager
        assert ("after the modules are loaded, or never" in text) is not is_eager
        assert "fails where" not in text
    assert len(told) > 1
    assert group.summary() == f"{len(told)} cycles of 3 modules: a, b, c"


def test_how_a_star_is_moved() -> None:
    """Not as it is: in a function it would be no Python."""
    (cycle,) = graph(a="from b import *\n", b="from a import *\n").find_cycles()
    assert str(cycle).endswith(
        "\n    by the names that it takes, with what needs them: `import *` cannot stand in a function"
    )


def test_a_large_group_is_broken_without_looking_for_the_fewest() -> None:
    """It would take for ever; what is proposed breaks it, and nothing of it is there for nothing."""
    rng = random.Random(1)
    names = [f"m{number}" for number in range(90)]
    made = graph(
        **{name: "".join(f"import {other}\n" for other in rng.sample(names, 4) if other != name) for name in names}
    )
    group = max(made.find_cycle_groups(), key=lambda each: len(each.modules))
    assert len(group.modules) > 60
    assert not group.is_smallest
    edges = made.edges()
    assert DependencyGraph(names, [edge for edge in edges if edge not in group.breakers]).find_cycles() == []
    assert len(group.breakers) < len({edge for cycle in group.cycles for edge in cycle.breakers})
    for kept in group.breakers:
        left = [edge for edge in edges if edge not in group.breakers or edge == kept]
        assert DependencyGraph(names, left).find_cycles() != []


def test_several_statements_are_all_to_be_moved() -> None:
    """No single one would break the ring."""
    (cycle,) = graph(a="import b\nfrom b import x\n", b="import a\nfrom a import y\nx = y\n").find_cycles()
    assert [edge.line for edge in cycle.breakers] == [1, 2]
    assert cycle.breaker is None
    assert "'import b' (/a.py:1) and 'from b import x' (/a.py:2)" in str(cycle)


def test_what_others_take_from_a_module_is_not_free_to_move() -> None:
    """The other statement of the ring is proposed, or that it is needed is said."""
    sources = {"a": "from b import g\n", "b": "import a\ng = 1\n", "c": "def f():\n    from a import g\n"}
    (cycle,) = graph(**sources).find_cycles()
    assert (str(cycle.breaker and cycle.breaker.importer), cycle.is_free) == ("b", True)
    (cycle,) = graph(**{**sources, "b": "import a\ng = 1\nprint(a)\n"}).find_cycles()
    assert not cycle.is_free


def test_without_sources_nothing_is_claimed_of_them() -> None:
    """Names that are wanted may be missing, and what is bound may be used."""
    made = DependencyGraph((), [Edge("a", "b", wanted=("x",), bound=("x",)), Edge("b", "a", bound=("a",))])
    (cycle,) = made.find_cycles()
    assert cycle.failing_entries == ("b",)
    assert not cycle.is_free
    assert "used as the module runs" in str(cycle)


def test_the_document_is_what_pictures_are_drawn_from() -> None:
    """Plain data."""
    made = graph(a="import b\n", b="from a import x\n")
    document = json.loads(json.dumps(made.as_dict()))
    statement = {"importer": "a", "imported": "b", "file": "/a.py", "line": 1, "text": "import b"}
    assert document["nodes"] == ["a", "b"]
    assert document["edges"][0] == {**statement, "kind": "eager"}
    (cycle,) = document["cycles"]
    assert cycle["modules"] == ["a", "b"]
    assert cycle["statements"][0] == cycle["breaker"] == statement
    assert cycle["entry_order_matters"] is False
    assert cycle["is_free"] is document["cycle_groups"][0]["is_free"] is True
    assert "m0 --> m1" in mermaid(document)


# What a module binds and uses as it runs


def test_what_stands_in_functions_is_not_used() -> None:
    """But what stands around them is: decorators, defaults, bases, class bodies, `__all__`."""
    text = '''
import a, b.c
from d import e as f
@deco.rated
def function(x=default, *, y: note = (1,
  2)) -> result:
    """Text
at the margin"""
    global z
    return inner.used
class Class(base, metaclass=meta):
    field: other = of_class
    def method(self): return hidden.too
    NAME = 1
if x: y = used.here
__all__ = ["exported", *more]
for target in source: pass
one_line = lambda v=given: not_given
def short(): return hidden
'''
    binds, uses = facts_of(text, "x.py")
    bound = {"a", "b", "f", "function", "Class", "y", "__all__", "target", "one_line", "short"}
    assert set(binds) == bound
    assert binds["Class"] == 11
    evaluated = {"note", "result", "other"} if sys.version_info < (3, 14) else set()
    assert set(uses) == evaluated | {
        "deco.rated", "default", "base", "meta", "of_class", "x", "used.here", "exported", "more", "source", "given"
    }  # fmt: skip
    assert uses["used.here"] == 15
