"""The data files of `load._names`: their form, and that they agree with each other and with what is installed."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.utils import canonicalize_name

import load._names
from load._names import lookup, shipped_aliases, standard_library

FOLDER = Path(load._names.__file__).parent
DATA_FILES = ("aliases.txt", "names.txt", "standard_library.txt")
IMPORT_NAME = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*", re.ASCII)
DISTRIBUTION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
GENERIC = "app common config core data demo docs examples helpers lib main models scripts src test tests tools utils"
GONE = "aifc asynchat asyncore binhex cgi crypt distutils formatter imp lib2to3 parser smtpd symbol telnetlib"
NEW = "annotationlib compression concurrent graphlib profiling tomllib zoneinfo"
PYTHON_2 = "ConfigParser Queue StringIO cPickle urllib2 urlparse"


class Row(NamedTuple):
    """A line of the table."""

    import_name: str
    distribution: str
    mark: str


def records(filename: str) -> list[str]:
    """Read the lines that are no comments, without the package's own reader."""
    lines = (FOLDER / filename).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


ROWS = [Row(*([*line.split(" "), ""])[:3]) for line in records("names.txt")]
ALIASES = dict(line.split(" ") for line in records("aliases.txt"))


@pytest.mark.parametrize("filename", DATA_FILES)
def test_a_data_file_is_plain_text_with_unix_line_ends(filename: str) -> None:
    """Nothing in it depends on the machine it was written on."""
    content = (FOLDER / filename).read_bytes()
    assert content.isascii()
    assert b"\r" not in content
    assert b"\t" not in content
    assert content.endswith(b"\n")
    assert b"\n\n" not in content


@pytest.mark.parametrize("line", [line for line in records("names.txt") if line.count(" ") != 1])
def test_a_third_word_marks_what_is_heavy(line: str) -> None:
    """A line has two words, or three of which the last is the mark."""
    assert line.split(" ")[2:] == ["heavy"]


def test_every_row_is_an_import_name_and_a_normalised_distribution() -> None:
    """The spelling of both is the one that lookups compare with."""
    wrong = [
        row
        for row in ROWS
        if not IMPORT_NAME.fullmatch(row.import_name)
        or not DISTRIBUTION.fullmatch(row.distribution)
        or canonicalize_name(row.distribution) != row.distribution
    ]
    assert wrong == []


def test_the_table_is_large() -> None:
    """It covers what people really use."""
    assert len(ROWS) >= 600
    assert sum(canonicalize_name(row.import_name) != row.distribution for row in ROWS) >= 150


@pytest.mark.parametrize("names", [[row.import_name for row in ROWS], list(ALIASES)], ids=["names", "aliases"])
def test_names_are_sorted_and_differ_by_more_than_case(names: list[str]) -> None:
    """Sorted without regard to case, so that a duplicate would be the next line."""
    assert names == sorted(names, key=str.casefold)
    assert len({name.casefold() for name in names}) == len(names)


def test_no_name_of_the_table_is_of_any_standard_library() -> None:
    """What Python itself has, had or will have is never installed."""
    wrong = [row.import_name for row in ROWS if standard_library(row.import_name)]
    assert wrong == []


def test_no_name_of_the_table_is_generic_or_private() -> None:
    """A name that any project may use for a module of its own is never known."""
    roots = {row.import_name.partition(".")[0] for row in ROWS}
    assert roots.isdisjoint(GENERIC.split())
    assert not [root for root in roots if root.startswith("_")]


@pytest.mark.parametrize(
    "root", ["azure", "backports", "google", "google.cloud", "jaraco", "opentelemetry", "ruamel", "zope"]
)
def test_a_namespace_has_members_and_no_entry_of_its_own(root: str) -> None:
    """No single distribution provides `google`."""
    names = {row.import_name for row in ROWS}
    assert root not in names
    assert any(name.startswith(f"{root}.") for name in names)


def test_dead_distributions_are_not_in_the_table() -> None:
    """Each of these has a living successor for the name, or is none that anybody means."""
    dead = {"pycrypto", "sklearn", "pil", "bs4", "docx", "fitz", "jwt", "dateutil", "newspaper3k", "fpdf", "pdfminer"}
    assert dead.isdisjoint(row.distribution for row in ROWS)


def test_one_distribution_is_heavy_throughout_or_not_at_all() -> None:
    """The mark is about the download, which is the same for each of its names."""
    marks: dict[str, set[str]] = {}
    for row in ROWS:
        marks.setdefault(row.distribution, set()).add(row.mark)
    assert [distribution for distribution, each in marks.items() if len(each) > 1] == []


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_stands_for_a_known_name_and_is_none(alias: str) -> None:
    """Its target can be found or installed, and it hides no module of the table or of the standard library."""
    target = load._names.ImportName(ALIASES[alias])
    assert lookup(target) is not None or standard_library(target)
    assert alias.isidentifier()
    assert lookup(load._names.ImportName(alias)) is None
    assert not standard_library(alias)


def test_the_aliases_are_those_of_the_file() -> None:
    """The reader loses nothing and invents nothing."""
    assert shipped_aliases() == ALIASES
    assert {"np", "pd", "plt", "sns", "tf", "jnp", "sk", "nx", "sp", "go", "px", "st", "alt", "gpd"} <= ALIASES.keys()


@pytest.mark.parametrize("names", [GONE, NEW, PYTHON_2], ids=["gone", "new", "python-2"])
def test_a_name_of_any_standard_library_is_told_as_such(names: str) -> None:
    """Also where this Python does not have it any more, or not yet; and what lies below it."""
    assert [name for name in names.split() if not standard_library(name)] == []
    assert [name for name in names.split() if not standard_library(f"{name}.below")] == []


def test_all_that_this_python_has_is_told_as_standard() -> None:
    """Whichever Python this is."""
    assert [name for name in sys.stdlib_module_names if not standard_library(name)] == []


@pytest.mark.parametrize("name", ["numpy", "tomli", "importlib_metadata", "", "# Removed in 3.12.", "Json", "xml_"])
def test_other_names_are_not_of_the_standard_library(name: str) -> None:
    """Neither what resembles such a name, nor a line of the file that is a comment."""
    assert not standard_library(name)


def test_the_standard_library_file_has_no_duplicates() -> None:
    """Each name stands once, as a root."""
    names = records("standard_library.txt")
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


def provided_by_files(distribution: str) -> set[str] | None:
    """Every dotted name that an installed distribution's own files make importable; None where it is not there."""
    try:
        paths = files(distribution) or []
    except PackageNotFoundError:
        return None
    names: set[str] = set()
    for path in paths:
        if path.suffix in {".py", ".so", ".pyd"}:
            parts = [*path.parts[:-1], path.name.partition(".")[0]]
            names.update(".".join(parts[: length + 1]) for length in range(len(parts)))
    return names


def test_the_table_agrees_with_every_distribution_that_is_installed_here() -> None:
    """What the table names, the real files hold."""
    provided = {row: provided_by_files(row.distribution) for row in ROWS}
    checked = {row: names for row, names in provided.items() if names is not None}
    assert [row for row, names in checked.items() if row.import_name not in names] == []
    assert {"IPython", "packaging", "psutil", "rich", "pytest"} <= {row.import_name for row in checked}
    assert len(checked) >= 20
