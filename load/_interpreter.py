"""Whether this process is a Python interpreter, which something can be installed for, or a program that holds one.

`sys.executable` of a frozen program is the program itself: whoever starts it as Python starts the program once more.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# What freezes programs, how it is called, and its option for a module that no import statement names.
_OPTIONS = {"PyInstaller": ("pyinstaller", "--hidden-import "), "Nuitka": ("nuitka", "--include-module=")}


def is_python() -> bool:
    """Whether `sys.executable` is Python."""
    return why_not_python() is None


def why_not_python() -> str | None:
    """What this process is instead, as "this program is frozen by PyInstaller"; None where it is Python."""
    by = _frozen_by()
    if by is not None:
        return f"this program is frozen by {by}" if by else "this program is frozen"
    return None if sys.executable else "this Python is embedded in another program"


def how_to_bundle(requirements: Sequence[str], modules: Sequence[str]) -> str:
    """What to do for modules to be in this program, which is not Python.

    Args:
        requirements: what brings them.
        modules: their import names, as far as these are known.
    """
    from shlex import quote

    what = f"install {' '.join(map(quote, requirements))}"

    by = _frozen_by()
    if by is None:
        return f"{what} before the program starts"
    program, option = _OPTIONS.get(by, ("", ""))
    if not (option and modules):
        return f"{what} where the program is built, and bundle {' and '.join(modules) or 'what it brings'}"
    options = " ".join(f"{option}{module}" for module in modules)
    return f"{what} where the program is built, and bundle {' and '.join(modules)}: {program} {options}"


def _frozen_by() -> str | None:
    """What has frozen this program, "" where that cannot be told; None where it is not frozen.

    `sys.frozen` is set by PyInstaller, cx_Freeze, py2exe and py2app
    (https://pyinstaller.org/en/stable/runtime-information.html). What Nuitka has compiled, but not made to stand
    alone, runs with the Python that is installed, and has that as `sys.executable`.
    """
    if getattr(sys, "frozen", False):
        return "PyInstaller" if hasattr(sys, "_MEIPASS") else ""
    compiled = getattr(sys.modules.get("__main__"), "__compiled__", None)
    return "Nuitka" if compiled is not None and getattr(compiled, "standalone", True) else None
