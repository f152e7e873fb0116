"""The journal of a target: a line of JSON for everything that was changed there, and never a line taken away.

Each entry is one write at the end of the file, which other processes cannot come in between of. A line that a crash or
a full disk has torn is passed over when the journal is read, and does not swallow the next.
"""

from __future__ import annotations

import json
import os
import sys

from load._caller import cell_of
from load._redact import redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from load._caller import Caller
    from load._events import Change

FILE = "history.jsonl"


class Entry:
    """One thing that was done.

    Attributes:
        time: when, ISO 8601 in UTC.
        action: "install", "uninstall", "repair" or "sync".
        requirements: what was asked for.
        changes: what changed, a table each with name, old, new and source.
        file: file of the code that asked, a cell as IPython names it (`cell In[3]`), or "".
        line: line in it, or 0.
        package: installed package that the code belongs to, or None.
        script: the program that ran, or None.
        reason: why it was allowed.
        command: what was run.
        backend: "uv" or "pip".
        target: the environment or overlay, in words.
        load: version of load.
        python: version of Python.
    """

    __slots__ = (
        "action",
        "backend",
        "changes",
        "command",
        "file",
        "line",
        "load",
        "package",
        "python",
        "reason",
        "requirements",
        "script",
        "target",
        "time",
    )

    if TYPE_CHECKING:
        time: str
        action: str
        requirements: Sequence[str]
        changes: Sequence[dict[str, Any]]
        file: str
        line: int
        package: str | None
        script: str | None
        reason: str
        command: Sequence[str]
        backend: str
        target: str
        load: str
        python: str

    def __init__(self, **facts: Any) -> None:
        for name in self.__slots__:
            setattr(self, name, facts.get(name))

    def as_dict(self) -> dict[str, Any]:
        """The entry as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __repr__(self) -> str:
        return f"<Entry: {self.time} {self.action} {self.requirements}>"


def append(
    folder: str,
    *,
    action: str,
    requirements: Sequence[str],
    changes: Sequence[Change],
    caller: Caller,
    reason: str,
    command: Sequence[str],
    backend: str,
    target: str,
    script: str | None,
) -> None:
    """Write down what was done; where that cannot be written, a warning says so: the thing itself is done."""
    facts = {
        "time": _now(),
        "action": action,
        "requirements": [redact(each) for each in requirements],
        "changes": [_change(each) for each in changes],
        "file": cell_of(caller.filename) or caller.filename,
        "line": caller.line,
        "package": caller.package,
        "script": script,
        "reason": reason,
        "command": [redact(each) for each in command],
        "backend": backend,
        "target": target,
        "load": sys.modules[__name__.partition(".")[0]].__version__,
        "python": sys.version.split()[0],
    }
    try:
        _write(os.path.join(folder, FILE), json.dumps(facts, ensure_ascii=False))
    except OSError as error:
        import warnings

        warnings.warn(f"load could not write its journal in {folder}: {error}", RuntimeWarning, stacklevel=2)


def _change(change: Change) -> dict[str, Any]:
    return {"name": change.name, "old": change.old, "new": redact(change.new or "") or None, "source": change.source}


def _now() -> str:
    import time

    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _write(path: str, line: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
    try:
        # A torn line is ended first, so that it does not swallow this one.
        start = "" if _ends_whole(descriptor) else "\n"
        os.write(descriptor, f"{start}{line}\n".encode("utf-8", "backslashreplace"))
    finally:
        os.close(descriptor)


def _ends_whole(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    if size == 0:
        return True
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"


def read(folder: str) -> list[Entry]:
    """The entries of a journal, the oldest first; none where there is no journal.

    Raises:
        OSError: it is there and cannot be read.
    """
    try:
        with open(os.path.join(folder, FILE), encoding="utf-8", errors="replace", newline="\n") as file:
            lines = file.read().split("\n")  # no other end of a line: a path may hold any
    except FileNotFoundError:
        return []
    return [Entry(**facts) for facts in map(_parsed, lines) if facts is not None]


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        facts = json.loads(line)
    except (ValueError, RecursionError):  # torn by a crash, or not of our writing
        return None
    return {key: facts[key] for key in Entry.__slots__ if key in facts} if _is_entry(facts) else None


def _is_entry(facts: Any) -> bool:
    """Whether a line says what happened, in the form in which it is written."""
    if not isinstance(facts, dict) or not all(isinstance(facts.get(key), str) for key in ("time", "action")):
        return False
    if not all(isinstance(facts.get(key, ""), str | None) for key in _TEXTS) or type(facts.get("line", 0)) is not int:
        return False
    if not all(_are(facts.get(key), str) for key in ("requirements", "command")) or not _are(facts["changes"], dict):
        return False
    return all(_is_change(each) for each in facts["changes"])


_TEXTS = ("file", "package", "script", "reason", "backend", "target", "load", "python")


def _are(values: Any, kind: type) -> bool:
    return isinstance(values, list) and all(isinstance(each, kind) for each in values)


def _is_change(change: dict[str, Any]) -> bool:
    return isinstance(change.get("name"), str) and all(
        key in change and isinstance(change[key], str | None) for key in ("old", "new")
    )
