"""pip, unable to build: this file is run as a program in the place of `python -m pip`.

`--only-binary` holds for what an index offers, not for direct references, and these may stand in the metadata of any
dependency. But pip runs the code of a source only in interpreters that it starts: the hooks of a build backend, a
`setup.py`, the pip that fills a build's environment. An audit hook cannot be taken away again, and refuses to start
these; git and whatever else pip calls for help run as ever.

Sources: PEP 517, and PEP 578 with https://docs.python.org/3/library/audit_events.html
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# `failures` knows it again.
REFUSAL = "building from source is disabled: nobody agreed to run its code"


def refuse_interpreters(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook.

    Raises:
        OSError: an interpreter would be started; pip ends with one line about such an error.
    """
    if event == "subprocess.Popen" and _is_interpreter(_program(*arguments[:2])):
        raise OSError(REFUSAL)


def _program(executable: Any, command: Any) -> str:
    """The program of a `Popen`: on Windows it may stand in a command line only."""
    if executable is not None:
        return os.fsdecode(executable)
    if not isinstance(command, str):
        return os.fsdecode(command[0])
    return command[1:].partition('"')[0] if command.startswith('"') else command.partition(" ")[0]


def _is_interpreter(program: str) -> bool:
    if os.path.basename(program).lower().startswith(("python", "pypy")):
        return True
    own = {_same(path) for path in (sys.executable, getattr(sys, "_base_executable", "")) if path}
    return _same(program) in own


def _same(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def main() -> None:
    """Run pip with the arguments of this process."""
    from runpy import run_module

    sys.addaudithook(refuse_interpreters)
    run_module("pip", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
