"""What auto-print and the IPython extension cost a cell that loads nothing."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

from benchmarks.pairs import Figure, figure, printed, remark

ROUNDS = 15
# Time of the processor, as the difference is small beside what others take of it.
# What IPython calls before and after each cell, with a cell that takes names and one that has nothing of the sort.
CHILD = """
import json, sys, time
from types import SimpleNamespace
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
info = SimpleNamespace(raw_cell="total = sum(values)\\nprint(total)", transformed_cell="", cell_id=None)
result = SimpleNamespace(info=info, error_in_exec=None, error_before_exec=None, result=None, success=True)

def cost(times=2000):
    started = time.process_time()
    for _ in range(times):
        shell.events.trigger("pre_run_cell", info)
        shell.events.trigger("post_run_cell", result)
    return (time.process_time() - started) / times * 1e6

def on():
    load.enable_auto_print()
    shell.run_line_magic("load_ext", "load")

def off():
    load.disable_auto_print()
    shell.run_line_magic("unload_ext", "load")

import load
rounds = {"on": [], "off": []}
cost()
for _ in range(int(sys.argv[1])):
    for name, switch in (("on", on), ("off", off)):
        switch()
        rounds[name].append(cost())
print(json.dumps([first - second for first, second in zip(rounds["on"], rounds["off"])]))
"""


def measure(folder: Path) -> list[Figure]:
    """The figures of a cell.

    Args:
        folder: an empty folder.
    """
    what = "a cell that loads nothing, with auto-print and the IPython extension on"
    if importlib.util.find_spec("IPython") is None:
        return [remark(what, "IPython is not installed")]
    command = [sys.executable, "-c", CHILD, str(ROUNDS)]
    costs = json.loads(printed(command, IPYTHONDIR=str(folder / "ipython")))
    return [figure(what, 20.0, costs, unit="µs")]
