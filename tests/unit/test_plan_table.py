"""The table of a plan: what comes first, and how each thing is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from load._console import plan_table
from load._console.pictures import text_of
from load._events import Change

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CHANGES = [
    Change("zlib-ng", None, "1.0", kind="wheel", size=2_000, source="https://files.example/zlib_ng-1.0.whl"),
    Change("numpy", "1.26.4", "2.4.6", kind="wheel", size=16_900_000),
    Change("app", None, "0.1", kind="build", requested=True, source=f"https://github.com/acme/app@{COMMIT}"),
    Change("old", "1.0", None),
]


def test_what_changes_what_is_there_comes_first() -> None:
    """Replacements, then what was asked for, then what comes along."""
    assert [row[:3] for row in plan_table.rows(CHANGES)] == [
        ("!", "numpy", "1.26.4 → 2.4.6"),
        ("-", "old", "1.0 → removed"),
        ("*", "app", "0.1"),
        ("+", "zlib-ng", "1.0"),
    ]


def plan_text(changes: Sequence[Change], **facts: Any) -> str:
    """A plan as text."""
    return text_of(plan_table.picture(changes, **facts))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://user:****@files.example/a/b/app-1.0.whl", "files.example"),
        (f"https://github.com/acme/app@{COMMIT}", "github.com/acme/app@01234567"),
        (f"ssh://git@github.com/acme/app@{COMMIT}", "github.com/acme/app@01234567"),
        ("https://github.com/acme/app@v1", "github.com"),
        ("file:///srv/wheels/app-1.0-py3-none-any.whl", "/srv/wheels"),
        ("file:///home/ada/app", "/home/ada/app"),
        ("/home/ada/app", "/home/ada/app"),
        ("", ""),
    ],
)
def test_a_source_is_told_by_its_place(source: str, shown: str) -> None:
    """The host, the repository at its commit, or the folder; the details have the whole."""
    (row,) = plan_table.rows([Change("app", None, "1.0", source=source)])
    assert row[-1] == shown
    (row,) = plan_table.rows([Change("app", None, "1.0", source=source)], whole=True)
    assert row[-1] == source


def test_the_legend_tells_only_what_occurs() -> None:
    """And that a sum is not the whole where a size is not known."""
    assert plan_table.legend(CHANGES[:1]) == "+ comes along, 2 kB to fetch"
    assert plan_table.legend(CHANGES) == (
        "* asked for, + comes along, ! replaces what is installed, - is removed, 16.9 MB to fetch at least"
    )


def test_a_long_plan_is_cut_and_says_so() -> None:
    """Columns without anything in them are left out."""
    lines = [line for line, _ in plan_table.lines(CHANGES[1:], limit=2)]
    assert lines == ["!  numpy  1.26.4 → 2.4.6  wheel  16.9 MB", "-  old    1.0 → removed", "and 1 more (d shows all)"]


def test_text_from_an_index_cannot_steer_the_terminal() -> None:
    """Escape sequences in a name or source are shown, not obeyed."""
    text = plan_text([Change("a\x1b[2J", None, "1\n2", source="https://h\x1b]0;x/")], target="t", backend="uv")
    assert "\x1b" not in text
    assert "1\n2" not in text


@pytest.mark.parametrize(
    ("verdict", "reasons", "told"),
    [
        ("install", [], ["would be installed"]),
        ("ask", ["it runs a build"], ["would be asked about, because it runs a build"]),
        (
            "refuse",
            ["it is a slip", "offline = true"],
            ["would be refused, because", "  it is a slip", "  offline = true"],
        ),
        ("", ["it runs a build"], ["because: it runs a build"]),
    ],
)
def test_what_the_policy_says_stands_below_the_table(
    verdict: str, reasons: list[str], told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """In words; the text of a plan is what is printed of it where no terminal is."""
    plan_table.print_plan(CHANGES, target="the environment /venv", backend="uv", reasons=reasons, verdict=verdict)
    printed = capsys.readouterr().out
    assert printed.startswith("uv would change in the environment /venv:\n")
    assert printed.splitlines()[-len(told) :] == told
    text = plan_text(CHANGES, target="the environment /venv", backend="uv", reasons=reasons, verdict=verdict)
    assert text == printed.rstrip("\n")


def test_a_plan_without_changes_may_be_refused_all_the_same() -> None:
    """As for a slip, about which not even the index is asked."""
    assert plan_text([], target="t", backend="", verdict="install") == ("Nothing to do: all of it is there.")
    refused = plan_text([], target="t", backend="", verdict="refuse", reasons=["it is a slip"])
    assert refused == "would be refused, because it is a slip"
