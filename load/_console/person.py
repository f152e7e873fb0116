"""Whether somebody is there who can be asked."""

from __future__ import annotations

import os
import sys

from load._console.terminal import UNWRITABLE, is_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PROCESS = os.getpid()


def person_is_there() -> bool:
    """Whether somebody can be asked here and now.

    True where standard input and standard error are terminals and this process group is in the foreground,
    or in a notebook whose front end can ask; and only in the main thread of the main process.
    """
    if not _in_main_thread_of_main_process():
        return False
    kernel = running_kernel()
    if kernel is not None:
        return _front_end_can_ask(kernel)
    return is_terminal(sys.stdin) and is_terminal(sys.stderr) and _in_foreground(_descriptor())


def _in_main_thread_of_main_process() -> bool:
    import threading

    if threading.current_thread() is not threading.main_thread() or os.getpid() != _PROCESS:
        return False
    processes = sys.modules.get("multiprocessing.process")
    return processes is None or processes.parent_process() is None


def _descriptor() -> int | None:
    try:
        return sys.stdin.fileno()
    except UNWRITABLE:
        return None


def _in_foreground(descriptor: int | None) -> bool:
    if descriptor is None:
        return False
    if sys.platform == "win32":
        return _is_console(descriptor)
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False  # a terminal, but not the one that controls this process


if sys.platform == "win32":

    def _is_console(descriptor: int) -> bool:
        """Whether it is a console window: `NUL` says that it is a terminal too."""
        import ctypes
        import msvcrt

        mode = ctypes.c_ulong()
        handle = ctypes.c_void_p(msvcrt.get_osfhandle(descriptor))
        return bool(ctypes.windll.kernel32.GetConsoleMode(handle, ctypes.byref(mode)))


def running_kernel() -> Any:
    """The Jupyter kernel that this process is, or None; nothing is imported to find out."""
    application = getattr(sys.modules.get("ipykernel.kernelapp"), "IPKernelApp", None)
    if application is None or not application.initialized():
        return None
    return getattr(application.instance(), "kernel", None)


def _front_end_can_ask(kernel: Any) -> bool:
    """Whether the cell that runs now came from a front end that takes questions (`allow_stdin`).

    nbconvert and papermill send false. Code that runs outside a cell, as the callback of a widget, has nobody
    who would answer. Source: the Jupyter messaging protocol, `execute_request`.
    """
    request = kernel.get_parent("shell") or {}
    return bool(request.get("content", {}).get("allow_stdin")) and bool(kernel._allow_stdin)
