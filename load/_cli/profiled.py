"""What `load profile` runs in a process of its own: a program, with its imports watched from the first on.

    python -c 'from load._cli.profiled import main; main()' OUTPUT LOOK KIND PROGRAM [ARG ...]

LOOK is what is looked for besides: "cycles", "suggestions", both with a comma in between, or nothing; KIND is "script",
"module" or "import". However the program ends, the profile is written to OUTPUT, as JSON; only what ends the process at
once (`os._exit`, a signal) leaves none.
"""

from __future__ import annotations

import os
import sys

from load._cli.execute import run_module, run_path, run_text, when_ended
from load._imports.profiler import ImportProfiler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from load._imports.usage import Used


def main() -> NoReturn:
    """Run what the command line names, and exit with its code."""
    output, look, kind, *words = sys.argv[1:]
    process = os.getpid()
    profiler = ImportProfiler()
    if kind == "module":
        import runpy  # noqa: F401 - what runs a module is no part of what is looked at
    when_ended.append(profiler.uninstall)  # a traceback takes imports of its own
    looks = look.split(",")
    used = _watch_use() if "suggestions" in looks else None
    code = 1
    try:
        with profiler:
            code = _run(kind, words)
    finally:
        if os.getpid() == process:  # a child that the program made comes by here as well
            _write(output, _title(kind, words), looks, profiler, used)
    sys.exit(code)


def _run(kind: str, words: list[str]) -> int:
    if kind == "module":
        return run_module(words[0], words)
    if kind == "import":
        return run_text(f"import {words[0]}\n".encode(), ["-c"])
    return run_path(words[0], words)


def _title(kind: str, words: list[str]) -> str:
    return {"import": "import ", "module": "-m "}.get(kind, "") + " ".join(words)


def _watch_use() -> Used:
    from load._imports.usage import UsageRecorder

    recorder = UsageRecorder()
    used = recorder.start()
    when_ended.append(recorder.stop)
    return used


def _write(output: str, title: str, looks: list[str], profiler: ImportProfiler, used: Used | None) -> None:
    from load._report.files import as_json, write

    document = profiler.as_document(title)
    if looks != [""]:
        from load._imports.module_manager import ModuleManager

        graph = ModuleManager(profiler.records).graph
        if "cycles" in looks:
            cycles = graph.find_cycles()
            document["cycles"] = [each.as_dict() for each in cycles if any(name in profiler for name in each.modules)]
        if "suggestions" in looks:
            from load._imports.suggestions import suggest

            document["suggestions"] = [each.as_dict() for each in suggest(profiler, used, graph=graph)]
    write(output, as_json(document))
