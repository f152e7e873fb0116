"""The pages of the local index say what the specifications want."""

from __future__ import annotations

import hashlib
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.support import simple_api as api
from tests.support.wheels import Wheel, sdist

PIP_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"


def offered(path: Path, **changes: object) -> api.IndexedFile:
    """A file as an index holds it."""
    project, version = api.name_and_version(path)
    facts = {
        "path": path,
        "project": project,
        "version": version,
        "sha256": "ab12",
        "upload_time": "2020-01-01T00:00:00Z",
        "yanked": False,
        "requires_python": ">=3.11",
        "metadata": b"M",
    }
    return api.IndexedFile(**{**facts, **changes})  # type: ignore[arg-type]


class Links(HTMLParser):
    """Collects the attributes of all links."""

    def __init__(self, text: bytes) -> None:
        """Parse the page."""
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.feed(text.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a link."""
        if tag == "a":
            self.links.append(dict(attrs))


@pytest.mark.parametrize(
    ("accept", "kinds", "expected"),
    [
        (PIP_ACCEPT, [api.JSON_V1, api.HTML_V1, api.HTML], api.JSON_V1),
        (PIP_ACCEPT, [api.HTML], api.HTML),
        ("text/html, application/vnd.pypi.simple.v1+json;q=0.5", [api.JSON_V1, api.HTML], api.HTML),
        ("*/*", [api.JSON_V1, api.HTML], api.HTML),
        ("image/png", [api.JSON_V1, api.HTML], None),
    ],
)
def test_the_best_liked_offered_form_is_chosen(accept: str, kinds: list[str], expected: str | None) -> None:
    """By weight, among what is offered; a browser gets HTML."""
    assert api.negotiated(accept, kinds) == expected


def test_json_page_tells_hash_size_time_and_versions(tmp_path: Path) -> None:
    """All of PEP 691 and PEP 700 that installers read."""
    path = Wheel("My_X", "1.5").build(tmp_path)
    page = json.loads(api.page(api.JSON_V1, "my-x", [offered(path)]))
    assert page["name"] == "my-x"
    assert page["versions"] == ["1.5"]
    assert page["files"] == [
        {
            "filename": path.name,
            "url": f"../../files/{path.name}",
            "hashes": {"sha256": "ab12"},
            "size": path.stat().st_size,
            "yanked": False,
            "upload-time": "2020-01-01T00:00:00Z",
            "requires-python": ">=3.11",
            "core-metadata": {"sha256": hashlib.sha256(b"M").hexdigest()},
        }
    ]


def test_html_page_has_one_link_a_file(tmp_path: Path) -> None:
    """PEP 503 with PEP 592 and PEP 658; attributes are escaped."""
    path = Wheel("x").build(tmp_path)
    links = Links(api.page(api.HTML, "x", [offered(path, yanked='no "good"', metadata=None)])).links
    assert links == [
        {
            "href": f"../../files/{path.name}#sha256=ab12",
            "data-requires-python": ">=3.11",
            "data-yanked": 'no "good"',
        }
    ]


@pytest.mark.parametrize("kind", [api.HTML, api.JSON_V1])
def test_the_root_lists_each_project_once(tmp_path: Path, kind: str) -> None:
    """In both forms."""
    files = [offered(Wheel("b-b", version).build(tmp_path)) for version in ("1", "2")]
    page = api.page(kind, None, files)
    names = (
        [entry["name"] for entry in json.loads(page)["projects"]]
        if kind == api.JSON_V1
        else [link["href"] for link in Links(page).links]
    )
    assert [str(name).strip("/") for name in names] == ["b-b"]


def test_a_file_tells_its_project_version_and_metadata(tmp_path: Path) -> None:
    """Wheels and sdists are read; a truncated wheel tells nothing; another file is not an offer."""
    made = Wheel("My.X", "1.5", requires_python=">=3.12")
    wheel, source = made.build(tmp_path), sdist(tmp_path, "other-x", "3.0")
    cut = made.truncated().build(tmp_path / "cut")
    assert api.name_and_version(wheel) == ("my-x", "1.5")
    assert api.name_and_version(source) == ("other-x", "3.0")
    assert api.required_python(api.inner_metadata(wheel)) == ">=3.12"
    assert b"Name: other-x" in (api.inner_metadata(source) or b"")
    assert api.inner_metadata(cut) is None
    with pytest.raises(ValueError, match="neither a wheel nor an sdist"):
        api.name_and_version(tmp_path / "x.zip")
