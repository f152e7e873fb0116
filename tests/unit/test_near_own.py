"""What is meant by a name that `load` does not have."""

from __future__ import annotations

import importlib

import pytest

import load
from load._facade.near_own import CALLED_OTHERWISE, IN_SUBMODULES, near_own
from load._names import known_names
from load._reserved import OWN, is_submodule


@pytest.mark.parametrize("submodule", [name for name in OWN if is_submodule(name)])
def test_the_names_of_submodules_are_those_that_they_offer(submodule: str) -> None:
    """All but those that `load` itself has, or that an earlier submodule offers as well."""
    earlier = [name for other in IN_SUBMODULES if other < submodule for name in IN_SUBMODULES[other].split()]
    offered = set(importlib.import_module(f"load.{submodule}").__all__)
    assert set(IN_SUBMODULES[submodule].split()) == offered - OWN.keys() - set(earlier)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("LazyPackageExport", "load.exports.LazyPackageExport"),
        ("LazyPackageExprt", "load.exports.LazyPackageExport"),
        ("LoadError", "load.errors.LoadError"),
        ("Registry", "load.registry.Registry"),
        ("reload_module", "load.imports.reload_module"),
        ("enable_autoprint", "load.enable_auto_print"),
        ("load_pandas", "load.pandas"),
        ("load_pil", "load.PIL"),
        ("load_module", 'load("./FILE.py")'),
        ("smart_print", "load.register_printer(PRINTER)"),
        ("load_dotenv", None),  # there is a package of that name
        ("google_auth", None),
    ],
)
def test_what_is_meant(name: str, meant: str | None) -> None:
    """A slip, a name of a submodule, a name that another product gave the same thing; or nothing of `load`'s."""
    assert near_own(name) == meant


def test_no_front_end_offers_to_install_it() -> None:
    """As they do with the name of a `ModuleNotFoundError`: that of a stranger's package, here."""
    with pytest.raises(ModuleNotFoundError, match=r"write load\.exports\.LazyPackageExport") as caught:
        load.LazyPackageExprt  # noqa: B018
    assert caught.value.name is None


def test_what_is_offered_for_names_of_other_products_is_there() -> None:
    """Each piece of source begins with something that `load` has."""
    for source in CALLED_OTHERWISE.values():
        if source.startswith("load."):
            found: object = importlib.import_module("load")
            for name in source.partition("(")[0].split(".")[1:]:
                found = getattr(found, name)
            assert callable(found)


def test_no_known_package_is_taken_for_something_of_load() -> None:
    """Short of own names themselves, nothing in the table of known packages is called like what `load` has."""
    taken = set(CALLED_OTHERWISE) | {name for names in IN_SUBMODULES.values() for name in names.split()}
    assert not taken & set(known_names())
