"""The HTTP side of the local index: answers, and all that can go wrong with them."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

GARBAGE = bytes(range(256)) * 4
_NEVER_MORE_OFTEN = 0.02  # seconds between two pieces of a slow answer


@dataclass(frozen=True)
class Request:
    """One request that came in.

    Attributes:
        method: GET or HEAD.
        path: its path, without the part that makes each index's address unique.
        headers: its headers, names in lower case.
    """

    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What is sent back: status, body, and headers besides `Content-Length`."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Behaviour = Callable[["Handler", Answer], None]


class Handler(BaseHTTPRequestHandler):
    """Passes a request on to its server's `respond`, and sends answers."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._handle()

    def do_HEAD(self) -> None:
        """Answer a HEAD."""
        self._handle()

    def _handle(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.respond(self, Request(self.command, self.path, headers))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the base class
        """Say nothing: the requests are kept, not shown."""

    def send_head(self, answer: Answer) -> None:
        """Send status line and headers."""
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()

    def send(self, answer: Answer) -> None:
        """Send the whole answer."""
        self.send_head(answer)
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def leave(self) -> None:
        """Close the connection after this request."""
        self.close_connection = True


def slowly(bytes_per_second: float) -> Behaviour:
    """The body comes in small pieces."""
    piece = max(1, int(bytes_per_second * _NEVER_MORE_OFTEN))

    def behave(handler: Handler, answer: Answer) -> None:
        handler.send_head(answer)
        body = answer.body if handler.command != "HEAD" else b""
        for start in range(0, len(body), piece):
            handler.wfile.write(body[start : start + piece])
            if handler.server.closing.wait(piece / bytes_per_second):
                return handler.leave()
        return None

    return behave


def hanging(handler: Handler, answer: Answer) -> None:
    """Nothing is sent, and the connection stays open until the server closes."""
    handler.server.closing.wait()
    handler.leave()


def dropping(handler: Handler, answer: Answer) -> None:
    """The connection is closed without an answer."""
    handler.leave()


def cut_off(handler: Handler, answer: Answer) -> None:
    """The connection is closed after half of the body."""
    handler.send_head(answer)
    handler.wfile.write(answer.body[: len(answer.body) // 2])
    handler.leave()


def answering(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Behaviour:
    """Always the same answer."""
    return lambda handler, answer: handler.send(Answer(status, body, headers or {}))


def garbage(handler: Handler, answer: Answer) -> None:
    """A success whose body is nothing that its content type allows."""
    handler.send(Answer(answer.status, GARBAGE, answer.headers))


class Server(socketserver.ThreadingMixIn, HTTPServer):
    """Serves `respond` on a free port of 127.0.0.1 from its own thread, until `close`.

    Attributes:
        closing: set when the server closes; whoever waits on it is released.
    """

    daemon_threads = False  # so that closing joins them
    block_on_close = True
    request_queue_size = 128  # many may come at once: who finds no room tries again after a second

    def __init__(self, respond: Callable[[Handler, Request], None]) -> None:
        """Start serving."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.respond = respond
        self.closing = threading.Event()
        self.errors: list[str] = []
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="index")
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Bind without asking the name service for this machine's name, as the base class does."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection while it lives."""
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep an error of the handler for `close`; a client that went away is none."""
        if not isinstance(sys.exception(), ConnectionError):
            self.errors.append(traceback.format_exc())

    def close(self) -> None:
        """End all connections and threads.

        Raises:
            AssertionError: a handler failed meanwhile.
        """
        self.closing.set()
        self.shutdown()
        self._thread.join()
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):  # a client that was killed may have ended it, and nobody noticed yet
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        assert not self.errors, "\n".join(self.errors)
