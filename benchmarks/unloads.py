"""Twenty packages, taken out and imported again three times in each way: the table of `docs/explanation/unloading.md`.

Each cell is a child of its own, as a crash shows only as an exit code. Beside it, what a big package of plain Python
gives back. `python -m benchmarks.unloads` writes the page.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.pairs import Figure, environment, figure, remark
from benchmarks.places import ROOT

PAGE = ROOT / "docs" / "explanation" / "unloading.md"
BEGIN, END = "<!-- the table, written by python -m benchmarks.unloads -->", "<!-- end of the table -->"
PYTHONS = ("3.11", "3.13")
WAYS = ("temporarily", "unload", "force")
GROWTH = 1.1  # of the process, from the first import to the fourth
# Distribution → what is imported, and a real use of it.
PACKAGES = {
    "numpy": ("numpy", "assert (module.arange(6).reshape(2, 3) @ module.ones(3)).tolist() == [3, 12]"),
    "pandas": ("pandas", "assert module.DataFrame({'a': [1, 1], 'b': [2, 3]}).groupby('a').b.sum()[1] == 5"),
    "matplotlib": (
        "matplotlib.figure",
        "import io; f = module.Figure(); f.add_subplot().plot([1, 2]); f.savefig(o := io.BytesIO()); assert o.tell()",
    ),
    "sympy": ("sympy", "x = module.Symbol('x'); assert str(module.integrate(x**2, x)) == 'x**3/3'"),
    "sqlalchemy": (
        "sqlalchemy",
        (
            "e = module.create_engine('sqlite://'); c = e.connect(); "
            "assert c.execute(module.text('select 1')).scalar() == 1; c.close(); e.dispose()"
        ),
    ),
    "pydantic": ("pydantic", "assert module.create_model('M', x=(int, ...))(x='3').x == 3"),
    "pillow": ("PIL.Image", "assert module.new('RGB', (2, 2)).tobytes('jpeg', 'RGB')"),
    "lxml": ("lxml.etree", "assert module.fromstring('<a><b/></a>').xpath('//b')[0].tag == 'b'"),
    "orjson": ("orjson", "assert module.loads(module.dumps({'a': [1]})) == {'a': [1]}"),
    "cryptography": (
        "cryptography.fernet",
        "f = module.Fernet(module.Fernet.generate_key()); assert f.decrypt(f.encrypt(b'x')) == b'x'",
    ),
    "pyyaml": ("yaml", "assert module.safe_load('a: [1]') == {'a': [1]}; assert module.dump({'a': module.YAMLError})"),
    "requests": (
        "requests",
        "assert module.Request('GET', 'http://x/y', params={'a': 1}).prepare().url[-4:] == '?a=1'",
    ),
    "rich": (
        "rich.table",
        (
            "import io; from rich.console import Console; t = module.Table('head'); t.add_row('cell'); "
            "c = Console(file=io.StringIO()); c.print(t); assert 'cell' in c.file.getvalue()"
        ),
    ),
    "jinja2": ("jinja2", "assert module.Template('{% for i in a %}{{ i|upper }}{% endfor %}').render(a='xy') == 'XY'"),
    "click": (
        "click",
        (
            "from click.testing import CliRunner; "
            "f = module.command()(module.option('--n')(lambda n: module.echo(n))); "
            "assert CliRunner().invoke(f, ['--n', 'x']).output == 'x\\n'"
        ),
    ),
    "attrs": ("attr", "C = module.make_class('C', ['x']); assert C(1) == C(1) and module.asdict(C(2)) == {'x': 2}"),
    "networkx": ("networkx", "assert module.shortest_path_length(module.path_graph(4), 0, 3) == 3"),
    "regex": ("regex", "assert module.fullmatch(r'\\p{L}+(?<!x)', 'abc')"),
    "msgpack": ("msgpack", "assert module.unpackb(module.packb({'a': [1.5]})) == {'a': [1.5]}"),
    "scikit-learn": (
        "sklearn.linear_model",
        "assert module.LinearRegression().fit([[0], [1]], [0, 1]).predict([[2]])[0] > 1.9",
    ),
}
CHILD = """
import gc, importlib, json, sys
sys.path.insert(0, sys.argv[4])
import load, small_one
from load._memory import resident
from load._unload.aftermath import trim
from load._unload.report import UnloadReport

name, use, way = sys.argv[1:4]

def once():
    exec(use, {"module": importlib.import_module(name), "__name__": "somebodys"})
    gc.collect()
    trim()
    return resident()

def taken_out():
    if way == "temporarily":
        with (block := load.temporarily(name)):
            size = once()
            foretold = block.preview()
        return size, foretold, block.report
    size = once()
    try:
        foretold = load.unload_report(name, force=way == "force")
        return size, foretold, load.unload(name, force=way == "force")
    except load.errors.UnloadRefused as error:
        return size, None, UnloadReport(kept={name: "refused: " + error.message}, dry_run=True)

load.unload("small_one", force=True)  # what this library itself needs for it is there before
del small_one
sizes, rows = [], []
for _ in range(3):
    size, foretold, report = taken_out()
    sizes.append(size)
    same = foretold is None or foretold.refused is not None or (
        (foretold.removed, foretold.kept, foretold.alive) == (report.removed, report.kept, report.alive))
    assert not set(report.removed) & set(sys.modules)
    kept = report.kept.get(name.partition(".")[0]) or report.kept.get(name) or ""
    rows.append((same, len(report.removed), report.freed or 0, kept))
    del foretold, report
print(json.dumps({"rows": rows, "growth": once() / sizes[0]}))
"""


class Cell:
    """What became of one package in one way, in one child or several.

    Attributes:
        problem: what is not as it has to be; "" where all is.
        gone: how many modules went the first time.
        freed: bytes that came back then.
        growth: the process with the package imported for the fourth time, to that with it imported for the first.
        kept: why it stays, or "".
    """

    def __init__(self, children: list[subprocess.CompletedProcess[str]]) -> None:
        self.gone, self.freed, self.growth, self.kept = 0, 0, 0.0, ""
        failed = next((each for each in children if each.returncode), None)
        if failed is not None:
            said = failed.stderr.strip().splitlines()
            self.problem = f"exit code {failed.returncode}: {said[-1] if said else 'nothing said'}"
            return
        found: list[dict[str, Any]] = [json.loads(each.stdout.splitlines()[-1]) for each in children]
        self.growth = statistics.median(each["growth"] for each in found)
        _, self.gone, self.freed, self.kept = found[0]["rows"][0]
        wrong = [
            "" if all(row[0] for each in found for row in each["rows"]) else "it was foretold otherwise",
            "" if self.growth <= GROWTH else f"grew to {self.growth:.2f} of the first import",
        ]
        self.problem = ", ".join(filter(None, wrong))

    def words(self) -> str:
        """The cell of the table."""
        if self.problem:
            return f"**{self.problem}**"
        what = f"{self.gone} modules go, {self.freed / 1e6:.1f} MB" if self.gone else f"stays: {_shortly(self.kept)}"
        return f"{what}; ×{self.growth:.2f}"


def _shortly(kept: str) -> str:
    if "extension module" in kept:
        return "extension modules"
    if "load itself" in kept:
        return "`load` runs on it"
    return kept.partition(":")[0] if kept.startswith("held by") else kept or "nothing of it was loaded by the block"


def measure(folder: Path) -> list[Figure]:
    """What is not right in the table, printed as it comes, and how much a package of plain Python gives back."""
    return _measured(folder)[0]


def _measured(folder: Path) -> tuple[list[Figure], list[str]]:
    (folder / "small_one.py").write_text("import logging\nclass A:\n    def f(self): return 1\n", encoding="utf-8")
    figures: list[Figure] = []
    lines: list[str] = []
    for version in PYTHONS:
        python = _python(folder / f"python{version}", version)
        if python is None:
            figures.append(remark(f"truth table of unloading ({version})", "no such Python here"))
            continue
        table = _Table(python, version)
        lines += table.lines(folder)
        figures += [table.figure(), _returned(python, version, folder)]
    return figures, lines


def _interpreter(version: str) -> str:
    """The path of a CPython of a version, where one is known; else uv looks for it."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    found = sorted(pyenv.glob(f"{version}.*/bin/python"))
    return str(found[-1]) if found else shutil.which(f"python{version}") or version


def _python(folder: Path, version: str) -> str | None:
    """The interpreter of an environment with `load` and all packages, made with uv."""
    from uv import find_uv_bin

    uv, python = os.fspath(find_uv_bin()), folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    commands = (
        [uv, "venv", "-q", "--python", _interpreter(version), str(folder)],
        [uv, "pip", "install", "-q", "--python", str(python), str(ROOT), *PACKAGES],
    )
    for command in commands:
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            return None
    return str(python)


class _Table:
    def __init__(self, python: str, version: str) -> None:
        self._python = python
        self._version = version
        self._right = self._all = 0

    def lines(self, folder: Path) -> list[str]:
        found = [
            "",
            f"CPython {self._version} on {platform.system()}:",
            "",
            "| package | `temporarily` | `unload` | `unload(force=True)` |",
            "| --- | --- | --- | --- |",
        ]
        for distribution, (name, use) in PACKAGES.items():
            cells = [Cell(list(self._children(name, use, way, folder))) for way in WAYS]
            self._all += len(cells)
            self._right += sum(not cell.problem for cell in cells)
            found.append(f"| {distribution} | {' | '.join(cell.words() for cell in cells)} |")
            print(found[-1], flush=True)
        return found

    def _children(self, name: str, use: str, way: str, folder: Path) -> Iterator[subprocess.CompletedProcess[str]]:
        """One child; where something went, three, as the allocator's lots fall now so, now otherwise."""
        first = self._ran(name, use, way, folder)
        yield first
        if first.returncode == 0 and any(row[1] for row in json.loads(first.stdout.splitlines()[-1])["rows"]):
            yield self._ran(name, use, way, folder)
            yield self._ran(name, use, way, folder)

    def _ran(self, name: str, use: str, way: str, folder: Path) -> subprocess.CompletedProcess[str]:
        command = [self._python, "-c", CHILD, name, use, way, str(folder)]
        return subprocess.run(command, env=environment(), cwd=folder, capture_output=True, text=True, check=False)

    def figure(self) -> Figure:
        wrong = float(self._all - self._right)
        what = f"unloading: cells of {self._all} that are not right (crash, wrong after, grown, foretold otherwise)"
        return figure(f"{what} ({self._version})", 0, [wrong], "cells")


# -- a big package of plain Python ------------------------------------------------------------------------------------

MODULES, CLASSES = 300, 40
BULKY = """
import gc, sys
from array import array
sys.path.insert(0, sys.argv[1])
import load, small_one
from load._memory import resident
from load._unload.aftermath import trim
load.unload("small_one", force=True)
del small_one
sizes = array("q", [0, 0, 0])  # a number of its own would lie among the modules, and keep a megabyte of theirs
gc.collect()
trim()
sizes[0] = resident()
import bulky
sizes[1] = resident()
del bulky
report = load.unload("bulky")
sizes[2] = resident()
assert len(report.removed) == int(sys.argv[2]) + 1 and report.alive == (), report
print((sizes[1] - sizes[2]) / (sizes[1] - sizes[0]))
"""


def make_bulky(folder: Path, modules: int = MODULES) -> None:
    """A package whose memory is classes, as those have that give none back."""
    package = folder / "bulky"
    package.mkdir(exist_ok=True)
    body = "".join(
        f"class C{number}:\n    a = {number}\n    def one(self): return {number}\n    def two(self, x): return x\n"
        for number in range(CLASSES)
    )
    imports = "".join(f"from bulky import m{number}\n" for number in range(modules))
    (package / "__init__.py").write_text(imports, encoding="utf-8")
    for number in range(modules):
        (package / f"m{number}.py").write_text(body, encoding="utf-8")


def _returned(python: str, version: str, folder: Path) -> Figure:
    make_bulky(folder)
    command = [python, "-c", BULKY, str(folder), str(MODULES)]
    kept = [100 * (1 - share) for share in _shares(command)]
    what = f"memory that {MODULES} modules of plain Python with {MODULES * CLASSES:,} classes keep after `unload`"
    if version != PYTHONS[0]:  # since 3.12 the file name in a compiled file is kept for good, one for each module
        return figure(f"{what} for the first time ({version}, which never forgets the name of a file)", None, kept, "%")
    return figure(f"{what} ({version})", 15, kept, "%")


def _shares(command: list[str]) -> Iterator[float]:
    for _ in range(6):
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
        yield float(done.stdout)


def _write(lines: list[str]) -> None:
    """Put the table into the page, between its marks."""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text("\n".join([head + BEGIN, *lines, "", END + tail]), encoding="utf-8")


def main() -> int:
    """Print the table and write it; the exit code is the number of promises that are not kept."""
    with tempfile.TemporaryDirectory() as folder:
        figures, lines = _measured(Path(folder))
    for each in figures:
        print(each.row())
    _write(lines)
    return sum(not each.kept for each in figures)


if __name__ == "__main__":
    sys.exit(main())
