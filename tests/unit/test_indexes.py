"""Private indexes in the settings: what is read, and what is refused before anything is looked up."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from load import _config
from load._config import Override
from load._install.indexes import bound, index_of
from load._install.signpost import Signpost
from load.errors import ConfigError

URL = "https://packages.example.invalid/simple"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Settings are read anew before and after."""
    _config.reread()
    yield
    _config.reread()


def entry(*names: str, **changed: Any) -> dict[str, Any]:
    """An entry that is right but for what is changed."""
    return {"url": URL, "names": list(names or ["acme-*"]), **changed}


@pytest.mark.parametrize("name", ["acme-core", "ACME_Core", "acme.x", "tool", "Tool"])
def test_a_name_is_bound_however_it_is_spelt(name: str) -> None:
    """Exactly, or by its beginning."""
    with Override({"index": {"acme": entry("Acme_*", "TOOL")}}):
        index = index_of(name)
    assert index is not None
    assert (index.name, index.url) == ("acme", f"{URL}/")


@pytest.mark.parametrize("name", ["acme", "acm", "tools", "xacme-core", "to-ol"])
def test_other_names_are_not_bound(name: str) -> None:
    """Only like ones."""
    with Override({"index": {"acme": entry("acme-*", "tool")}}):
        assert index_of(name) is None


def test_without_the_setting_nothing_is_bound() -> None:
    """The usual case."""
    assert (bound(), index_of("numpy")) == ((), None)


@pytest.mark.parametrize(
    ("table", "fact"),
    [
        ({"acme": entry(url="https://me:secret@host/simple/")}, "has credentials in its url"),
        ({"acme": entry(url="https://token@host/simple/")}, "has credentials in its url"),
        ({"acme": entry(url="host/simple")}, "has no valid url"),
        ({"acme": entry(url="ftp://host/simple")}, "has no valid url"),
        ({"acme": entry(url="https://")}, "has no valid url"),
        ({"acme": entry(url="https://host:port/")}, "has no valid url"),
        ({"acme": entry(url="https://[host/")}, "has no valid url"),
        ({"acme": entry(url="https://host/a b")}, "has no valid url"),
        ({"acme": entry(url="https://host/\n")}, "has no valid url"),
        ({"acme": entry(url="https://host/?token=x")}, "has a url with a part after ? or #"),
        ({"acme": entry(url=3)}, "has no valid url"),
        ({"acme": {"names": ["x"]}}, "has no valid url"),
        ({"acme": {"url": URL}}, "binds no names"),
        ({"acme": entry(names=[])}, "binds no names"),
        ({"acme": entry(names="acme-*")}, "binds no names"),
        ({"acme": entry("*")}, "binds '*'"),
        ({"acme": entry("a*b")}, "binds 'a*b'"),
        ({"acme": entry("-x")}, "binds '-x'"),
        ({"acme": entry("x>=1")}, "binds 'x>=1'"),
        ({"acme": entry(names=[3])}, "binds 3"),
        ({"acme": entry(name=["x"])}, "has no setting 'name'"),
        ({"--": entry()}, "has a name that no variable can bear"),
        ({"acme": entry("x"), "other": entry("X")}, "binds 'x', which 'acme' has too"),
        ({"acme": entry("acme-*"), "other": entry("acme-core")}, "binds 'acme-core', which 'acme' has too"),
        ({"acme": entry("acme-core"), "other": entry("acme-*")}, "binds 'acme-core', which 'acme' has too"),
        ({"acme": entry("acme-*"), "other": entry("ac*")}, "binds 'acme-*', which 'acme' has too"),
        ({"a-b": entry("x"), "a.b": entry("y")}, "would share its variables with 'a-b'"),
    ],
)
def test_what_cannot_be_is_refused(table: dict[str, Any], fact: str) -> None:
    """With the index, the place that it comes from, and what to write; never with the secret."""
    with Override({"index": table}), pytest.raises(ConfigError) as caught:
        bound()
    assert fact in str(caught.value)
    assert "load.override()" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("value", [["acme"], "acme", {"acme": URL}])
def test_a_setting_of_another_shape_is_refused_at_once(value: object) -> None:
    """It is a table of tables."""
    with pytest.raises(ConfigError, match="a table of private indexes"):
        Override({"index": value})


def test_each_name_has_one_way() -> None:
    """Bound names to the private index by the first address only; others to the public index of that address."""
    with Override({"index": {"acme": entry("acme-*")}}):
        signpost = Signpost(bound(), ["https://me:secret@one.invalid/simple", "https://two.invalid/simple/"])
    assert signpost.destination(0, "acme-core") == f"{URL}/acme-core/"
    assert signpost.destination(1, "acme-core") is None
    assert signpost.destination(0, "numpy") == "https://one.invalid/simple/numpy/"
    assert signpost.destination(1, "numpy") == "https://two.invalid/simple/numpy/"
    assert signpost.destination(2, "numpy") is None


def test_a_signpost_stands_where_its_settings_lead() -> None:
    """The same address for the same settings, so that caches hold; another one where they differ or it is taken."""
    with Override({"index": {"acme": entry("acme-*")}}):
        private = bound()
    public = f"https://{uuid.uuid4().hex}.invalid"  # settings that no other test has at the same time
    with Signpost(private, [public]) as first:
        with Signpost(private, [public]) as beside, Signpost(private, ["https://two.invalid/"]) as other:
            assert len({first.urls[0], beside.urls[0], other.urls[0]}) == 3
        text = f"not found at {first.urls[0]}acme-core/, nor at {first.urls[0]}numpy/"
        assert first.plain(text) == f"not found at {URL}/acme-core/, nor at {public}/numpy/"
    with Signpost(private, [public]) as again:
        assert again.urls == first.urls


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/x/0/numpy/",
        "/{digest}/0/",
        "/{digest}/9/numpy/",
        "/{digest}/0/../x",
        "/{digest}/0/a/b",
        "/{digest}/x/numpy",
    ],
)
def test_a_signpost_says_nothing_to_strangers(path: str) -> None:
    """Nor to whoever asks for what is not a name."""
    with Override({"index": {"acme": entry("acme-*")}}):
        private = bound()
    with Signpost(private, ["https://one.invalid/"]) as signpost:
        digest = signpost.urls[0].split("/")[3]
        assert signpost.answer(path.format(digest=digest))[0] == 404
        assert signpost.answer(f"/{digest}/0/numpy/")[0] == 307
