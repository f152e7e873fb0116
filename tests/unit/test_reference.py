"""References: names of objects, frozen and portable, and what they lead to."""

from __future__ import annotations

import copy
import json.decoder
import os.path
import pickle
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from load._reference import Reference, absolute, is_dotted_name
from load.errors import AttributeNotFound, SourceError


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package `refpkg` on sys.path, to put modules into."""
    root = tmp_path / "refpkg"
    root.mkdir()
    (root / "__init__.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return root


@pytest.mark.parametrize(
    ("text", "module", "attribute"),
    [
        ("json", "json", ""),
        ("os.path:join", "os.path", "join"),
        ("a.b:c.d.e", "a.b", "c.d.e"),
        ("größe:wert", "größe", "wert"),
    ],
)
def test_text_is_read_and_written_the_same(text: str, module: str, attribute: str) -> None:
    """The form is that of entry points."""
    reference = Reference.parse(text)
    assert (reference.module, reference.attribute) == (module, attribute)
    assert str(reference) == text
    assert repr(reference) == f"Reference({text!r})"
    assert Reference.parse(str(reference)) == reference == Reference(module, attribute)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        ":a",
        "a:",
        "a..b",
        ".a",
        "a.",
        "a b",
        "a:b:c",
        "a:.b",
        "a-b",
        "1a",
        "a:1",
        "a ",
        "a\n",
        "a/b",
        "a:b.",
        "\0",
    ],
)
def test_what_names_no_object_is_a_source_error(text: str) -> None:
    """The text stands in the error, and the form to write."""
    with pytest.raises(SourceError) as caught:
        Reference.parse(text)
    assert caught.value.text.rstrip(":") == text.rstrip(":")
    assert caught.value.hint


@settings(deadline=None)
@given(st.text())
def test_any_text_gives_a_reference_or_a_source_error(text: str) -> None:
    """No other exception, and what is read is what was written."""
    try:
        reference = Reference.parse(text)
    except SourceError as error:
        found: object = error
    else:
        found = str(reference)
    assert isinstance(found, SourceError) or found == text


def test_a_reference_is_a_value() -> None:
    """Equal by what it names, usable as a key, unequal to its text."""
    one, same, other = Reference("a", "b"), Reference("a", "b"), Reference("a.b")
    assert {one: 1}[same] == 1
    assert (one == same, one != other, one == "a:b") == (True, True, False)
    assert hash(one) == hash(same)


def test_a_reference_is_frozen() -> None:
    """Neither set nor deleted, nor given more."""
    reference = Reference("a", "b")
    for name in ("module", "attribute", "new"):
        with pytest.raises(AttributeError, match="frozen"):
            setattr(reference, name, "x")
    with pytest.raises(AttributeError, match="frozen"):
        del reference.module
    assert str(reference) == "a:b"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_reference_pickles_and_copies(protocol: int) -> None:
    """It says nothing of this process; the module need not be there."""
    reference = Reference("no_such_module.at_all", "x.y")
    assert pickle.loads(pickle.dumps(reference, protocol)) == reference
    assert copy.copy(reference) == copy.deepcopy(reference) == reference


def test_it_leads_to_modules_and_to_what_lies_in_them() -> None:
    """Modules, classes, functions, methods; submodules that the package has not imported."""
    assert Reference.parse("json").resolve() is json
    assert Reference.parse("json.decoder").resolve() is json.decoder
    assert Reference.parse("os.path:join").resolve() is os.path.join
    assert Reference.parse("json:decoder.JSONDecoder.decode").resolve() is json.decoder.JSONDecoder.decode
    assert Reference.parse("xml:etree.ElementTree").resolve() is ET


def test_a_submodule_is_imported_on_the_way(package: Path) -> None:
    """`package:sub.name` works though nobody imported `package.sub`."""
    (package / "sub.py").write_text("name = 'found'\n")
    assert Reference.parse("refpkg:sub.name").resolve() == "found"


def test_an_attribute_that_is_missing_says_what_is_near(package: Path) -> None:
    """The error names the module, the attribute, what was asked for, and the near ones."""
    with pytest.raises(AttributeNotFound) as caught:
        Reference.parse("os.path:jion").resolve()
    error = caught.value
    assert (error.name, error.attribute, error.context) == ("os.path", "jion", ("asked for as 'os.path:jion'",))  # type: ignore[attr-defined]
    assert error.hint is not None
    assert "'join'" in error.hint
    assert isinstance(error.__cause__, AttributeError)
    with pytest.raises(AttributeNotFound, match="'refpkg' has no attribute 'zzzz'"):
        Reference.parse("refpkg:zzzz").resolve()


def test_a_module_that_is_missing_is_pythons_own_error(package: Path) -> None:
    """Nothing is installed, nothing is wrapped."""
    with pytest.raises(ModuleNotFoundError) as caught:
        Reference.parse("refpkg.missing:x").resolve()
    assert (type(caught.value), caught.value.name) == (ModuleNotFoundError, "refpkg.missing")


def test_a_submodule_that_fails_raises_its_own_error(package: Path) -> None:
    """A fault in a body, or a dependency of it that is missing, is not a missing attribute."""
    (package / "broken.py").write_text("raise ZeroDivisionError('mine')\n")
    (package / "needy.py").write_text("import no_such_dependency\n")
    with pytest.raises(ZeroDivisionError, match="mine"):
        Reference.parse("refpkg:broken").resolve()
    with pytest.raises(ModuleNotFoundError) as caught:
        Reference.parse("refpkg:needy").resolve()
    assert caught.value.name == "no_such_dependency"


def test_a_lazy_package_answers_for_itself_and_keeps_its_own_faults(package: Path) -> None:
    """PEP 562 is honoured; an AttributeError of another name inside the hook is the package's fault."""
    (package / "__init__.py").write_text(
        "def __getattr__(name):\n"
        "    if name == 'lazy': return 'made'\n"
        "    if name == 'faulty': return None.inner\n"
        "    raise AttributeError(name)\n"
    )
    assert Reference.parse("refpkg:lazy").resolve() == "made"
    with pytest.raises(AttributeError, match="inner") as caught:
        Reference.parse("refpkg:faulty").resolve()
    assert not isinstance(caught.value, AttributeNotFound)


def test_a_property_that_fails_inside_keeps_its_own_error(package: Path) -> None:
    """Only the name that was asked for can be a missing attribute."""
    (package / "__init__.py").write_text(
        "class Thing:\n    @property\n    def size(self): return self.hidden\nthing = Thing()\n"
    )
    with pytest.raises(AttributeError, match="hidden") as caught:
        Reference.parse("refpkg:thing.size").resolve()
    assert not isinstance(caught.value, AttributeNotFound)


@pytest.mark.parametrize(
    ("text", "expected"), [("a", True), ("a.b", True), ("", False), (".", False), ("a.", False), ("a b", False)]
)
def test_a_dotted_name_is_made_of_identifiers(text: str, expected: bool) -> None:
    """The same rule as Python's, part by part."""
    assert is_dotted_name(text) is expected


@pytest.mark.parametrize(
    ("name", "package", "expected"),
    [
        ("json", "a.b", "json"),
        (".mod", "a.b", "a.b.mod"),
        (".mod:Thing.part", "a.b", "a.b.mod:Thing.part"),
        ("..mod", "a.b", "a.mod"),
        (".", "a.b", "a.b"),
        ("..", "a.b", "a"),
        (".:name", "a", "a:name"),
    ],
)
def test_leading_dots_are_those_of_an_import(name: str, package: str, expected: str) -> None:
    """One dot is the package itself, each other the one above."""
    assert absolute(name, package) == expected


@pytest.mark.parametrize(("name", "package"), [("..mod", "a"), ("....", "a.b"), (".mod", "")])
def test_a_name_above_its_package_is_an_error(name: str, package: str) -> None:
    """As for an import statement; the error has the whole text."""
    with pytest.raises(SourceError, match="write the whole name") as caught:
        absolute(name, package)
    assert caught.value.text == name
