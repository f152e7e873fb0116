"""The page of the errors and the tree of classes say the same."""

from __future__ import annotations

import ast
import inspect
import re

import pytest

from load import errors
from tests.support.library import CHECKOUT

PAGE = (CHECKOUT / "docs/reference/errors.md").read_text(encoding="utf-8")
BUILT_IN = (ModuleNotFoundError, ImportError, ValueError, KeyError, TimeoutError, RuntimeError)


def tree(cls: type[errors.LoadError] = errors.LoadError) -> list[type[errors.LoadError]]:
    """A class of the module and all that derive from it there, each once."""
    found = [cls, *(each for sub in cls.__subclasses__() for each in tree(sub))]
    return [each for each in dict.fromkeys(found) if each.__module__ == errors.__name__]


def sections() -> dict[str, tuple[str, str]]:
    """Class name → its code and its paragraph, as the page has them."""
    parts = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    found = {}
    for part in parts:
        heading, _, body = part.partition("\n")
        match = re.fullmatch(r"`(\w+)` · `([\w-]+)`", heading)
        assert match, f"the heading {heading!r} has another form"
        found[match[1]] = match[2], body
    return found


def own_bases(cls: type) -> set[str]:
    """The names of the documented classes that a class also is."""
    built_in = next((base for base in BUILT_IN if issubclass(cls, base)), None)
    second = {"TypeError"} if issubclass(cls, TypeError) else set()  # beside a first one
    ours = {base.__name__ for base in cls.__mro__[1:] if base in tree() and base is not errors.LoadError}
    return ours | second | ({built_in.__name__} if built_in else set())


def test_each_class_has_its_paragraph_and_each_paragraph_its_class() -> None:
    """Walks the tree; the page knows neither fewer nor more."""
    assert set(sections()) == {cls.__name__ for cls in tree()}


def test_the_public_list_is_the_tree() -> None:
    """`__all__` and `dir` name every class of the tree, and only these."""
    assert set(errors.__all__) == {cls.__name__ for cls in tree()} == set(dir(errors))
    assert errors.__all__ == sorted(errors.__all__)


def test_codes_are_stable_words_that_nobody_shares() -> None:
    """Each class says its own code; the page repeats it."""
    codes = {cls.__name__: cls.__dict__["code"] for cls in tree()}
    assert len(set(codes.values())) == len(codes)
    assert {name: code for name, (code, _) in sections().items()} == codes


@pytest.mark.parametrize(
    "cls", [cls for cls in tree()[1:] if cls.__bases__ != (errors.LoadError,)], ids=lambda cls: cls.__name__
)
def test_the_page_says_what_else_an_error_is(cls: type) -> None:
    """The line "Also a …" lists the built-in error, and our own bases."""
    line = re.search(r"\*Also an? (.*?)\.\*", sections()[cls.__name__][1])
    assert line, "there is no line that says so"
    listed = set(re.findall(r"`(\w+)`", line[1]))
    expected = own_bases(cls)
    if "InstallError" in expected and "ModuleNotFoundError" not in expected:
        expected.discard("ImportError")  # said by InstallError's own paragraph
    assert listed == expected


@pytest.mark.parametrize("cls", tree(), ids=lambda cls: cls.__name__)
def test_the_attributes_of_a_class_stand_on_its_page(cls: type) -> None:
    """What a class declares for itself is described where it is described."""
    body = PAGE if cls is errors.LoadError else sections()[cls.__name__][1]
    for name in inspect.get_annotations(cls):
        assert f"`{name}`" in body, name


def test_the_reasons_of_a_refusal_are_the_same_in_the_class_and_on_the_page() -> None:
    """The table of the page, the docstring of the class."""
    documented = set(re.findall(r"^\| `([\w-]+)` \|", sections()["InstallRefused"][1], re.MULTILINE))
    declared = set(re.findall(r'"([\w-]+)"', inspect.getdoc(errors.InstallRefused) or ""))
    assert documented - {"reason"} == declared


def test_the_package_gives_no_other_reason() -> None:
    """Every `reason="…"` in the sources, and every reason of a verdict, is one of the page."""
    documented = set(re.findall(r"^\| `([\w-]+)` \|", sections()["InstallRefused"][1], re.MULTILINE))
    used: set[str] = set()
    for path in (CHECKOUT / "load").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                used |= reasons_in(node)
    assert {"policy", "near-miss", "declined"} <= used <= documented


def reasons_in(call: ast.Call) -> set[str]:
    """The reasons that a call of `InstallRefused`, `Verdict` or `_ask_or_refuse` writes down."""
    assert isinstance(call.func, ast.Name)
    name = call.func.id
    written: list[ast.expr] = []
    if name == "InstallRefused":
        written = [keyword.value for keyword in call.keywords if keyword.arg == "reason"]
    elif name == "Verdict":
        written = call.args[1:2]
    elif name == "_ask_or_refuse":
        written = call.args[:1]
    return {str(each.value) for each in written if isinstance(each, ast.Constant) and each.value}
