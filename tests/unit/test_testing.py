"""`load.testing`: what users' tests need."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import load
from load.errors import InstallError, InstallRefused
from load.exports import LazyPackageExport, get_export_registry
from load.registry import NAMESPACE
from tests.support.environments import Python


def test_installable_installs_from_the_given_source() -> None:
    """A name that is not installed comes from the test's own text, and is gone afterwards."""
    with load.testing.installable({"frobnicator": "VALUE = 3"}) as asked:
        assert load.frobnicator.VALUE == 3
    assert asked == ["frobnicator"]
    assert "frobnicator" not in sys.modules
    assert "frobnicator" not in vars(load)


def test_installable_keeps_the_policy_that_is_asked_for() -> None:
    """The policy is the real one."""
    with (
        load.testing.installable({"frobnicator": ""}, install="known") as asked,
        pytest.raises(InstallRefused, match="does not know the name"),
    ):
        load.frobnicator  # noqa: B018 - the access is the request
    assert asked == []


def test_installable_knows_nothing_else() -> None:
    """What the test did not offer cannot be installed."""
    with load.testing.installable({}), pytest.raises(InstallError, match="not among what this test can install"):
        load("frobnicator")


def test_isolated_restores_the_process() -> None:
    """Modules, aliases and bindings made inside are gone."""
    path = list(sys.path)
    with load.testing.isolated(install="never"):
        load.alias("chrono", "colorsys")
        assert load.chrono.rgb_to_hsv
        sys.path.append("somewhere")
    assert "chrono" not in vars(load)
    assert sys.path == path
    assert load.why("chrono").module == "chrono"


def test_isolated_leaves_the_modules_of_load(child: Python) -> None:
    """A class of `load` that a test imported first is the same after it; what the test registered is gone."""
    code = """
import sys, load, load.testing
with load.testing.isolated():
    from load.exports import LazyPackageExport
    from load.registry import NAMESPACE, Registry
    NAMESPACE["inside"].register("loads", "json:loads")
    LazyPackageExport("colorsys")
    load.colorsys
first = LazyPackageExport, Registry, load.errors.LoadError
from load.exports import LazyPackageExport, get_export_registry
from load.registry import NAMESPACE, Registry
print(first == (LazyPackageExport, Registry, load.errors.LoadError))
print(list(NAMESPACE), list(get_export_registry()), "colorsys" in sys.modules, "load.colorsys" in sys.modules)
"""
    assert child.run(code).check().stdout.splitlines() == ["True", "[] [] False False"]


@pytest.fixture
def namespace() -> Iterator[None]:
    """What a test registers for the whole program is gone after it."""
    with NAMESPACE.isolated():
        NAMESPACE.clear()
        yield


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two modules that nobody else has loaded."""
    for name in ("told_of", "told_of_later"):
        (tmp_path / f"{name}.py").write_text("x = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("namespace", "modules")
def test_isolated_takes_back_what_load_was_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Settings, subscribers, auto-print, printers, entries of the global registries, and what was loaded."""
    NAMESPACE["outside"].register("dumps", "json:dumps")
    told: list[object] = []
    policy, listed = load.why("numpy").policy, [each.name for each in load.info()]
    with load.testing.isolated():
        load.configure(install="never", print_limit=5)
        load.subscribe(told.append)
        load.enable_auto_print()
        load.register_printer(lambda arrival: f"printed {arrival.name}")
        NAMESPACE["inside"].register("loads", "json:loads")
        NAMESPACE["outside"].register("loads", "json:loads")
        LazyPackageExport("told_of")
        assert load.told_of.x
        assert capsys.readouterr().err == "printed told_of\n"
        assert len(told) == 1
    assert load.told_of_later.x
    assert (capsys.readouterr().err, len(told)) == ("", 1)
    assert load.why("numpy").policy == policy
    assert "told_of" not in [each.name for each in load.info()]
    assert {*listed} <= {each.name for each in load.info()}
    assert list(NAMESPACE) == ["outside"]
    assert list(NAMESPACE["outside"]) == ["dumps"]
    assert "told_of" not in get_export_registry()


@pytest.mark.usefixtures("modules")
def test_isolated_switches_on_again_what_was_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Auto-print and subscribers that a block ends are back after it."""
    told: list[object] = []
    end = load.subscribe(told.append)
    load.enable_auto_print()
    try:
        with load.testing.isolated():
            load.disable_auto_print()
            end()
            assert load.told_of.x
        assert (capsys.readouterr().err, told) == ("", [])
        load("told_of")
        assert capsys.readouterr().err.startswith("told_of · imported")
        assert len(told) == 1
    finally:
        load.disable_auto_print()
        end()
