"""The local index answers as indexes do, and misbehaves as it is told to."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import IncompleteRead, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.index import UPLOADED, Index
from tests.support.index_server import GARBAGE
from tests.support.simple_api import HTML, JSON_V1

WheelMaker = Callable[..., Path]


def get(url: str, accept: str = HTML, seconds: float = 100) -> tuple[str, bytes]:
    """The content type and the body at an address."""
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=seconds) as response:
        return response.headers["Content-Type"], response.read()


def status(url: str) -> int:
    """The status of an answer that is an error."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(url)
    with caught.value as error:
        return error.code


def test_pages_come_in_the_form_asked_for(index: Index, wheel: WheelMaker) -> None:
    """HTML and JSON tell the same file; requests are kept in order."""
    index.add(wheel("My_X"))
    kind, page = get(index.url + "my-x/")
    assert (kind, b"my_x-1.0-py3-none-any.whl#sha256=" in page) == (HTML, True)
    kind, page = get(index.url + "my-x/", JSON_V1)
    assert (kind, json.loads(page)["files"][0]["upload-time"]) == (JSON_V1, UPLOADED)
    assert [(each.method, each.path, each.headers["accept"]) for each in index.requests] == [
        ("GET", "/simple/my-x/", HTML),
        ("GET", "/simple/my-x/", JSON_V1),
    ]
    assert (index.lookups("My.X"), index.downloads("my-x")) == (2, 0)


def test_files_and_their_metadata_are_served(index: Index, wheel: WheelMaker) -> None:
    """Metadata beside the file only where it is offered; other bytes on request."""
    first, second, third = wheel("a"), wheel("b"), wheel("c")
    index.add(first).add(second, metadata=True).add(third, metadata=b"other")
    assert get(index.file_url(first.name))[1] == first.read_bytes()
    assert status(index.file_url(f"{first.name}.metadata")) == 404
    assert b"Name: b\n" in get(index.file_url(f"{second.name}.metadata"))[1]
    assert get(index.file_url(f"{third.name}.metadata"))[1] == b"other"
    assert (index.downloads("a"), index.downloads("b")) == (1, 0)


def test_what_is_not_there_is_not_found(index: Index, wheel: WheelMaker) -> None:
    """Unknown project, unknown file, removed file."""
    made = wheel("x")
    index.add(made)
    index.remove(made.name)
    assert [status(index.url + "x/"), status(index.url + "y/"), status(index.file_url("z.whl"))] == [404] * 3


def test_an_index_without_json_has_no_json() -> None:
    """It answers that it cannot (406)."""
    with Index(json=False) as index, pytest.raises(urllib.error.HTTPError) as caught:
        get(index.url, JSON_V1)
    with caught.value as error:
        assert error.code == 406


def test_failures_hold_where_the_pattern_says_until_taken_back(index: Index, wheel: WheelMaker) -> None:
    """What was said last comes first."""
    index.add(wheel("a"), wheel("b"))
    index.fail(500)
    index.fail(403, on="/simple/b/")
    assert (status(index.url + "a/"), status(index.url + "b/")) == (500, 403)
    index.behave_well()
    assert get(index.url + "b/")[0] == HTML


def test_garbage_is_a_success_without_sense(index: Index, wheel: WheelMaker) -> None:
    """The content type still claims what was asked for."""
    index.add(wheel("a"))
    index.garbage(on="/simple/*")
    assert get(index.url + "a/", JSON_V1) == (JSON_V1, GARBAGE)


def test_a_dropped_and_a_cut_off_answer_end_early(index: Index, wheel: WheelMaker) -> None:
    """One before the first byte, one in the middle of the body."""
    made = wheel("a")
    index.add(made)
    index.drop(on="/simple/*")
    index.cut_off(on="/files/*")
    with pytest.raises(RemoteDisconnected):
        get(index.url + "a/")
    with pytest.raises(IncompleteRead) as caught:
        get(index.file_url(made.name))
    assert caught.value.partial == made.read_bytes()[: made.stat().st_size // 2]


def test_a_slow_answer_takes_as_long_as_its_rate_says(index: Index, wheel: WheelMaker) -> None:
    """All of it comes in the end."""
    made = wheel("a")
    index.add(made)
    index.slow(made.stat().st_size / 0.3)
    start = time.monotonic()
    assert get(index.file_url(made.name))[1] == made.read_bytes()
    assert time.monotonic() - start > 0.25


def test_a_hanging_answer_never_comes_and_closing_releases_it(wheel: WheelMaker) -> None:
    """A client that waits without end is let go when the index closes, within a moment."""
    ended: list[Exception] = []

    def wait() -> None:
        try:
            get(index.url + "a/", seconds=200)
        except (OSError, urllib.error.URLError) as error:
            ended.append(error)

    with Index() as index:
        index.hang(on="/simple/a/")
        with pytest.raises(TimeoutError):
            get(index.url + "a/", seconds=0.1)
        client = threading.Thread(target=wait)
        client.start()
        index.wait_for_requests(2)
    client.join(100)
    assert not client.is_alive()
    assert len(ended) == 1


@pytest.mark.parametrize("rate", [1, 1000])
def test_closing_ends_a_slow_answer_and_leaves_no_thread(rate: float, wheel: WheelMaker) -> None:
    """However slow it is; also with a connection on which nothing was asked."""
    before = set(threading.enumerate())
    with Index() as index:
        index.add(wheel("a", files={"a.py": b"#" * 500_000, "b.bin": os.urandom(300_000)}))  # minutes, at this rate
        index.slow(rate, on="/files/*")
        response = urllib.request.urlopen(index.file_url("a-1.0-py3-none-any.whl"))
        response.read(1)
    response.close()
    assert len(index.requests) == 1
    assert set(threading.enumerate()) <= before


def test_closing_minds_no_client_that_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection is at its end already, and whoever was to answer it has not noticed."""
    index, closed = Index(), threading.Event()
    index.behave(lambda handler, answer: closed.wait(30) and None)
    server_close = index._server.server_close
    monkeypatch.setattr(index._server, "server_close", lambda: (closed.set(), server_close()))
    address = urlsplit(index.url)
    with socket.create_connection((address.hostname, address.port)) as client:
        client.sendall(f"GET {address.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        index.wait_for_requests(1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, as of a killed one
    index.close()


def test_a_redirect_leads_to_another_host(index: Index, wheel: WheelMaker) -> None:
    """To the same path of another index, or to any address."""
    made = wheel("a")
    with Index() as other:
        other.add(made)
        index.redirect(other, on="/files/*")
        index.redirect(other.url_as(host="localhost"), on="/simple/*")
        assert get(index.file_url(made.name))[1] == made.read_bytes()
        assert b'href="a/"' in get(index.url + "whatever/")[1]
        assert [(each.path, each.headers["host"].split(":")[0]) for each in other.requests] == [
            (f"/files/{made.name}", "127.0.0.1"),
            ("/simple/", "localhost"),
        ]


def test_a_login_is_asked_for_and_accepted(index: Index) -> None:
    """401 without credentials and with wrong ones."""
    index.require_login("me", "secret")
    assert status(index.url) == 401
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, index.url, "me", "secret")
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))
    with opener.open(index.url) as response:
        assert response.status == 200
    assert index.url_as("me", "secret").startswith("http://me:secret@127.0.0.1:")


def test_an_error_in_the_index_itself_is_raised_when_it_closes() -> None:
    """It would otherwise look like the misbehaviour that a test asked for."""
    index = Index()
    index.behave(lambda handler, answer: handler.send(answer.status))  # type: ignore[arg-type]
    with pytest.raises((OSError, RemoteDisconnected)):
        get(index.url)
    with pytest.raises(AssertionError, match="has no attribute 'status'"):
        index.close()
