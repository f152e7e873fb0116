"""`import_aliases`: several things at once, in one solve, all or none."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import load
from load import errors


@pytest.fixture(autouse=True)
def _isolated() -> Iterator[None]:
    """What a test loads goes again."""
    with load.testing.isolated():
        yield


def test_the_result_is_a_named_tuple_in_order() -> None:
    """The field is the alias, else the last segment of the name."""
    found = load.import_aliases("os", "d=decimal:Decimal", "xml.dom", "json:dumps", "p=os.path", "xml.dom.minidom:Node")
    assert found._fields == ("os", "d", "dom", "dumps", "p", "Node")
    dumps = importlib.import_module("json").dumps
    assert found.dumps is dumps
    assert found.dom is sys.modules["xml.dom"]
    assert found.p is sys.modules["os.path"]
    os, *rest = found
    assert os is sys.modules["os"]
    assert len(rest) == 5


def test_one_is_a_tuple_too() -> None:
    """The shape does not depend on the count, nor does none fail."""
    (found,) = load.import_aliases("colorsys")
    assert found is sys.modules["colorsys"]
    assert load.import_aliases("c=colorsys").c is found
    assert load.import_aliases() == ()


def test_it_binds_into_a_namespace_as_well() -> None:
    """`into=globals()`, or any mapping."""
    namespace: dict[str, Any] = {"other": 1}
    found = load.import_aliases("colorsys", "w=wave", into=namespace)
    assert namespace == {"other": 1, "colorsys": found.colorsys, "w": found.w}
    exec("load.import_aliases('colorsys', into=globals()); colorsys.rgb_to_hsv", {"load": load})


@pytest.mark.parametrize(
    "specs",
    [
        ("os", "os"),
        ("a=os", "a=sys"),
        ("os.path", "posix=sys", "path=json"),
        ("json:dumps", "pickle:dumps"),
        ("_x=os",),
    ],
)
def test_a_name_that_no_field_can_have_is_an_error(specs: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Found out before anything is loaded, with an alias as the way out."""
    monkeypatch.setattr("load._resolve.resolve_all", None)
    namespace: dict[str, Any] = {}
    with pytest.raises(errors.SourceError, match="="):
        load.import_aliases(*specs, into=namespace)
    assert namespace == {}


def test_a_failure_binds_nothing_and_names_all_that_failed() -> None:
    """One error for the lot."""
    namespace: dict[str, Any] = {}
    with pytest.raises(ImportError) as caught:
        load.import_aliases("colorsys", "surely_no_such", "c=no_such_either", "json:no_such_attribute", into=namespace)
    for name in ("no_such_attribute",):
        assert name in str(caught.value)
    assert namespace == {}
    with pytest.raises(ImportError) as caught:
        load.import_aliases("colorsys", "surely_no_such", "c=no_such_either", into=namespace)
    assert "surely_no_such" in str(caught.value)
    assert "no_such_either" in str(caught.value)
    assert namespace == {}


def test_all_that_is_missing_is_installed_in_one_solve() -> None:
    """One request to the backend for what several specs lack."""
    sources = {"first_one": "here = 1", "second_one": "here = 2", "third_one": "here = 3"}
    with load.testing.installable(sources):
        backends: list[Any] = []
        end = load.subscribe(lambda event: backends.append(event) if type(event).__name__ == "InstallStarted" else None)
        found = load.import_aliases("first_one", "colorsys", "s=second_one", "third_one:here")
        end()
    assert (found.first_one.here, found.s.here, found.here) == (1, 2, 3)
    assert [sorted(event.requirements) for event in backends] == [["first_one", "second_one", "third_one"]]


def test_a_call_with_several_is_the_same() -> None:
    """`load("a", "b")` and `load["a", "b"]`."""
    assert load("os", "c=colorsys")._fields == load["os", "c=colorsys"]._fields == ("os", "c")


def test_relative_paths_start_beside_the_caller(tmp_path: Path) -> None:
    """The file that has the line, not this library's."""
    (tmp_path / "beside.py").write_text("here = True", encoding="utf-8")
    code = compile("found = load.import_aliases('b=./beside.py', 'os')", str(tmp_path / "script.py"), "exec")
    namespace: dict[str, Any] = {"load": load}
    (tmp_path / "script.py").write_text("", encoding="utf-8")
    exec(code, namespace)
    assert namespace["found"].b.here
