"""Credentials never reach a message."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from load._redact import redact, redact_command, without_credentials


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:secret@host/simple/", "https://****@host/simple/"),
        ("https://secret@host/simple/", "https://****@host/simple/"),
        ("https://:secret@host", "https://****@host"),
        ("https://user:p@ss@host/x", "https://****@host/x"),
        ("https://user:p%40ss@host:8080/x", "https://****@host:8080/x"),
        ("https://git:secret@host/x", "https://****@host/x"),
        ("git+https://x-access-token:secret@host/o/r@v1", "git+https://****@host/o/r@v1"),
        ("ssh://git@host/o/r", "ssh://git@host/o/r"),
        ("git+ssh://git@host/o/r@v1", "git+ssh://git@host/o/r@v1"),
        ("git+ssh://me:secret@host/o/r", "git+ssh://****@host/o/r"),
        ("https://user:sec/ret@host/x", "https://****@host/x"),
        ("https://user:sec#ret@host/x", "https://****@host/x"),
        ("https://user:sec'ret@host/x", "https://****@host/x"),
        ("https//user:secret@host/x", "https//****@host/x"),
        ("https:/user:secret@host/x", "https:/****@host/x"),
        ("https:///user:secret@host/x", "https:///****@host/x"),
        ("https://host:8080/a@v1", "https://host:8080/a@v1"),
        ("https://host:8080 and a@v1", "https://host:8080 and a@v1"),
        ("https://[::1]:8080/a@v1", "https://[::1]:8080/a@v1"),
        ("file:///a@v1/b", "file:///a@v1/b"),
        ("/docs/http/a@v1", "/docs/http/a@v1"),
        ("'https://host' and 'a@v1'", "'https://host' and 'a@v1'"),
        ("HTTPS://user:secret@host", "HTTPS://****@host"),
        ("https://host/a@v1", "https://host/a@v1"),
        ("https://host?mail=a@b", "https://host?mail=a@b"),
        ("nobody@host and https://host", "nobody@host and https://host"),
        (
            "--index-url=https://u:secret@h/ --extra=https://v:secret@k/",
            "--index-url=https://****@h/ --extra=https://****@k/",
        ),
        ("'https://u:secret@h' \"https://u:secret@h\"", "'https://****@h' \"https://****@h\""),
        ("first https://u:secret@h\nthen https://u:secret@h\n", "first https://****@h\nthen https://****@h\n"),
        ("", ""),
    ],
)
def test_user_and_password_become_stars_and_nothing_else_changes(text: str, shown: str) -> None:
    """The host and the path stay readable; the `git` of ssh is not a secret."""
    assert redact(text) == shown


def test_a_command_is_redacted_part_by_part() -> None:
    """The form of a command line is kept."""
    command = ["uv", "pip", "install", "--index-url", "https://u:secret@h/", "--", "name @ https://t@h/x.whl"]
    assert redact_command(command) == (*command[:4], "https://****@h/", "--", "name @ https://****@h/x.whl")


WORDS = st.text(st.characters(codec="ascii", categories=["L", "N"]) | st.sampled_from("-._~!$&()*+,;=%:@"), min_size=1)


@settings(deadline=None)
@given(user=WORDS, password=WORDS, before=st.text(), path=st.text(st.sampled_from("abc/@.-")))
def test_no_password_that_can_stand_in_a_url_is_left(user: str, password: str, before: str, path: str) -> None:
    """Whatever stands around a URL, `user:password@` is gone."""
    secret = f"<{password}>"  # unlike anything around it
    shown = redact(f"{before} https://{user}:{secret}@host/{path}")
    assert secret not in shown
    assert shown.endswith(f"****@host/{path}")


@settings(deadline=None)
@given(st.text())
def test_redacting_twice_is_redacting_once(text: str) -> None:
    """What is redacted stays so."""
    assert redact(redact(text)) == redact(text)


def test_a_line_of_megabytes_takes_no_longer_than_its_length() -> None:
    """Output of a hostile build cannot hold up the reader: four times the text, not sixteen times the time."""
    for piece in ("a", "://a:b", "://a:b@", "https//", "://'x'", "?token="):
        text = "@://" + piece * (1_000_000 // len(piece))
        started = time.process_time()
        assert len(redact(text)) <= len(text) * 2
        assert time.process_time() - started < 20, piece  # of a slow machine; where it grows as the square, hours


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://h/x?token=abc&page=2", "https://h/x?token=****&page=2"),
        ("https://h/x?page=2&access_token=abc", "https://h/x?page=2&access_token=****"),
        ("see 'https://h/x?key=abc'", "see 'https://h/x?key=****'"),
        ("https://h/x?X-Amz-Signature=abc&X-Amz-Date=1", "https://h/x?X-Amz-Signature=****&X-Amz-Date=1"),
        ("https://h/x?api_key=a&apikey=b&password=c", "https://h/x?api_key=****&apikey=****&password=****"),
        ("https://h/x?monkey=1&keyboard=2#subdirectory=y", "https://h/x?monkey=1&keyboard=2#subdirectory=y"),
        ("https://h/x.whl#sha256=0123", "https://h/x.whl#sha256=0123"),
    ],
)
def test_tokens_in_a_query_become_stars(text: str, expected: str) -> None:
    """By the name that they have; other values stay."""
    assert redact(text) == expected


@pytest.mark.parametrize(
    "name",
    ["LOAD_INDEX_ACME_PASSWORD", "UV_INDEX_ACME_PASSWORD", "GITHUB_TOKEN", "GH_TOKEN", "LOAD_INDEX_ACME_USERNAME"],
)
def test_values_of_the_variables_of_credentials_become_stars(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever they occur, and in the form that a URL has them in; a user without a password is a token."""
    monkeypatch.setenv(name, "s3cret/word")
    assert redact("a s3cret/word b s3cret%2Fword c") == "a **** b **** c"


def test_a_user_with_a_password_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is needed to see what is wrong."""
    monkeypatch.setenv("LOAD_INDEX_ACME_USERNAME", "deploy")
    monkeypatch.setenv("LOAD_INDEX_ACME_PASSWORD", "s3cret")
    assert redact("deploy s3cret") == "deploy ****"


def test_a_short_secret_tears_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """It becomes stars where it stands alone."""
    monkeypatch.setenv("GH_TOKEN", "pip")
    assert redact("pip and pipx: 'pip'") == "**** and pipx: '****'"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://u:p@h/x", "https://h/x"),
        ("https://h/x@1", "https://h/x@1"),
        ("https://h?a@b", "https://h?a@b"),
        ("git+ssh://git@h/x", "git+ssh://git@h/x"),
        ("ssh://u:p@h/x", "ssh://u@h/x"),
        ("words", "words"),
    ],
)
def test_a_url_without_its_credentials_is_still_a_url(url: str, expected: str) -> None:
    """No stars: it goes into files that are read again."""
    assert without_credentials(url) == expected
