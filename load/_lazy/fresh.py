"""The import of a package in a fresh process of this Python, and what came with it.

Question and answer are files, whose names the package does not see: it may print, close or replace what it likes, read
`sys.argv`, or end the process. Both are `marshal`, which every process has: any other module would count as brought.
"""

from __future__ import annotations

import marshal
import os
import sys
from typing import NamedTuple

from load import _process
from load.errors import InstallError, ResolveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

TIMEOUT = 300.0  # seconds for the import
_LAST = 5  # lines that are told of what the process said

# What runs there; a function, as the package may empty the namespace of `__main__`. Its finder finds nothing, and notes
# on whose behalf each module is looked for: the frames from the import out to the body of the module that runs, without
# the functions of `importlib` and of `load`, through which a lazy name is imported for whoever uses it.
_CHILD = """
def look():
    import marshal, os, sys, time

    with open(sys.argv.pop(), "rb") as file:
        package, sys.path[:], answer = marshal.loads(file.read())
    out, dumps, clock, mine = open(answer, "wb", 0), marshal.dumps, time.perf_counter, sys._getframe().f_code
    getpid, getframe, modules = os.getpid, sys._getframe, sys.modules
    pid = getpid()
    resident = lambda: None
    if sys.platform == "linux" and os.path.exists("/proc/self/statm"):
        statm, page, pread = os.open("/proc/self/statm", os.O_RDONLY), os.sysconf("SC_PAGE_SIZE"), os.pread
        resident = lambda: int(pread(statm, 128, 0).split()[1]) * page
    seen = {}
    machinery = {"importlib", "importlib.util", "importlib._bootstrap", "importlib._bootstrap_external",
                 "_frozen_importlib", "_frozen_importlib_external"}

    class Notes:
        @staticmethod
        def find_spec(name, path=None, target=None):
            frame, frames, importer = getframe(1), [], ""
            while frame is not None and len(frames) < 32:
                code, module = frame.f_code, frame.f_globals.get("__name__") or ""
                if code is mine:
                    importer = "__main__"
                    break
                is_body = code.co_name == "<module>"
                if is_body or not (module in machinery or module == "load" or module.startswith("load.")):
                    frames.append((code.co_filename, frame.f_lineno or 0, code.co_qualname))
                    importer = importer or module
                if is_body and module:
                    importer = module
                    break
                frame = frame.f_back
            seen.setdefault(name, (importer, frames))

    before, failed, size = set(modules), None, resident()
    sys.meta_path.insert(0, Notes)
    started = clock()
    try:
        __import__(package)
    except BaseException as error:
        failed = error
    seconds = clock() - started
    grown = None if size is None else resident() - size
    if getpid() != pid:
        return
    sys.meta_path[:] = [each for each in sys.meta_path if each is not Notes]
    if failed is not None:
        lines = [type(failed).__name__]
        try:
            import traceback
            lines = traceback.format_exception(type(failed), failed, failed.__traceback__.tb_next)
        except Exception:  # the package has broken what this needs, or its text: the type is told all the same
            pass
        out.write(dumps({"failed": type(failed).__name__, "lines": "".join(lines).splitlines()}))
        return
    came = [str(name) for name, module in list(modules.items()) if module is not None and name not in before]
    out.write(dumps({"seconds": seconds, "bytes": grown, "modules": came, "importers": seen}))

look()
"""


def ask(package: str) -> dict[str, Any]:
    """What an import takes and brings.

    Returns:
        `seconds`; `bytes` of resident memory, or None where the system has no `/proc`; `modules`, those that come;
        `importers`, for each of them on whose behalf it was looked for.

    Raises:
        ResolveError: it cannot be imported; `context` has the end of what its process said.
    """
    return answer_of(_CHILD, package)


def answer_of(child: str, package: str, *more: str | float) -> dict[str, Any]:
    """What code in a fresh process says of the import of a package; the arguments are those of `asked`.

    Raises:
        ResolveError: it cannot be imported; `context` has the end of what its process said.
    """
    return understood(package, asked(child, package, *more))


class Answer(NamedTuple):
    """What came of a fresh process.

    Attributes:
        told: what it has written down; None where it has not, or not all of it.
        said: the lines of its standard error.
        code: its exit code.
        late: seconds after which it was ended; None where it came to its end by itself.
    """

    told: dict[str, Any] | None
    said: list[str]
    code: int
    late: float | None


def asked(child: str, package: str, *more: str | float, timeout: float | None = None) -> Answer:
    """Run code in a fresh process.

    Args:
        child: the code. The last word of its command line is a file that holds, by `marshal`, the package, the path to
            look for it on, the file to write the answer to, and what else there is. Of a failure the answer has the
            `failed` type and the `lines` to show.
        package: its import name.
        more: what else the code is to know.
        timeout: seconds for the whole process; None for `TIMEOUT`.
    """
    import tempfile

    seconds = TIMEOUT if timeout is None else timeout
    with tempfile.TemporaryDirectory(prefix="load-", ignore_cleanup_errors=True) as folder:
        question, answer = os.path.join(folder, "question"), os.path.join(folder, "answer")
        with open(question, "wb") as file:  # the import system takes nothing but texts from the path, either
            marshal.dump((package, [each for each in sys.path if isinstance(each, str)], answer, *more), file)
        environ = {name: value for name, value in os.environ.items() if name != "LOAD_EAGER"}
        # -P: what is on the path is told otherwise, and nothing that lies in the working directory comes before it.
        command = [sys.executable, *_process.interpreter_options(silent=True), "-P", "-c", child, question]
        try:
            done = _process.run(command, env=environ, timeout=seconds)
        except InstallError as error:  # too slow: perhaps only to end, with a thread that runs on
            return Answer(_read(answer), list(error.last_lines), 0, seconds)
        return Answer(_read(answer), done.stderr.strip().splitlines(), done.returncode, None)


def understood(package: str, answer: Answer) -> dict[str, Any]:
    """What a process has told of the import of a package.

    Raises:
        ResolveError: it cannot be imported.
    """
    told = answer.told
    if told is None:
        fact = _ended(answer.code) if answer.late is None else f"was not imported within {answer.late:g} s"
        raise _failed(package, fact, answer.said)
    if "failed" in told:
        ends = told["failed"] == "SystemExit"
        fact = "ends the process that imports it" if ends else "cannot be imported in a fresh process"
        raise _failed(package, fact, told["lines"])
    return told


def _read(path: str) -> dict[str, Any] | None:
    """What a process has written down; None where it ended before it was written, or whole."""
    try:
        with open(path, "rb") as file:
            told: dict[str, Any] = marshal.loads(file.read())  # noqa: S302 - of our own process
    except (OSError, EOFError, ValueError, TypeError):  # it ended before it was written, or whole
        return None
    return told


def _ended(code: int) -> str:
    """That a process came to its end, as part of a sentence about the package."""
    return f"ends the process that imports it, with the exit code {code}"


def _failed(package: str, fact: str, lines: Sequence[str]) -> ResolveError:
    """The error about a package, with the end of what its process said."""
    return ResolveError(
        f"{package!r} {fact}.",
        context=lines[-_LAST:],
        hint=f"{sys.executable} -c 'import {package}'",
        name=package,
    )
