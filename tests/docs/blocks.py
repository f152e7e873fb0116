"""The code of a page, as one program that runs it in its order, as docs/explanation/documentation.md says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHOWN = {"text", "py"}
LANGUAGES = {"python", "ipython", "console", "sh", "toml", "pyi", *SHOWN}
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NOT_RUN = re.compile(r"<!-- not run: (\S.*?) -->\n\Z")
_NAMED = re.compile(r"# ([\w./-]+\.\w+)\n")
_VALUE = re.compile(r"^(\s*)(\S.*?) +# → (.+)$", re.MULTILINE)
_RAISES = re.compile(r"^(\s*)(\S.*?) +# raises (\w+)$", re.MULTILINE)

START = """\
import pathlib as _pathlib, subprocess as _subprocess

def _write(name, text):
    path = _pathlib.Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

def _shell(command):
    _subprocess.run(command, shell=True, check=True)
"""
IPYTHON = """
from IPython.core.interactiveshell import InteractiveShell as _Shell
_shell_of_cells = _Shell.instance()
_shell_of_cells.user_ns.update(_write=_write, _shell=_shell)

def _cell(text):
    _shell_of_cells.run_cell(text, store_history=True).raise_error()
"""


@dataclass(frozen=True)
class Block:
    """A block of code.

    Attributes:
        language: the word after the fence.
        text: its lines.
        line: where it begins, from 1.
        why: why it is not run; empty where it is.
    """

    language: str
    text: str
    line: int
    why: str

    @property
    def file(self) -> str:
        """The file that it is written to; empty for none."""
        named = _NAMED.match(self.text)
        return named[1] if named and self.language in ("python", "toml", "pyi") else ""


def blocks_of(page: Path) -> Iterator[Block]:
    """All blocks of a page, in their order."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        mark = _NOT_RUN.search(text, 0, found.start())
        line = text.count("\n", 0, found.start()) + 1
        yield Block(found[1], found[2], line, mark[1] if mark else "")


def program_of(page: Path) -> str:
    """A program that runs what a page says; empty where there is nothing to be run."""
    runnable = [block for block in blocks_of(page) if not block.why and block.language not in SHOWN]
    parts, in_cells = [], False
    for block in runnable:
        if block.language == "ipython" and not in_cells:
            in_cells = True
            parts.append(IPYTHON)
        parts.append(f"\n# {page.name}:{block.line}\n" + _source(block, in_cells=in_cells))
    return START + "".join(parts) if parts else ""


def _source(block: Block, *, in_cells: bool) -> str:
    if block.file:
        return f"_write({block.file!r}, {block.text!r})\n"
    if block.language in ("console", "sh"):
        return "".join(f"_shell({command!r})\n" for command in commands(block))
    if block.language == "toml":
        return f"import tomllib as _tomllib\n_tomllib.loads({block.text!r})\n"
    code = asserted(block.text)
    return f"_cell({code!r})\n" if in_cells else code


def asserted(text: str) -> str:
    """Python code in which each value and each error that is told is an assertion."""
    code, count = _VALUE.subn(r"\1assert repr(\2) == repr(\3), \2", text)
    assert count == text.count("# → "), text
    code, count = _RAISES.subn(_must_raise, code)
    assert count == text.count("# raises "), text
    return code


def _must_raise(line: re.Match[str]) -> str:
    """A statement that has to raise what its line tells, that very class."""
    blank, statement, name = line.groups()
    told = f"assert type(_error).__name__ == {name!r}, repr(_error)"
    lines = ["try:", f"    {statement}", "except Exception as _error:", f"    {told}", "else:"]
    return "\n".join(blank + each for each in (*lines, f"    raise AssertionError({line[0].strip()!r})"))


def commands(block: Block) -> list[str]:
    """The commands of a block: of a console the lines after a prompt, else all that are none of a comment."""
    lines = re.sub(r"\\\n", "", block.text).splitlines()
    if block.language == "console":
        return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return [line for line in lines if line.strip() and not line.startswith("#")]
