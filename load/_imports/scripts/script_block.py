"""The block of metadata in a script's comments (PEP 723).

Source: https://packaging.python.org/en/latest/specifications/inline-script-metadata/
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_FENCE = "# ///"
_DEEPEST = 100
_TYPE_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")


class ScriptBlock:
    """What the `script` block says.

    Attributes:
        requires_python: `requires-python` as written, or None.
        dependencies: requirements (PEP 508) as written.
        tool: the `[tool]` table.
    """

    __slots__ = ("dependencies", "requires_python", "tool")

    def __init__(self, requires_python: str | None, dependencies: tuple[str, ...], tool: dict[str, Any]) -> None:
        self.requires_python = requires_python
        self.dependencies = dependencies
        self.tool = tool


def read_script_block(text: str | bytes, filename: str) -> ScriptBlock | None:
    """Read the `script` block of a script.

    Args:
        text: the source. Bytes are read as UTF-8, as the specification says.
        filename: where it comes from, for messages.

    Returns:
        The block, or None where there is none. One that is not closed is none, as the specification says.

    Raises:
        SourceError: two `script` blocks, no TOML in it, or a value of the wrong type.
    """
    if isinstance(text, bytes):
        if b"# /// script" not in text:
            return None
        text = text.decode("utf-8-sig", errors="replace")
    found = [(line, body) for kind, line, body in _blocks(text) if kind == "script"]
    _check_number([line for line, _ in found], filename)
    return _parse(*found[0], filename) if found else None


def script_span(lines: Sequence[str], filename: str) -> tuple[int, int] | None:
    """Find the `script` block among the lines of a script, which come without their ends.

    Returns:
        The indexes of its first and its last line, or None where there is none.

    Raises:
        SourceError: there are two.
    """
    found = [(start, end) for kind, start, end in _spans(lines) if kind == "script"]
    _check_number([start + 1 for start, _ in found], filename)
    return found[0] if found else None


def _check_number(lines: Sequence[int], filename: str) -> None:
    if len(lines) > 1:
        places = " and ".join(map(str, lines))
        raise _error(
            f"{filename} has more than one `# /// script` block, at lines {places}",
            "keep one of them: a script says once what it needs",
        )


def content_of(lines: Sequence[str]) -> str:
    """The TOML that comment lines hold."""
    return "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)


def _blocks(text: str) -> list[tuple[str, int, str]]:
    """Give type, line (from 1) and content of each closed block."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(kind, start + 1, content_of(lines[start + 1 : end])) for kind, start, end in _spans(lines)]


def _spans(lines: Sequence[str]) -> list[tuple[str, int, int]]:
    """Give type, first and last line (from 0) of each closed block."""
    blocks = []
    at = 0
    while at < len(lines):
        kind = _opening(lines[at])
        end = _closing(lines, at + 1) if kind else None
        if kind is None or end is None:
            at += 1
            continue
        blocks.append((kind, at, end))
        at = end + 1
    return blocks


def _opening(line: str) -> str | None:
    kind = line.removeprefix(_FENCE + " ")
    return kind if kind != line and kind and _TYPE_CHARACTERS.issuperset(kind) else None


def _closing(lines: Sequence[str], start: int) -> int | None:
    """Give the last fence of the run of comment lines at `start`; the content is at least one line."""
    end = start
    while end < len(lines) and (lines[end] == "#" or lines[end].startswith("# ")):
        end += 1
    fences = [at for at in range(start + 1, end) if lines[at] == _FENCE]
    return fences[-1] if fences else None


def _parse(line: int, body: str, filename: str) -> ScriptBlock:
    import tomllib

    try:
        table = tomllib.loads(body)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        where = f"{filename}: the `# /// script` block at line {line}"
        raise _error(f"{where} is not valid TOML: {error}", "mend that block") from None
    requires = table.get("requires-python")
    dependencies = table.get("dependencies", [])
    tool = table.get("tool", {})
    texts = isinstance(dependencies, list) and all(isinstance(item, str) for item in dependencies)
    _check(requires is None or isinstance(requires, str), "requires-python", "a string", filename, line)
    _check(texts, "dependencies", "a list of strings", filename, line)
    # Who reads a requirement goes down into each bracket.
    shallow = all(item.count("(") <= _DEEPEST for item in dependencies)
    _check(shallow, "dependencies", f"free of requirements with more than {_DEEPEST} brackets", filename, line)
    _check(isinstance(tool, dict), "tool", "a table", filename, line)
    return ScriptBlock(requires, tuple(dependencies), tool)


def _check(fine: bool, key: str, form: str, filename: str, line: int) -> None:
    if not fine:
        message = f"{filename}: `{key}` of the `# /// script` block at line {line} is not {form}"
        raise _error(message, f"write `{key}` as {form}")


def _error(message: str, hint: str) -> ValueError:
    from load.errors import SourceError

    return SourceError(message, hint=hint)
