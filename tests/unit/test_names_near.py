"""Did you mean, and what must not be installed because it resembles a known name."""

from __future__ import annotations

import functools
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from load._names import import_names_of, known_names, lookup, near, near_known, shipped_aliases
from load._names.near_miss import distance
from load._names.spelling import ImportName
from load._names.table import distributions

letters = st.text(alphabet="abc-", max_size=7)


@functools.cache
def slips(left: str, right: str) -> int:
    """The same distance as its definition says it, without any short cut."""
    if not left or not right:
        return len(left) + len(right)
    fewest = min(
        slips(left[:-1], right) + 1,
        slips(left, right[:-1]) + 1,
        slips(left[:-1], right[:-1]) + (left[-1] != right[-1]),
    )
    if len(left) > 1 and len(right) > 1 and left[-2:] == right[-2:][::-1]:
        fewest = min(fewest, slips(left[:-2], right[:-2]) + 1)
    return fewest


@settings(deadline=None)
@given(letters, letters, st.integers(0, 4))
def test_the_distance_is_that_of_its_definition(left: str, right: str, most: int) -> None:
    """Whatever is left out because it cannot matter."""
    assert distance(left, right, most) == min(slips(left, right), most + 1)


@settings(deadline=None)
@given(st.sampled_from(sorted(known_names())), st.data())
def test_one_slip_in_a_known_name_is_never_taken_for_an_unknown_name(name: str, data: st.DataObject) -> None:
    """A swap of neighbours in the last segment, where it is long enough: a known name comes of it, or a near-miss."""
    head, dot, last = name.rpartition(".")
    if len(last) < 4:
        return
    place = data.draw(st.integers(0, len(last) - 2))
    swapped = head + dot + last[:place] + last[place + 1] + last[place] + last[place + 2 :]
    right = near_known(swapped)
    known = lookup(ImportName(swapped)) is not None or bool(import_names_of(swapped))
    assert known or swapped in shipped_aliases() or swapped in sys.stdlib_module_names or right is not None
    assert right is None or lookup(ImportName(right)) is not None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("nunpy", "numpy"),
        ("reqeusts", "requests"),
        ("requets", "requests"),
        ("panda", "pandas"),
        ("skitlearn", "sklearn"),
        ("matplotib", "matplotlib"),
        ("tenserflow", "tensorflow"),
        ("tqmd", "tqdm"),
        ("djang", "django"),
        ("urllib4", "urllib3"),
        ("google.protbuf", "google.protobuf"),
        ("gogle.cloud.storage", "google.cloud.storage"),
        ("azure.storage.blobs", "azure.storage.blob"),
    ],
)
def test_a_slip_of_the_finger_is_a_near_miss(written: str, meant: str) -> None:
    """One in a name of four letters or more, two in one of eight or more."""
    assert near_known(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Flask", "flask"),
        ("NumPy", "numpy"),
        ("pil", "PIL"),
        ("crypto", "Crypto"),
        ("CV2", "cv2"),
        ("flask-cors", "flask_cors"),
        ("google_cloud_storage", "google.cloud.storage"),
        ("ruamel-Yaml", "ruamel.yaml"),
    ],
)
def test_case_and_separators_alone_make_a_near_miss(written: str, meant: str) -> None:
    """In names of any length."""
    assert near_known(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("scikitlearn", "sklearn"), ("beautifulsoup", "bs4"), ("opencv-pyhton", "cv2"), ("pilow", "PIL")],
)
def test_a_slip_in_the_name_of_a_distribution_is_a_near_miss(written: str, meant: str) -> None:
    """What is meant is the import name."""
    assert near_known(written) == meant


def test_what_lies_below_a_near_miss_is_kept() -> None:
    """So that the message can be typed as it stands."""
    assert near_known("nunpy.linalg") == "numpy.linalg"
    assert near_known("Flask.json.provider") == "flask.json.provider"


@pytest.mark.parametrize(
    "name",
    [
        *("numpy", "numpy.lnalg", "cv2", "google.cloud.storage.blob", "google", "google.cloud", "azure", "ruamel"),
        *("np", "plt", "mpatches", "plt.figure", "json", "http", "jsom.tool", "concurrent", "telnetlib", "urllib2"),
        *("pillow", "Pillow", "PyYAML", "pyyaml", "beautifulsoup4", "scikit-learn", "opencv_python", "cython"),
        *("cython.parallel", "numqz", "xqz", "np1", "a", "", ".", "..", "--index-url", "somebodys_own_module"),
    ],
)
def test_other_names_are_no_near_misses(name: str) -> None:
    """Known, an alias, of the standard library, a namespace, a distribution, too short, or simply unknown."""
    assert near_known(name) is None


def test_no_known_name_and_no_alias_is_a_near_miss() -> None:
    """However close two of them are."""
    assert [name for name in [*known_names(), *shipped_aliases()] if near_known(name) is not None] == []


def test_no_distribution_is_a_near_miss_of_another() -> None:
    """Written as an attribute could be; a hyphen or a capital may point to its own import name."""
    plain = [name for name in distributions() if name.isidentifier()]
    assert [name for name in plain if near_known(name) is not None] == []


@pytest.mark.parametrize(
    ("name", "reached"), [("nux", None), ("flaks", "flask"), ("numpyxy", None), ("matplotlibxy", "matplotlib")]
)
def test_the_reach_grows_with_the_length(name: str, reached: str | None) -> None:
    """Nothing but case below four letters, one slip below eight, two from there on."""
    assert near_known(name) == reached


def test_members_of_a_namespace_are_compared_by_their_last_segment() -> None:
    """What they share does not make them long: two slips in a short segment are another member."""
    assert near_known("jaraco.txet") == "jaraco.text"
    assert near_known("jaraco.tost") is None


def test_suggestions_come_nearest_first() -> None:
    """A swap is one slip; the same first letter and the same length go first among equals."""
    own = ["load", "disable_auto_print", "enable_auto_print"]
    assert near("enable_autoprint", own) == ["enable_auto_print"]
    assert near("form", ["farm", "from", "forms", "worm"]) == ["farm", "from", "forms"]
    assert near("colections", sys.stdlib_module_names)[0] == "collections"


def test_suggestions_are_limited_distinct_and_never_the_name_itself() -> None:
    """What was written is not a suggestion."""
    assert near("numpy", ["numpy", "Numpy", "nunpy", "nunpy", "numpi"], limit=2) == ["Numpy", "numpi"]
    assert near("numpy", ["numpy"]) == near("numpy", []) == near("numpy", ["pandas"]) == []


def test_short_names_are_suggested_sparingly() -> None:
    """Two letters resemble every other two."""
    assert near("os", ["so", "as", "is"]) == []
    assert near("os", ["OS"]) == ["OS"]
    assert near("jsn", sys.stdlib_module_names) == ["json"]
