"""Two hundred edits, done by everybody who reloads modules: how many come out right.

`python -m benchmarks.reloads` writes the page that compares them; as a room of `python -m benchmarks` it counts what
goes wrong. A peer that cannot be installed for this Python is named as not here.
"""

from __future__ import annotations

import json
import platform
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.pairs import Figure, environment, figure, printed, remark
from benchmarks.places import ROOT, Place
from benchmarks.reload_peers import TOOLS
from tests.reloads.reading import edits_of, groups, title_of

PAGE = ROOT / "docs" / "explanation" / "reloading-compared.md"
_LONGEST = 600  # seconds that a tool may take for all edits


@dataclass
class Score:
    """What a tool made of the edits.

    Attributes:
        right: group → how many came out right.
        total: group → how many there were.
        version: of the tool; "" of what comes with Python.
    """

    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    version: str = ""

    def of(self, group: str) -> str:
        """A cell of the table."""
        return f"{self.right[group]} / {self.total[group]}" if self.total[group] else "–"

    def whole(self) -> tuple[int, int]:
        """How many came out right, and of how many."""
        return self.right.total(), self.total.total()


def measure(folder: Path) -> list[Figure]:
    """How many edits go wrong, tool by tool."""
    figures = []
    for tool, score in scores(folder).items():
        title = f"edits that go wrong: {TOOLS[tool][0]}"
        if score is None:
            figures.append(remark(title, "not here: it could not be installed"))
        else:
            right, total = score.whole()
            figures.append(figure(title, 0 if tool == "load" else None, [total - right], f"of {total}"))
    return figures


def scores(folder: Path) -> dict[str, Score | None]:
    """What every tool makes of all edits; None of one that cannot be installed for this Python."""
    place = Place(folder / "reloads")
    place.install("pydantic")
    there = {tool for tool, (_, name, _) in TOOLS.items() if name is None or place.installs(name)}
    return {tool: _score(place, tool, name) if tool in there else None for tool, (_, name, _) in TOOLS.items()}


def _score(place: Place, tool: str, distribution: str | None) -> Score:
    found = Score()
    command = [place.python, "-m", "benchmarks.reload_peers", tool, *groups()]
    env = {**environment(), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, env=env, cwd=place.folder, capture_output=True, text=True, check=False, timeout=_LONGEST
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    for each in said:
        if not each["skipped"]:
            found.total[each["group"]] += 1
            found.right[each["group"]] += not each["wrong"]
    if len(said) != sum(len(edits_of(group)) for group in groups()):
        raise RuntimeError(f"{tool} ended with {done.returncode} after {len(said)} edits:\n{done.stderr[-2000:]}")
    if distribution is not None:
        code = f"from importlib.metadata import version; print(version({distribution!r}))"
        found.version = printed([place.python, "-I", "-c", code])
    return found


# -- the page ----------------------------------------------------------------------------------------------------------

HEAD = """\
# Reloading, compared

Written by `python -m benchmarks.reloads`. {count} edits, each with the sources before and after, what the rest of the
program held before, and questions to ask afterwards. An edit counts as right if all questions get the right answer: a
module answers like that of a fresh program, an object from before the edit like a new one, and after a failed edit
everything as before. The edits are data, one file for each group, for you to read and dispute:
[`tests/reloads/edits`](https://github.com/load-module/load/tree/main/tests/reloads/edits).

Measured with CPython {python} on {system}, in one run.

"""

FOOT = """
Every tool is used as in its usual surroundings, and is told as much as there. IPython's `%autoreload 2` and marimo's
reloader look at all modules before a cell runs; jurigged is told which file was written. `importlib.reload` is called
as a careful person would: once for what changed only, and once also for all that depends on it, dependencies first.
`load` is called as `load.imports.reload_changed()`, or as the edit says. What a tool cannot know, such as the handles
of `load`, is not tried with it (–).

What they do by design:

- `importlib.reload` runs a source over the old names. Nothing that was held from before is updated, removed names stay,
  and after a failure half of the new ones are there.
- IPython runs the changed module again and gives old functions and classes the new code; if only bodies of functions
  changed, it runs nothing. What depends on a module does not run again, so values computed from it are old.
- marimo empties the module before it runs it again; if that fails, the module stays empty. A marimo notebook would also
  run the cells again that use it; this suite has no cells.
- jurigged replaces the code of functions in place and runs no module as a whole. It is right for edits of functions,
  and keeps a module's state.
- `load` runs what changed and what depends on it as one transaction, and gives old objects the new code.

One wrong answer makes an edit wrong. And the suite comes from the makers of `load`: they wrote down what is right
before there was anything to run, but they knew what it should do. So look before you believe it. For one tool
and one group, `python -m benchmarks.reload_peers ipython held` prints each edit with the answers that were wrong.
"""


def page(found: dict[str, Score | None]) -> str:
    """The page."""
    there = {tool: score for tool, score in found.items() if score is not None}
    head = HEAD.format(count=there["load"].whole()[1], python=platform.python_version(), system=platform.system())
    titles = [f"{TOOLS[tool][0]} {score.version}".strip() for tool, score in there.items()]
    rows = [["what is edited", *titles], ["---", *("---:" for _ in titles)]]
    rows += [[title_of(group), *(score.of(group) for score in there.values())] for group in groups()]
    rows.append(["**all**", *("**{} / {}**".format(*score.whole()) for score in there.values())])
    absent = [TOOLS[tool][0] for tool, score in found.items() if score is None]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return head + table + (f"\nNot here, as it could not be installed: {', '.join(absent)}.\n" if absent else "") + FOOT


def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(page(scores(Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
