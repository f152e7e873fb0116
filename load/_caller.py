"""Who asked: the nearest code on the stack that is neither `load` nor the standard library."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

# Code says where it lay when it was compiled, and in a frozen program its file lies elsewhere: PyInstaller has the code
# say `load/_caller.py`, cx_Freeze leaves the path of the machine that built it. Nuitka has both say the same. With each
# of them all lies in one folder, the standard library as well.
_WRITTEN = sys._getframe().f_code.co_filename
_OWN = os.path.dirname(_WRITTEN) + os.sep
_BESIDE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_INSTALLED = [f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}"]  # and the overlays in use


def _standard_library() -> str:
    """The folder of Python's own code, as that says it; no file name begins with it where that is not a folder."""
    file = getattr(os, "__file__", None)
    if file is None or __file__ != _WRITTEN:
        from encodings import search_function  # which no Python starts without

        file = os.path.dirname(search_function.__code__.co_filename)
    folder = os.path.dirname(file)
    return (os.path.abspath(folder) if folder else "<frozen ") + os.sep


_STANDARD_LIBRARY = _standard_library()
_IS_BUNDLE = __file__ != _WRITTEN or _STANDARD_LIBRARY == _BESIDE


class Caller:
    """Where a request was written.

    Attributes:
        filename: file of the code, as its code object has it (`<stdin>` at a prompt).
        line: line in that file.
        package: import name of the top-level package if the code lies in site-packages, else None.
    """

    __slots__ = ("filename", "line", "package")

    def __init__(self, filename: str, line: int, package: str | None = None) -> None:
        self.filename = filename
        self.line = line
        self.package = package

    @property
    def folder(self) -> str:
        """Where relative paths start: beside the caller's file, or in the working directory."""
        if os.path.isfile(self.filename):
            return os.path.dirname(os.path.abspath(self.filename))
        return os.getcwd()

    def __str__(self) -> str:
        cell = cell_of(self.filename)
        return f"{cell}, line {self.line}" if cell else f"{self.filename}:{self.line}"

    def __repr__(self) -> str:
        return f"Caller({self.filename!r}, {self.line!r}, {self.package!r})"


NOBODY = Caller("<command line>", 0)


def cell_of(filename: str) -> str:
    """A cell of IPython as its tracebacks name it, `cell In[3]`, or "": a cell's file says nothing to anybody."""
    shell = getattr(sys.modules.get("IPython.core.interactiveshell"), "InteractiveShell", None)
    if shell is None or not shell.initialized():
        return ""
    told = getattr(shell.instance().compile, "format_code_name", lambda _: None)(filename)
    return f"{told[0].lower()} {told[1]}" if told else ""


def shorten_interrupt(error: KeyboardInterrupt) -> None:
    """Have Ctrl-C in the midst of what `load` does go on without the frames of that; `LOAD_DEBUG=1` keeps them.

    One that meets anybody else's code, as the body of a module that is imported, keeps all.
    """
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if not is_own_code(filename) and not is_standard_library(filename):
            return
        trace = trace.tb_next
    if not os.environ.get("LOAD_DEBUG"):
        error.__traceback__ = None


def script_of(caller: Caller) -> str | None:
    """The file of the program that somebody's request belongs to; None at a prompt, and for the command `load` itself.

    What `load run` prepares is not `__main__` yet: there it is the program that asks.
    """
    main = sys.modules.get("__main__")
    if not _is_command(main):
        return getattr(main, "__file__", None)
    return None if caller is NOBODY else caller.filename


def _is_command(main: object) -> bool:
    """Whether this `__main__` is that of the command `load`: its launcher, or `python -m load`."""
    code = getattr(getattr(main, "main", None), "__code__", None)
    return code is not None and is_own_code(code.co_filename)


def is_own_code(filename: str) -> bool:
    """Whether the file is part of `load`."""
    return filename.startswith(_OWN)


def is_standard_library(filename: str) -> bool:
    """Whether the file is part of Python itself, frozen modules included."""
    if filename.startswith("<frozen "):
        return True
    if _IS_BUNDLE and (filename.startswith(_BESIDE) or not os.path.isabs(filename)):
        root = filename.removeprefix(_BESIDE).partition(os.sep)[0]
        return root.removesuffix(".py") in sys.stdlib_module_names
    return filename.startswith(_STANDARD_LIBRARY) and not _is_installed(filename)


def is_library_code(filename: str) -> bool:
    """Whether the file is installed code or the standard library, and not somebody's own."""
    return is_standard_library(filename) or _is_installed(filename)


def _is_installed(filename: str) -> bool:
    return any(marker in filename for marker in _INSTALLED)


def add_installed_folder(folder: str) -> None:
    """From now on code below `folder` is installed code, as that in site-packages is: an overlay holds nobody's own."""
    marker = folder + os.sep
    if marker not in _INSTALLED:
        _INSTALLED.append(marker)


def package_of(filename: str) -> str | None:
    """The top-level package that a file in site-packages belongs to."""
    for marker in _INSTALLED:
        _, found, tail = filename.rpartition(marker)
        if found:
            return tail.split(os.sep)[0].removesuffix(".py")
    return None


def find_caller(frame: FrameType | None = None) -> Caller:
    """The nearest frame at or above `frame` (default: of the function that calls this) that is somebody's own code."""
    frame = frame or sys._getframe(1)
    while frame is not None:
        filename = frame.f_code.co_filename
        if not is_own_code(filename) and not is_standard_library(filename):
            return Caller(filename, frame.f_lineno or 0, package_of(filename))
        frame = frame.f_back
    return NOBODY
