"""Edits as data: what the sources were and became, what was held before, and what must be true afterwards.

One file is a group: `# ` its title, then edits. Each begins with `## ` and its name, and goes on with its note and its
sections:

    ## a constant
    Whoever imported it sees the new one.
    --- before alpha.py             the sources, in the order they are imported in; `latin-1`, `crlf` may follow
    --- only                        optional: `python 3.12`, `package pydantic`, `load` (a thing of ours)
    --- import                      optional: the modules to import, where that is another order
    --- held                        optional: statements that run before the edit
    --- after alpha.py              new sources; also `--- deleted alpha.py` and `--- touched alpha.py`
    --- mtime                       optional: `same`, or `same second`
    --- call                        optional: what is called in place of `load.imports.reload_changed()`
    --- fails                       where the reload must be refused, with these words, a line each
    --- probes                      `expression => expected`, a line each

What follows the probes, if anything does, is the next step of the same edit. The files' names at the top of an import
(alpha, beta, …) get a number wherever they are written, so that many edits run in one process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

EDITS = Path(__file__).with_name("edits")
_ONCE = {"only", "import", "held"}
_OF_A_STEP = {"after", "deleted", "touched", "mtime", "call", "fails", "probes"}


@dataclass(frozen=True)
class Source:
    """A file: where it lies, and its text."""

    path: str
    text: str
    encoding: str = "utf-8"
    crlf: bool = False

    @property
    def module(self) -> str:
        """The name that it is imported under."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def content(self) -> bytes:
        """The bytes of the file."""
        return (self.text.replace("\n", "\r\n") if self.crlf else self.text).encode(self.encoding)


@dataclass
class Step:
    """One edit of one or more files, and what holds after it.

    Attributes:
        sources: the new texts.
        deleted: paths of files that go.
        touched: paths of files that only get a new time.
        mtime: "" for a later one, "same", or "same second".
        call: what is called; "" for `reload_changed`.
        fails: words of the refusal; None where there is none.
        probes: expressions and the expressions that they are equal to.
    """

    sources: list[Source] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    mtime: str = ""
    call: str = ""
    fails: list[str] | None = None
    probes: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Edit:
    """An edit: sources, what was held, and steps."""

    group: str
    name: str
    note: str = ""
    before: list[Source] = field(default_factory=list)
    only: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    held: str = ""
    steps: list[Step] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What it is called in reports."""
        return f"{self.group}: {self.name}"


def groups() -> list[str]:
    """The names of all groups."""
    return sorted(file.stem for file in EDITS.glob("*.edits"))


def title_of(group: str) -> str:
    """What a group is about, in words."""
    return (EDITS / f"{group}.edits").read_text("utf-8").partition("\n")[0].removeprefix("# ")


def edits_of(group: str) -> list[Edit]:
    """The edits of a group, as they stand in its file.

    Raises:
        ValueError: the file is not what this module describes.
    """
    text = (EDITS / f"{group}.edits").read_text("utf-8")
    found = [_edit(group, part) for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]]
    names = [edit.name for edit in found]
    if len(set(names)) != len(names):
        raise ValueError(f"{group}: two edits have one name")
    return found


def numbered(text: str, number: int) -> Edit:
    """An edit whose modules' names end with a number.

    Args:
        text: as `raw` gives it.
        number: the number.
    """
    group, _, body = text.partition("\n")
    names = {line.split()[2].partition("/")[0].removesuffix(".py") for line in body.splitlines() if _is_a_file(line)}
    either = "|".join(sorted(map(re.escape, names)))
    name, _, rest = body.partition("\n")
    rest = re.sub(rf"\b({either})\b", rf"\g<1>_{number}", rest)
    return _edit(group, f"{name}\n{rest}")


def raw(group: str) -> Iterator[str]:
    """The edits of a group as texts, each with the group's name before it."""
    text = (EDITS / f"{group}.edits").read_text("utf-8")
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        yield f"{group}\n{part}"


def _is_a_file(line: str) -> bool:
    return line.startswith(("--- before ", "--- after "))


def _edit(group: str, text: str) -> Edit:
    head, *sections = re.split(r"^--- ", text, flags=re.MULTILINE)
    name, _, note = head.partition("\n")
    edit = Edit(group, name.strip(), note.strip())
    step = Step()
    for section in sections:
        line, _, body = section.partition("\n")
        kind, *words = line.split()
        if kind == "before":
            edit.before.append(_source(words, body))
        elif kind in _ONCE:
            _say_once(edit, kind, body)
        elif kind in _OF_A_STEP:
            _say_of_step(step, kind, words, body)
        else:
            raise ValueError(f"{edit.key}: no section is called {kind!r}")
        if kind == "probes":
            edit.steps.append(step)
            step = Step()
    if not edit.before or not edit.steps or step != Step():
        raise ValueError(f"{edit.key}: it has no sources, or does not end with probes")
    return edit


def _say_once(edit: Edit, kind: str, body: str) -> None:
    if kind == "held":
        edit.held = body
    elif kind == "only":
        edit.only = _lines(body)
    else:
        edit.imports = _lines(body)


def _say_of_step(step: Step, kind: str, words: list[str], body: str) -> None:
    if kind == "after":
        step.sources.append(_source(words, body))
    elif kind == "deleted":
        step.deleted += words
    elif kind == "touched":
        step.touched += words
    elif kind == "mtime":
        step.mtime = body.strip()
    elif kind == "call":
        step.call = body.strip()
    elif kind == "fails":
        step.fails = _lines(body)
    else:
        step.probes = [_probe(line) for line in _lines(body)]


def _probe(line: str) -> tuple[str, str]:
    expression, arrow, expected = line.rpartition(" => ")
    if not arrow:
        raise ValueError(f"no `expression => expected`: {line!r}")
    return expression.strip(), expected.strip()


def _source(words: list[str], body: str) -> Source:
    path, *more = words
    encoding = [word for word in more if word != "crlf"]
    return Source(path, body.rstrip("\n") + "\n", encoding[0] if encoding else "utf-8", "crlf" in more)


def _lines(body: str) -> list[str]:
    return [line for line in map(str.strip, body.splitlines()) if line]
