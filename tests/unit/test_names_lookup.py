"""From an import name to its distribution and back, aliases, the normal form; lean, and from within a zip."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

import load._names
from load._names import (
    Entry,
    ImportName,
    import_names_of,
    known_names,
    lookup,
    names_under,
    normalize,
    shipped_alias,
    shipped_aliases,
)
from load._names.spelling import DistributionName
from load._names.table import distributions

FACTS = {
    "cv2": "opencv-python",
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil",
    "Crypto": "pycryptodome",
    "OpenSSL": "pyopenssl",
    "jwt": "pyjwt",
    "attr": "attrs",
    "dotenv": "python-dotenv",
    "serial": "pyserial",
    "usb": "pyusb",
    "fitz": "pymupdf",
    "docx": "python-docx",
    "git": "gitpython",
    "telegram": "python-telegram-bot",
    "MySQLdb": "mysqlclient",
    "psycopg2": "psycopg2-binary",
    "google.protobuf": "protobuf",
    "google.cloud.storage": "google-cloud-storage",
    "google.auth": "google-auth",
    "zope.interface": "zope-interface",
    "ruamel.yaml": "ruamel-yaml",
    "numpy": "numpy",
    "requests": "requests",
}
HEAVY_MODULES = {"re", "json", "typing", "enum", "dataclasses", "inspect", "importlib.metadata", "importlib.resources"}
PACKAGE = Path(load._names.__file__).parent


@pytest.mark.parametrize(("import_name", "distribution"), FACTS.items())
def test_an_import_name_has_its_distribution(import_name: str, distribution: str) -> None:
    """Also where the two have nothing in common."""
    entry = lookup(ImportName(import_name))
    assert entry is not None
    assert (entry.import_name, entry.distribution) == (import_name, distribution)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("sklearn.linear_model", "sklearn"),
        ("google.cloud.storage.blob", "google.cloud.storage"),
        ("ruamel.yaml.comments", "ruamel.yaml"),
        ("mpl_toolkits.mplot3d", "mpl_toolkits"),
        ("mpl_toolkits.basemap.cm", "mpl_toolkits.basemap"),
        ("PyQt5.QtWidgets", "PyQt5"),
        ("PyQt5.QtWebEngineWidgets", "PyQt5.QtWebEngineWidgets"),
    ],
)
def test_a_dotted_name_has_the_entry_of_its_longest_prefix(asked: str, found: str) -> None:
    """A submodule comes with its package, a member of a namespace package with its own distribution."""
    entry = lookup(ImportName(asked))
    assert entry is not None
    assert entry.import_name == found


@pytest.mark.parametrize(
    "name",
    [
        *("google", "google.cloud", "google.cloud.unheard_of", "azure", "numpy_", "nump", "Numpy", "np", "json"),
        *("", ".", ".numpy", "#", "numpy numpy", "torch torch", "numpy\n", "\nnumpy", "import_name", "opencv-python"),
    ],
)
def test_what_is_no_name_of_the_table_has_no_entry(name: str) -> None:
    """Neither a namespace, nor a resembling name, nor text that would match across the words of a line."""
    assert lookup(ImportName(name)) is None


@pytest.mark.parametrize(
    ("name", "heavy"),
    [("torch", True), ("tensorflow", True), ("cupy", True), ("torch.nn", True), ("numpy", False), ("pandas", False)],
)
def test_the_mark_for_large_downloads_is_read(name: str, heavy: bool) -> None:
    """Hundreds of megabytes are heavy, whichever part is asked for."""
    entry = lookup(ImportName(name))
    assert entry is not None
    assert entry.heavy is heavy


def test_every_known_name_has_an_entry_of_its_own() -> None:
    """Searching the text and reading it whole give the same."""
    entries = {name: lookup(name) for name in known_names()}
    assert all(entry is not None and entry.import_name == name for name, entry in entries.items())
    assert len(entries) >= 600


@pytest.mark.parametrize(
    ("distribution", "names"),
    [
        ("scikit-learn", ("sklearn",)),
        ("Scikit_Learn", ("sklearn",)),
        ("PyYAML", ("yaml",)),
        ("ruamel.yaml", ("ruamel.yaml",)),
        ("attrs", ("attrs", "attr")),
        ("pymupdf", ("pymupdf", "fitz")),
        ("torch", ("torch", "functorch")),
        ("learn", ()),
        ("heavy", ()),
        ("torch heavy", ()),
        ("numpy\n", ()),
        ("pep-503", ()),
        ("", ()),
    ],
)
def test_a_distribution_has_its_import_names_the_one_to_mean_first(distribution: str, names: tuple[str, ...]) -> None:
    """However the distribution is spelled; words of comments and the mark are no distributions."""
    assert import_names_of(distribution) == names


def test_searching_for_a_distribution_gives_what_reading_all_gives() -> None:
    """For each distribution of the table."""
    assert {each: import_names_of(each) for each in distributions()} == distributions()


def test_the_members_of_a_namespace_are_told() -> None:
    """So that a message about `google` can say what there is."""
    assert "google.cloud.storage" in names_under("google")
    assert all(name.startswith("google.cloud.") for name in names_under("google.cloud"))
    assert names_under("ruamel") == ("ruamel.yaml",)
    assert names_under("numpy") == names_under("") == names_under("#") == ()


def test_an_entry_is_a_value() -> None:
    """Two lookups are equal and hash alike; nothing can be added to one."""
    first, second = lookup(ImportName("torch")), lookup(ImportName("torch.nn"))
    assert first == second == Entry(ImportName("torch"), DistributionName("torch"), heavy=True)
    assert len({first, second}) == 1
    assert first != Entry(ImportName("torch"), DistributionName("torch"))
    assert repr(first) == "Entry('torch', 'torch', heavy=True)"
    assert not hasattr(first, "__dict__")


def test_an_alias_gives_its_target() -> None:
    """What is not an alias gives nothing."""
    assert shipped_alias("np") == "numpy"
    assert shipped_alias("plt") == "matplotlib.pyplot"
    assert [shipped_alias(name) for name in ("numpy", "", "NP", "np numpy", "#", "np.linalg")] == [None] * 6


def test_the_dictionary_of_aliases_belongs_to_the_caller() -> None:
    """Changing it changes no alias."""
    shipped_aliases().clear()
    assert shipped_aliases()["np"] == "numpy"


@settings(deadline=None)
@given(st.text(alphabet="abzABZ09-_.", max_size=12) | st.text(max_size=12))
def test_the_normal_form_is_that_of_packaging(name: str) -> None:
    """PEP 503, over any text."""
    assert normalize(name) == canonicalize_name(name)


def test_the_normal_form_of_every_distribution_is_itself() -> None:
    """The table is compared with what `normalize` gives."""
    assert all(normalize(distribution) == distribution for distribution in distributions())


def test_a_name_that_the_package_does_not_have_is_an_attribute_error() -> None:
    """Its parts are fetched when they are asked for, and nothing else is."""
    with pytest.raises(AttributeError, match="no attribute 'guess'"):
        _ = load._names.guess  # type: ignore[attr-defined]
    assert all(hasattr(load._names, name) for name in load._names.__all__)


def run(code: str, *paths: Path) -> str:
    """Run code in a bare interpreter with these folders or archives on its path; give what it wrote."""
    setup = f"import sys; sys.path[:0] = {[str(path) for path in paths]!r}\n"
    command = [sys.executable, "-I", "-c", setup + code]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_looking_up_imports_nothing_heavy(tmp_path: Path) -> None:
    """It lies on the path to the first install, and the aliases on the path to the first module."""
    (tmp_path / "load").mkdir()
    (tmp_path / "load" / "__init__.py").write_text(f"__path__.append({str(PACKAGE.parent)!r})\n")
    code = (
        "before = set(sys.modules)\n"
        "from load import _names\n"
        "_names.shipped_alias('np')\n"
        "aliases = set(sys.modules) - before\n"
        "_names.lookup('google.cloud.storage.blob'), _names.near_known('nunpy'), _names.standard_library('imp')\n"
        "print(*sorted(set(sys.modules) - before))\n"
        "print(*sorted(aliases))\n"
    )
    everything, aliases = (set(line.split()) for line in run(code, tmp_path).splitlines())
    assert everything.isdisjoint(HEAVY_MODULES)
    assert {name for name in everything if not name.startswith("load")} <= {"__future__"}
    assert aliases - {"__future__"} == {"load", "load._names", "load._names.aliases", "load._names.data"}


def test_the_data_files_are_read_from_within_a_zip(tmp_path: Path) -> None:
    """As where a whole application is one archive."""
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("load/__init__.py", "")
        for path in PACKAGE.iterdir():
            if path.is_file():
                file.write(path, f"load/_names/{path.name}")
    code = (
        "from load import _names\n"
        "print(_names.__file__.endswith('__init__.py'), 'app.zip' in _names.__file__)\n"
        "print(_names.lookup('cv2').distribution, _names.shipped_alias('np'), _names.standard_library('imp'))\n"
    )
    assert run(code, archive).splitlines() == ["True True", "opencv-python numpy True"]
