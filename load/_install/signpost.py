"""The signpost: the one index that uv and pip know of while private indexes are set.

Neither can be told that a name, or each name with a certain beginning, belongs to one index, also where it comes along
with something else: pip takes the highest version of all indexes, and uv goes on to the next where the first has
nothing. So while a backend runs, a server on this machine's own address stands in the place of all indexes. It has no
pages: it sends who asks for a bound name to the private index and everybody else to the public one, and nowhere else.
Files and credentials go between the backend and the index without passing here.
"""

from __future__ import annotations

import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from load._names import normalize
from load._redact import without_credentials

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from load._install.indexes import Index

_HOST = "127.0.0.1"
_FIRST_PORT, _PORTS = 61000, 4500  # assigned to nobody (RFC 6335), and above what Linux gives to connections
_TRIES = 8
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


class Signpost:
    """Sends each name to its index, for the length of a `with` block.

    Attributes:
        urls: one address for each public index, in their order, and at least one.
    """

    def __init__(self, private: Sequence[Index], public: Sequence[str]) -> None:
        """Describe it.

        Args:
            private: the private indexes.
            public: the addresses of all others.
        """
        self._private = private
        self._public = [f"{url.rstrip('/')}/" for url in map(without_credentials, public)]
        self._digest = self._digest_of_everything()
        self.urls: list[str] = []

    def _digest_of_everything(self) -> str:
        """Other settings give another address, so that no cache of uv or pip takes one for the other."""
        import hashlib

        private = [(index.url, sorted(index.names), sorted(index.prefixes)) for index in self._private]
        return hashlib.sha256(repr((sorted(private), self._public)).encode()).hexdigest()

    def __enter__(self) -> Self:
        self._server = self._listen()
        start = f"http://{_HOST}:{self._server.server_port}/{self._digest[:16]}"
        self.urls = [f"{start}/{place}/" for place in range(max(1, len(self._public)))]
        self._pattern = re.compile(rf"{re.escape(start)}/(\d+)/([^/\s\"'`)]*)")
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _listen(self) -> _Server:
        """Listen at a port that the settings lead to: caches of uv and pip find the same address next time."""
        first = int(self._digest[-8:], 16)
        ports = [_FIRST_PORT + (first + step) % _PORTS for step in range(_TRIES)]
        for port in ports:
            try:
                return _Server(port, self)
            except OSError:  # it is taken, for instance by another process of the same project
                continue
        return _Server(0, self)

    def destination(self, place: int, distribution: str) -> str | None:
        """Where who asks for a distribution is sent; None where he gets nothing."""
        index = next((index for index in self._private if index.has(distribution)), None)
        if index is not None:
            return f"{index.url}{distribution}/" if place == 0 else None
        return f"{self._public[place]}{distribution}/" if place < len(self._public) else None

    def plain(self, text: str) -> str:
        """A text of the backend with the true addresses in the place of the signpost's."""
        return self._pattern.sub(self._true_address, text)

    def _true_address(self, match: re.Match[str]) -> str:
        place, name = int(match[1]), match[2]
        if name:
            return (self.destination(place, normalize(name)) or match[0]).rstrip("/")
        private = [index.url for index in self._private] if place == 0 else []
        return " or ".join([*self._public[place : place + 1], *private]) or match[0]

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for a request."""
        digest, _, rest = path.strip("/").partition("/")
        place, _, name = rest.partition("/")
        if digest != self._digest[:16] or not place.isdecimal() or not _NAME.fullmatch(name):
            return 404, {}, b""
        to = self.destination(int(place), normalize(name))
        if to is None:
            return 404, {}, b""
        if to.startswith("file:"):  # a client that came by HTTP is not sent to a file
            return _page_of_folder(to)
        return 307, {"Location": to}, b""


def _page_of_folder(url: str) -> tuple[int, dict[str, str], bytes]:
    """The page of an index that is a folder, with its links still leading into that folder."""
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    try:
        with open(os.path.join(url2pathname(urlsplit(url).path), "index.html"), "rb") as file:
            page = file.read()
    except OSError:
        return 404, {}, b""
    base = f'<head><base href="{url}"></head>'.encode()
    page, found = re.subn(rb"(<html[^>]*>)", lambda match: match[1] + base, page, count=1, flags=re.IGNORECASE)
    return 200, {"Content-Type": "text/html"}, page if found else b"<!DOCTYPE html><html>" + base + page + b"</html>"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # on Windows it would share a port that is in use

    def __init__(self, port: int, signpost: Signpost) -> None:
        super().__init__((_HOST, port), _Handler)
        self.signpost = signpost

    def server_bind(self) -> None:
        # The base class asks the name service for this machine's name, which may take seconds.
        import socketserver

        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = _HOST, self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        status, headers, body = self.server.signpost.answer(self.path.partition("?")[0])
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the name that the base class looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""
