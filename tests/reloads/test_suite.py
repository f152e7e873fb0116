"""The suite of edits itself: it is read as it is written, and it bites."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.reload_peers import TOOLS
from tests.reloads.reading import Edit, edits_of, groups, numbered, raw
from tests.reloads.running import run


def edit(key: str, number: int) -> Edit:
    """The edit of that group and name, its modules numbered."""
    group, _, name = key.partition(": ")
    (text,) = [text for text in raw(group) if text.startswith(f"{group}\n{name}\n")]
    return numbered(text, number)


def test_size() -> None:
    """Eighty edits are promised, in groups of several, each with something that is asked."""
    edits = [edit for group in groups() for edit in edits_of(group)]
    assert len(edits) >= 200
    assert all(len(edits_of(group)) > 5 for group in groups())
    assert all(step.probes for edit in edits for step in edit.steps)


def test_names_are_numbered() -> None:
    """Wherever a module is named; and nothing else is."""
    found = edit("imports: relative imports up and down", 7)
    assert [source.path for source in found.before][:2] == ["shop_7/__init__.py", "shop_7/settings.py"]
    assert found.held == "price = shop_7.tills.till.price\n"
    assert found.steps[0].probes == [("shop_7.tills.RATE", "2"), ("price()", "(20, 2)")]
    assert found.name == "relative imports up and down"


def test_what_is_no_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is not passed over."""
    monkeypatch.setattr("tests.reloads.reading.EDITS", tmp_path)
    for text in (
        "## one\n--- before alpha.py\nX = 1\n",
        "## one\n--- probes\n1 => 1\n",
        "## one\n--- before alpha.py\n--- prboes\n1 => 1\n",
        "## one\n--- before alpha.py\n--- probes\n1 == 1\n",
        "## one\n--- before alpha.py\n--- probes\n1 => 1\n--- after alpha.py\n",
        "## one\n--- before alpha.py\n--- probes\n1 => 1\n## one\n--- before alpha.py\n--- probes\n1 => 1\n",
    ):
        (tmp_path / "odd.edits").write_text(f"# Odd\n{text}", "utf-8")
        with pytest.raises(ValueError, match=r"odd|expected"):
            edits_of("odd")


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("constants: a constant", []),
        ("constants: a constant that another module has by name", ["beta_1.LIMIT", "beta_1.limit()", "limit()"]),
        ("classes: a method", ["rex.speak()", "speak()"]),
        ("names: a name that is removed", ["[hasattr(alpha_3, name)"]),
        ("failures: an error at the end", ["alpha_4.LIMIT", "hasattr(alpha_4", "(greet(), "]),
        ("files: two edits in one second, of one size", ["alpha_5.VALUE"]),
    ],
)
def test_it_bites(
    key: str, wrong: list[str], tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of `importlib.reload` comes out: where it is right, and which probes it fails."""
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    number = request.node.callspec.indices["key"]
    found = [each.probe for each in run(edit(key, number), TOOLS["importlib"][2](), tmp_path, strict=False)]
    assert all(any(probe.startswith(start) for probe in found) for start in wrong), found
    assert bool(found) is bool(wrong), found
