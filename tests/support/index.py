"""A package index on this machine: correct by default, and as bad as a test wants."""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import os
import threading
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from tests.support import index_server as server
from tests.support import simple_api as api
from tests.support.index_server import Answer, Behaviour, Handler, Request, Server

WRONG = "0" * 64
UPLOADED = "2020-01-01T00:00:00Z"

_PAGES = {"Cache-Control": "no-cache"}  # uv would otherwise keep a page for ten minutes
_FILES = {"Cache-Control": "max-age=31536000, immutable", "Content-Type": "application/octet-stream"}


class Index:
    """Serves wheels and sdists over HTTP on 127.0.0.1; a context manager, or `close()` it.

    Each index has an address that no other has had, so that no cache of uv or pip mistakes one for another.

    Attributes:
        url: the address of the simple API, as `--index-url` and `--default-index` take it.
        requests: all requests in order, paths as `/simple/NAME/` and `/files/NAME.whl`.
    """

    def __init__(self, *, json: bool = True) -> None:
        """Start serving.

        Args:
            json: offers JSON (PEP 691) besides HTML; where False, there are no upload times and sizes.
        """
        self._offered = [api.JSON_V1, api.HTML_V1, api.HTML] if json else [api.HTML]
        self._files: dict[str, api.IndexedFile] = {}
        self._behaviours: list[tuple[str, Behaviour]] = []
        self._credentials: str | None = None
        self._root = f"/{uuid.uuid4().hex[:12]}"
        self.requests: list[Request] = []
        self._arrived = threading.Condition()
        self._server = Server(self._respond)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release who hangs, end all connections, join all threads."""
        self._server.close()

    @property
    def url(self) -> str:
        """The address of the simple API."""
        return self.url_as()

    def url_as(self, user: str | None = None, password: str = "", host: str = "127.0.0.1") -> str:
        """The address with credentials in it, or by another name of this machine (`localhost`)."""
        login = f"{user}:{password}@" if user is not None else ""
        return f"http://{login}{host}:{self._server.port}{self._root}/simple/"

    def file_url(self, name: str) -> str:
        """The direct address of a file."""
        return f"{self.url.removesuffix('simple/')}files/{name}"

    def environ(self, user: str | None = None, password: str = "") -> dict[str, str]:
        """The variables that make uv and pip use this index and no other, and no configuration file."""
        url = self.url_as(user, password)
        return {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": url,
            "UV_DEFAULT_INDEX": url,
            "UV_NO_CONFIG": "1",
        }

    def add(
        self,
        *files: Path,
        yanked: bool | str = False,
        upload_time: str | None = UPLOADED,
        sha256: str | None = None,
        metadata: bool | bytes = False,
    ) -> Index:
        """Offer wheels and sdists; return itself.

        Args:
            files: where they lie.
            yanked: True, or the reason (PEP 592).
            upload_time: ISO 8601; None where the index shall not say (PEP 700).
            sha256: the hash to claim; None for the true one, WRONG for one that no file has.
            metadata: offers the METADATA beside a wheel (PEP 658): its own, or these bytes.
        """
        for file in files:
            project, version = api.name_and_version(file)
            inner = api.inner_metadata(file)
            offered = api.IndexedFile(
                file,
                project,
                version,
                sha256 or hashlib.sha256(file.read_bytes()).hexdigest(),
                upload_time,
                yanked,
                api.required_python(inner),
                inner if metadata is True else metadata or None,
            )
            self._files = {**self._files, file.name: offered}  # anew: others may be going through it
        return self

    def remove(self, name: str) -> None:
        """Stop offering the file of this name."""
        self._files = {each: file for each, file in self._files.items() if each != name}

    def behave(self, behaviour: Behaviour, on: str = "*") -> None:
        """Answer paths that match the pattern `on` (fnmatch) in this way; what was said last holds."""
        self._behaviours.insert(0, (on, behaviour))

    def behave_well(self) -> None:
        """Forget all bad behaviour."""
        self._behaviours.clear()

    def fail(self, status: int, on: str = "*") -> None:
        """Answer with an error status."""
        self.behave(server.answering(status, b"no"), on)

    def slow(self, bytes_per_second: float, on: str = "*") -> None:
        """Send bodies at this rate."""
        self.behave(server.slowly(bytes_per_second), on)

    def garbage(self, on: str = "*") -> None:
        """Answer with bytes that mean nothing."""
        self.behave(server.garbage, on)

    def hang(self, on: str = "*") -> None:
        """Never answer, until `close`."""
        self.behave(server.hanging, on)

    def drop(self, on: str = "*") -> None:
        """Close the connection without an answer."""
        self.behave(server.dropping, on)

    def cut_off(self, on: str = "*") -> None:
        """Close the connection after half of the body."""
        self.behave(server.cut_off, on)

    def redirect(self, to: Index | str, on: str = "*") -> None:
        """Send the client to the same path of another index, or to another address."""

        def behave(handler: Handler, answer: Answer) -> None:
            rest = handler.path.removeprefix(self._root)
            location = to.url.removesuffix("/simple/") + rest if isinstance(to, Index) else to
            handler.send(Answer(302, headers={"Location": location}))

        self.behave(behave, on)

    def require_login(self, user: str, password: str) -> None:
        """Answer 401 to whoever does not come with these credentials (HTTP basic authentication)."""
        self._credentials = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def wait_for_requests(self, count: int, seconds: float = 100) -> None:
        """Wait until so many requests have come in all, the way to act while a client waits for its answer.

        Raises:
            TimeoutError: they did not come in that time.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.requests) >= count, seconds):
                raise TimeoutError(f"{len(self.requests)} requests in {seconds:g} s, not {count}")

    def lookups(self, project: str) -> int:
        """How often the page of a project was asked for."""
        return sum(request.path == f"/simple/{api.normalised(project)}/" for request in self.requests)

    def downloads(self, project: str) -> int:
        """How often a file of a project was asked for (GET; not its metadata)."""
        paths = {f"/files/{file.path.name}" for file in self._files.values() if file.project == project}
        return sum(request.method == "GET" and request.path in paths for request in self.requests)

    def _respond(self, handler: Handler, request: Request) -> None:
        path = unquote(request.path).removeprefix(self._root)
        with self._arrived:
            self.requests.append(Request(request.method, path, request.headers))
            self._arrived.notify_all()
        if self._credentials not in {None, request.headers.get("authorization")}:
            handler.send(Answer(401, b"", {"WWW-Authenticate": 'Basic realm="index"'}))
            return
        answer = self._answer(path, request.headers)
        for pattern, behaviour in self._behaviours:
            if fnmatch.fnmatchcase(path, pattern):
                behaviour(handler, answer)
                return
        handler.send(answer)

    def _answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        kind, _, name = path.strip("/").partition("/")
        if kind == "simple":
            return self._page(name or None, headers.get("accept", "*/*"))
        if kind == "files" and name in self._files:
            return Answer(200, self._files[name].path.read_bytes(), _FILES)
        described = self._files.get(name.removesuffix(".metadata"))
        if kind == "files" and described is not None and described.metadata is not None:
            return Answer(200, described.metadata, _FILES)
        return Answer(404, b"no such thing")

    def _page(self, project: str | None, accept: str) -> Answer:
        kind = api.negotiated(accept, self._offered)
        files = [file for file in self._files.values() if project in {None, file.project}]
        if kind is None:
            return Answer(406, b"not in these forms")
        if project is not None and not files:
            return Answer(404, b"no such project", _PAGES)
        return Answer(200, api.page(kind, project, files), {**_PAGES, "Content-Type": kind})
