"""What `load profile` runs in a process of its own: a program, with its imports watched from the first on.

    python -c 'from load._cli.profiled import main; main()' OUTPUT LOOK KIND PROGRAM [ARG ...]

LOOK is what is looked for when the program has ended: "cycles", or nothing; KIND is "script", "module" or "import".
However the program ends, the profile is written to OUTPUT, as JSON; only what ends the process at once (`os._exit`, a
signal) leaves none.
"""

from __future__ import annotations

import os
import sys

from load._cli.execute import run_module, run_path, run_text, when_ended
from load._imports.profiler import ImportProfiler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run what the command line names, and exit with its code."""
    output, look, kind, *words = sys.argv[1:]
    process = os.getpid()
    profiler = ImportProfiler()
    if kind == "module":
        import runpy  # noqa: F401 - what runs a module is no part of what is looked at
    when_ended.append(profiler.uninstall)  # a traceback takes imports of its own
    code = 1
    try:
        with profiler:
            code = _run(kind, words)
    finally:
        if os.getpid() == process:  # a child that the program made comes by here as well
            _write(output, _title(kind, words), look.split(","), profiler)
    sys.exit(code)


def _run(kind: str, words: list[str]) -> int:
    if kind == "module":
        return run_module(words[0], words)
    if kind == "import":
        return run_text(f"import {words[0]}\n".encode(), ["-c"])
    return run_path(words[0], words)


def _title(kind: str, words: list[str]) -> str:
    return {"import": "import ", "module": "-m "}.get(kind, "") + " ".join(words)


def _write(output: str, title: str, look: list[str], profiler: ImportProfiler) -> None:
    from load._report.files import as_json, write

    document = profiler.as_document(title)
    if "cycles" in look:
        from load._imports.module_manager import ModuleManager

        cycles = ModuleManager(profiler.records).find_cycles()
        document["cycles"] = [each.as_dict() for each in cycles if any(name in profiler for name in each.modules)]
    write(output, as_json(document))
